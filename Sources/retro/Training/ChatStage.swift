import Arguments
import Corpus
import Foundation
import Journal
import Language
import Models
import Provenance
import Runs
import Tensors
import Terminal
import Training

/// Midtraining or fine-tuning, from the options to the run.
struct ChatStage<Stage: ChatStageDefaults> {
    let options: ChatStageOptions<Stage>
    /// What only fine-tuning has.
    var fineTuning: FineTuningOptions?
    let world: World

    private var benchmarks: BenchmarkFiles {
        BenchmarkFiles(
            options.data.conversations.benchmarks, home: options.parent.model.tokenizer.home,
            in: world)
    }

    /// Trains, or says what that would cost.
    func run() throws -> ExitCode {
        let compute = try ComputeSettings(options.machine.compute, in: world)
        let beginning = try StageBeginning(
            options.parent, runDirectory: options.record.checkpoints.runDir, phase: Stage.phase,
            defaultSource: Stage.source, in: world)
        world.stopAfterStep()
        let seed = Seed(options.machine.seed.seed)
        let (parts, heldOut) = try options.data.conversations.open(
            options.data.shares, benchmarks, seed: seed["mixture"], in: world)
        let mixture = Mixture(parts, seed: seed["mixture"])
        guard mixture.count > 0 else {
            throw CommandError.invalid(
                "the mixture holds no conversation; name some by --data or --mixture.")
        }
        let experiment = try experiment(beginning, mixture, heldOut, dtype: compute.dtype)
        let dryRun = options.machine.dryRun
        if dryRun.dryRun {
            return try RunPlan.show(experiment, compute, dryRun.settings, world)
        }
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        let sources = taskSources
        let run = StageRun(
            world: world, experiment: experiment, tokenizer: beginning.tokenizer,
            data: ChatSides(
                mixture: mixture, heldOut: heldOut, supervision: Stage.supervision),
            directory: beginning.directory, compute: compute, peakFLOPs: peak,
            trackers: options.logging.trackers, settings: dryRun.settings,
            resumeFrom: options.record.checkpoints.resumeStep, parent: beginning.parent,
            sample: { run, model, step in run.answerQuestions(with: model, step: step) },
            evaluate: { run, model, step in try run.tryChatTasks(sources, model, step) },
            tryChatCORE: { run, model, step in try run.tryChatCORE(sources, model, step) })
        return try run.performAndTell()
    }

    private var taskSources: ChatTaskSources {
        ChatTaskSources(
            files: benchmarks, words: options.data.conversations.words,
            sandbox: options.record.sandbox, world: world)
    }

    /// The run that the options describe, over a parent and a mixture.
    private func experiment(
        _ beginning: StageBeginning, _ mixture: Mixture, _ heldOut: [any ConversationSource],
        dtype: DType
    ) throws -> Experiment {
        let rowCount = options.horizon.deviceBatchSize
        guard (1...1 << 24).contains(rowCount) else {
            throw CommandError.invalid("--device-batch-size must be 1 to \(1 << 24).")
        }
        var experiment = Experiment(
            model: beginning.model, schedule: LearningRateSchedule(stepCount: 1),
            deviceBatchSize: rowCount, totalBatchSize: 0,
            tokenizerHash: beginning.tokenizer.hash,
            dataHash: ContentHash(
                of: Array(
                    ([mixture.fingerprint] + heldOut.map(\.fingerprint)).map(\.hex)
                        .joined(separator: "\n").utf8)))
        experiment.phase = Stage.phase
        experiment.direction = beginning.direction
        experiment.directionMix = options.data.mix.directionMix
        setRates(of: &experiment)
        experiment.evalEvery = max(0, options.record.evalEvery)
        experiment.evalTokens = options.record.validationSize.evalTokens
        experiment.sampleEvery = max(0, options.record.sampleEvery)
        experiment.saveEvery = max(0, options.record.saveEvery)
        experiment.keepCheckpoints = max(0, options.record.checkpoints.keepCheckpoints)
        options.logging.set(&experiment)
        experiment.seed = options.machine.seed.seed
        experiment.dtype = dtype.name
        experiment.validationFraction = options.data.conversations.valFraction
        var stage = StageSettings(
            parent: beginning.parent.settings, supervision: Stage.supervision,
            mixture: mixture.parts.map {
                StageSettings.Share(
                    name: $0.source.name, count: $0.count, fingerprint: $0.source.fingerprint)
            })
        if let evalSteps = fineTuning?.evalSteps {
            guard (1...1 << 32).contains(evalSteps) else {
                throw CommandError.invalid("--eval-steps must be 1 to \(1 << 32).")
            }
            stage.validationCount = evalSteps * rowCount
        }
        experiment.stage = stage
        if options.record.evalMetricsEvery >= 0, hasTaskFiles() {
            experiment.taskMetrics = TaskMetricSettings(
                every: options.record.evalMetricsEvery,
                maximumProblems: options.record.evalMetricsMaxProblems)
        }
        if options.record.chatCOREEvery >= 0 {
            // Every file is opened before the first step.
            for task in ChatTask.core { try taskSources.check(task) }
            func limit(_ count: Int) -> Int? { count > 0 ? count : nil }
            experiment.chatCORE = ChatCoreSettings(
                every: options.record.chatCOREEvery,
                maximumLetters: limit(options.record.chatCOREMaxCategorical),
                maximumWritten: limit(options.record.chatCOREMaxGenerative))
        }
        try setHorizon(of: &experiment, mixture, beginning.tokenizer)
        try experiment.validate()
        return experiment
    }

    /// Whether the tasks that are tried in training are there; where not, that is said.
    private func hasTaskFiles() -> Bool {
        let files = benchmarks
        let missing = ChatTask.evaluatedInTraining.compactMap(\.file).filter { !files.has($0) }
        for name in missing {
            world.say(
                "chat tasks are not tried: there is no '\(files.path(of: name))'; fetch it with "
                    + "'retro data fetch \(name.dataset)' or name its folder by --benchmarks")
        }
        return missing.isEmpty
    }

    private func setRates(of experiment: inout Experiment) {
        let optimization = options.optimization
        optimization.rates.set(&experiment.optimizer, factor: optimization.initLRFrac)
        experiment.optimizer.gradientClip = optimization.gradClip
        experiment.schedule.warmdownRatio = optimization.warmdownRatio
        // The recipe lets the momentum climb in base and midtraining only.
        if Stage.phase == .sft { experiment.schedule.momentumWarmupSteps = 0 }
    }

    /// Tokens of a step and number of steps. Where they depend on how the mixture packs, its first epoch is
    /// planned once.
    private func setHorizon(
        of experiment: inout Experiment, _ mixture: Mixture, _ tokenizer: Tokenizer
    ) throws {
        let rowTokens = experiment.deviceBatchSize * experiment.model.contextLength
        experiment.totalBatchSize = options.horizon.totalBatchSize
        let iterations = options.horizon.numIterations
        let needsPlan = experiment.totalBatchSize <= 0 || iterations <= 0
        var rowCount = 0
        if needsPlan {
            let layout = ChatSides.layout(of: experiment, supervision: Stage.supervision)
            let stream = try ChatStream(
                mixture, tokenizer: tokenizer, layout: layout,
                seed: Seed(experiment.seed)["conversations"])
            let progress = world.progress(
                "planning", total: mixture.count, unit: .things("conversations"))
            rowCount = try stream.rowCount { progress.advance(to: $0) }
            progress.finish(at: mixture.count)
        }
        if experiment.totalBatchSize <= 0, let target = fineTuning?.targetExamplesPerStep {
            guard (1...1 << 24).contains(target) else {
                throw CommandError.invalid(
                    "--target-examples-per-step must be 1 to \(1 << 24).")
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
            let epochs = options.horizon.numEpochs
            guard epochs > 0 else { throw CommandError.invalid("--num-epochs must be above 0.") }
            // More than can be counted is refused with all other settings.
            let steps = (epochs * Double(rowCount) / Double(rowsPerStep)).rounded(.down)
            experiment.schedule.stepCount = Int(exactly: max(1, steps)) ?? .max
        }
    }
}
