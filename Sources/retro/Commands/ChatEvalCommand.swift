public import Arguments
import Evaluation
import Foundation
import Journal
public import Language
import Models
import Provenance
import Tensors
import Terminal

extension Reading: OptionValue {}

/// `retro chat-eval`: a chat model at its tasks, in both readings.
enum ChatEvalCommand {
    private static let tasks = Option(
        "task-name", short: "a", default: ChatTask.core,
        "tasks: \(ChatTask.choices.joined(separator: ", "))")
    private static let directions = Option(
        "directions", default: Reading.allCases, "readings that the model is tried in")
    private static let maxProblems = Option(
        "max-problems", short: "x", default: -1, "questions of each task, at most; -1 for all")
    private static let sampleCount = Option(
        "num-samples", short: "n", default: 1, "answers to each question, for pass@k")
    private static let temperature = Option(
        "temperature", short: "t", default: 0.0, "0 takes the likeliest token")
    private static let topK = Option(
        "top-k", short: "k", default: 50, "draw among so many likeliest tokens; 0 for all")
    private static let maxNewTokens = Option(
        "max-new-tokens", short: "m", default: 512, "tokens of a written answer, at most")
    private static let batchSize = Option(
        "batch-size", short: "b", default: 32, "prompts read at once where letters are chosen")
    private static let output = Option<Path?>(
        "output", default: nil, placeholder: "DIR",
        "where the results go; by default the run's own folder")

    static let command = Command<World>(
        "chat-eval", "Try a chat model at its tasks, reading forward and backward.",
        details: """
            ARC and MMLU are judged by the letter that is likeliest behind the question, the other tasks \
            by what the model writes; numbers are compared as numbers, on the text in natural order, and \
            HumanEval's code is run in bubblewrap. \
            Results stand in RUN/evaluations/STAGE_phase/READING_direction/TASK.json, with every example, \
            and in RUN/evaluations/STAGE_phase/chat_summary.json.
            """,
        examples: [
            Example("chat-eval -i sft -g d20_backward", "all tasks, both readings"),
            Example("chat-eval -i rl -g d20_forward -a gsm8k -n 8 -t 1", "pass@k"),
            Example("chat-eval -i mid -a arc-easy mmlu -x 200", "two tasks, quickly"),
        ],
        options: [
            ModelChoice.group,
            OptionGroup(
                "Tasks",
                [
                    tasks.row, directions.row, maxProblems.row, BenchmarkFiles.folder.row,
                    MixtureOptions.words.row, output.row, ChatTask.unsafeExec.row,
                ]),
            OptionGroup(
                "Answers",
                [sampleCount.row, temperature.row, topK.row, maxNewTokens.row, batchSize.row]),
            OptionGroup(
                "Machine",
                [
                    BaseOptions.device.row, BaseOptions.dtype.row, Common.threads.row,
                    Common.seed.row,
                ]),
            Common.writing,
        ]
    ) { world, options in
        let settings = try settings(options)
        let compute = try ComputeSettings(options, in: world)
        let loaded = try LoadedModel(options, compute: compute, in: world)
        let trial = ChatTrial(
            world: world, options: options, model: loaded.model, tokenizer: loaded.tokenizer,
            setting: TaskResult.Setting(
                phase: loaded.phase.rawValue, step: loaded.step, direction: loaded.direction),
            settings: settings, sampleCount: options[sampleCount], rowCount: options[batchSize],
            seed: Seed(options[Common.seed]))
        // Every file is opened before the first question is asked.
        for task in options[tasks] { try task.check(options, in: world) }
        let limit = options[maxProblems] > 0 ? options[maxProblems] : Int.max
        let folder = options[output].map { RunDirectory(path: world.resolved($0)) } ?? loaded.run
        var results: [TaskResult] = []
        for task in options[tasks] {
            for reading in options[directions] {
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
        if options[Common.json] {
            try world.write(json: summary)
        } else {
            summary.show(on: world.output)
        }
        return .success
    }

    private static func settings(_ options: Options) throws -> GenerationSettings {
        let k = options[topK]
        let settings = GenerationSettings(
            sampling: Sampling(temperature: options[temperature], topK: k > 0 ? k : nil),
            maximumCount: options[maxNewTokens])
        if let fault = settings.sampling.fault { throw CommandError.invalid("\(fault).") }
        for (name, value) in [
            ("max-new-tokens", options[maxNewTokens]), ("num-samples", options[sampleCount]),
            ("batch-size", options[batchSize]),
        ] where value < 1 {
            throw CommandError.invalid("--\(name) must be at least 1.")
        }
        if options[sampleCount] > 1 && options[temperature] == 0 {
            throw CommandError.invalid(
                "several answers at temperature 0 are all the same; give --temperature above 0.")
        }
        guard !options[tasks].isEmpty, !options[directions].isEmpty else {
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
