/// How the learning rate moves over a run: up, flat, down.
/// - Source: karpathy/nanochat `base_train.py`, late 2025.
public struct LearningRateSchedule: Codable, Hashable, Sendable {
    /// N: optimizer steps of the run.
    public var stepCount: Int
    /// Share of the steps that climb.
    public var warmupRatio = 0.0
    /// Share of the steps that fall.
    public var warmdownRatio = 0.2
    /// What the multiplier falls to.
    public var finalFraction = 0.0

    /// The recipe's schedule over `stepCount` steps.
    public init(
        stepCount: Int, warmupRatio: Double = 0, warmdownRatio: Double = 0.2,
        finalFraction: Double = 0
    ) {
        self.stepCount = stepCount
        self.warmupRatio = warmupRatio
        self.warmdownRatio = warmdownRatio
        self.finalFraction = finalFraction
    }

    /// The factor on every learning rate at `step` of 0..<N.
    public func multiplier(at step: Int) -> Double {
        let warmup = Int((warmupRatio * Double(stepCount)).rounded(.toNearestOrEven))
        let warmdown = Int((warmdownRatio * Double(stepCount)).rounded(.toNearestOrEven))
        if step < warmup { return Double(step + 1) / Double(warmup) }
        if step <= stepCount - warmdown || warmdown == 0 { return 1 }
        let progress = Double(stepCount - step) / Double(warmdown)
        return progress + (1 - progress) * finalFraction
    }

    /// Muon's momentum at `step`: from 0.85 to 0.95 over the first 300 steps.
    public static func muonMomentum(at step: Int) -> Double {
        let fraction = min(Double(step) / 300, 1)
        return (1 - fraction) * 0.85 + fraction * 0.95
    }
}
