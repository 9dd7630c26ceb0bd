import Arguments
import Foundation
import Models
import Provenance
import Tensors
import Terminal

/// `retro bench`: speed beside a twin, in one run.
enum BenchCommands {
    static let all = Command<World>(
        "bench", "Measure speed against the machine's peak and other programs.",
        subcommands: [
            Command(BenchTrain.self), Command(BenchLog.self), Command(BenchStatistics.self),
            Command(BenchEval.self), Command(BenchTokenizer.self),
        ])
}

/// `retro bench train`: the training step beside PyTorch's.
struct BenchTrain: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Time the training step: ours, and the PyTorch twin's, in turn.",
        discussion: """
            Each program takes a turn of a few steps while the others wait; the fastest step of all \
            turns counts, since everything else on the machine can only slow one down. Memory is the \
            peak of resident memory after warm-up.
            """,
        examples: [
            Example(
                "bench train --dtype bfloat16",
                "d4 beside eager and compiled PyTorch, in a few minutes"),
            Example(
                "bench train --depth 6 --vocab-size 32768 --json", "a larger model, for machines"),
            Example("bench train --twin none", "ours alone: 15 steps of 4,096 tokens"),
        ])

    @Option(help: "layers")
    var depth = 4

    @Option(help: "ids")
    var vocabSize = 8192

    @Option(help: "rows a step")
    var deviceBatchSize = 8

    @Option(help: "positions a row")
    var maxSeqLen = 512

    @Option(help: "PyTorch programs to alternate with: eager, compiled, none")
    var twin: [Name] = ["eager", "compiled"]

    @Option(help: "turns of each program")
    var rounds = 5

    @Option(help: "optimizer steps of a turn")
    var steps = 3

    @OptionGroup(title: "Machine") var compute: ComputeOptions
    @OptionGroup(title: "Machine") var seed: SeedOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let compute = try ComputeSettings(compute, in: world)
        guard compute.device == .cpu else {
            throw CommandError.invalid("bench train alternates on the CPU; use --device cpu.")
        }
        for name in twin where !["eager", "compiled", "none"].contains(name.string) {
            throw CommandError.invalid("--twin takes eager, compiled or none, not '\(name)'.")
        }
        guard rounds > 0, steps > 0 else {
            throw CommandError.invalid("--rounds and --steps must be at least 1.")
        }
        let shape = TrainBenchmark.Shape(
            depth: depth, vocabularySize: vocabSize,
            contextLength: maxSeqLen, rowCount: deviceBatchSize,
            dtype: compute.dtype, threadCount: compute.threadCount)
        world.say("warming up")
        let ours = try TrainBenchmark(shape, seed: Seed(seed.seed)["bench"])
        let others = try twin.map(\.string).filter { $0 != "none" }.map {
            world.say("starting the \($0) twin")
            return try Twin($0, shape: shape, in: world)
        }
        let result = try alternate(ours, others, world)
        if world.wantsJSON {
            try world.write(json: result)
        } else {
            show(result, world)
        }
        return .success
    }

    /// One program's best.
    private struct Measured: Encodable {
        var program: String
        var tokens_per_second: Double
        var gemm_fraction: Double
        var peak_bytes: Int?
    }

    /// What the command prints with `--json`.
    private struct Result: Encodable {
        var depth: Int
        var vocab_size: Int
        var max_seq_len: Int
        var device_batch_size: Int
        var dtype: String
        var threads: Int
        var gemm_peak_flops: Double
        var tokens_per_second: Double
        var gemm_fraction: Double
        var peak_bytes: Int?
        /// Ours over the fastest twin's; absent without twins.
        var ratio: Double?
        var twins: [Measured]
    }

    private func alternate(
        _ ours: TrainBenchmark, _ others: [Twin], _ world: World
    ) throws -> Result {
        let shape = ours.shape
        let progress = world.progress(
            "bench", total: rounds, unit: .things("rounds"))
        var best = 0.0
        var turns = others.map { _ in Twin.Turn() }
        var peak = 0.0
        for round in 0..<rounds {
            peak = max(peak, MatmulPeak.measured(shape.dtype, now: world.seconds))
            best = max(best, try ours.step(steps, now: world.seconds))
            for (index, other) in others.enumerated() {
                let turn = try other.step(steps)
                if turn.tokens_per_second ?? 0 > turns[index].tokens_per_second ?? 0 {
                    turns[index] = turn
                }
            }
            progress.advance(to: round + 1)
        }
        progress.finish(at: rounds)
        let share = ours.model.trainingFLOPsPerToken / peak
        let twins = zip(others, turns).map { other, turn in
            let speed = turn.tokens_per_second ?? 0
            return Measured(
                program: "pytorch \(other.mode)", tokens_per_second: speed,
                gemm_fraction: speed * share, peak_bytes: turn.peak_bytes)
        }
        return Result(
            depth: shape.depth, vocab_size: shape.vocabularySize, max_seq_len: shape.contextLength,
            device_batch_size: shape.rowCount, dtype: shape.dtype.name,
            threads: shape.threadCount, gemm_peak_flops: peak, tokens_per_second: best,
            gemm_fraction: best * share, peak_bytes: Memory.peak,
            ratio: twins.map(\.tokens_per_second).max().map { best / $0 }, twins: twins)
    }

    private func show(_ result: Result, _ world: World) {
        var table = TextTable([
            ("program", .left), ("tokens/s", .right), ("of GEMM peak", .right),
            ("peak memory", .right), ("ours is", .right),
        ])
        let ours = Measured(
            program: "retrograde", tokens_per_second: result.tokens_per_second,
            gemm_fraction: result.gemm_fraction, peak_bytes: result.peak_bytes)
        for row in [ours] + result.twins {
            table.add([
                row.program, Quantity.grouped(Int(row.tokens_per_second)),
                Quantity.fixed(row.gemm_fraction * 100, 1) + " %",
                row.peak_bytes.map { "\(Quantity.bytes(Double($0)))" } ?? "-",
                Quantity.fixed(result.tokens_per_second / max(row.tokens_per_second, 1e-9), 2)
                    + "×",
            ])
        }
        for line in table.lines { world.output.line(line) }
        world.output.line(
            "d\(result.depth), V \(result.vocab_size), T \(result.max_seq_len), "
                + "B \(result.device_batch_size), \(result.dtype), \(result.threads) threads; peak "
                + "\(Quantity.fixed(result.gemm_peak_flops / 1e9, 0)) GFLOP/s")
    }
}
