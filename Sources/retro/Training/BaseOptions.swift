public import Arguments
public import Corpus
import Foundation
import Journal
public import Language
import Models
import Provenance
import Tensors
import Training

extension Direction: OptionValue {}
extension DirectionMix: OptionValue {}
extension Packing: OptionValue {}
extension Crop: OptionValue {}

/// The flags of `base-train`: nanochat's names and defaults where the feature is nanochat's.
enum BaseOptions {
    static let direction = Option(
        "direction", default: Direction.forward, "which way the model reads")
    static let directionMix = Option(
        "direction-mix", default: DirectionMix.rows,
        "how a bidirectional run shares its rows between the readings")
    static let depth = Option("depth", default: 20, "layers; the width and the heads follow")
    static let aspectRatio = Option("aspect-ratio", default: 64, "width for each layer of depth")
    static let headDim = Option("head-dim", default: 128, "width of one attention head, at most")
    static let maxSeqLen = Option("max-seq-len", default: 2048, "positions a row")
    static let numIterations = Option(
        "num-iterations", default: -1, "optimizer steps; -1 derives them from the next two")
    static let targetFLOPs = Option(
        "target-flops", default: -1.0, "floating-point operations to spend; -1 for no such target")
    static let targetRatio = Option(
        "target-param-data-ratio", default: 20.0, "tokens for each parameter")
    static let deviceBatchSize = Option("device-batch-size", default: 32, "rows a micro-batch")
    static let totalBatchSize = Option(
        "total-batch-size", default: 524_288, "tokens of one optimizer step")
    static let embeddingLR = Option("embedding-lr", default: 0.2, "AdamW on the embedding")
    static let unembeddingLR = Option("unembedding-lr", default: 0.004, "AdamW on the head")
    static let weightDecay = Option("weight-decay", default: 0.0, "decay of what AdamW trains")
    static let matrixLR = Option("matrix-lr", default: 0.02, "Muon on the blocks' matrices")
    static let gradClip = Option(
        "grad-clip", default: 1.0, "bound of the global gradient norm; 0 for none")
    static let warmupRatio = Option("warmup-ratio", default: 0.0, "share of steps that climb")
    static let warmdownRatio = Option("warmdown-ratio", default: 0.2, "share of steps that fall")
    static let finalLRFrac = Option(
        "final-lr-frac", default: 0.0, "what the learning rates fall to")
    static let resumeFromStep = Option(
        "resume-from-step", default: -1, "checkpoint to go on from; -1 for the newest")
    static let evalEvery = Option(
        "eval-every", default: 250, "steps between validations; -1 only at the end")
    static let evalTokens = Option(
        "eval-tokens", default: 20 * 524_288, "text tokens of the matched validation")
    static let sampleEvery = Option(
        "sample-every", default: 2000, "steps between samples; -1 only at the end")
    static let saveEvery = Option(
        "save-every", default: 1000, "steps between checkpoints; -1 only at the end")
    static let keepCheckpoints = Option(
        "keep-checkpoints", default: 2, "checkpoints to keep, newest first; 0 for all")
    static let statisticsEvery = Option(
        "log-gradients-every", default: 100,
        "steps between gradient and activation statistics; 0 for none")
    static let positionsEvery = Option(
        "log-positions-every", default: 10, "steps between losses by position; 0 for none")
    static let tokensEvery = Option(
        "log-tokens-every", default: 100,
        "steps between losses and predictions of every token of a micro-batch; 0 for none")
    static let attentionWindows = Option(
        "log-attention-windows", default: 32,
        "windows at whose attention each validation looks; -1 for all, 0 for none")
    /// How often what is logged, and who else is told.
    static let logging = [
        statisticsEvery.row, positionsEvery.row, tokensEvery.row, attentionWindows.row,
        Trackers.names.row, Trackers.project.row,
    ]

    /// Sets what is logged as the options say.
    static func setLogging(of experiment: inout Experiment, _ options: Options) {
        experiment.statisticsEvery = max(0, options[statisticsEvery])
        experiment.positionsEvery = max(0, options[positionsEvery])
        experiment.logging = LoggingSettings(
            tokensEvery: max(0, options[tokensEvery]),
            attentionWindows: max(-1, options[attentionWindows]))
    }
    static let coreMetricEvery = Option(
        "core-metric-every", default: 2000,
        "steps between trials of CORE, and at the end; -1 for none")
    static let coreMetricMaxPerTask = Option(
        "core-metric-max-per-task", default: 500, "items of each task of CORE")
    static let modelTag = Option<String?>(
        "model-tag", default: nil, "name of the run; by default dDEPTH_DIRECTION")
    static let packing = Option(
        "packing", default: Packing.matched, "how documents become rows")
    static let crop = Option(
        "crop", default: Crop.head, "which piece of a document bestfit-crop keeps")
    static let device = Option("device", default: "cpu", "cpu, cuda or mps")
    static let dtype = Option<String?>(
        "dtype", default: nil,
        "float32 or bfloat16; by default bfloat16 where the processor multiplies it")
    static let validationData = Option<[Path]>(
        "val-data", default: [], "shards to validate on; by default a share of the documents")
    static let validationFraction = Option(
        "val-fraction", default: 0.01, "share of the documents held out for validation")

    static let groups = [
        OptionGroup(
            "Model",
            [
                direction.row, depth.row, aspectRatio.row, headDim.row, maxSeqLen.row,
            ]),
        OptionGroup(
            "Data",
            [
                validationData.row, validationFraction.row, Common.tokenizer.row, packing.row,
                crop.row, directionMix.row,
            ] + ShardChoice.rows),
        OptionGroup(
            "Horizon and batch",
            [
                numIterations.row, targetFLOPs.row, targetRatio.row, deviceBatchSize.row,
                totalBatchSize.row,
            ]),
        OptionGroup(
            "Optimizer",
            [
                embeddingLR.row, unembeddingLR.row, matrixLR.row, weightDecay.row, gradClip.row,
                warmupRatio.row, warmdownRatio.row, finalLRFrac.row,
            ]),
        OptionGroup(
            "Record",
            [
                evalEvery.row, evalTokens.row, sampleEvery.row, saveEvery.row,
                keepCheckpoints.row,
                coreMetricEvery.row, coreMetricMaxPerTask.row, BundleChoice.folder.row,
                BundleChoice.baselines.row, resumeFromStep.row, modelTag.row,
                Common.runDirectory.row,
                Common.home.row,
            ]),
        OptionGroup("Research log", logging),
        OptionGroup(
            "Machine",
            [device.row, dtype.row, Common.threads.row, Common.seed.row, Common.dryRun.row]),
        Common.writing,
    ]

    /// The run that the options describe, over a tokenizer and a corpus.
    static func experiment(
        _ options: Options, vocabularySize: Int, tokenizerHash: ContentHash, dataHash: ContentHash,
        dtype: DType
    ) throws -> Experiment {
        let model = try ModelConfiguration(
            depth: options[depth], vocabularySize: vocabularySize,
            contextLength: options[maxSeqLen], aspectRatio: options[aspectRatio],
            headWidth: options[headDim])
        func given<Value: SignedNumeric & Comparable>(_ value: Value) -> Value? {
            value > 0 ? value : nil
        }
        let schedule = LearningRateSchedule(
            stepCount: Experiment.stepCount(
                iterations: given(options[numIterations]), targetFLOPs: given(options[targetFLOPs]),
                tokensPerParameter: options[targetRatio], model: model,
                totalBatchSize: options[totalBatchSize]),
            warmupRatio: options[warmupRatio], warmdownRatio: options[warmdownRatio],
            finalFraction: options[finalLRFrac])
        var experiment = Experiment(
            model: model, schedule: schedule, deviceBatchSize: options[deviceBatchSize],
            totalBatchSize: options[totalBatchSize], tokenizerHash: tokenizerHash,
            dataHash: dataHash)
        experiment.direction = options[direction]
        experiment.directionMix = options[directionMix]
        experiment.packing = options[packing]
        experiment.crop = options[crop]
        experiment.optimizer.embeddingLearningRate = options[embeddingLR]
        experiment.optimizer.unembeddingLearningRate = options[unembeddingLR]
        experiment.optimizer.matrixLearningRate = options[matrixLR]
        experiment.optimizer.weightDecay = options[weightDecay]
        experiment.optimizer.gradientClip = options[gradClip]
        experiment.evalEvery = max(0, options[evalEvery])
        experiment.evalTokens = options[evalTokens]
        experiment.sampleEvery = max(0, options[sampleEvery])
        experiment.saveEvery = max(0, options[saveEvery])
        experiment.keepCheckpoints = max(0, options[keepCheckpoints])
        setLogging(of: &experiment, options)
        if options[coreMetricEvery] >= 0 {
            experiment.taskMetrics = TaskMetricSettings(
                every: options[coreMetricEvery], maximumProblems: options[coreMetricMaxPerTask])
        }
        experiment.seed = options[Common.seed]
        experiment.dtype = dtype.name
        experiment.validationFraction = options[validationFraction]
        try experiment.validate()
        return experiment
    }
}
