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

    static let unsafeExec = Option(
        "unsafe-exec", default: false,
        "run code that the model wrote without a sandbox where there is none: dangerous")

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

    /// Questions of the tasks that are made: spelling as many as nanochat's.
    private static let generatedCount = 256

    /// The questions, of a task with letters to choose from.
    func letters(_ options: Options, in world: World) throws -> TaskFile<MultipleChoiceItem>? {
        switch self {
        case .arcEasy, .arcChallenge, .mmlu:
            guard let file else { return nil }
            return try BenchmarkFiles(options, in: world)
                .items(name, file, as: MultipleChoiceItem.self, in: world)
        default: return nil
        }
    }

    /// Opens what the task needs, so that nothing is missing after an hour.
    func check(_ options: Options, in world: World) throws {
        if try letters(options, in: world) == nil {
            _ = try graded(options, seed: Seed(0), words: nil, in: world)
        }
    }

    /// The questions, of a task whose answers are written.
    func graded(
        _ options: Options, seed: Seed, words: String?, in world: World
    ) throws -> (any GradedTask)? {
        switch self {
        case .gsm8k:
            return try GSM8KTask(
                BenchmarkFiles(options, in: world)
                    .items("GSM8K", .gsm8kTest, as: GSM8KItem.self, in: world))
        case .humanEval:
            return try HumanEvalTask(
                BenchmarkFiles(options, in: world)
                    .items("HumanEval", .humanEval, as: HumanEvalItem.self, in: world),
                sandbox: Sandbox(
                    bubblewrap: world.find("bwrap"),
                    allowsUnsafe: options.has(Self.unsafeExec) && options[Self.unsafeExec],
                    temporaryFolder: world.temporaryFolder))
        case .spellingBee:
            return SpellingBeeTask(
                SpellingBee(
                    count: Self.generatedCount, split: .test,
                    words: try MixtureOptions.wordList(words, seed: seed), seed: seed))
        case .arithmetic:
            return ArithmeticTask(
                Arithmetic(count: Self.generatedCount, split: .test, seed: seed))
        default: return nil
        }
    }
}

/// Trials of chat tasks with one model.
struct ChatTrial {
    let world: World
    let options: Options
    let model: GPT
    let tokenizer: Tokenizer
    let setting: TaskResult.Setting
    var settings = GenerationSettings(maximumCount: 512)
    var sampleCount = 1
    /// Prompts read at once where letters are chosen.
    var rowCount = 32
    let seed: Seed

    /// What the model makes of at most `limit` questions of `task` in one reading.
    func result(_ task: ChatTask, _ reading: Reading, limit: Int) throws -> TaskResult {
        if let items = try task.letters(options, in: world) {
            let total = min(limit, items.count)
            let progress = self.progress(task, reading, total)
            defer { progress.finish(at: total) }
            return try LetterEvaluation(
                model, direction: setting.direction, tokenizer: tokenizer, rowCount: rowCount
            ).result(
                task.name, items, setting, reading: reading, limit: limit,
                progress: { progress.advance(to: $0) })
        }
        let words = options.has(MixtureOptions.words) ? options[MixtureOptions.words] : nil
        guard
            let graded = try task.graded(
                options, seed: seed["questions"], words: words.map(world.resolved), in: world)
        else { preconditionFailure("\(task.name) is neither chosen nor written") }
        let total = min(limit, graded.count)
        let progress = self.progress(task, reading, total)
        defer { progress.finish(at: total) }
        return try GenerativeEvaluation(
            ChatGeneration(model, direction: setting.direction, tokenizer: tokenizer),
            settings: settings, sampleCount: sampleCount, seed: seed["answers"]
        ).result(
            graded, setting, reading: reading, limit: limit,
            progress: { progress.advance(to: $0) })
    }

    private func progress(
        _ task: ChatTask, _ reading: Reading, _ total: Int
    ) -> ProgressLine {
        world.progress(
            "\(task.name) \(reading.rawValue)", total: total, unit: .things("questions"), options)
    }
}

extension StageRun {
    /// Tries ChatCORE's tasks in the model's own readings, keeps the results, and gives centered accuracies and
    /// their means. Of a bidirectional model each is the mean of both readings.
    func tryChatCORE(_ model: GPT, _ step: Int) throws -> [(name: String, value: Double)] {
        guard let core = experiment.chatCORE else { return [] }
        let trial = ChatTrial(
            world: world, options: options, model: model, tokenizer: tokenizer,
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
                + "chatcore_cat \(String(format: "%.4f", mean(letters)))", options)
        return scalars
    }

    /// The tasks tried while a chat model trains.
    /// - Source: karpathy/nanochat `chat_sft.py`, late 2025.
    static let triedTasks = [ChatTask.arcEasy, .mmlu]

    /// Tries letter tasks in the model's own readings, keeps the results, and gives the accuracies.
    func tryChatTasks(_ model: GPT, _ step: Int) throws -> [(name: String, value: Double)] {
        guard let metrics = experiment.taskMetrics else { return [] }
        let trial = ChatTrial(
            world: world, options: options, model: model, tokenizer: tokenizer,
            setting: TaskResult.Setting(
                phase: experiment.phase.rawValue, step: step, direction: experiment.direction),
            seed: Seed(experiment.seed)["evaluation"])
        var scalars: [(name: String, value: Double)] = []
        for task in Self.triedTasks {
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
                "  step \(step): \(task.name)_acc \(String(format: "%.3f", mean))", options)
        }
        return scalars
    }
}
