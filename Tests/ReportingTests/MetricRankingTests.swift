import Foundation
import Journal
import Language
import Provenance
import Reporting
import Testing

/// Ranking by what the table of metrics says, never by how a name is spelled.
@Suite struct MetricRankingTests {
    /// Two groups whose `name` is 1 and 2.
    private static func headline(_ name: String, asked: String? = nil) throws -> String {
        let runs = try SyntheticRuns()
        var two: [StudiedRun] = []
        for (rate, value) in [("0.1", 1.0), ("0.2", 2.0)] {
            for seed in [UInt64(1), 2] {
                let plain = try runs.run(
                    .forward, seed: seed, fields: ["optimizer.matrix_lr": rate])
                let directory = plain.reader.directory
                let line = try MetricsLog(path: directory.metrics, resumingAt: 61)
                try line.record(StepRecord(step: 61, scalars: [(name, value + Double(seed) / 10)]))
                try line.finish()
                two.append(try runs.read(plain))
            }
        }
        return try ExperimentComparison(
            of: two, metrics: [asked ?? name], by: .tokens, seed: Seed(1)
        ).findings().headline
    }

    @Test(arguments: [
        ("val_loss", "0.1"), ("step_seconds", "0.1"), ("unfinished", "0.1"), ("reward", "0.2"),
        ("pass_rate", "0.2"), ("core_metric", "0.2"), ("tokens_per_second", "0.2"),
        ("val_bpb_backward", "0.1"),
    ])
    func knownMetricsRankAsTheirTableSays(name: String, first: String) throws {
        let headline = try Self.headline(name)
        #expect(headline.contains("matrix_lr=\(first) comes first"), "\(headline)")
    }

    @Test(arguments: ["kl", "grad_norm", "clip_fraction", "lr", "sampled_nats", "my_lossless_acc"])
    func othersAreNotRankedUnlessSomebodySaysHow(name: String) throws {
        let headline = try Self.headline(name)
        #expect(headline.contains("not ranked") && !headline.contains("comes first"))
        let lower = try Self.headline(name, asked: name + ":lower")
        #expect(lower.contains("matrix_lr=0.1 comes first"), "\(lower)")
        let higher = try Self.headline(name, asked: name + ":higher")
        #expect(higher.contains("matrix_lr=0.2 comes first"), "\(higher)")
    }

    @Test func aDirectionIsLowerOrHigher() throws {
        let error = try #require(throws: ReportError.self) {
            try Self.headline("kl", asked: "kl:better")
        }
        #expect(error.description.contains("kl:lower or kl:higher"))
    }

    @Test func centeredIsByTheBundlesBaseline() {
        // boolq: 60 % right against the bundle's 62 %.
        var score = SyntheticRuns.task("boolq", .forward, native: true, right: 5)
        score.accuracy = 0.6
        score.chance = 0.62
        #expect(abs(score.centered + 0.02 / 0.38) < 1e-12)
    }
}
