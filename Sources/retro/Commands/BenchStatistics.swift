import Arguments
import Foundation
import Provenance
import Reporting
import Terminal

/// `retro bench statistics`: how long the bootstrap of a comparison takes.
struct BenchStatistics: RetroCommand {
    @Option(help: "windows, each a document")
    var windows = 10_000

    @Option(help: "pairs of runs")
    var seeds = 5

    @Option(help: "replicates")
    var resamples = 10_000

    static let configuration = CommandConfiguration(
        commandName: "statistics",
        abstract: "Time the hierarchical bootstrap over seeds and documents.",
        examples: [Example("bench statistics", "10,000 resamples over 10,000 windows and 5 seeds")])

    @OptionGroup(title: "Machine") var seed: SeedOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let (count, pairs, draws) = (windows, seeds, resamples)
        guard count > 1, pairs > 1, draws > 1 else {
            throw CommandError.invalid("--windows, --seeds and --resamples must be at least 2.")
        }
        let seed = Seed(seed.seed)["bench"]
        var random = seed["values"].generator()
        func column(_ mean: Double) -> [Double] {
            (0..<count).map { _ in mean + Double.random(in: -1...1, using: &random) }
        }
        let columns = [column(200)] + (0..<pairs).flatMap { _ in [column(610), column(600)] }
        let begin = world.seconds()
        let sums = ResampledSums(of: columns, resamples: draws, seed: seed["documents"])
        let gaps = sums.hierarchicalGaps(
            of: (0..<pairs).map { (minuend: 1 + 2 * $0, subtrahend: 2 + 2 * $0) }, over: 0,
            seed: seed["seeds"])
        let interval = Interval.percentile(of: gaps)
        let seconds = world.seconds() - begin
        if world.wantsJSON {
            try world.write(json: ["seconds": seconds])
            return .success
        }
        world.output.line(
            "\(Quantity.grouped(draws)) resamples over \(Quantity.grouped(count)) windows and \(pairs) seeds: "
                + "\(Quantity.fixed(seconds, 2)) s (gap [\(Quantity.fixed(interval?.lower ?? .nan, 5)), "
                + "\(Quantity.fixed(interval?.upper ?? .nan, 5))])")
        return .success
    }
}
