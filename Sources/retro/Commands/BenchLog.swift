import Arguments
import Foundation
import Journal
import Provenance
import Tensors
import Terminal
import Training

/// `retro bench log`: what the research log costs the training step.
struct BenchLog: RetroCommand {
    @Option(help: "layers")
    var depth = 4

    @Option(help: "ids")
    var vocabSize = 8192

    @Option(help: "rows a step")
    var deviceBatchSize = 16

    @Option(help: "positions a row")
    var maxSeqLen = 512

    @Option(help: "turns of each kind of step")
    var rounds = 5

    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "What the research log costs the training step, at the recipe's frequencies.",
        discussion: """
            Steps without a log alternate with steps of each kind: scalars only, with positions, with tokens, with \
            gradient and activation statistics, each written to a log on disk. The fastest of each kind counts; \
            what it costs beyond the bare step is spread over the steps between two of its kind. A cost below zero \
            is what timing varies by: the true one is too small to be seen.
            """,
        examples: [
            Example("bench log", "d4, 8,192 tokens a step; a minute or two"),
            Example("bench log --log-gradients-every 10 --json", "taken ten times as often"),
        ])

    @Option(help: "steps between gradient and activation statistics")
    var logGradientsEvery = 100

    @Option(help: "steps between losses by position")
    var logPositionsEvery = 10

    @Option(help: "steps between losses and predictions of every token of a micro-batch")
    var logTokensEvery = 100

    @OptionGroup(title: "Machine") var compute: ComputeOptions
    @OptionGroup(title: "Machine") var seed: SeedOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let compute = try ComputeSettings(compute, in: world)
        guard rounds > 0 else {
            throw CommandError.invalid("--rounds must be at least 1.")
        }
        world.say("warming up")
        let benchmark = try TrainBenchmark(
            TrainBenchmark.Shape(
                depth: depth, vocabularySize: vocabSize,
                contextLength: maxSeqLen, rowCount: deviceBatchSize,
                dtype: compute.dtype, threadCount: compute.threadCount),
            seed: Seed(seed.seed)["bench"])
        let result = try measure(benchmark, world)
        if world.wantsJSON {
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
                signed((kind.seconds - result.bare_seconds) * 1000, 1) + " ms",
                String(kind.every), signed(kind.share * 100, 2) + " %",
            ])
        }
        for line in table.lines { world.output.line(line) }
        world.output.line("the log costs \(signed(result.share * 100, 2)) % of the step")
        return .success
    }

    private func signed(_ value: Double, _ digits: Int) -> String {
        (value > 0 ? "+" : "") + Quantity.fixed(value, digits)
    }

    private struct Kind: Encodable {
        var name: String
        var seconds: Double
        var every: Int
        /// Of the bare step, spread over the steps between; below zero where timing varies by more.
        var share: Double
    }

    private struct Result: Encodable {
        var bare_seconds: Double
        var kinds: [Kind]
        var share: Double
    }

    private func measure(
        _ benchmark: TrainBenchmark, _ world: World
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
                logPositionsEvery
            ),
            ("tokens", Trainer.Observation(tokens: true), logTokensEvery),
            ("layers", Trainer.Observation(layers: true), logGradientsEvery),
        ]
        var bare = Double.infinity
        var best = kinds.map { _ in Double.infinity }
        var step = 0
        let progress = world.progress(
            "bench", total: rounds, unit: .things("rounds"))
        for round in 0..<rounds {
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
        progress.finish(at: rounds)
        try metrics.finish()
        try research.finish()
        // As measured, also below zero: cut off there, noise would add up to a cost.
        let scalars = best[0] - bare
        let all = kinds.indices.map { index -> Kind in
            let beyond = index == 0 ? scalars : best[index] - bare - scalars
            let every = kinds[index].every
            return Kind(
                name: kinds[index].name, seconds: best[index], every: every,
                share: every > 0 ? beyond / bare / Double(every) : 0)
        }
        return Result(bare_seconds: bare, kinds: all, share: all.reduce(0) { $0 + $1.share })
    }
}
