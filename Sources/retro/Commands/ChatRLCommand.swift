import Arguments
import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Tensors
import Terminal
import Training

/// `retro chat-rl`: a chat model learns from rewards for its own answers.
enum ChatRLCommand {
    private static let task = Option(
        "task", default: RewardedTaskName.gsm8k, "what is asked and rewarded")
    private static let examplesPerStep = Option(
        "examples-per-step", default: 16, "questions of one step")
    private static let sampleCount = Option(
        "num-samples", default: 16, "answers sampled to each question")
    private static let deviceBatchSize = Option(
        "device-batch-size", default: 8, "rows a micro-batch")
    private static let maxNewTokens = Option(
        "max-new-tokens", default: 256, "tokens of an answer, at most")
    private static let temperature = Option(
        "temperature", default: 1.0, "divides the logits where answers are sampled")
    private static let topK = Option(
        "top-k", default: 50, "draw among so many likeliest tokens; 0 for all")
    private static let initLRFrac = Option(
        "init-lr-frac", default: 0.05, "factor on the learning rates, which fall from the start")
    private static let numEpochs = Option(
        "num-epochs", default: 1.0, "times the task is gone through")
    private static let numIterations = Option(
        "num-iterations", default: -1, "steps; -1 for whole epochs")
    private static let saveEvery = Option(
        "save-every", default: 60, "steps between checkpoints; -1 only at the end")
    private static let evalEvery = Option(
        "eval-every", default: 60, "steps between trials on held-out questions; -1 only at the end")
    private static let evalExamples = Option(
        "eval-examples", default: 400, "held-out questions of a trial, at most")
    private static let evalSamples = Option(
        "eval-samples", default: 8, "answers to each of them, for pass@k")
    private static let advantageStd = Option(
        "advantage-std", default: false,
        "divide advantages by the standard deviation of their group's rewards")
    private static let updatesPerStep = Option(
        "updates-per-step", default: 1, "optimizer updates that a step's samples are used for")
    private static let clipRange = Option(
        "clip-range", default: 0.2, "bound of probability ratios where there are several updates")
    private static let klWeight = Option(
        "kl-weight", default: 0.0, "weight of the divergence from the parent; 0 for none")
    private static let rolloutsEvery = Option(
        "rollouts-every", default: 10, "steps between records of all sampled texts; 0 for none")
    private static let gradClip = Option(
        "grad-clip", default: 0.0, "bound of the global gradient norm; 0 for none")

    static let command = Command<World>(
        "chat-rl", "Reinforce right answers: REINFORCE on the model's own samples.",
        details: """
            The direction and the tokenizer are the parent's. Rewards are computed on the text in \
            natural order. The run's folder is HOME/chatrl_checkpoints/TAG. Stopped by a signal it \
            saves and exits with 75; the same command goes on from there.
            """,
        examples: [
            Example("chat-rl --model-tag d20_backward", "GSM8K, as in the recipe"),
            Example(
                "chat-rl -g d4_forward --task arithmetic --num-iterations 100 --max-new-tokens 8",
                "small sums, on which a tiny model improves in minutes"),
        ],
        options: [
            OptionGroup(
                "Parent",
                [
                    ModelChoice.source.row, ModelChoice.modelTag.row, ModelChoice.step.row,
                    ModelChoice.checkpoint.row, StageBeginning.direction.row,
                    StageBeginning.maxSeqLen.row, Common.tokenizer.row, Common.home.row,
                ]),
            OptionGroup(
                "Task and samples",
                [
                    task.row, examplesPerStep.row, sampleCount.row, maxNewTokens.row,
                    temperature.row, topK.row, BenchmarkFiles.folder.row, MixtureOptions.words.row,
                ]),
            OptionGroup(
                "Horizon and optimizer",
                [
                    numEpochs.row, numIterations.row, deviceBatchSize.row,
                    BaseOptions.embeddingLR.row, BaseOptions.unembeddingLR.row,
                    BaseOptions.weightDecay.row, BaseOptions.matrixLR.row, initLRFrac.row,
                    gradClip.row, advantageStd.row, updatesPerStep.row, clipRange.row,
                    klWeight.row,
                ]),
            OptionGroup(
                "Record",
                [
                    evalEvery.row, evalExamples.row, evalSamples.row, saveEvery.row,
                    BaseOptions.keepCheckpoints.row, rolloutsEvery.row,
                    BaseOptions.resumeFromStep.row, StageBeginning.runTag.row,
                    Common.runDirectory.row,
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
    ) { world, options in
        let compute = try ComputeSettings(options, in: world)
        let beginning = try StageBeginning(
            options, phase: .rl, defaultSource: .sft, in: world)
        let seed = Seed(options[Common.seed])["questions"]
        let questions = try options[task].questions(
            forTraining: true, options, seed: seed, in: world)
        let heldOut = try options[task].questions(
            forTraining: false, options, seed: seed, in: world)
        let fingerprint = try options[task].fingerprint(options, seed: seed, in: world)
        let settings = settings(options)
        let experiment = try experiment(
            options, beginning, settings, questions, fingerprint, dtype: compute.dtype)
        if options[Common.dryRun] {
            return try RunPlan.show(experiment, compute, world, options)
        }
        world.signals.hold { _ in
            world.say("\nstopping after this step; again to stop at once", options)
        }
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        let step = options[BaseOptions.resumeFromStep]
        let samples = options[evalSamples]
        guard samples > 0 else { throw CommandError.invalid("--eval-samples must be at least 1.") }
        let run = StageRun(
            world: world, options: options, experiment: experiment,
            tokenizer: beginning.tokenizer,
            data: ReinforcementData(
                task: questions, fingerprint: fingerprint, settings: settings),
            directory: beginning.directory, device: compute.device, peakFLOPs: peak,
            resumeFrom: step >= 0 ? step : nil, parent: beginning.parent,
            sample: { _, _, _ in },
            evaluate: { run, model, step in
                try run.tryTask(heldOut, settings.generation, sampleCount: samples, model, step)
            })
        return try run.performAndTell()
    }

    private static func settings(_ options: Options) -> ReinforcementSettings {
        var settings = ReinforcementSettings(task: options[task].rawValue)
        settings.examplesPerStep = options[examplesPerStep]
        settings.samplesPerExample = options[sampleCount]
        settings.maximumCount = options[maxNewTokens]
        settings.temperature = options[temperature]
        settings.topK = options[topK]
        settings.scalesByDeviation = options[advantageStd]
        settings.updatesPerStep = options[updatesPerStep]
        settings.clipRange = options[clipRange]
        settings.divergenceWeight = options[klWeight]
        settings.rolloutsEvery = max(0, options[rolloutsEvery])
        return settings
    }

    private static func experiment(
        _ options: Options, _ beginning: StageBeginning, _ settings: ReinforcementSettings,
        _ questions: any GradedTask, _ fingerprint: ContentHash, dtype: DType
    ) throws -> Experiment {
        let rowCount = options[deviceBatchSize]
        guard rowCount > 0 else {
            throw CommandError.invalid("--device-batch-size must be at least 1.")
        }
        if beginning.direction == .bidirectional, !settings.examplesPerStep.isMultiple(of: 2) {
            throw CommandError.invalid(
                "--examples-per-step must be even: every other question is answered backward.")
        }
        var stepCount = options[numIterations]
        if stepCount <= 0 {
            guard options[numEpochs] > 0 else {
                throw CommandError.invalid("--num-epochs must be above 0.")
            }
            let asked = options[numEpochs] * Double(questions.count)
            stepCount = max(1, Int(asked / Double(max(1, settings.examplesPerStep))))
        }
        var schedule = LearningRateSchedule(stepCount: stepCount, warmdownRatio: 1)
        schedule.momentumWarmupSteps = 0
        let rowTokens = rowCount * beginning.model.contextLength
        var experiment = Experiment(
            model: beginning.model, schedule: schedule, deviceBatchSize: rowCount,
            // What a step may learn from, at most: answers that differ, each a row.
            totalBatchSize: rowTokens
                * max(1, settings.examplesPerStep * settings.samplesPerExample / rowCount),
            tokenizerHash: beginning.tokenizer.hash, dataHash: fingerprint)
        experiment.phase = .rl
        experiment.direction = beginning.direction
        let factor = options[initLRFrac]
        experiment.optimizer.embeddingLearningRate = options[BaseOptions.embeddingLR] * factor
        experiment.optimizer.unembeddingLearningRate = options[BaseOptions.unembeddingLR] * factor
        experiment.optimizer.matrixLearningRate = options[BaseOptions.matrixLR] * factor
        experiment.optimizer.weightDecay = options[BaseOptions.weightDecay]
        experiment.optimizer.gradientClip = options[gradClip]
        experiment.evalEvery = 0
        experiment.sampleEvery = 0
        experiment.saveEvery = max(0, options[saveEvery])
        experiment.keepCheckpoints = max(0, options[BaseOptions.keepCheckpoints])
        BaseOptions.setLogging(of: &experiment, options)
        experiment.seed = options[Common.seed]
        experiment.dtype = dtype.name
        var stage = StageSettings(
            parent: beginning.parent.settings, supervision: .assistant,
            mixture: [
                StageSettings.Share(
                    name: questions.name, count: questions.count, fingerprint: fingerprint)
            ])
        stage.reinforcement = settings
        experiment.stage = stage
        experiment.taskMetrics = TaskMetricSettings(
            every: max(0, options[evalEvery]), maximumProblems: options[evalExamples])
        try experiment.validate()
        return experiment
    }
}

extension StageRun {
    /// Tries held-out questions in the model's own readings, keeps the results, and gives pass@1 and, of several
    /// samples, pass@k.
    func tryTask(
        _ task: any GradedTask, _ settings: GenerationSettings, sampleCount: Int, _ model: GPT,
        _ step: Int
    ) throws -> [(name: String, value: Double)] {
        let limit = experiment.taskMetrics?.maximumProblems ?? task.count
        let evaluation = GenerativeEvaluation(
            ChatGeneration(model, direction: experiment.direction, tokenizer: tokenizer),
            settings: settings, sampleCount: sampleCount,
            seed: Seed(experiment.seed)["evaluation"])
        var scalars: [(name: String, value: Double)] = []
        for reading in experiment.direction.readings {
            let total = min(limit, task.count)
            let progress = world.progress(
                "\(task.name) \(reading.rawValue)", total: total, unit: .things("questions"),
                options)
            let result = try evaluation.result(
                task,
                TaskResult.Setting(
                    phase: experiment.phase.rawValue, step: step, direction: experiment.direction),
                reading: reading, limit: limit, progress: { progress.advance(to: $0) })
            progress.finish(at: total)
            try keep(result.encoded(), as: "\(task.name).json", reading)
            let name =
                experiment.direction == .bidirectional
                ? "\(task.name)_\(reading.rawValue)" : task.name
            let passes = result.passAtK ?? ["1": result.accuracy.value]
            let found = (sampleCount > 1 ? [1, sampleCount] : [1]).compactMap { k in
                passes[String(k)].map { (name: "\(name)_pass@\(k)", value: $0) }
            }
            scalars += found
            let shown = found.map { "\($0.name) \(String(format: "%.3f", $0.value))" }
            world.say("  step \(step): \(shown.joined(separator: ", "))", options)
        }
        return scalars
    }
}
