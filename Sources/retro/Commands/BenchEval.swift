import Arguments
import Corpus
import Evaluation
import Foundation
import Language
import Models
import Provenance
import Tensors
import Terminal

/// `retro bench eval`: scoring in trees and batches beside scoring one item at a time, in one run.
struct BenchEval: RetroCommand {
    @Option(help: "layers")
    var depth = 4

    @Option(help: "ids, where no bundle is given")
    var vocabSize = 8192

    @Option(help: "positions a row")
    var maxSeqLen = 1024

    @Option(help: "items of each task")
    var items = 24

    @Option(help: "turns of each program")
    var rounds = 3

    @Option(help: "tokens read at once")
    var batchTokens = 8192

    @Option(help: "also let PyTorch score one item at a time")
    var twin = true

    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Time likelihood scoring: in trees and batches, and one item at a time, in turn.",
        discussion: """
            One at a time is how nanochat scores CORE: a pass an item, every option a whole row, losses of \
            every position; by our own kernels, and by the PyTorch twin. The fastest of all turns counts. \
            With --bundle the items are CORE's own, else random ids in their shapes.
            """,
        examples: [
            Example(
                "bench eval", "24 items of random ids in the shapes of each task, beside PyTorch"),
            Example(
                "bench eval --bundle eval_bundle --items 50 --json", "CORE's items, for machines"),
            Example("bench eval --no-twin --depth 6", "without PyTorch"),
        ])

    @OptionGroup(title: "CORE") var bundle: BundleOptions
    @OptionGroup(title: "CORE") var tokenizer: TokenizerOptions
    @OptionGroup(title: "Machine") var compute: ComputeOptions
    @OptionGroup(title: "Machine") var seed: SeedOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let compute = try ComputeSettings(compute, in: world)
        guard compute.device == .cpu else {
            throw CommandError.invalid("bench eval alternates on the CPU; use --device cpu.")
        }
        for (name, value) in [
            ("items", items), ("rounds", rounds),
            ("batch-tokens", batchTokens), ("max-seq-len", maxSeqLen - 63),
        ] where value < 1 {
            throw CommandError.invalid("--\(name) is too small.")
        }
        let (model, loads) = try loads(world)
        let ours = EvalBenchmark(
            model, dtype: compute.dtype, cellLimit: batchTokens, loads: loads)
        let other =
            twin
            ? try EvalTwin(model, dtype: compute.dtype, compute.threadCount, loads, in: world) : nil
        let lines = try alternate(ours, other, world)
        let result = Result(
            depth: depth, vocab_size: model.vocabularySize,
            max_seq_len: model.contextLength, dtype: compute.dtype.name,
            threads: compute.threadCount, tasks: lines)
        if world.wantsJSON {
            try world.write(json: result)
        } else {
            show(result, world)
        }
        return .success
    }

    private func loads(
        _ world: World
    ) throws -> (ModelConfiguration, [EvalBenchmark.Load]) {
        func shape(_ vocabulary: Int) throws -> ModelConfiguration {
            try ModelConfiguration(
                depth: depth, vocabularySize: vocabulary,
                contextLength: maxSeqLen)
        }
        guard bundle.bundle != nil else {
            let model = try shape(vocabSize)
            return (
                model,
                EvalBenchmark.loads(
                    itemCount: items, vocabularySize: model.vocabularySize,
                    limit: model.contextLength, seed: Seed(seed.seed)["bench"])
            )
        }
        let home = tokenizer.home
        let tokenizer = try Tokenizer(contentsOf: tokenizer.path(in: world))
        let bundle = try bundle.open(home: home, in: world)
        let selections = try bundle.tasks.compactMap {
            try bundle.selection(
                of: $0, maximum: max(items, $0.shotCount + 1),
                spoolFolder: world.temporaryFolder)
        }
        let model = try shape(tokenizer.vocabularySize)
        return (model, EvalBenchmark.loads(selections, tokenizer: tokenizer, model: model))
    }

    /// One task's seconds.
    private struct Line: Encodable {
        var task: String
        var items: Int
        var tokens: Int
        var seconds: Double
        var one_at_a_time_seconds: Double
        var pytorch_seconds: Double?
    }

    /// What the command prints with `--json`.
    private struct Result: Encodable {
        var depth: Int
        var vocab_size: Int
        var max_seq_len: Int
        var dtype: String
        var threads: Int
        var tasks: [Line]
    }

    private func alternate(
        _ ours: EvalBenchmark, _ other: EvalTwin?, _ world: World
    ) throws -> [Line] {
        let total = rounds * ours.loads.count
        let progress = world.progress("bench", total: total, unit: .things("turns"))
        var lines: [Line] = []
        for (index, load) in ours.loads.enumerated() {
            var line = Line(
                task: load.name, items: load.groups.count, tokens: load.tokenCount,
                seconds: .infinity, one_at_a_time_seconds: .infinity)
            for round in 0..<rounds {
                line.seconds = min(line.seconds, ours.together(load, now: world.seconds))
                line.one_at_a_time_seconds = min(
                    line.one_at_a_time_seconds, ours.oneAtATime(load, now: world.seconds))
                if let other {
                    line.pytorch_seconds = min(
                        line.pytorch_seconds ?? .infinity, try other.seconds(load: index))
                }
                progress.advance(to: index * rounds + round + 1)
            }
            lines.append(line)
        }
        progress.finish(at: total)
        return lines
    }

    private func show(_ result: Result, _ world: World) {
        var table = TextTable([
            ("task", .left), ("items", .right), ("tokens", .right), ("ours, items/s", .right),
            ("one at a time", .right), ("ours is", .right), ("PyTorch, one at a time", .right),
            ("ours is", .right),
        ])
        func row(_ line: Line) -> [String] {
            func rate(_ seconds: Double?) -> String {
                seconds.map { Quantity.fixed(Double(line.items) / $0, 1) } ?? "–"
            }
            func times(_ seconds: Double?) -> String {
                seconds.map { Quantity.fixed($0 / line.seconds, 2) + "×" } ?? "–"
            }
            return [
                line.task, String(line.items), Quantity.grouped(line.tokens), rate(line.seconds),
                rate(line.one_at_a_time_seconds), times(line.one_at_a_time_seconds),
                rate(line.pytorch_seconds), times(line.pytorch_seconds),
            ]
        }
        for line in result.tasks { table.add(row(line)) }
        let lines = result.tasks
        let pytorch = lines.compactMap(\.pytorch_seconds)
        table.add(
            row(
                Line(
                    task: "all", items: lines.reduce(0) { $0 + $1.items },
                    tokens: lines.reduce(0) { $0 + $1.tokens },
                    seconds: lines.reduce(0) { $0 + $1.seconds },
                    one_at_a_time_seconds: lines.reduce(0) { $0 + $1.one_at_a_time_seconds },
                    pytorch_seconds: pytorch.isEmpty ? nil : pytorch.reduce(0, +))))
        for line in table.lines { world.output.line(line) }
        world.output.line(
            "d\(result.depth), V \(result.vocab_size), T \(result.max_seq_len), "
                + "\(result.dtype), \(result.threads) threads")
    }
}

/// PyTorch scoring one item at a time in a process of its own.
final class EvalTwin {
    private struct Turn: Decodable {
        var seconds: Double?
    }

    private struct Setup: Encodable {
        var depth: Int
        var vocab_size: Int
        var max_seq_len: Int
        var dtype: String
        var threads: Int
        /// By load, by item, by option.
        var loads: [[[[Int32]]]]
    }

    private let companion: Companion

    /// Starts it and waits until it has warmed up.
    init(
        _ model: ModelConfiguration, dtype: DType, _ threadCount: Int,
        _ loads: [EvalBenchmark.Load], in world: World
    ) throws {
        let setup = Setup(
            depth: model.layerCount, vocab_size: model.vocabularySize,
            max_seq_len: model.contextLength, dtype: dtype.name, threads: threadCount,
            loads: loads.map { $0.groups.map { $0.map(\.ids) } })
        let path = "\(world.temporaryFolder)/retro-bench-eval-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try AtomicFile.write(try JSONEncoder().encode(setup), to: path)
        companion = try Companion("score_one_at_a_time.py", [path], in: world)
        guard companion.answer(as: Turn.self) != nil else {
            throw CommandError.missing(
                "the PyTorch twin did not start; see Tools/baseline/score_one_at_a_time.py, or leave it "
                    + "out with --no-twin.")
        }
    }

    /// Seconds for all items of a load.
    func seconds(load: Int) throws -> Double {
        guard let seconds = companion.answer(to: "load \(load)", as: Turn.self)?.seconds else {
            throw CommandError.missing("the PyTorch twin died while it was timed.")
        }
        return seconds
    }
}
