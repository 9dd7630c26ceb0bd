import Arguments
import Corpus
import Journal
import Training

/// What sets midtraining and fine-tuning apart: the defaults, nanochat's where the feature is nanochat's.
protocol ChatStageDefaults: Sendable {
    static var phase: Phase { get }
    /// The stage whose model is taken where none is named.
    static var source: Phase { get }
    static var supervision: Supervision { get }
    static var mixture: [MixtureShare] { get }
    static var deviceBatchSize: Int { get }
    static var totalBatchSize: Int { get }
    static var initLRFrac: Double { get }
    static var warmdownRatio: Double { get }
    static var evalEvery: Int { get }
    static var metricsEvery: Int { get }
}

/// Midtraining: every token of a large mixture is learnt, at the rates of base training.
enum MidtrainingDefaults: ChatStageDefaults {
    static let phase = Phase.mid
    static let source = Phase.base
    static let supervision = Supervision.everything
    static let mixture = [
        MixtureShare(.smoltalk), MixtureShare(.mmlu), MixtureShare(.gsm8k),
        MixtureShare(.simpleSpelling, .count(200_000)), MixtureShare(.spellingBee, .count(80_000)),
    ]
    static let deviceBatchSize = 32
    static let totalBatchSize = 524_288
    static let initLRFrac = 1.0
    static let warmdownRatio = 0.2
    static let evalEvery = 150
    static let metricsEvery = -1
}

/// Fine-tuning: the assistant's tokens of a small mixture, at rates that fall from the start.
enum FineTuningDefaults: ChatStageDefaults {
    static let phase = Phase.sft
    static let source = Phase.mid
    static let supervision = Supervision.assistant
    static let mixture = [
        MixtureShare(.arcEasy), MixtureShare(.arcChallenge), MixtureShare(.gsm8k),
        MixtureShare(.smoltalk, .count(10_000)), MixtureShare(.simpleSpelling, .count(300)),
        MixtureShare(.spellingBee, .count(300)),
    ]
    static let deviceBatchSize = 4
    static let totalBatchSize = -1
    static let initLRFrac = 0.02
    static let warmdownRatio = 1.0
    static let evalEvery = 100
    static let metricsEvery = 200
}

/// What fine-tuning has beyond midtraining.
struct FineTuningOptions: ParsableArguments {
    @Option(help: "conversations of one optimizer step, about")
    var targetExamplesPerStep = 32

    @Option(help: "validation conversations, in micro-batches")
    var evalSteps = 100
}

/// The options that midtraining and fine-tuning share, with the defaults of one of them.
struct ChatStageOptions<Stage: ChatStageDefaults>: ParsableArguments {
    /// What is learnt from.
    struct Data: ParsableArguments {
        @OptionGroup var conversations: ConversationOptions

        @Option(
            help:
                "sources and shares: jsonl=FILE, smoltalk, mmlu, arc-easy, arc-challenge, gsm8k, simple-spelling, spelling-bee, arithmetic; @3x for three times an epoch, @2000 for so many; FILE where it is not in --benchmarks"
        )
        var mixture = Stage.mixture

        @OptionGroup var mix: DirectionMixOptions

        /// The sources that the options name: `--data` stands instead of the default mixture.
        var shares: [MixtureShare] {
            let own = conversations.data.map { MixtureShare(.jsonl, path: $0.string) }
            return ($mixture != .standard || own.isEmpty ? mixture : []) + own
        }
    }

    /// How long, and how much at once.
    struct Horizon: ParsableArguments {
        @Option(help: "optimizer steps; -1 for whole epochs")
        var numIterations = -1

        @Option(help: "times the mixture is read")
        var numEpochs = 1.0

        @Option(help: "rows a micro-batch")
        var deviceBatchSize = Stage.deviceBatchSize

        @Option(
            help:
                "tokens of one optimizer step; -1 derives them, where fine-tuning, from --target-examples-per-step"
        )
        var totalBatchSize = Stage.totalBatchSize
    }

    /// How weights move.
    struct Optimization: ParsableArguments {
        @OptionGroup var rates: RateOptions

        @Option(name: .customLong("init-lr-frac"), help: "factor on the learning rates")
        var initLRFrac = Stage.initLRFrac

        @Option(help: "gradient clipping norm; 0 for none")
        var gradClip = 0.0

        @Option(help: "share of the steps in which learning rates fall")
        var warmdownRatio = Stage.warmdownRatio
    }

    /// When a run is measured and saved.
    struct Record: ParsableArguments {
        @Option(help: "steps between validations; -1 only at the end")
        var evalEvery = Stage.evalEvery

        @OptionGroup var validationSize: ValidationSizeOptions

        @Option(
            help: "steps between evaluations of the chat tasks; 0 only at the end, -1 never")
        var evalMetricsEvery = Stage.metricsEvery

        @Option(help: "examples of each task, at most")
        var evalMetricsMaxProblems = 1024

        @Option(
            name: .customLong("chatcore-every"),
            help:
                "steps between evaluations of ChatCORE's six tasks; 0 only at the end, -1 never")
        var chatCOREEvery = -1

        @Option(
            name: .customLong("chatcore-max-cat"),
            help: "questions of each categorical task of ChatCORE; -1 for all")
        var chatCOREMaxCategorical = -1

        @Option(
            name: .customLong("chatcore-max-sample"),
            help: "questions of each generative task of ChatCORE; -1 for all")
        var chatCOREMaxGenerative = 24

        @OptionGroup var sandbox: SandboxOptions

        @Option(help: "steps between samples; -1 only at the end")
        var sampleEvery = -1

        @Option(help: "steps between checkpoints; -1 only at the end")
        var saveEvery = 500

        @OptionGroup var checkpoints: CheckpointOptions
    }

    @OptionGroup(title: "Parent") var parent: ParentOptions
    @OptionGroup(title: "Data") var data: Data
    @OptionGroup(title: "Horizon and batch") var horizon: Horizon
    @OptionGroup(title: "Optimizer") var optimization: Optimization
    @OptionGroup(title: "Record") var record: Record
    @OptionGroup(title: "Research log") var logging: LoggingOptions
    @OptionGroup(title: "Machine") var machine: TrainingMachineOptions
}
