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

/// `retro base-eval`: a base model at CORE, at held-out text and at its own writing, in both readings.
enum BaseEvalCommand {
    /// What is evaluated.
    enum Part: String, CaseIterable, OptionValue {
        case core
        case bpb
        case sample
    }

    private static let parts = Option(
        "eval", default: [Part.core, .sample],
        "what to evaluate: core, bpb (which wants --data), sample")
    private static let tasks = Option(
        "tasks", short: "a", default: [String](), "tasks of CORE; by default all of the bundle's")
    private static let directions = Option(
        "directions", default: Reading.allCases, "readings that the model is tried in")
    private static let maxPerTask = Option(
        "max-per-task", short: "x", default: -1, "items of each task, at most; -1 for all")
    private static let maxSeqLen = Option<Int?>(
        "max-seq-len", default: nil,
        "positions of a prompt, at most: what is read first is left out; by default the model's own"
    )
    private static let headlineOnly = Option(
        "headline-only", default: false,
        "work out only what the headline compares, not the whole matrix of formulas")
    private static let batchTokens = Option(
        "batch-tokens", default: 8192, "tokens read at once")
    private static let again = Option(
        "again", default: false, "try again what was tried before with the same settings")
    private static let splitTokens = Option(
        "split-tokens", default: 40 * 524_288, "text tokens of bits per byte")
    private static let output = Option<Path?>(
        "output", default: nil, placeholder: "DIR",
        "where the results go; by default the run's own folder")

    /// Texts written from nothing, and their length.
    /// - Source: karpathy/nanochat `base_eval.py`, 2026.
    private static let freeCount = 8
    private static let freeTokens = 128

    static let command = Command<World>(
        "base-eval", "Try a base model at CORE, reading forward and backward.",
        details: """
            CORE's tasks are scored by likelihood. Forward the headline is CORE's own rule, the lowest mean \
            loss of the answer; backward it is log p(question | answer), the shots standing behind the item, \
            where they are read first. Every other formula stands in the matrix. Tasks that mean nothing in a \
            reading are not applicable, never 0. \
            Results stand in RUN/evaluations/STAGE_phase/READING_direction/core_TASK.json, with every example, \
            a table like nanochat's in base_model_STEP.csv, and all in STAGE_phase/core_summary.json. \
            A task that was tried with the same settings is not tried again.
            """,
        examples: [
            Example("base-eval -g d20_backward", "all tasks, both readings, and samples"),
            Example("base-eval -x 100 -a hellaswag arc_easy winograd", "three tasks, quickly"),
            Example("base-eval --eval bpb --data text/*.jsonl.zst", "bits per byte only"),
        ],
        options: [
            ModelChoice.group,
            OptionGroup(
                "CORE",
                [
                    parts.row, BundleChoice.folder.row, BundleChoice.baselines.row, tasks.row,
                    directions.row, maxPerTask.row, maxSeqLen.row, headlineOnly.row,
                    batchTokens.row, again.row, output.row,
                ]),
            OptionGroup(
                "Bits per byte",
                [
                    splitTokens.row, BaseOptions.validationData.row,
                    BaseOptions.validationFraction.row,
                ] + ShardChoice.rows),
            OptionGroup(
                "Machine",
                [
                    BaseOptions.device.row, BaseOptions.dtype.row, Common.threads.row,
                    Common.seed.row,
                ]),
            Common.writing,
        ]
    ) { world, options in
        let compute = try ComputeSettings(options, in: world)
        guard !options[parts].isEmpty, !options[directions].isEmpty else {
            throw CommandError.invalid("name at least one part of --eval and one direction.")
        }
        let wanted = Set(options[parts])
        let bundle = wanted.contains(.core) ? try BundleChoice.bundle(options, in: world) : nil
        // Every file is opened before the first item is scored.
        let held = wanted.contains(.bpb) ? try heldOut(options, world) : nil
        let chosen = try bundle.map { try selections($0, options, world) }
        let loaded = try LoadedModel(
            options, defaultSource: .base, compute: compute, in: world)
        let folder = options[output].map { RunDirectory(path: world.resolved($0)) } ?? loaded.run
        var report = Report()
        if let bundle, let chosen {
            report.core = try tryCore(bundle, chosen, loaded, folder, options, world)
        }
        if let held {
            report.bitsPerByte = try measure(held, loaded, folder, options, world)
        }
        if wanted.contains(.sample) {
            report.samples = try write(loaded, folder, options, world)
        }
        if options[Common.json] {
            try world.write(json: report)
        } else {
            report.show(on: world.output)
        }
        return .success
    }

    /// What the command prints.
    private struct Report: Encodable {
        var core: CoreSummary?
        var bitsPerByte: [String: Double]?
        var samples: [SampleFile]?

        enum CodingKeys: String, CodingKey {
            case core, samples
            case bitsPerByte = "bits_per_byte"
        }

        func show(on console: Console) {
            core?.show(on: console)
            for (reading, value) in (bitsPerByte ?? [:]).sorted(by: { $0.key > $1.key }) {
                console.line("\(reading): \(String(format: "%.4f", value)) bits per byte")
            }
            for file in samples ?? [] {
                console.line()
                for sample in file.samples {
                    let arrow = file.reading == .forward ? "→" : "←"
                    console.line("\(arrow) \(sample.text.debugDescription)")
                }
            }
        }
    }

    // MARK: CORE

    private static func selections(
        _ bundle: CoreBundle, _ options: Options, _ world: World
    ) throws -> [(task: CoreTask, selection: CoreSelection?)] {
        let names = options[tasks]
        for name in names where !bundle.tasks.contains(where: { $0.label == name }) {
            throw CommandError.invalid(
                "the bundle has no task '\(name)'; it has "
                    + bundle.tasks.map(\.label).joined(separator: ", ") + ".")
        }
        let maximum = options[maxPerTask] > 0 ? options[maxPerTask] : Int.max
        let found = try bundle.tasks.filter { names.isEmpty || names.contains($0.label) }.map {
            (
                task: $0,
                selection: try bundle.selection(
                    of: $0, maximum: maximum, spoolFolder: world.temporaryFolder)
            )
        }
        let missing = found.filter { $0.selection == nil }.map(\.task.label)
        if missing.count == found.count {
            throw CommandError.missing(
                "'\(BundleChoice.path(options, in: world))' has no file of these tasks; fetch it with "
                    + "'retro data fetch core' or name its folder with --bundle.")
        }
        return found
    }

    private static func tryCore(
        _ bundle: CoreBundle, _ chosen: [(task: CoreTask, selection: CoreSelection?)],
        _ loaded: LoadedModel, _ folder: RunDirectory, _ options: Options, _ world: World
    ) throws -> CoreSummary {
        let T = loaded.model.configuration.contextLength
        let limit = options[maxSeqLen] ?? T
        guard (8...T * 10).contains(limit) else {
            throw CommandError.invalid("--max-seq-len must be 8 to \(T * 10) for this model.")
        }
        guard options[batchTokens] > 0 else {
            throw CommandError.invalid("--batch-tokens must be at least 1.")
        }
        let trial = CoreTrial(
            world: world, options: options,
            evaluation: CoreEvaluation(
                loaded.model, direction: loaded.direction, tokenizer: loaded.tokenizer,
                limit: limit, isFull: !options[headlineOnly], cellLimit: options[batchTokens]),
            setting: TaskResult.Setting(
                phase: loaded.phase.rawValue, step: loaded.step, direction: loaded.direction),
            weights: try ContentHash(ofFile: loaded.path + "/model.safetensors"))
        var results: [CoreResult] = []
        for reading in options[directions] {
            let place = folder.evaluations(loaded.phase, reading: reading.rawValue)
            var own: [CoreResult] = []
            for selection in chosen.compactMap(\.selection) {
                let result = try trial.result(
                    selection, reading, keptIn: options[again] ? nil : place)
                try EvaluationFiles.keep(
                    result.encoded(), as: CoreResult.fileName(of: result.task), in: place)
                own.append(result)
            }
            let table = CoreTable(own, expectedCount: bundle.tasks.count)
            let number = String(loaded.step)
            let padding = String(repeating: "0", count: max(0, 6 - number.count))
            try EvaluationFiles.keep(
                Data(table.csv.utf8), as: "base_model_\(padding)\(number).csv", in: place)
            results += own
        }
        let summary = CoreSummary(
            results, missing: chosen.filter { $0.selection == nil }.map(\.task.label),
            expectedCount: bundle.tasks.count, limit: limit, of: loaded)
        try EvaluationFiles.keep(
            try Journal.json(summary), as: "core_summary.json",
            in: folder.evaluations + "/\(loaded.phase.rawValue)_phase")
        return summary
    }

    // MARK: Bits per byte and samples

    private static func heldOut(
        _ options: Options, _ world: World
    ) throws -> any DocumentSource {
        let own = options[BaseOptions.validationData].map(world.resolved)
        if !own.isEmpty {
            return try ShardSet(
                paths: own, relativeTo: world.workingDirectory,
                options: world.shardOptions(options), spoolFolder: world.temporaryFolder)
        }
        let paths = options[Common.data].map(world.resolved)
        guard !paths.isEmpty else {
            throw CommandError.invalid(
                "bits per byte want text: name the training shards with --data, of which a share is "
                    + "held out, or other shards with --val-data.")
        }
        let fraction = options[BaseOptions.validationFraction]
        guard fraction > 0, fraction < 1 else {
            throw CommandError.invalid("--val-fraction must lie between 0 and 1.")
        }
        return try CorpusSplit(
            paths: paths, split: DocumentSplit(validationFraction: fraction),
            relativeTo: world.workingDirectory, options: world.shardOptions(options),
            spoolFolder: world.temporaryFolder
        ).validation
    }

    private static func measure(
        _ documents: any DocumentSource, _ loaded: LoadedModel, _ folder: RunDirectory,
        _ options: Options, _ world: World
    ) throws -> [String: Double] {
        func list(_ source: some DocumentSource) throws(BatchError) -> ValidationWindows {
            try ValidationWindows(
                EncodedDocuments(source, tokenizer: loaded.tokenizer, threadCount: 1),
                vocabulary: Vocabulary(loaded.tokenizer),
                columnCount: loaded.model.configuration.contextLength,
                maximumTokens: options[splitTokens])
        }
        let T = loaded.model.configuration.contextLength
        let windows = MatchedValidation(
            try list(documents), rowCount: max(1, options[batchTokens] / T))
        var found: [String: Double] = [:]
        for reading in options[directions] {
            let progress = world.progress(
                "validating \(reading.rawValue)", total: windows.list.count,
                unit: .things("windows"), options)
            let score = windows.score(
                loaded.model, direction: loaded.direction, reading: reading,
                progress: { progress.advance(to: $0) })
            progress.finish(at: windows.list.count)
            found[reading.rawValue] = score.bitsPerByte
            let file = ScoreFile(
                score, of: windows, direction: loaded.direction, step: loaded.step)
            try EvaluationFiles.keep(
                file.encoded(), as: "bits_per_byte.json",
                in: folder.evaluations(loaded.phase, reading: reading.rawValue))
        }
        return found
    }

    /// Continuations of the fixed prompts, then texts from nothing, in the model's own readings.
    private static func write(
        _ loaded: LoadedModel, _ folder: RunDirectory, _ options: Options, _ world: World
    ) throws -> [SampleFile] {
        let seed = Seed(options[Common.seed])["samples"]
        let generation = Generation(
            loaded.model, direction: loaded.direction, tokenizer: loaded.tokenizer)
        return try loaded.direction.readings.map { reading in
            var samples = SamplePrompts.facts.continued(by: generation, reading) { count in
                (0..<count).map { seed[$0] }
            }
            let free = generation(
                [""], reading: reading, sampleCount: freeCount,
                settings: GenerationSettings(
                    sampling: Sampling(temperature: 1), maximumCount: freeTokens),
                seeds: [seed["free"]])
            samples += free[0].map {
                SampleFile.Sample(prompt: "", text: $0.natural, isComplete: $0.isFinished)
            }
            let file = SampleFile(step: loaded.step, reading: reading, samples: samples)
            try EvaluationFiles.keep(
                file.encoded(), as: SampleFile.name,
                in: folder.evaluations(loaded.phase, reading: reading.rawValue))
            return file
        }
    }
}
