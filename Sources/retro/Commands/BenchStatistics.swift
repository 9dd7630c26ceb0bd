import Arguments
import Foundation
import Provenance
import Reporting
import Terminal

/// `retro bench statistics`: how long the bootstrap of a comparison takes.
enum BenchStatistics {
    private static let windows = Option("windows", default: 10_000, "windows, each a document")
    private static let seeds = Option("seeds", default: 5, "pairs of runs")
    private static let resamples = Option("resamples", default: 10_000, "replicates")

    static let command = Command<World>(
        "statistics", "Time the hierarchical bootstrap over seeds and documents.",
        examples: [Example("bench statistics", "10,000 resamples over 10,000 windows and 5 seeds")],
        options: [
            OptionGroup("Size", [windows.row, seeds.row, resamples.row, Common.seed.row]),
            Common.writing,
        ]
    ) { world, options in
        let (count, pairs, draws) = (options[windows], options[seeds], options[resamples])
        guard count > 1, pairs > 1, draws > 1 else {
            throw CommandError.invalid("--windows, --seeds and --resamples must be at least 2.")
        }
        let seed = Seed(options[Common.seed])["bench"]
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
        if options[Common.json] {
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
