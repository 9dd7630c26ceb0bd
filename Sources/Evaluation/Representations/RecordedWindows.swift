public import Journal
public import Language
public import Models
internal import Runs
internal import Tensors

/// The validation windows that a research log holds, to be read again by any model of the same tokenizer.
public struct RecordedWindows {
    /// Ids of each window in natural order.
    public let windows: [[Int32]]
    /// Document of each.
    public let documents: [Int]
    private let bos: Int32
    private let markers: [Reading: Int32]

    /// The windows of `record`, from the first one on until there are `tokenLimit` tokens; nil for all.
    ///
    /// A list that is cut takes windows from everywhere in it, so that it is not one document's.
    public init(
        _ record: EvaluationRecord, tokenizer: Tokenizer, tokenLimit: Int? = nil
    ) {
        bos = tokenizer.id(of: .bos)
        markers = Dictionary(
            uniqueKeysWithValues: Reading.allCases.map {
                ($0, tokenizer.id(of: SpecialToken.marker(of: $0)))
            })
        var starts: [Int] = []
        var next = 0
        for count in record.windows.counts {
            starts.append(next)
            next += Int(count)
        }
        let total = next
        let share = tokenLimit.map { min(1, Double($0) / Double(max(1, total))) } ?? 1
        var (owed, windows, documents) = (0.0, [[Int32]](), [Int]())
        for (window, start) in starts.enumerated() {
            let count = Int(record.windows.counts[window])
            owed += share
            guard owed >= 1 - 1e-9, count > 0 else { continue }
            owed -= 1
            windows.append(Array(record.tokens.ids[start..<start + count]))
            documents.append(Int(record.windows.documents[window]))
        }
        self.windows = windows
        self.documents = documents
    }

    /// Tokens of all windows.
    public var tokenCount: Int { windows.reduce(0) { $0 + $1.count } }

    /// What a model is told of the order it reads in.
    public enum Marker: Hashable, Sendable {
        case none
        case of(Reading)
    }

    /// Rows of a batch: BOS, the marker, then each reading, padded with BOS.
    private func rows(
        _ numbers: Range<Int>, _ reading: Reading, _ marker: Marker
    ) -> (ids: [Int32], width: Int, lead: Int) {
        var head = [bos]
        if case .of(let reading) = marker, let id = markers[reading] { head.append(id) }
        let width = head.count + (numbers.map { windows[$0].count }.max() ?? 0)
        var ids: [Int32] = []
        for number in numbers {
            let row = head + reading.turned(windows[number])
            ids += row + [Int32](repeating: bos, count: width - row.count)
        }
        return (ids, width, head.count)
    }

    /// Σ nats of each window as `model` reads it.
    public func nats(
        _ model: GPT, reading: Reading, marker: Marker, rowCount: Int = 16
    ) -> [Double] {
        var result: [Double] = []
        for start in stride(from: 0, to: windows.count, by: rowCount) {
            let numbers = start..<min(start + rowCount, windows.count)
            let (ids, width, lead) = rows(numbers, reading, marker)
            let shape = [numbers.count, width]
            var targets = [Int32](repeating: -1, count: ids.count)
            for (row, number) in numbers.enumerated() {
                for place in 0..<windows[number].count {
                    let column = row * width + lead + place
                    targets[column - 1] = ids[column]
                }
            }
            let losses: [Float] = withoutGradient {
                let inputs = Tensor(ids, shape: shape, device: model.device).cast(to: .int64)
                let wanted = Tensor(targets, shape: shape, device: model.device).cast(to: .int64)
                return model.loss(model.hidden(inputs), wanted).perToken.scalars(Float.self)
            }
            for (row, number) in numbers.enumerated() {
                let first = row * width + lead - 1
                result.append(
                    losses[first..<first + windows[number].count].reduce(0) { $0 + Double($1) })
            }
        }
        return result
    }

    /// What `model` makes of the windows inside, token by token in natural order.
    public func states(
        _ model: GPT, reading: Reading, marker: Marker, rowCount: Int = 8,
        progress: (Int) -> Void = { _ in }
    ) -> HiddenStates {
        var states = HiddenStates(
            layerCount: model.configuration.layerCount, headCount: model.configuration.headCount)
        for start in stride(from: 0, to: windows.count, by: rowCount) {
            let numbers = start..<min(start + rowCount, windows.count)
            let (ids, width, lead) = rows(numbers, reading, marker)
            // Cells of text, window by window in natural order.
            var places: [Int64] = []
            for (row, number) in numbers.enumerated() {
                let count = windows[number].count
                for index in 0..<count {
                    places.append(
                        Int64(row * width + lead + reading.position(of: index, count: count)))
                }
            }
            withoutGradient {
                let inputs = Tensor(ids, shape: [numbers.count, width], device: model.device)
                    .cast(to: .int64)
                let cells = Tensor(places, shape: [places.count], device: model.device)
                _ = model.hidden(
                    inputs,
                    observer: { layer, part, activation in
                        switch part {
                        case "embedding", "residual":
                            let C = activation.size(2)
                            states.add(
                                activation.reshaped(-1, C).cast(to: .float32).selecting(0, cells),
                                layer: layer + 1)
                        case "attention.pattern":
                            states.add(pattern: activation, cells: cells, layer: layer)
                        default: break
                        }
                    }, watchesAttention: true)
            }
            progress(numbers.upperBound)
        }
        return states
    }
}

/// The residual stream behind each layer on the same tokens, and how far attention reaches.
public struct HiddenStates {
    /// Pieces `[n, C]` of the embedding, then of each layer.
    private var pieces: [[Tensor]]
    private var attention: AttentionSummary
    private var tokenCount = 0

    init(layerCount: Int, headCount: Int) {
        pieces = Array(repeating: [], count: layerCount + 1)
        attention = AttentionSummary(layerCount: layerCount, headCount: headCount)
    }

    mutating func add(_ states: Tensor, layer: Int) {
        pieces[layer].append(states)
        if layer == 0 { tokenCount += states.size(0) }
    }

    mutating func add(pattern: Tensor, cells: Tensor, layer: Int) {
        attention.add(pattern, cells: cells, layer: layer)
    }

    /// Heads by layer.
    public var heads: [[AttentionSummary.Head]] { attention.heads }

    /// How many streams there are: the embedding's and each layer's.
    public var count: Int { pieces.count }

    /// The stream number `index`, `[n, C]`, each column's mean taken off.
    func centered(_ index: Int) -> Tensor {
        let whole =
            pieces[index].count == 1
            ? pieces[index][0] : Tensor.concatenating(pieces[index], axis: 0)
        return whole - whole.mean(0, keepingAxes: true)
    }

    /// Linear CKA between every stream of this model and every one of `other`, on the same tokens: 1 where one is a
    /// rotation and scaling of the other.
    /// - Parameter shuffle: an order of the other's tokens, to see what chance gives.
    /// - Source: Kornblith et al., "Similarity of Neural Network Representations Revisited", arXiv:1905.00414.
    public func alignment(with other: HiddenStates, shuffle: [Int64]? = nil) -> [[Double]] {
        precondition(tokenCount == other.tokenCount, "streams of different tokens")
        return withoutGradient {
            func norm(_ x: Tensor) -> Double { x.transposed(0, 1).multiplied(by: x).norm().item() }
            let own = (0..<count).map { centered($0) }
            let others = (0..<other.count).map { index -> Tensor in
                let states = other.centered(index)
                guard let shuffle else { return states }
                return states.selecting(
                    0, Tensor(shuffle, shape: [shuffle.count], device: states.device))
            }
            let (ownNorms, otherNorms) = (own.map(norm), others.map(norm))
            return own.indices.map { a in
                others.indices.map { b in
                    let cross = own[a].transposed(0, 1).multiplied(by: others[b]).norm().item()
                    return cross * cross / (ownNorms[a] * otherNorms[b])
                }
            }
        }
    }

    /// Cosines between the states of `tokens` in stream `index`: the upper triangle, row by row.
    public func cosines(_ index: Int, tokens: [Int64]) -> [Double] {
        withoutGradient {
            let states = centered(index)
            let chosen = states.selecting(
                0, Tensor(tokens, shape: [tokens.count], device: states.device))
            let lengths = chosen.squared().sum(1, keepingAxes: true).squareRoot()
                .clamped(1e-12, .infinity)
            let unit = chosen / lengths
            let all = unit.multiplied(by: unit.transposed(0, 1)).floats()
            let n = tokens.count
            var upper: [Double] = []
            upper.reserveCapacity(n * (n - 1) / 2)
            for row in 0..<n {
                for column in (row + 1)..<max(n, row + 1) {
                    upper.append(Double(all[row * n + column]))
                }
            }
            return upper
        }
    }

    /// Tokens of all windows.
    public var tokens: Int { tokenCount }
}
