/// A stage of a model's life; each leaves one run.
public enum Phase: String, Codable, Hashable, Sendable, CaseIterable, Comparable {
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

    /// The folder under the home folder that holds the stage's runs.
    /// - Source: karpathy/nanochat, late 2025.
    public var checkpointsFolderName: String {
        switch self {
        case .base: "base_checkpoints"
        case .mid: "mid_checkpoints"
        case .sft: "chatsft_checkpoints"
        case .rl: "chatrl_checkpoints"
        }
    }

    /// Earlier in a model's life.
    public static func < (first: Phase, second: Phase) -> Bool { first.place < second.place }

    private var place: Int {
        switch self {
        case .base: 0
        case .mid: 1
        case .sft: 2
        case .rl: 3
        }
    }
}
