import Arguments
import Foundation
import Journal
import Provenance
import Tensors
import Terminal
import Training

/// `retro bench log`: what the research log costs the training step.
enum BenchLog {
    private static let depth = Option("depth", default: 4, "layers")
    private static let vocabularySize = Option("vocab-size", default: 8192, "ids")
    private static let rowCount = Option("device-batch-size", default: 16, "rows a step")
    private static let contextLength = Option("max-seq-len", default: 512, "positions a row")
    private static let rounds = Option("rounds", default: 5, "turns of each kind of step")

    static let command = Command<World>(
        "log", "What the research log costs the training step, at the recipe's frequencies.",
        details: """
            Steps without a log alternate with steps of each kind: scalars only, with positions, with tokens, with \
            gradient and activation statistics, each written to a log on disk. The fastest of each kind counts; \
            what it costs beyond the bare step is spread over the steps between two of its kind.
            """,
        examples: [
            Example("bench log", "d4, 8,192 tokens a step"),
            Example("bench log --log-gradients-every 10 --json", "taken ten times as often"),
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
                    BaseOptions.statisticsEvery.row, BaseOptions.positionsEvery.row,
                    BaseOptions.tokensEvery.row, rounds.row, Common.threads.row, Common.seed.row,
                ]),
            Common.writing,
        ]
    ) { world, options in
        let compute = try ComputeSettings(options, in: world)
        guard options[rounds] > 0 else {
            throw CommandError.invalid("--rounds must be at least 1.")
        }
        world.say("warming up", options)
        let benchmark = try TrainBenchmark(
            TrainBenchmark.Shape(
                depth: options[depth], vocabularySize: options[vocabularySize],
                contextLength: options[contextLength], rowCount: options[rowCount],
                dtype: compute.dtype, threadCount: compute.threadCount),
            seed: Seed(options[Common.seed])["bench"])
        let result = try measure(benchmark, world, options)
        if options[Common.json] {
            try world.write(json: result)
            return .success
        }
        var table = TextTable([
            ("step", .left), ("seconds", .right), ("beyond bare", .right), ("every", .right),
            ("cost", .right),
        ])
        table.add(["bare", Quantity.fixed(result.bare_seconds, 4), "", "", ""])
        for kind in result.kinds {
            table.add([
                kind.name, Quantity.fixed(kind.seconds, 4),
                Quantity.fixed((kind.seconds - result.bare_seconds) * 1000, 1) + " ms",
                String(kind.every), Quantity.fixed(kind.share * 100, 2) + " %",
            ])
        }
        for line in table.lines { world.output.line(line) }
        world.output.line("the log costs \(Quantity.fixed(result.share * 100, 2)) % of the step")
        return .success
    }

    private struct Kind: Encodable {
        var name: String
        var seconds: Double
        var every: Int
        /// Of the bare step, spread over the steps between.
        var share: Double
    }

    private struct Result: Encodable {
        var bare_seconds: Double
        var kinds: [Kind]
        var share: Double
    }

    private static func measure(
        _ benchmark: TrainBenchmark, _ world: World, _ options: Options
    ) throws -> Result {
        let folder = world.temporaryFolder + "/retro-bench-log-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let metrics = try MetricsLog(path: folder + "/metrics.jsonl", resumingAt: 0)
        let research = try ResearchLog(path: folder + "/log.h5")
        let kinds: [(name: String, observation: Trainer.Observation, every: Int)] = [
            ("scalars", Trainer.Observation(), 1),
            (
                "positions", Trainer.Observation(positions: true),
                options[BaseOptions.positionsEvery]
            ),
            ("tokens", Trainer.Observation(tokens: true), options[BaseOptions.tokensEvery]),
            ("layers", Trainer.Observation(layers: true), options[BaseOptions.statisticsEvery]),
        ]
        var bare = Double.infinity
        var best = kinds.map { _ in Double.infinity }
        var step = 0
        let progress = world.progress(
            "bench", total: options[rounds], unit: .things("rounds"), options)
        for round in 0..<options[rounds] {
            bare = min(bare, try benchmark.seconds(Trainer.Observation(), now: world.seconds))
            for (index, kind) in kinds.enumerated() {
                let seconds = try benchmark.seconds(kind.observation, now: world.seconds) {
                    outcome in
                    var record = StepRecord(step: step)
                    for name in 0..<14 { record.scalars.append(("scalar_\(name)", outcome.loss)) }
                    record.positions = outcome.positions
                    record.tokens = outcome.tokens
                    record.layers = outcome.layers
                    try metrics.record(record)
                    try research.record(record)
                }
                best[index] = min(best[index], seconds)
                step += 1
                // The writing thread is done before the next kind is timed.
                try research.sync()
            }
            progress.advance(to: round + 1)
        }
        progress.finish(at: options[rounds])
        try metrics.finish()
        try research.finish()
        let scalars = max(0, best[0] - bare)
        let all = kinds.indices.map { index -> Kind in
            let beyond = index == 0 ? scalars : max(0, best[index] - bare - scalars)
            let every = kinds[index].every
            return Kind(
                name: kinds[index].name, seconds: best[index], every: every,
                share: every > 0 ? beyond / bare / Double(every) : 0)
        }
        return Result(bare_seconds: bare, kinds: all, share: all.reduce(0) { $0 + $1.share })
    }
}
