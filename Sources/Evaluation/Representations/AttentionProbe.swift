public import Journal
public import Language
public import Models
internal import Runs
internal import Tensors

/// Looks at a model's attention while it reads some of the validation windows.
public struct AttentionProbe {
    /// Windows behind the summaries, spread over the list; below 0 for all.
    public let windowCount: Int
    /// Windows whose patterns are kept whole.
    public let sampleCount: Int
    /// Positions of a kept pattern, at most.
    public let sampleLength: Int

    /// Summaries of `windowCount` windows, patterns of `sampleCount` of them.
    public init(windowCount: Int, sampleCount: Int = 2, sampleLength: Int = 96) {
        self.windowCount = windowCount
        self.sampleCount = sampleCount
        self.sampleLength = sampleLength
    }

    /// The windows that are looked at: always the same of a list.
    static func chosen(_ count: Int, of total: Int) -> [Int] {
        guard count >= 0, count < total else { return Array(0..<total) }
        return (0..<count).map { $0 * total / count }
    }

    /// What `model` looks at while it reads windows of `list` in `reading`.
    public func look(
        _ model: GPT, at list: any MatchedList, direction: Direction, reading: Reading
    ) -> EvaluationRecord.Attention {
        let (L, H) = (model.configuration.layerCount, model.configuration.headCount)
        // The first layer, the middle one, the last.
        let layers = Array(Set([0, L / 2, L - 1])).sorted()
        let numbers = Self.chosen(windowCount, of: list.list.count)
        let kept = Self.chosen(min(sampleCount, numbers.count), of: numbers.count)
            .map { numbers[$0] }
        let rows = numbers.map { list.row($0, direction: direction, reading: reading) }
        let T = min(sampleLength, rows.map(\.count).max() ?? 0)
        var summary = AttentionSummary(layerCount: L, headCount: H)
        var patterns: [Float] = []
        for (number, row) in zip(numbers, rows) where !row.isEmpty {
            withoutGradient {
                let inputs = Tensor(row, shape: [1, row.count], device: model.device)
                    .cast(to: .int64)
                let cells = Tensor.range(to: row.count, device: model.device)
                _ = model.hidden(
                    inputs,
                    observer: { layer, part, activation in
                        guard part == "attention.pattern" else { return }
                        summary.add(activation, cells: cells, layer: layer)
                        if kept.contains(number), layers.contains(layer) {
                            patterns += Self.square(activation, T)
                        }
                    }, watchesAttention: true)
            }
        }
        let heads = summary.heads.flatMap { $0 }
        return EvaluationRecord.Attention(
            reading: reading.rawValue, layerCount: L, headCount: H, windowCount: numbers.count,
            distances: heads.map { Float($0.distance) }, entropies: heads.map { Float($0.entropy) },
            firstTokenMasses: heads.map { Float($0.firstMass) }, windows: kept.map { Int32($0) },
            layers: layers.map { Int32($0) }, tokenCount: T, patterns: patterns)
    }

    /// The first T positions of `[1, H, n, n]`, with zeros where the row is shorter.
    private static func square(_ pattern: Tensor, _ T: Int) -> [Float] {
        let (_, H, n, _) = pattern.shape4
        let part = min(n, T)
        let values = pattern.sliced(2, 0..<part).sliced(3, 0..<part).contiguous().floats()
        guard part < T else { return values }
        var whole = [Float](repeating: 0, count: H * T * T)
        for head in 0..<H {
            for row in 0..<part {
                for column in 0..<part {
                    whole[(head * T + row) * T + column] =
                        values[(head * part + row) * part + column]
                }
            }
        }
        return whole
    }
}
