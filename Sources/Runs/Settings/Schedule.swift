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
    /// Steps in which Muon's momentum climbs from 0.85 to 0.95; 0 keeps it at 0.95.
    public var momentumWarmupSteps = Self.recipeMomentumWarmupSteps

    private static let recipeMomentumWarmupSteps = 300

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

    /// Muon's momentum at `step`.
    public func muonMomentum(at step: Int) -> Double {
        guard momentumWarmupSteps > 0 else { return 0.95 }
        let fraction = min(Double(step) / Double(momentumWarmupSteps), 1)
        return (1 - fraction) * 0.85 + fraction * 0.95
    }
}

extension LearningRateSchedule {
    private enum CodingKeys: String, CodingKey {
        case stepCount, warmupRatio, warmdownRatio, finalFraction, momentumWarmupSteps
    }

    /// Reads a schedule; where it says nothing of the momentum it is the recipe's.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            stepCount: try fields.decode(Int.self, forKey: .stepCount),
            warmupRatio: try fields.decode(Double.self, forKey: .warmupRatio),
            warmdownRatio: try fields.decode(Double.self, forKey: .warmdownRatio),
            finalFraction: try fields.decode(Double.self, forKey: .finalFraction))
        momentumWarmupSteps =
            try fields.decodeIfPresent(Int.self, forKey: .momentumWarmupSteps)
            ?? Self.recipeMomentumWarmupSteps
    }

    /// Writes the momentum only where it is not the recipe's: settings keep the hash they had before it
    /// could be chosen.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(stepCount, forKey: .stepCount)
        try fields.encode(warmupRatio, forKey: .warmupRatio)
        try fields.encode(warmdownRatio, forKey: .warmdownRatio)
        try fields.encode(finalFraction, forKey: .finalFraction)
        if momentumWarmupSteps != Self.recipeMomentumWarmupSteps {
            try fields.encode(momentumWarmupSteps, forKey: .momentumWarmupSteps)
        }
    }
}
