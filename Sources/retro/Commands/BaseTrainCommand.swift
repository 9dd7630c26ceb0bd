import Arguments
import Corpus
import Foundation
import Journal
import Language
import Models
import Provenance
import Tensors
import Terminal
import Training

/// `retro base-train`: pretraining from nothing, in any direction.
///
/// The flags have nanochat's names and defaults where the feature is nanochat's.
struct BaseTrain: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "base-train",
        abstract: "Pretrain a model forward, backward or bidirectionally.",
        discussion: """
            The run's folder is HOME/base_checkpoints/TAG. Stopped by a signal it saves and exits with \
            75; the same command goes on from there.
            """,
        examples: [
            Example(
                "base-train --data text/*.jsonl.zst --direction backward --depth 4 --max-seq-len 256 "
                    + "--device-batch-size 32 --total-batch-size 16384 --num-iterations 600 --eval-tokens 200000",
                "a small model on 9.8 M tokens, about 35 minutes on one core"),
            Example(
                "base-train --depth 20 --direction forward --device cuda",
                "the recipe's d20 on 11 billion tokens: a day or more on one GPU"),
            Example("base-train --depth 6 --data text --dry-run", "what a d6 would cost here"),
        ])

    /// The shape of the model.
    struct Model: ParsableArguments {
        @Option(help: "which way the model reads")
        var direction = Direction.forward

        @Option(help: "layers; the width and the heads follow")
        var depth = 20

        @Option(help: "width for each layer of depth")
        var aspectRatio = 64

        @Option(help: "width of one attention head, at most")
        var headDim = 128

        @Option(help: "positions a row")
        var maxSeqLen = 2048
    }

    /// What is learnt from.
    struct Data: ParsableArguments {
        @OptionGroup var validation: ValidationTextOptions
        @OptionGroup var tokenizer: TokenizerOptions

        @Option(help: "how documents become rows")
        var packing = Packing.matched

        @Option(help: "which piece of a document bestfit-crop keeps")
        var crop = Crop.head

        @OptionGroup var mix: DirectionMixOptions
        @OptionGroup var text: TextOptions
    }

    /// How long, and how much at once.
    struct Horizon: ParsableArguments {
        @Option(help: "optimizer steps; -1 derives them from the next two")
        var numIterations = -1

        @Option(
            name: .customLong("target-flops"),
            help: "floating-point operations to spend; -1 for no such target")
        var targetFLOPs = -1.0

        @Option(help: "tokens for each parameter")
        var targetParamDataRatio = 20.0

        @Option(help: "rows a micro-batch")
        var deviceBatchSize = 32

        @Option(help: "tokens of one optimizer step")
        var totalBatchSize = 524_288
    }

    /// How weights move.
    struct Optimization: ParsableArguments {
        @OptionGroup var rates: RateOptions

        @Option(help: "gradient clipping norm; 0 for none")
        var gradClip = 1.0

        @Option(help: "share of the steps in which learning rates rise")
        var warmupRatio = 0.0

        @Option(help: "share of the steps in which learning rates fall")
        var warmdownRatio = 0.2

        @Option(
            name: .customLong("final-lr-frac"), help: "what the learning rates fall to")
        var finalLRFrac = 0.0
    }

    /// When a run is measured and saved.
    struct Record: ParsableArguments {
        @Option(help: "steps between validations; -1 only at the end")
        var evalEvery = 250

        @OptionGroup var validationSize: ValidationSizeOptions

        @Option(help: "steps between samples; -1 only at the end")
        var sampleEvery = 2000

        @Option(help: "steps between checkpoints; -1 only at the end")
        var saveEvery = 1000

        @OptionGroup var core: CoreMetricOptions
        @OptionGroup var checkpoints: CheckpointOptions

        @Option(help: "name of the run; by default dDEPTH_DIRECTION")
        var modelTag: String?
    }

    @OptionGroup(title: "Model") var model: Model
    @OptionGroup(title: "Data") var data: Data
    @OptionGroup(title: "Horizon and batch") var horizon: Horizon
    @OptionGroup(title: "Optimizer") var optimization: Optimization
    @OptionGroup(title: "Record") var record: Record
    @OptionGroup(title: "Research log") var logging: LoggingOptions
    @OptionGroup(title: "Machine") var machine: TrainingMachineOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let compute = try ComputeSettings(machine.compute, in: world)
        let tokenizer = try Tokenizer(contentsOf: data.tokenizer.path(in: world))
        let home = data.tokenizer.home.path(in: world)
        var paths = data.text.data.map(world.resolved)
        let usual = home + "/base_data"
        if paths.isEmpty, FileManager.default.fileExists(atPath: usual) { paths = [usual] }
        guard !paths.isEmpty else {
            throw CommandError.invalid(
                "nothing to train on: name shards with --data, or make some with `retro data synth`."
            )
        }
        let split = try CorpusSplit(
            paths: paths, validationPaths: data.validation.valData.map(world.resolved),
            split: data.validation.split(), relativeTo: world.workingDirectory,
            options: data.text.shardOptions, spoolFolder: world.temporaryFolder)
        let experiment = try experiment(
            vocabularySize: tokenizer.vocabularySize, tokenizerHash: tokenizer.hash,
            dataHash: split.fingerprint, dtype: compute.dtype)
        if machine.dryRun.dryRun {
            return try RunPlan.show(experiment, compute, machine.dryRun.settings, world)
        }
        world.stopAfterStep()
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        let tag = record.modelTag ?? "d\(model.depth)_\(experiment.direction.rawValue)"
        let core = try CoreMetric(record.core, home: data.tokenizer.home, in: world)
        var run = StageRun(
            world: world, experiment: experiment, tokenizer: tokenizer,
            data: CorpusSides(
                training: split.training, validation: split.validation,
                fingerprint: split.fingerprint),
            directory: RunDirectory(
                path: record.checkpoints.runDir.map(world.absolute)
                    ?? "\(home)/base_checkpoints/\(tag)"),
            compute: compute, peakFLOPs: peak, trackers: logging.trackers,
            settings: machine.dryRun.settings,
            resumeFrom: record.checkpoints.resumeStep)
        if let core { run.evaluate = { try core.measure($0, $1, $2) } }
        return try run.performAndTell()
    }

    /// The run that the options describe, over a tokenizer and a corpus.
    private func experiment(
        vocabularySize: Int, tokenizerHash: ContentHash, dataHash: ContentHash, dtype: DType
    ) throws -> Experiment {
        let shape = try ModelConfiguration(
            depth: model.depth, vocabularySize: vocabularySize, contextLength: model.maxSeqLen,
            aspectRatio: model.aspectRatio, headWidth: model.headDim)
        func given<Value: SignedNumeric & Comparable>(_ value: Value) -> Value? {
            value > 0 ? value : nil
        }
        let schedule = LearningRateSchedule(
            stepCount: Experiment.stepCount(
                iterations: given(horizon.numIterations), targetFLOPs: given(horizon.targetFLOPs),
                tokensPerParameter: horizon.targetParamDataRatio, model: shape,
                totalBatchSize: horizon.totalBatchSize),
            warmupRatio: optimization.warmupRatio, warmdownRatio: optimization.warmdownRatio,
            finalFraction: optimization.finalLRFrac)
        var experiment = Experiment(
            model: shape, schedule: schedule, deviceBatchSize: horizon.deviceBatchSize,
            totalBatchSize: horizon.totalBatchSize, tokenizerHash: tokenizerHash,
            dataHash: dataHash)
        experiment.direction = model.direction
        experiment.directionMix = data.mix.directionMix
        experiment.packing = data.packing
        experiment.crop = data.crop
        optimization.rates.set(&experiment.optimizer)
        experiment.optimizer.gradientClip = optimization.gradClip
        experiment.evalEvery = max(0, record.evalEvery)
        experiment.evalTokens = record.validationSize.evalTokens
        experiment.sampleEvery = max(0, record.sampleEvery)
        experiment.saveEvery = max(0, record.saveEvery)
        experiment.keepCheckpoints = max(0, record.checkpoints.keepCheckpoints)
        logging.set(&experiment)
        experiment.taskMetrics = record.core.settings
        experiment.seed = machine.seed.seed
        experiment.dtype = dtype.name
        experiment.validationFraction = data.validation.valFraction
        try experiment.validate()
        return experiment
    }
}
