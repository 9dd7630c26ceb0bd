/// A stage of a model's life; each leaves one run.
public enum Phase: String, Codable, Hashable, Sendable, CaseIterable {
    case base
    case mid
    case sft
    case rl

    /// The name of the stage's research log inside its run directory.
    public var researchLogName: String {
        switch self {
        case .base: "base_training.h5"
        case .mid: "midtraining.h5"
        case .sft: "sft.h5"
        case .rl: "rl.h5"
        }
    }
}
