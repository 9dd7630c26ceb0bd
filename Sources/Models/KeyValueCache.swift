public import Runs
public import Tensors

/// Keys and values of the positions read so far, so that one more token costs one position.
///
/// Rows may hold different numbers of positions; then they go on one position at a time.
public final class KeyValueCache {
    /// By layer, `[B, H, capacity, D]`.
    private var keys: [Tensor]
    private var values: [Tensor]
    /// Positions stored of each row.
    public private(set) var lengths: [Int]
    /// Positions of a row there is room for.
    public let capacity: Int
    /// The pass that is going through the layers.
    private var pass: Pass?

    /// What all layers of one pass need.
    private struct Pass {
        /// New positions.
        var added: Int
        /// Slots of the new positions in a layer's `[B·H·capacity, D]`, where rows differ in length.
        var slots: Tensor?
        /// Which stored positions each new one may see; nil where it is all of them.
        var mask: Tensor?
        /// Slots that any row uses after the pass.
        var used: Int
    }

    /// Room for `capacity` positions of `rowCount` rows.
    public convenience init(
        _ configuration: ModelConfiguration, rowCount: Int, capacity: Int,
        dtype: DType = .float32, device: Device = .cpu
    ) {
        let shape = [
            rowCount, configuration.keyValueHeadCount, capacity, configuration.headWidth,
        ]
        func empty() -> [Tensor] {
            (0..<configuration.layerCount).map { _ in .zeros(shape, dtype: dtype, device: device) }
        }
        self.init(
            keys: empty(), values: empty(), lengths: Array(repeating: 0, count: rowCount),
            capacity: capacity)
    }

    private init(keys: [Tensor], values: [Tensor], lengths: [Int], capacity: Int) {
        self.keys = keys
        self.values = values
        self.lengths = lengths
        self.capacity = capacity
    }

    /// B.
    public var rowCount: Int { lengths.count }

    /// Positions stored, where all rows hold equally many.
    public var count: Int {
        precondition(!isRagged, "rows hold different numbers of positions")
        return lengths.first ?? 0
    }

    /// Whether rows hold different numbers of positions.
    var isRagged: Bool { lengths.contains { $0 != lengths[0] } }

    /// Forgets everything.
    public func reset() { keep(Array(repeating: 0, count: rowCount)) }

    /// Forgets what stands behind the first `lengths` positions of each row: padding, or a text's end.
    public func keep(_ lengths: [Int]) {
        precondition(
            zip(lengths, self.lengths).allSatisfy { $0 <= $1 } && lengths.count == rowCount,
            "keeping \(lengths) of \(self.lengths) positions")
        self.lengths = lengths
    }

    /// Begins a pass of `added` new positions in every row.
    func begin(_ added: Int, device: Device) {
        let longest = lengths.max() ?? 0
        precondition(longest + added <= capacity, "the cache has room for \(capacity) positions")
        guard isRagged else {
            let count = lengths.first ?? 0
            let isMasked = count > 0 && added > 1
            pass = Pass(
                added: added, slots: nil,
                mask: isMasked
                    ? Tensor.ones([added, count + added], dtype: .bool, device: device)
                        .lowerTriangle(diagonal: count) : nil, used: count + added)
            return
        }
        precondition(added == 1, "rows of different lengths go on one position at a time")
        let H = keys[0].size(1)
        let slots = lengths.enumerated().flatMap { row, length in
            (0..<H).map { Int64((row * H + $0) * capacity + length) }
        }
        let used = longest + 1
        var places = [Int64](repeating: 0, count: used)
        for place in places.indices { places[place] = Int64(place) }
        let ends = Tensor(lengths.map { Int64($0 + 1) }, shape: [rowCount, 1], device: device)
        let mask = Tensor(places, shape: [1, used], device: device).isLess(than: ends)
        pass = Pass(
            added: 1, slots: Tensor(slots, shape: [slots.count], device: device),
            mask: mask.reshaped(rowCount, 1, 1, used), used: used)
    }

    /// Stores `[B, H, Tnew, D]` of one layer behind what is there.
    /// - Returns: keys and values of all positions, `[B, H, T, D]`, and which of them may be seen.
    func extend(
        layer: Int, keys new: Tensor, values newValues: Tensor
    ) -> (keys: Tensor, values: Tensor, mask: Tensor?) {
        guard let pass else { preconditionFailure("a pass begins with `begin`") }
        if let slots = pass.slots {
            let (B, H, _, D) = new.shape4
            for (store, fresh) in [(keys[layer], new), (values[layer], newValues)] {
                store.reshaped(B * H * capacity, D)
                    .assign(fresh.reshaped(B * H, D), at: slots, axis: 0)
            }
        } else {
            let range = (pass.used - pass.added)..<pass.used
            keys[layer].sliced(2, range).assign(new)
            values[layer].sliced(2, range).assign(newValues)
        }
        let all = 0..<pass.used
        return (keys[layer].sliced(2, all), values[layer].sliced(2, all), pass.mask)
    }

    /// Ends the pass: every layer has stored its positions.
    func finish() {
        guard let pass else { preconditionFailure("a pass begins with `begin`") }
        for row in lengths.indices { lengths[row] += pass.added }
        self.pass = nil
    }

    /// Some rows, possibly several times, then the rows of other caches, with room for `capacity` positions.
    /// - Parameter parts: caches of the same model and the rows wanted of each.
    public static func gathered(
        _ parts: [(cache: KeyValueCache, rows: [Int])], capacity: Int
    ) -> KeyValueCache {
        precondition(!parts.isEmpty, "rows of no cache")
        let lengths = parts.flatMap { part in part.rows.map { part.cache.lengths[$0] } }
        let layerCount = parts[0].cache.keys.count
        func stored(_ layers: KeyPath<KeyValueCache, [Tensor]>) -> [Tensor] {
            (0..<layerCount).map { layer in
                let model = parts[0].cache[keyPath: layers][layer]
                let whole = Tensor.zeros(
                    [lengths.count, model.size(1), capacity, model.size(3)], dtype: model.dtype,
                    device: model.device)
                var row = 0
                for (cache, rows) in parts where !rows.isEmpty {
                    let used = rows.reduce(0) { max($0, cache.lengths[$1]) }
                    let index = Tensor(
                        rows.map { Int64($0) }, shape: [rows.count], device: model.device)
                    whole.sliced(0, row..<(row + rows.count)).sliced(2, 0..<used)
                        .assign(
                            cache[keyPath: layers][layer].sliced(2, 0..<used).selecting(0, index))
                    row += rows.count
                }
                return whole
            }
        }
        return KeyValueCache(
            keys: stored(\.keys), values: stored(\.values), lengths: lengths, capacity: capacity)
    }
}
