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
            peak of resident memory after warm-up. Where a twin does not start or dies, what was measured of the \
            others is printed all the same, then what failed, and the exit status is 1.
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
        let others = twin.map(\.string).filter { $0 != "none" }.map { mode in
            world.say("starting the \(mode) twin")
            return TimedTwin(mode, shape: shape, in: world)
        }
        let result = try alternate(ours, others, world)
        if world.wantsJSON {
            try world.write(json: result)
        } else {
            show(result, world)
        }
        for failure in result.failures ?? [] { world.errors.line(failure.reason) }
        return result.failures == nil ? .success : .failure
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
        /// Twins that did not start, or died; absent where none did.
        var failures: [Failure]?
    }

    /// A program that was not measured to the end.
    private struct Failure: Encodable {
        var program: String
        var reason: String
    }

    /// A twin with its best turn so far, and what kept it from more.
    private final class TimedTwin {
        let program: String
        private(set) var best: Twin.Turn?
        private(set) var failure: Failure?
        private var twin: Twin?

        /// Starts the twin; that it does not start is its failure, not the benchmark's.
        init(_ mode: String, shape: TrainBenchmark.Shape, in world: World) {
            program = "pytorch \(mode)"
            attempt { twin = try Twin(mode, shape: shape, in: world) }
        }

        /// Lets it take `count` steps, if it is alive.
        func step(_ count: Int) {
            guard let twin else { return }
            attempt {
                let turn = try twin.step(count)
                if turn.tokens_per_second ?? 0 > best?.tokens_per_second ?? 0 { best = turn }
            }
        }

        private func attempt(_ body: () throws -> Void) {
            do { try body() } catch {
                twin = nil
                failure = Failure(program: program, reason: "\(error)")
            }
        }
    }

    private func alternate(
        _ ours: TrainBenchmark, _ others: [TimedTwin], _ world: World
    ) throws -> Result {
        let shape = ours.shape
        let progress = world.progress(
            "bench", total: rounds, unit: .things("rounds"))
        var best = 0.0
        var peak = 0.0
        for round in 0..<rounds {
            peak = max(peak, MatmulPeak.measured(shape.dtype, now: world.seconds))
            best = max(best, try ours.step(steps, now: world.seconds))
            for other in others { other.step(steps) }
            progress.advance(to: round + 1)
        }
        progress.finish(at: rounds)
        let share = ours.model.trainingFLOPsPerToken / peak
        let twins = others.compactMap { other -> Measured? in
            guard let best = other.best, let speed = best.tokens_per_second else { return nil }
            return Measured(
                program: other.program, tokens_per_second: speed, gemm_fraction: speed * share,
                peak_bytes: best.peak_bytes)
        }
        let failures = others.compactMap(\.failure)
        return Result(
            depth: shape.depth, vocab_size: shape.vocabularySize, max_seq_len: shape.contextLength,
            device_batch_size: shape.rowCount, dtype: shape.dtype.name,
            threads: shape.threadCount, gemm_peak_flops: peak, tokens_per_second: best,
            gemm_fraction: best * share, peak_bytes: Memory.peak,
            ratio: twins.map(\.tokens_per_second).max().map { best / $0 }, twins: twins,
            failures: failures.isEmpty ? nil : failures)
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
