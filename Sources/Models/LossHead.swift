internal import Runs
public import Tensors

/// What one pass over the head gives for N targets.
public struct HeadLoss {
    /// scale · Σ weight · nats over the targets that count, float32, differentiable.
    public let total: Tensor
    /// Nats of each target, `[N]`, float32; 0 where it is ignored.
    public let perToken: Tensor
    /// Most likely id, `[N]`, int64.
    public let predictions: Tensor
    /// Ids with a strictly higher logit than the truth, `[N]`, int64: 0 means predicted right, −1 that
    /// the target is ignored.
    public let ranks: Tensor
    /// Entropy of each prediction, `[N]`, nats, float32, 0 where the target is ignored; empty where a gradient is
    /// wanted, which training does not pay for.
    public let entropies: Tensor
}

extension GPT {
    /// Losses of the next ids under the capped logits.
    /// - Parameter hidden: `[…, C]` from `hidden(_:)`.
    /// - Parameter targets: as many ids, int64; −1 where nothing is to be predicted.
    /// - Parameter weights: factor of each target's loss in `total`, float32, any sign; nil for 1.
    /// - Parameter scale: factor on `total`; one over the number of targets makes it their mean.
    public func loss(
        _ hidden: Tensor, _ targets: Tensor, weights: Tensor? = nil, scale: Double = 1
    ) -> HeadLoss {
        let weights = weights.map { $0.reshaped(-1) }
        switch kernels {
        case .plain: return plainLoss(hidden, targets, weights, scale)
        case .fused:
            let result = Fused.lossHead(
                hidden, head.fused, targets: targets.reshaped(-1), weights: weights, scale: scale,
                cap: configuration.softCap)
            return HeadLoss(
                total: result.loss, perToken: result.perToken, predictions: result.predictions,
                ranks: result.ranks, entropies: result.entropies)
        }
    }

    /// Holds `[N, V]` in float32.
    private func plainLoss(
        _ hidden: Tensor, _ targets: Tensor, _ weights: Tensor?, _ scale: Double
    ) -> HeadLoss {
        let flat = targets.reshaped(-1)
        let scores = logits(hidden).reshaped(flat.count, configuration.vocabularySize)
        let perToken = scores.crossEntropy(flat)
        let total = (weights.map { perToken * $0 } ?? perToken).sum() * scale
        let wantsGradient = perToken.requiresGradient
        return withoutGradient {
            let isIgnored = flat.isLess(than: 0)
            let truth = scores.gathered(1, flat.filled(where: isIgnored, with: 0).unsqueezed(1))
            let ranks = scores.isGreater(than: truth).cast(to: .int64).sum(1)
            let entropies: Tensor
            if wantsGradient {
                entropies = Tensor.empty([0], dtype: .float32, device: scores.device)
            } else {
                let logs = scores.logSoftmax(1)
                entropies = (logs.exp() * logs).sum(1).negated().filled(where: isIgnored, with: 0)
            }
            return HeadLoss(
                total: total, perToken: perToken.detached(), predictions: scores.argmax(1),
                ranks: ranks.filled(where: isIgnored, with: -1), entropies: entropies)
        }
    }
}
