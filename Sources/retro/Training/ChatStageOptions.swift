import Arguments
import Corpus
import Journal
import Language
import Models
import Provenance
import Tensors
import Training

/// The flags that midtraining and fine-tuning share, with each stage's own defaults: nanochat's where the
/// feature is nanochat's.
struct ChatStageOptions {
    let phase: Phase
    /// The stage whose model is taken where none is named.
    let defaultSource: Phase
    let supervision: Supervision
    let mixture: Option<[MixtureShare]>
    let numIterations = Option(
        "num-iterations", default: -1, "optimizer steps; -1 for whole epochs")
    let numEpochs = Option("num-epochs", default: 1.0, "times the mixture is read")
    let deviceBatchSize: Option<Int>
    let totalBatchSize: Option<Int>
    let targetExamples: Option<Int>?
    let initLRFrac: Option<Double>
    let warmdownRatio: Option<Double>
    let evalEvery: Option<Int>
    let evalSteps: Option<Int>?
    let metricsEvery: Option<Int>
    let metricsMaxProblems = Option(
        "eval-metrics-max-problems", default: 1024, "examples of each task, at most")
    let chatCOREEvery = Option(
        "chatcore-every", default: -1,
        "steps between trials of ChatCORE's six tasks; 0 only at the end, -1 never")
    let chatCOREMaxCat = Option(
        "chatcore-max-cat", default: -1,
        "questions of each task of ChatCORE with letters to choose from; -1 for all")
    let chatCOREMaxSample = Option(
        "chatcore-max-sample", default: 24,
        "questions of each task of ChatCORE with written answers; -1 for all")
    let saveEvery = Option(
        "save-every", default: 500, "steps between checkpoints; -1 only at the end")
    let sampleEvery = Option(
        "sample-every", default: -1, "steps between samples; -1 only at the end")
    let gradClip = Option(
        "grad-clip", default: 0.0, "bound of the global gradient norm; 0 for none")

    /// Midtraining: every token of a large mixture is learnt, at the rates of base training.
    static let mid = ChatStageOptions(
        phase: .mid, defaultSource: .base, supervision: .everything,
        mixture: Option(
            "mixture",
            default: [
                MixtureShare(.smoltalk), MixtureShare(.mmlu), MixtureShare(.gsm8k),
                MixtureShare(.simpleSpelling, .count(200_000)),
                MixtureShare(.spellingBee, .count(80_000)),
            ], mixtureHelp),
        deviceBatchSize: Option("device-batch-size", default: 32, "rows a micro-batch"),
        totalBatchSize: Option(
            "total-batch-size", default: 524_288, "tokens of one optimizer step"),
        targetExamples: nil,
        initLRFrac: Option("init-lr-frac", default: 1.0, "factor on the learning rates"),
        warmdownRatio: Option("warmdown-ratio", default: 0.2, "share of steps that fall"),
        evalEvery: Option(
            "eval-every", default: 150, "steps between validations; -1 only at the end"),
        evalSteps: nil,
        metricsEvery: Option(
            "eval-metrics-every", default: -1,
            "steps between trials of the chat tasks; 0 only at the end, -1 never"))

    /// Fine-tuning: the assistant's tokens of a small mixture, at rates that fall from the start.
    static let sft = ChatStageOptions(
        phase: .sft, defaultSource: .mid, supervision: .assistant,
        mixture: Option(
            "mixture",
            default: [
                MixtureShare(.arcEasy), MixtureShare(.arcChallenge), MixtureShare(.gsm8k),
                MixtureShare(.smoltalk, .count(10_000)), MixtureShare(.simpleSpelling, .count(300)),
                MixtureShare(.spellingBee, .count(300)),
            ], mixtureHelp),
        deviceBatchSize: Option("device-batch-size", default: 4, "rows a micro-batch"),
        totalBatchSize: Option(
            "total-batch-size", default: -1,
            "tokens of one optimizer step; -1 derives them from --target-examples-per-step"),
        targetExamples: Option(
            "target-examples-per-step", default: 32,
            "conversations of one optimizer step, about"),
        initLRFrac: Option("init-lr-frac", default: 0.02, "factor on the learning rates"),
        warmdownRatio: Option("warmdown-ratio", default: 1.0, "share of steps that fall"),
        evalEvery: Option(
            "eval-every", default: 100, "steps between validations; -1 only at the end"),
        evalSteps: Option(
            "eval-steps", default: 100, "validation conversations, in micro-batches"),
        metricsEvery: Option(
            "eval-metrics-every", default: 200,
            "steps between trials of the chat tasks; 0 only at the end, -1 never"))

    private static let mixtureHelp =
        "sources and shares: jsonl=FILE, smoltalk, mmlu, arc-easy, arc-challenge, gsm8k, "
        + "simple-spelling, spelling-bee, arithmetic; @3x for three times an epoch, @2000 for so many; FILE "
        + "where it is not in --benchmarks"

    /// The command's table.
    var groups: [OptionGroup] {
        [
            OptionGroup(
                "Parent",
                [
                    ModelChoice.source.row, ModelChoice.modelTag.row, ModelChoice.step.row,
                    ModelChoice.checkpoint.row, StageBeginning.direction.row,
                    StageBeginning.maxSeqLen.row, Common.tokenizer.row, Common.home.row,
                ]),
            OptionGroup(
                "Data",
                [
                    Common.data.row, mixture.row, MixtureOptions.validationData.row,
                    MixtureOptions.validationFraction.row, BenchmarkFiles.folder.row,
                    MixtureOptions.words.row, BaseOptions.directionMix.row,
                ]),
            OptionGroup(
                "Horizon and batch",
                [
                    numIterations.row, numEpochs.row, deviceBatchSize.row, totalBatchSize.row,
                ] + (targetExamples.map { [$0.row] } ?? [])),
            OptionGroup(
                "Optimizer",
                [
                    BaseOptions.embeddingLR.row, BaseOptions.unembeddingLR.row,
                    BaseOptions.weightDecay.row, BaseOptions.matrixLR.row, initLRFrac.row,
                    gradClip.row, warmdownRatio.row,
                ]),
            OptionGroup(
                "Record",
                [
                    evalEvery.row, BaseOptions.evalTokens.row,
                ] + (evalSteps.map { [$0.row] } ?? []) + [
                    metricsEvery.row, metricsMaxProblems.row, chatCOREEvery.row,
                    chatCOREMaxCat.row, chatCOREMaxSample.row, ChatTask.unsafeExec.row,
                    sampleEvery.row, saveEvery.row,
                    BaseOptions.keepCheckpoints.row, BaseOptions.resumeFromStep.row,
                    StageBeginning.runTag.row, Common.runDirectory.row,
                ]),
            OptionGroup("Research log", BaseOptions.logging),
            OptionGroup(
                "Machine",
                [
                    BaseOptions.device.row, BaseOptions.dtype.row, Common.threads.row,
                    Common.seed.row, Common.dryRun.row,
                ]),
            Common.writing,
        ]
    }

    /// The sources that the options name: `--data` stands instead of the default mixture.
    func shares(_ options: Options) -> [MixtureShare] {
        let conversations = options[Common.data].map { MixtureShare(.jsonl, path: $0.string) }
        let given = options.isGiven(mixture) || conversations.isEmpty ? options[mixture] : []
        return given + conversations
    }
}
