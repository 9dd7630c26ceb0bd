public import Tensors

/// Keys and values of the positions read so far, so that one more token costs one position.
public final class KeyValueCache {
    private var keys: [Tensor] = []
    private var values: [Tensor] = []
    /// Positions stored.
    public private(set) var count = 0
    /// Positions there is room for.
    public let capacity: Int

    /// Room for `capacity` positions of `rowCount` rows.
    public init(
        _ configuration: ModelConfiguration, rowCount: Int, capacity: Int,
        dtype: DType = .float32, device: Device = .cpu
    ) {
        self.capacity = capacity
        let shape = [
            rowCount, configuration.keyValueHeadCount, capacity, configuration.headWidth,
        ]
        for _ in 0..<configuration.layerCount {
            keys.append(.zeros(shape, dtype: dtype, device: device))
            values.append(.zeros(shape, dtype: dtype, device: device))
        }
    }

    /// Stores `[B, H, Tnew, D]` of one layer behind what is there and returns all of it.
    func extend(layer: Int, keys new: Tensor, values newValues: Tensor) -> (Tensor, Tensor) {
        let added = new.size(2)
        precondition(count + added <= capacity, "the cache has room for \(capacity) positions")
        keys[layer].sliced(2, count..<(count + added)).assign(new)
        values[layer].sliced(2, count..<(count + added)).assign(newValues)
        let all = 0..<(count + added)
        return (keys[layer].sliced(2, all), values[layer].sliced(2, all))
    }

    /// Counts `added` positions once every layer has stored them.
    func advance(by added: Int) { count += added }

    /// Forgets everything.
    public func reset() { count = 0 }
}
