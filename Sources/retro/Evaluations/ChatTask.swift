import Arguments
import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Terminal
import Training

/// The tasks of chat models, as `chat-eval` calls them.
enum ChatTask: String, CaseIterable, OptionValue {
    case arcEasy = "arc-easy"
    case arcChallenge = "arc-challenge"
    case mmlu
    case gsm8k
    case humanEval = "humaneval"
    case spellingBee = "spelling-bee"
    case arithmetic

    /// The tasks of ChatCORE.
    /// - Source: karpathy/nanochat `chat_eval.py`, late 2025.
    static let core = [
        ChatTask.arcEasy, .arcChallenge, .mmlu, .gsm8k, .humanEval, .spellingBee,
    ]

    /// The tasks evaluated while a chat model trains.
    /// - Source: karpathy/nanochat `chat_sft.py`, late 2025.
    static let evaluatedInTraining = [ChatTask.arcEasy, .mmlu]

    /// What files and reports call it.
    var name: String { rawValue.replacing("-", with: "_") }

    /// Whether its answers are letters to choose from.
    var hasLetters: Bool {
        switch self {
        case .arcEasy, .arcChallenge, .mmlu: true
        case .gsm8k, .humanEval, .spellingBee, .arithmetic: false
        }
    }

    /// The file of a task that has one.
    var file: BenchmarkFiles.Name? {
        switch self {
        case .arcEasy: .arcEasyTest
        case .arcChallenge: .arcChallengeTest
        case .mmlu: .mmluTest
        case .gsm8k: .gsm8kTest
        case .humanEval: .humanEval
        case .spellingBee, .arithmetic: nil
        }
    }

}

/// Where model-written code may run.
struct SandboxOptions: ParsableArguments {
    @Flag(
        help: "run code that the model wrote without a sandbox where there is none: dangerous")
    var unsafeExec = false
}

/// What the questions of chat tasks are made from.
struct ChatTaskSources {
    let files: BenchmarkFiles
    let words: WordListOptions
    let sandbox: SandboxOptions
    let world: World

    /// Questions of the tasks that are made: spelling as many as nanochat's.
    private static let generatedCount = 256

    /// The questions, of a task with letters to choose from.
    func letters(_ task: ChatTask) throws -> TaskFile<MultipleChoiceItem>? {
        guard task.hasLetters, let file = task.file else { return nil }
        return try files.items(task.name, file, as: MultipleChoiceItem.self, in: world)
    }

    /// Opens what the task needs, so that nothing is missing after an hour.
    func check(_ task: ChatTask) throws {
        if try letters(task) == nil { _ = try graded(task, seed: Seed(0)) }
    }

    /// The questions, of a task whose answers are written.
    func graded(_ task: ChatTask, seed: Seed) throws -> (any GradedTask)? {
        switch task {
        case .gsm8k:
            return try GSM8KTask(
                files.items("GSM8K", .gsm8kTest, as: GSM8KItem.self, in: world))
        case .humanEval:
            return try HumanEvalTask(
                files.items("HumanEval", .humanEval, as: HumanEvalItem.self, in: world),
                sandbox: Sandbox(
                    bubblewrap: world.find("bwrap"), allowsUnsafe: sandbox.unsafeExec,
                    temporaryFolder: world.temporaryFolder))
        case .spellingBee:
            return SpellingBeeTask(
                SpellingBee(
                    count: Self.generatedCount, split: .test,
                    words: try words.list(seed: seed, in: world), seed: seed))
        case .arithmetic:
            return ArithmeticTask(
                Arithmetic(count: Self.generatedCount, split: .test, seed: seed))
        default: return nil
        }
    }
}

/// Trials of chat tasks with one model.
struct ChatTrial {
    let sources: ChatTaskSources
    let model: GPT
    let tokenizer: Tokenizer
    let setting: TaskResult.Setting
    var settings = GenerationSettings(maximumCount: 512)
    var sampleCount = 1
    /// Whether written answers can be right that the model did not end.
    var countsUnfinished = false
    /// Prompts read at once where letters are chosen.
    var rowCount = 32
    let seed: Seed

    /// What the model makes of at most `limit` questions of `task` in one reading.
    func result(_ task: ChatTask, _ reading: Reading, limit: Int) throws -> TaskResult {
        if let items = try sources.letters(task) {
            let total = min(limit, items.count)
            let progress = self.progress(task, reading, total)
            defer { progress.finish(at: total) }
            return try LetterEvaluation(
                model, direction: setting.direction, tokenizer: tokenizer, rowCount: rowCount
            ).result(
                task.name, items, setting, reading: reading, limit: limit,
                progress: { progress.advance(to: $0) })
        }
        guard let graded = try sources.graded(task, seed: seed["questions"]) else {
            preconditionFailure("\(task.name) is neither chosen nor written")
        }
        let total = min(limit, graded.count)
        let progress = self.progress(task, reading, total)
        defer { progress.finish(at: total) }
        return try GenerativeEvaluation(
            ChatGeneration(model, direction: setting.direction, tokenizer: tokenizer),
            settings: settings, sampleCount: sampleCount, countsUnfinished: countsUnfinished,
            seed: seed["answers"]
        ).result(
            graded, setting, reading: reading, limit: limit,
            progress: { progress.advance(to: $0) })
    }

    private func progress(
        _ task: ChatTask, _ reading: Reading, _ total: Int
    ) -> ProgressLine {
        sources.world.progress(
            "\(task.name) \(reading.rawValue)", total: total, unit: .things("questions"))
    }
}

extension StageRun {
    /// Tries ChatCORE's tasks in the model's own readings, keeps the results, and gives centered accuracies and
    /// their means. Of a bidirectional model each is the mean of both readings.
    func tryChatCORE(
        _ sources: ChatTaskSources, _ model: GPT, _ step: Int
    ) throws -> [(name: String, value: Double)] {
        guard let core = experiment.chatCORE else { return [] }
        let trial = ChatTrial(
            sources: sources, model: model, tokenizer: tokenizer,
            setting: TaskResult.Setting(
                phase: experiment.phase.rawValue, step: step, direction: experiment.direction),
            seed: Seed(experiment.seed)["evaluation"])
        let readings = experiment.direction.readings
        var scalars: [(name: String, value: Double)] = []
        var (letters, all): ([Double], [Double]) = ([], [])
        for task in ChatTask.core {
            var centered = 0.0
            var isLetter = false
            for reading in readings {
                let limit = task.hasLetters ? core.maximumLetters : core.maximumWritten
                let result = try trial.result(task, reading, limit: limit ?? Int.max)
                try keep(result.encoded(), as: "\(result.task).json", reading)
                centered += result.centered / Double(readings.count)
                isLetter = result.kind == .letter
            }
            all.append(centered)
            if isLetter { letters.append(centered) }
            scalars.append(("chatcore_\(task.name)", centered))
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        scalars.append(("chatcore_metric", mean(all)))
        scalars.append(("chatcore_cat", mean(letters)))
        world.say(
            "  step \(step): chatcore_metric \(String(format: "%.4f", mean(all))), "
                + "chatcore_cat \(String(format: "%.4f", mean(letters)))")
        return scalars
    }

    /// Tries letter tasks in the model's own readings, keeps the results, and gives the accuracies.
    func tryChatTasks(
        _ sources: ChatTaskSources, _ model: GPT, _ step: Int
    ) throws -> [(name: String, value: Double)] {
        guard let metrics = experiment.taskMetrics else { return [] }
        let trial = ChatTrial(
            sources: sources, model: model, tokenizer: tokenizer,
            setting: TaskResult.Setting(
                phase: experiment.phase.rawValue, step: step, direction: experiment.direction),
            seed: Seed(experiment.seed)["evaluation"])
        var scalars: [(name: String, value: Double)] = []
        for task in ChatTask.evaluatedInTraining {
            var sum = 0.0
            for reading in experiment.direction.readings {
                let result = try trial.result(task, reading, limit: metrics.maximumProblems)
                try keep(result.encoded(), as: "\(result.task).json", reading)
                sum += result.accuracy.value
                if experiment.direction == .bidirectional {
                    scalars.append(
                        ("\(task.name)_acc_\(reading.rawValue)", result.accuracy.value))
                }
            }
            // Of a bidirectional model the mean of both.
            let mean = sum / Double(experiment.direction.readings.count)
            scalars.append(("\(task.name)_acc", mean))
            world.say(
                "  step \(step): \(task.name)_acc \(String(format: "%.3f", mean))")
        }
        return scalars
    }
}
