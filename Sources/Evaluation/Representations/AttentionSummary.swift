internal import Tensors

/// How far each head looks, how widely, and how much at the first token, over many positions.
public struct AttentionSummary {
    /// Summary of one head over all tokens.
    public struct Head: Hashable, Sendable {
        /// Mean number of tokens between a position and what it attends to, in reading order.
        public var distance = 0.0
        /// Mean entropy of what it attends to, nats.
        public var entropy = 0.0
        /// Mean share of attention on the row's first token, BOS.
        public var firstMass = 0.0
    }

    private var sums: [[Head]]
    private var counts: [Int]

    init(layerCount: Int, headCount: Int) {
        sums = Array(repeating: Array(repeating: Head(), count: headCount), count: layerCount)
        counts = Array(repeating: 0, count: layerCount)
    }

    /// Adds the positions `cells` (of `[B · T]`) of one layer.
    /// - Parameter pattern: attention, `[B, H, T, T]`.
    mutating func add(_ pattern: Tensor, cells: Tensor, layer: Int) {
        let (_, H, T, _) = pattern.shape4
        let places = Tensor.range(to: T, device: pattern.device).cast(to: .float32)
        let reach = (places.unsqueezed(1) - places.unsqueezed(0)).reshaped(1, 1, T, T)
        let logs = pattern.clamped(1e-30, .infinity).log()
        func summed(_ values: Tensor) -> [Float] {
            // [B, H, T] → [B·T, H], the cells of text, summed.
            values.transposed(1, 2).reshaped(-1, H).selecting(0, cells).sum(0).floats()
        }
        let distance = summed((pattern * reach).sum(3))
        let entropy = summed((pattern * logs).sum(3).negated())
        let first = summed(pattern.selected(3, 0))
        for head in 0..<H {
            sums[layer][head].distance += Double(distance[head])
            sums[layer][head].entropy += Double(entropy[head])
            sums[layer][head].firstMass += Double(first[head])
        }
        counts[layer] += cells.count
    }

    /// Heads by layer.
    public var heads: [[Head]] {
        zip(sums, counts).map { layer, count in
            layer.map { head in
                let n = Double(max(1, count))
                return Head(
                    distance: head.distance / n, entropy: head.entropy / n,
                    firstMass: head.firstMass / n)
            }
        }
    }
}
