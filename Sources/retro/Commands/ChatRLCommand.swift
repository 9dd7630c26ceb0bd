import Arguments
import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Runs
import Tensors
import Terminal
import Training

/// `retro chat-rl`: a chat model learns from rewards for its own answers.
struct ChatRL: RetroCommand {
    @Option(help: "what is asked and rewarded")
    var task = RewardedTaskName.gsm8k

    @Option(help: "questions of one step")
    var examplesPerStep = 16

    @Option(help: "answers sampled to each question")
    var numSamples = 16

    @Option(help: "rows a micro-batch")
    var deviceBatchSize = 8

    @Option(help: "tokens of an answer, at most")
    var maxNewTokens = 256

    @Option(help: "divides the logits where answers are sampled")
    var temperature = 1.0

    @Option(help: "draw among so many likeliest tokens; 0 for all")
    var topK = 50

    @Option(help: "factor on the learning rates, which fall from the start")
    var initLrFrac = 0.05

    @Option(help: "times the task is gone through")
    var numEpochs = 1.0

    @Option(help: "steps; -1 for whole epochs")
    var numIterations = -1

    @Option(help: "steps between checkpoints; -1 only at the end")
    var saveEvery = 60

    @Option(help: "steps between trials on held-out questions; -1 only at the end")
    var evalEvery = 60

    @Option(help: "held-out questions of a trial, at most")
    var evalExamples = 400

    @Option(help: "answers to each of them, for pass@k")
    var evalSamples = 8

    @Option(help: "divide advantages by the standard deviation of their group's rewards")
    var advantageStd = false

    @Option(help: "optimizer updates that a step's samples are used for")
    var updatesPerStep = 1

    @Option(help: "bound of probability ratios where there are several updates")
    var clipRange = 0.2

    @Option(help: "weight of the divergence from the parent; 0 for none")
    var klWeight = 0.0

    @Option(help: "steps between records of all sampled texts; 0 for none")
    var rolloutsEvery = 10

    @Option(help: "reward right answers that the model did not end, too")
    var countUnfinished = false

    @Option(help: "bound of the global gradient norm; 0 for none")
    var gradClip = 0.0

    static let configuration = CommandConfiguration(
        commandName: "chat-rl",
        abstract: "Reinforce right answers: REINFORCE on the model's own samples.",
        discussion: """
            The direction and the tokenizer are the parent's. Rewards are computed on the text in \
            natural order. The run's folder is HOME/chatrl_checkpoints/TAG. Stopped by a signal it \
            saves and exits with 75; the same command goes on from there.
            """,
        examples: [
            Example(
                "chat-rl --model-tag d20_backward --device cuda",
                "GSM8K as in the recipe, one epoch of 7,473 questions: hours on one GPU"),
            Example(
                "chat-rl -g d4_forward --task arithmetic --num-iterations 100 --max-new-tokens 8",
                "100 steps of small sums, on which a tiny model improves in minutes"),
        ])

    @OptionGroup(title: "Parent") var parent: ParentOptions
    @OptionGroup(title: "Task") var benchmarks: BenchmarkOptions
    @OptionGroup(title: "Task") var words: WordListOptions
    @OptionGroup(title: "Optimizer") var rates: RateOptions
    @OptionGroup(title: "Record") var checkpoints: CheckpointOptions
    @OptionGroup(title: "Research log") var logging: LoggingOptions
    @OptionGroup(title: "Machine") var machine: TrainingMachineOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let compute = try ComputeSettings(machine.compute, in: world)
        let beginning = try StageBeginning(
            parent, runDirectory: checkpoints.runDir, phase: .rl, defaultSource: .sft, in: world)
        let files = BenchmarkFiles(benchmarks, home: parent.model.tokenizer.home, in: world)
        let seed = Seed(machine.seed.seed)["questions"]
        let questions = try task.questions(
            forTraining: true, files, words, seed: seed, in: world)
        let heldOut = try task.questions(
            forTraining: false, files, words, seed: seed, in: world)
        let fingerprint = try task.fingerprint(files, words, seed: seed, in: world)
        let settings = reinforcement
        let experiment = try experiment(
            beginning, settings, questions, fingerprint, dtype: compute.dtype)
        if machine.dryRun.dryRun {
            return try RunPlan.show(experiment, compute, machine.dryRun.settings, world)
        }
        world.stopAfterStep()
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        let samples = evalSamples
        guard samples > 0 else { throw CommandError.invalid("--eval-samples must be at least 1.") }
        let run = StageRun(
            world: world, experiment: experiment,
            tokenizer: beginning.tokenizer,
            data: ReinforcementData(
                task: questions, fingerprint: fingerprint, settings: settings),
            directory: beginning.directory, compute: compute, peakFLOPs: peak,
            trackers: logging.trackers, settings: machine.dryRun.settings,
            resumeFrom: checkpoints.resumeStep,
            parent: beginning.parent,
            sample: { _, _, _ in },
            evaluate: { run, model, step in
                try run.tryTask(heldOut, settings, sampleCount: samples, model, step)
            })
        return try run.performAndTell()
    }

    private var reinforcement: ReinforcementSettings {
        var settings = ReinforcementSettings(task: task.rawValue)
        settings.examplesPerStep = examplesPerStep
        settings.samplesPerExample = numSamples
        settings.maximumCount = maxNewTokens
        settings.temperature = temperature
        settings.topK = topK
        settings.scalesByDeviation = advantageStd
        settings.updatesPerStep = updatesPerStep
        settings.clipRange = clipRange
        settings.divergenceWeight = klWeight
        settings.rolloutsEvery = max(0, rolloutsEvery)
        settings.countsUnfinished = countUnfinished
        return settings
    }

    private func experiment(
        _ beginning: StageBeginning, _ settings: ReinforcementSettings,
        _ questions: any GradedTask, _ fingerprint: ContentHash, dtype: DType
    ) throws -> Experiment {
        let rowCount = deviceBatchSize
        guard (1...1 << 24).contains(rowCount) else {
            throw CommandError.invalid("--device-batch-size must be 1 to \(1 << 24).")
        }
        for (flag, value) in [
            ("examples-per-step", settings.examplesPerStep),
            ("num-samples", settings.samplesPerExample),
        ] where !(1...1 << 20).contains(value) {
            throw CommandError.invalid("--\(flag) must be 1 to \(1 << 20).")
        }
        if beginning.direction == .bidirectional, !settings.examplesPerStep.isMultiple(of: 2) {
            throw CommandError.invalid(
                "--examples-per-step must be even: every other question is answered backward.")
        }
        var stepCount = numIterations
        if stepCount <= 0 {
            guard numEpochs > 0 else {
                throw CommandError.invalid("--num-epochs must be above 0.")
            }
            let asked = numEpochs * Double(questions.count)
            // More than can be counted is refused with all other settings.
            let steps = (asked / Double(settings.examplesPerStep)).rounded(.down)
            stepCount = Int(exactly: max(1, steps)) ?? .max
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
        rates.set(&experiment.optimizer, factor: initLrFrac)
        experiment.optimizer.gradientClip = gradClip
        experiment.evalEvery = 0
        experiment.sampleEvery = 0
        experiment.saveEvery = max(0, saveEvery)
        experiment.keepCheckpoints = max(0, checkpoints.keepCheckpoints)
        logging.set(&experiment)
        experiment.seed = machine.seed.seed
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
            every: max(0, evalEvery), maximumProblems: evalExamples)
        try experiment.validate()
        return experiment
    }
}

extension StageRun {
    /// Tries held-out questions in the model's own readings, keeps the results, and gives pass@1 and, of several
    /// samples, pass@k, each with the ends of its interval.
    func tryTask(
        _ task: any GradedTask, _ settings: ReinforcementSettings, sampleCount: Int, _ model: GPT,
        _ step: Int
    ) throws -> [(name: String, value: Double)] {
        let limit = experiment.taskMetrics?.maximumProblems ?? task.count
        let evaluation = GenerativeEvaluation(
            ChatGeneration(model, direction: experiment.direction, tokenizer: tokenizer),
            settings: settings.generation, sampleCount: sampleCount,
            countsUnfinished: settings.countsUnfinished,
            seed: Seed(experiment.seed)["evaluation"])
        var scalars: [(name: String, value: Double)] = []
        for reading in experiment.direction.readings {
            let total = min(limit, task.count)
            let progress = world.progress(
                "\(task.name) \(reading.rawValue)", total: total, unit: .things("questions"))
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
            let found = (sampleCount > 1 ? [1, sampleCount] : [1]).compactMap { k in
                result.passes(at: k).map { (name: Metric.pass(name, at: k), share: $0) }
            }
            for (name, share) in found {
                scalars.append((name, share.value))
                scalars.append((Metric.lowerEnd(of: name), share.lower))
                scalars.append((Metric.upperEnd(of: name), share.upper))
            }
            let shown = found.map { "\($0.name) \(String(format: "%.3f", $0.share.value))" }
            world.say("  step \(step): \(shown.joined(separator: ", "))")
        }
        return scalars
    }
}
