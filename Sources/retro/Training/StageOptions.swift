public import Arguments
public import Corpus
import Foundation
import Journal
public import Language
import Provenance
import Tensors
import Training

extension Direction: OptionValue {}
extension DirectionMix: OptionValue {}
extension Packing: OptionValue {}
extension Crop: OptionValue {}

/// Device, dtype and threads.
struct ComputeOptions: ParsableArguments {
    @Option(help: "cpu, cuda or mps")
    var device = "cpu"

    @Option(
        help: "float32 or bfloat16; by default bfloat16 where the processor multiplies it")
    var dtype: String?

    @OptionGroup var threads: ThreadOptions
}

/// The machine that a stage trains on, and its random streams.
struct TrainingMachineOptions: ParsableArguments {
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var dryRun: DryRunOptions
}

/// How a bidirectional run shares its rows.
struct DirectionMixOptions: ParsableArguments {
    @Option(help: "how a bidirectional run shares its rows between the readings")
    var directionMix = DirectionMix.rows
}

/// Learning rates and decay, before a stage's own factor.
struct RateOptions: ParsableArguments {
    @Option(name: .customLong("embedding-lr"), help: "AdamW on the embedding")
    var embeddingLR = 0.2

    @Option(name: .customLong("unembedding-lr"), help: "AdamW on the head")
    var unembeddingLR = 0.004

    @Option(name: .customLong("matrix-lr"), help: "Muon on the blocks' matrices")
    var matrixLR = 0.02

    @Option(help: "decay of what AdamW trains")
    var weightDecay = 0.0

    /// Sets the rates of a run, each times `factor`.
    func set(_ optimizer: inout OptimizerSettings, factor: Double = 1) {
        optimizer.embeddingLearningRate = embeddingLR * factor
        optimizer.unembeddingLearningRate = unembeddingLR * factor
        optimizer.matrixLearningRate = matrixLR * factor
        optimizer.weightDecay = weightDecay
    }
}

/// Which checkpoints stay, and where a run goes on.
struct CheckpointOptions: ParsableArguments {
    @Option(help: "checkpoints to keep, newest first; 0 for all")
    var keepCheckpoints = 2

    @Option(help: "checkpoint to go on from; -1 for the newest")
    var resumeFromStep = -1

    @Option(
        help: ArgumentHelp(
            "folder of the run, instead of one under HOME named by its tag", valueName: "DIR"))
    var runDir: Path?

    /// The step to go on from; nil for the newest.
    var resumeStep: Int? { resumeFromStep >= 0 ? resumeFromStep : nil }
}

/// Text tokens of the matched validation.
struct ValidationSizeOptions: ParsableArguments {
    @Option(help: "text tokens of the matched validation")
    var evalTokens = 20 * 524_288
}

/// What the research log holds, and how often.
struct LoggingOptions: ParsableArguments {
    @Option(help: "steps between gradient and activation statistics; 0 for none")
    var logGradientsEvery = 100

    @Option(help: "steps between losses by position; 0 for none")
    var logPositionsEvery = 10

    @Option(
        help:
            "steps between losses and predictions of every token of a micro-batch; 0 for none")
    var logTokensEvery = 100

    @Option(help: "windows at whose attention each validation looks; -1 for all, 0 for none")
    var logAttentionWindows = 32

    @OptionGroup var trackers: TrackerOptions

    /// Sets what a run logs.
    func set(_ experiment: inout Experiment) {
        experiment.statisticsEvery = max(0, logGradientsEvery)
        experiment.positionsEvery = max(0, logPositionsEvery)
        experiment.logging = LoggingSettings(
            tokensEvery: max(0, logTokensEvery),
            attentionWindows: max(-1, logAttentionWindows))
    }
}
