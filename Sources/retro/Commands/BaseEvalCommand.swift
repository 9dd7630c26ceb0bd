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
struct BaseEval: RetroCommand {
    /// What is evaluated.
    enum Part: String, CaseIterable, OptionValue {
        case core
        case bpb
        case sample
    }

    @Option(help: "what to evaluate: core, bpb (which wants --data), sample")
    var eval: [Part] = [.core, .sample]

    @Option(
        name: [.customShort("a"), .long], help: "tasks of CORE; by default all of the bundle's")
    var tasks: [Name] = []

    @Option(help: "readings that the model is tried in")
    var directions = Reading.allCases

    @Option(name: [.customShort("x"), .long], help: "items of each task, at most; -1 for all")
    var maxPerTask = -1

    @Option(
        help:
            "positions of a prompt, at most: what is read first is left out; by default the model's own"
    )
    var maxSeqLen: Int?

    @Option(help: "work out only what the headline compares, not the whole matrix of formulas")
    var headlineOnly = false

    @Option(help: "tokens read at once")
    var batchTokens = 8192

    @Option(help: "try again what was tried before with the same settings")
    var again = false

    @Option(help: "text tokens of bits per byte")
    var splitTokens = 40 * 524_288

    @Option(
        help: ArgumentHelp(
            "where the results go; by default the run's own folder", valueName: "DIR"))
    var output: Path?

    /// Texts written from nothing, and their length.
    /// - Source: karpathy/nanochat `base_eval.py`, 2026.
    private static let freeCount = 8
    private static let freeTokens = 128

    static let configuration = CommandConfiguration(
        commandName: "base-eval",
        abstract: "Try a base model at CORE, reading forward and backward.",
        discussion: """
            CORE's tasks are scored by likelihood. Forward the headline is CORE's own rule, the lowest mean \
            loss of the answer; backward it is log p(question | answer), the shots standing behind the item, \
            where they are read first. Every other formula stands in the matrix. Tasks that mean nothing in a \
            reading are not applicable, never 0. \
            Results stand in RUN/evaluations/STAGE_phase/READING_direction/core_TASK.json, with every example, \
            a table like nanochat's in base_model_STEP.csv, and all in STAGE_phase/core_summary.json. \
            A task that was tried with the same settings is not tried again.
            """,
        examples: [
            Example(
                "base-eval -g d20_backward -x 500 --split-tokens 1e6",
                "500 items of all tasks, both readings, bits per byte, and samples"),
            Example(
                "base-eval -g d4_forward --eval core -x 100 -a hellaswag arc_easy winograd",
                "100 items of three tasks"),
            Example(
                "base-eval -g d4_forward --eval bpb --data text/*.jsonl.zst --split-tokens 1e5",
                "bits per byte only, on a hundred thousand tokens"),
        ])

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "CORE") var bundle: BundleOptions
    @OptionGroup(title: "Bits per byte") var validation: ValidationTextOptions
    @OptionGroup(title: "Bits per byte") var text: TextOptions
    @OptionGroup(title: "Machine") var compute: ComputeOptions
    @OptionGroup(title: "Machine") var seed: SeedOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let compute = try ComputeSettings(compute, in: world)
        guard !eval.isEmpty, !directions.isEmpty else {
            throw CommandError.invalid("name at least one part of --eval and one direction.")
        }
        let wanted = Set(eval)
        let core =
            wanted.contains(.core) ? try bundle.open(home: model.tokenizer.home, in: world) : nil
        // Every file is opened before the first item is scored.
        let held = wanted.contains(.bpb) ? try heldOut(world) : nil
        let chosen = try core.map { try selections($0, world) }
        let loaded = try LoadedModel(
            model, defaultSource: .base, compute: compute, in: world)
        let folder = output.map { RunDirectory(path: world.resolved($0)) } ?? loaded.run
        var report = Report()
        if let core, let chosen {
            report.core = try tryCore(core, chosen, loaded, folder, world)
        }
        if let held {
            report.bitsPerByte = try measure(held, loaded, folder, world)
        }
        if wanted.contains(.sample) {
            report.samples = try write(loaded, folder, world)
        }
        if world.wantsJSON {
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
                for line in file.lines { console.line(line) }
            }
        }
    }

    // MARK: CORE

    private func selections(
        _ bundle: CoreBundle, _ world: World
    ) throws -> [(task: CoreTask, selection: CoreSelection?)] {
        let names = tasks.map(\.string)
        for name in names where !bundle.tasks.contains(where: { $0.label == name }) {
            throw CommandError.invalid(
                "the bundle has no task '\(name)'; it has "
                    + bundle.tasks.map(\.label).joined(separator: ", ") + ".")
        }
        let maximum = maxPerTask > 0 ? maxPerTask : Int.max
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
                "'\(self.bundle.path(home: model.tokenizer.home, in: world))' has no file of these tasks; fetch it with "
                    + "'retro data fetch core' or name its folder with --bundle.")
        }
        return found
    }

    private func tryCore(
        _ bundle: CoreBundle, _ chosen: [(task: CoreTask, selection: CoreSelection?)],
        _ loaded: LoadedModel, _ folder: RunDirectory, _ world: World
    ) throws -> CoreSummary {
        let T = loaded.model.configuration.contextLength
        let limit = maxSeqLen ?? T
        guard (8...T * 10).contains(limit) else {
            throw CommandError.invalid("--max-seq-len must be 8 to \(T * 10) for this model.")
        }
        guard batchTokens > 0 else {
            throw CommandError.invalid("--batch-tokens must be at least 1.")
        }
        let trial = CoreTrial(
            world: world,
            evaluation: CoreEvaluation(
                loaded.model, direction: loaded.direction, tokenizer: loaded.tokenizer,
                limit: limit, isFull: !headlineOnly, cellLimit: batchTokens),
            setting: TaskResult.Setting(
                phase: loaded.phase.rawValue, step: loaded.step, direction: loaded.direction),
            weights: try ContentHash(ofFile: loaded.path + "/model.safetensors"))
        var results: [CoreResult] = []
        for reading in directions {
            let place = folder.evaluations(loaded.phase, reading: reading.rawValue)
            var own: [CoreResult] = []
            for selection in chosen.compactMap(\.selection) {
                let result = try trial.result(
                    selection, reading, keptIn: again ? nil : place)
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

    private func heldOut(
        _ world: World
    ) throws -> any DocumentSource {
        let own = validation.valData.map(world.resolved)
        if !own.isEmpty {
            return try ShardSet(
                paths: own, relativeTo: world.workingDirectory,
                options: text.shardOptions, spoolFolder: world.temporaryFolder)
        }
        let paths = text.data.map(world.resolved)
        guard !paths.isEmpty else {
            throw CommandError.invalid(
                "bits per byte want text: name the training shards with --data, of which a share is "
                    + "held out, or other shards with --val-data.")
        }
        return try CorpusSplit(
            paths: paths, split: validation.split(),
            relativeTo: world.workingDirectory, options: text.shardOptions,
            spoolFolder: world.temporaryFolder
        ).validation
    }

    private func measure(
        _ documents: any DocumentSource, _ loaded: LoadedModel, _ folder: RunDirectory,
        _ world: World
    ) throws -> [String: Double] {
        func list(_ source: some DocumentSource) throws(BatchError) -> ValidationWindows {
            try ValidationWindows(
                EncodedDocuments(source, tokenizer: loaded.tokenizer, threadCount: 1),
                vocabulary: Vocabulary(loaded.tokenizer),
                columnCount: loaded.model.configuration.contextLength,
                maximumTokens: splitTokens)
        }
        let T = loaded.model.configuration.contextLength
        let windows = MatchedValidation(
            try list(documents), rowCount: max(1, batchTokens / T))
        var found: [String: Double] = [:]
        for reading in directions {
            let progress = world.progress(
                "validating \(reading.rawValue)", total: windows.list.count,
                unit: .things("windows"))
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
    private func write(
        _ loaded: LoadedModel, _ folder: RunDirectory, _ world: World
    ) throws -> [SampleFile] {
        let seed = Seed(seed.seed)["samples"]
        let generation = Generation(
            loaded.model, direction: loaded.direction, tokenizer: loaded.tokenizer)
        return try loaded.direction.readings.map { reading in
            var samples = SamplePrompts.facts.continued(by: generation, reading) { count in
                (0..<count).map { seed[$0] }
            }
            let free = generation(
                [""], reading: reading, sampleCount: Self.freeCount,
                settings: GenerationSettings(
                    sampling: Sampling(temperature: 1), maximumCount: Self.freeTokens),
                seeds: [seed["free"]])
            samples += free[0].map {
                SampleFile.Sample(continuing: "", $0)
            }
            let file = SampleFile(
                step: loaded.step, reading: reading, areAnswers: false, samples: samples)
            try EvaluationFiles.keep(
                file.encoded(), as: SampleFile.name,
                in: folder.evaluations(loaded.phase, reading: reading.rawValue))
            return file
        }
    }
}
