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
            train, BenchLog.command, BenchStatistics.command, BenchEval.command,
            BenchTokenizer.command,
        ])

    private static let depth = Option("depth", default: 4, "layers")
    private static let vocabularySize = Option("vocab-size", default: 8192, "ids")
    private static let rowCount = Option("device-batch-size", default: 8, "rows a step")
    private static let contextLength = Option("max-seq-len", default: 512, "positions a row")
    private static let twins = Option(
        "twin", default: ["eager", "compiled"],
        "PyTorch programs to alternate with: eager, compiled, none")
    private static let rounds = Option("rounds", default: 5, "turns of each program")
    private static let turnSteps = Option("steps", default: 3, "optimizer steps of a turn")

    private static let train = Command<World>(
        "train", "Time the training step: ours, and the PyTorch twin's, in turn.",
        details: """
            Each program takes a turn of a few steps while the others wait; the fastest step of all \
            turns counts, since everything else on the machine can only slow one down. Memory is the \
            peak of resident memory after warm-up.
            """,
        examples: [
            Example("bench train --dtype bfloat16", "d4 beside eager and compiled PyTorch"),
            Example("bench train --depth 6 --vocab-size 32768 --json", "for machines"),
            Example("bench train --twin none", "ours alone"),
        ],
        options: [
            OptionGroup(
                "Shape",
                [
                    depth.row, vocabularySize.row, rowCount.row, contextLength.row,
                    BaseOptions.dtype.row, BaseOptions.device.row,
                ]),
            OptionGroup(
                "Run",
                [
                    twins.row, rounds.row, turnSteps.row, Common.threads.row, Common.seed.row,
                ]),
            Common.writing,
        ]
    ) { world, options in
        let compute = try ComputeSettings(options, in: world)
        guard compute.device == .cpu else {
            throw CommandError.invalid("bench train alternates on the CPU; use --device cpu.")
        }
        for name in options[twins] where !["eager", "compiled", "none"].contains(name) {
            throw CommandError.invalid("--twin takes eager, compiled or none, not '\(name)'.")
        }
        guard options[rounds] > 0, options[turnSteps] > 0 else {
            throw CommandError.invalid("--rounds and --steps must be at least 1.")
        }
        let shape = TrainBenchmark.Shape(
            depth: options[depth], vocabularySize: options[vocabularySize],
            contextLength: options[contextLength], rowCount: options[rowCount],
            dtype: compute.dtype, threadCount: compute.threadCount)
        world.say("warming up", options)
        let ours = try TrainBenchmark(shape, seed: Seed(options[Common.seed])["bench"])
        let others = try options[twins].filter { $0 != "none" }.map {
            world.say("starting the \($0) twin", options)
            return try Twin($0, shape: shape, in: world)
        }
        let result = try alternate(ours, others, world, options)
        if options[Common.json] {
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

    private static func alternate(
        _ ours: TrainBenchmark, _ others: [Twin], _ world: World, _ options: Options
    ) throws -> Result {
        let shape = ours.shape
        let progress = world.progress(
            "bench", total: options[rounds], unit: .things("rounds"), options)
        var best = 0.0
        var turns = others.map { _ in Twin.Turn() }
        var peak = 0.0
        for round in 0..<options[rounds] {
            peak = max(peak, MatmulPeak.measured(shape.dtype, now: world.seconds))
            best = max(best, try ours.step(options[turnSteps], now: world.seconds))
            for (index, other) in others.enumerated() {
                let turn = try other.step(options[turnSteps])
                if turn.tokens_per_second ?? 0 > turns[index].tokens_per_second ?? 0 {
                    turns[index] = turn
                }
            }
            progress.advance(to: round + 1)
        }
        progress.finish(at: options[rounds])
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

    private static func show(_ result: Result, _ world: World) {
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
