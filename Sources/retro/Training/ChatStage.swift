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

/// Midtraining or fine-tuning, from the options to the run.
struct ChatStage {
    let options: ChatStageOptions
    let given: Options
    let world: World

    /// Trains, or says what that would cost.
    func run() throws -> ExitCode {
        let compute = try ComputeSettings(given, in: world)
        let beginning = try StageBeginning(
            given, phase: options.phase, defaultSource: options.defaultSource, in: world)
        world.signals.hold { _ in
            world.say("\nstopping after this step; again to stop at once", given)
        }
        let seed = Seed(given[Common.seed])
        let (parts, heldOut) = try MixtureOptions.open(
            options.shares(given), given, seed: seed["mixture"], in: world)
        let mixture = Mixture(parts, seed: seed["mixture"])
        guard mixture.count > 0 else {
            throw CommandError.invalid(
                "the mixture holds no conversation; name some by --data or --mixture.")
        }
        let experiment = try experiment(beginning, mixture, heldOut, dtype: compute.dtype)
        if given[Common.dryRun] { return try RunPlan.show(experiment, compute, world, given) }
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        let step = given[BaseOptions.resumeFromStep]
        let run = StageRun(
            world: world, options: given, experiment: experiment, tokenizer: beginning.tokenizer,
            data: ChatSides(
                mixture: mixture, heldOut: heldOut, supervision: options.supervision),
            directory: beginning.directory, device: compute.device, peakFLOPs: peak,
            resumeFrom: step >= 0 ? step : nil, parent: beginning.parent,
            sample: { run, model, step in run.answerQuestions(with: model, step: step) },
            evaluate: { run, model, step in try run.tryChatTasks(model, step) },
            tryChatCORE: { run, model, step in try run.tryChatCORE(model, step) })
        return try run.performAndTell()
    }

    /// The run that the options describe, over a parent and a mixture.
    private func experiment(
        _ beginning: StageBeginning, _ mixture: Mixture, _ heldOut: [any ConversationSource],
        dtype: DType
    ) throws -> Experiment {
        let rowCount = given[options.deviceBatchSize]
        guard rowCount > 0 else {
            throw CommandError.invalid("--device-batch-size must be at least 1.")
        }
        var experiment = Experiment(
            model: beginning.model, schedule: LearningRateSchedule(stepCount: 1),
            deviceBatchSize: rowCount, totalBatchSize: 0,
            tokenizerHash: beginning.tokenizer.hash,
            dataHash: ContentHash(
                of: Array(
                    ([mixture.fingerprint] + heldOut.map(\.fingerprint)).map(\.hex)
                        .joined(separator: "\n").utf8)))
        experiment.phase = options.phase
        experiment.direction = beginning.direction
        experiment.directionMix = given[BaseOptions.directionMix]
        setRates(of: &experiment)
        experiment.evalEvery = max(0, given[options.evalEvery])
        experiment.evalTokens = given[BaseOptions.evalTokens]
        experiment.sampleEvery = max(0, given[options.sampleEvery])
        experiment.saveEvery = max(0, given[options.saveEvery])
        experiment.keepCheckpoints = max(0, given[BaseOptions.keepCheckpoints])
        BaseOptions.setLogging(of: &experiment, given)
        experiment.seed = given[Common.seed]
        experiment.dtype = dtype.name
        experiment.validationFraction = given[MixtureOptions.validationFraction]
        var stage = StageSettings(
            parent: beginning.parent.settings, supervision: options.supervision,
            mixture: mixture.parts.map {
                StageSettings.Share(
                    name: $0.source.name, count: $0.count, fingerprint: $0.source.fingerprint)
            })
        if let evalSteps = options.evalSteps {
            guard given[evalSteps] > 0 else {
                throw CommandError.invalid("--eval-steps must be at least 1.")
            }
            stage.validationCount = given[evalSteps] * rowCount
        }
        experiment.stage = stage
        if given[options.metricsEvery] >= 0, hasTaskFiles() {
            experiment.taskMetrics = TaskMetricSettings(
                every: given[options.metricsEvery],
                maximumProblems: given[options.metricsMaxProblems])
        }
        if given[options.chatCOREEvery] >= 0 {
            // Every file is opened before the first step.
            for task in ChatTask.core { try task.check(given, in: world) }
            func limit(_ count: Int) -> Int? { count > 0 ? count : nil }
            experiment.chatCORE = ChatCoreSettings(
                every: given[options.chatCOREEvery],
                maximumLetters: limit(given[options.chatCOREMaxCat]),
                maximumWritten: limit(given[options.chatCOREMaxSample]))
        }
        try setHorizon(of: &experiment, mixture, beginning.tokenizer)
        try experiment.validate()
        return experiment
    }

    /// Whether the tasks that are tried in training are there; where not, that is said.
    private func hasTaskFiles() -> Bool {
        let files = BenchmarkFiles(given, in: world)
        let missing = StageRun.triedTasks.compactMap(\.file).filter { !files.has($0) }
        for name in missing {
            world.say(
                "chat tasks are not tried: there is no '\(files.path(of: name))'; fetch it with "
                    + "'retro data fetch \(name.dataset)' or name its folder by --benchmarks", given
            )
        }
        return missing.isEmpty
    }

    private func setRates(of experiment: inout Experiment) {
        let factor = given[options.initLRFrac]
        experiment.optimizer.embeddingLearningRate = given[BaseOptions.embeddingLR] * factor
        experiment.optimizer.unembeddingLearningRate = given[BaseOptions.unembeddingLR] * factor
        experiment.optimizer.matrixLearningRate = given[BaseOptions.matrixLR] * factor
        experiment.optimizer.weightDecay = given[BaseOptions.weightDecay]
        experiment.optimizer.gradientClip = given[options.gradClip]
        experiment.schedule.warmdownRatio = given[options.warmdownRatio]
        // The recipe lets the momentum climb in base and midtraining only.
        if options.phase == .sft { experiment.schedule.momentumWarmupSteps = 0 }
    }

    /// Tokens of a step and number of steps. Where they depend on how the mixture packs, its first epoch is
    /// planned once.
    private func setHorizon(
        of experiment: inout Experiment, _ mixture: Mixture, _ tokenizer: Tokenizer
    ) throws {
        let rowTokens = experiment.deviceBatchSize * experiment.model.contextLength
        experiment.totalBatchSize = given[options.totalBatchSize]
        let iterations = given[options.numIterations]
        let needsPlan = experiment.totalBatchSize <= 0 || iterations <= 0
        var rowCount = 0
        if needsPlan {
            let layout = ChatSides.layout(of: experiment, supervision: options.supervision)
            let stream = try ChatStream(
                mixture, tokenizer: tokenizer, layout: layout,
                seed: Seed(experiment.seed)["conversations"])
            let progress = world.progress(
                "planning", total: mixture.count, unit: .things("conversations"), given)
            rowCount = try stream.rowCount { progress.advance(to: $0) }
            progress.finish(at: mixture.count)
        }
        if experiment.totalBatchSize <= 0, let targetExamples = options.targetExamples {
            let target = given[targetExamples]
            guard target > 0 else {
                throw CommandError.invalid("--target-examples-per-step must be at least 1.")
            }
            let rows = Double(target) * Double(rowCount) / Double(mixture.count)
            var batches = Int((rows / Double(experiment.deviceBatchSize)).rounded())
            // Whole micro-batches that alternate between the readings come in pairs.
            if experiment.direction == .bidirectional && experiment.directionMix == .batches {
                batches += batches % 2
            }
            experiment.totalBatchSize = max(1, batches) * rowTokens
        }
        experiment.schedule.stepCount = iterations
        if iterations <= 0 {
            let rowsPerStep = max(
                1, experiment.totalBatchSize / max(1, experiment.model.contextLength))
            let epochs = given[options.numEpochs]
            guard epochs > 0 else { throw CommandError.invalid("--num-epochs must be above 0.") }
            experiment.schedule.stepCount = max(
                1, Int((epochs * Double(rowCount) / Double(rowsPerStep)).rounded(.down)))
        }
    }
}
