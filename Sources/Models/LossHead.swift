public import Tensors

/// What one pass over the head gives for N targets.
public struct HeadLoss {
    /// Σ nats over the targets that count, float32, differentiable.
    public let total: Tensor
    /// Nats of each target, `[N]`, float32; 0 where it is ignored.
    public let perToken: Tensor
    /// Most likely id, `[N]`, int64.
    public let predictions: Tensor
    /// Ids with a strictly higher logit than the truth, `[N]`, int64; 0 means predicted right.
    public let ranks: Tensor
}

extension GPT {
    /// Losses of the next ids under the capped logits.
    ///
    /// The plain form: it holds `[N, V]` in float32 and is kept as the fused head's test.
    /// - Parameter hidden: `[…, C]`.
    /// - Parameter targets: as many ids, int64; −1 where nothing is to be predicted.
    public func loss(_ hidden: Tensor, _ targets: Tensor) -> HeadLoss {
        let flat = targets.reshaped(-1)
        let scores = logits(hidden).reshaped(flat.count, configuration.vocabularySize)
        let perToken = scores.crossEntropy(flat)
        let total = perToken.sum()
        return withoutGradient {
            let truth = scores.gathered(
                1, flat.clamped(0, .infinity).cast(to: .int64).unsqueezed(1))
            return HeadLoss(
                total: total, perToken: perToken.detached(),
                predictions: scores.argmax(1),
                ranks: scores.isGreater(than: truth).cast(to: .int64).sum(1))
        }
    }
}
