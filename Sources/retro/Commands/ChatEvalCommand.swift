public import Arguments
import Evaluation
import Foundation
import Journal
public import Language
import Models
import Provenance
import Runs
import Tensors
import Terminal

extension Reading: OptionValue {}

/// `retro chat-eval`: a chat model at its tasks, in both readings.
struct ChatEval: RetroCommand {
    @Option(
        name: [.customShort("a"), .long],
        help: "tasks: \(ChatTask.choices.joined(separator: ", "))")
    var taskName = ChatTask.core

    @Option(help: "readings that the model is tried in")
    var directions = Reading.allCases

    @Option(name: [.customShort("x"), .long], help: "questions of each task, at most; -1 for all")
    var maxProblems = -1

    @Option(name: [.short, .long], help: "answers to each question, for pass@k")
    var numSamples = 1

    @Option(name: [.short, .long], help: "0 takes the likeliest token")
    var temperature = 0.0

    @Option(
        name: [.customShort("k"), .long], help: "draw among so many likeliest tokens; 0 for all")
    var topK = 50

    @Option(name: [.short, .long], help: "tokens of a written answer, at most")
    var maxNewTokens = 512

    @Option(name: [.short, .long], help: "prompts read at once where letters are chosen")
    var batchSize = 32

    @Option(help: "count right answers that the model did not end, too")
    var countUnfinished = false

    @Option(
        help: ArgumentHelp(
            "where the results go; by default the run's own folder", valueName: "DIR"))
    var output: Path?

    static let configuration = CommandConfiguration(
        commandName: "chat-eval",
        abstract: "Try a chat model at its tasks, reading forward and backward.",
        discussion: """
            ARC and MMLU are judged by the letter that is likeliest behind the question, the other tasks \
            by what the model writes; numbers are compared as numbers, on the text in natural order, and \
            HumanEval's code is run in bubblewrap. An answer counts if the model ended it; \
            `majority` is what always giving the most frequent answer yields. \
            Results stand in RUN/evaluations/STAGE_phase/READING_direction/TASK.json, with every example, \
            and in RUN/evaluations/STAGE_phase/chat_summary.json.
            """,
        examples: [
            Example(
                "chat-eval -i sft -g d20_backward -x 500 --max-new-tokens 256",
                "all tasks, both readings, 500 questions of each"),
            Example(
                "chat-eval -i rl -g d20_forward -a gsm8k -x 100 -n 8 -t 1",
                "pass@1 to pass@8 of 100 questions"),
            Example(
                "chat-eval -i mid -g d4_forward -a arc-easy mmlu -x 200",
                "two tasks of a small model, in seconds"),
        ])

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Tasks") var benchmarks: BenchmarkOptions
    @OptionGroup(title: "Tasks") var words: WordListOptions
    @OptionGroup(title: "Tasks") var sandbox: SandboxOptions
    @OptionGroup(title: "Machine") var compute: ComputeOptions
    @OptionGroup(title: "Machine") var seed: SeedOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let settings = try generationSettings()
        let compute = try ComputeSettings(compute, in: world)
        let loaded = try LoadedModel(model, compute: compute, in: world)
        let sources = ChatTaskSources(
            files: BenchmarkFiles(benchmarks, home: model.tokenizer.home, in: world), words: words,
            sandbox: sandbox, world: world)
        let trial = ChatTrial(
            sources: sources, model: loaded.model, tokenizer: loaded.tokenizer,
            setting: TaskResult.Setting(
                phase: loaded.phase.rawValue, step: loaded.step, direction: loaded.direction),
            settings: settings, sampleCount: numSamples, countsUnfinished: countUnfinished,
            rowCount: batchSize, seed: Seed(seed.seed))
        // Every file is opened before the first question is asked.
        for task in taskName { try sources.check(task) }
        let limit = maxProblems > 0 ? maxProblems : Int.max
        let folder = output.map { RunDirectory(path: world.resolved($0)) } ?? loaded.run
        var results: [TaskResult] = []
        for task in taskName {
            for reading in directions {
                let result = try trial.result(task, reading, limit: limit)
                try EvaluationFiles.keep(
                    result.encoded(), as: "\(result.task).json",
                    in: folder.evaluations(loaded.phase, reading: reading.rawValue))
                results.append(result)
            }
        }
        let summary = ChatSummary(results, of: loaded)
        try EvaluationFiles.keep(
            try Journal.json(summary), as: "chat_summary.json",
            in: folder.evaluations + "/\(loaded.phase.rawValue)_phase")
        if world.wantsJSON {
            try world.write(json: summary)
        } else {
            summary.show(on: world.output)
        }
        return .success
    }

    private func generationSettings() throws -> GenerationSettings {
        let k = topK
        let settings = GenerationSettings(
            sampling: Sampling(temperature: temperature, topK: k > 0 ? k : nil),
            maximumCount: maxNewTokens)
        if let fault = settings.sampling.fault { throw CommandError.invalid("\(fault).") }
        for (name, value) in [
            ("max-new-tokens", maxNewTokens), ("num-samples", numSamples),
            ("batch-size", batchSize),
        ] where !(1...1 << 32).contains(value) {
            throw CommandError.invalid("--\(name) must be 1 to \(1 << 32).")
        }
        guard numSamples <= 1 << 20 else {
            throw CommandError.invalid("--num-samples must be 1 to \(1 << 20).")
        }
        if numSamples > 1 && temperature == 0 {
            throw CommandError.invalid(
                "several answers at temperature 0 are all the same; give --temperature above 0.")
        }
        guard !taskName.isEmpty, !directions.isEmpty else {
            throw CommandError.invalid("name at least one task and one direction.")
        }
        return settings
    }
}

/// Results of evaluations on disk.
enum EvaluationFiles {
    /// Writes a file into `folder`, which is made if it is not there.
    static func keep(_ data: Data, as name: String, in folder: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: folder, reason: error.localizedDescription)
        }
        try AtomicFile.write(data, to: "\(folder)/\(name)")
    }
}
