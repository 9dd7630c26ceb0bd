import Foundation
import Journal
import Language
import Provenance
import Reporting
import Testing

/// One gap has one interval, whatever page shows it.
@Suite struct OneGapTests {
    struct Number: Equatable, CustomStringConvertible {
        var value, lower, upper: Double

        init(_ object: [String: Any], _ name: String) throws {
            value = try #require(object[name] as? Double)
            lower = try #require(object["lower"] as? Double)
            upper = try #require(object["upper"] as? Double)
        }

        var description: String { "\(value) [\(lower), \(upper)]" }
    }

    static func overall(
        _ runs: [StudiedRun], seed: UInt64 = 1
    ) throws -> OverallComparison {
        try OverallComparison(
            of: runs, later: [], by: .tokens, title: "t", corpusName: "c", commands: [],
            seed: Seed(seed))
    }

    private static func json(_ findings: Findings) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(findings.json.utf8)) as? [String: Any])
    }

    private static func contrast(_ findings: Findings, _ index: Int = 0) throws -> Number {
        let all = try #require(try json(findings)["contrasts"] as? [[String: Any]])
        return try Number(all[index], "gap_nats")
    }

    private static func learning(_ runs: [StudiedRun]) throws -> (Number, Findings) {
        let findings = try LearningComparison(of: runs, by: .steps).findings()
        let gap = try #require((try json(findings)["gaps"] as? [[String: Any]])?.first)
        let last = try #require((gap["points"] as? [[String: Any]])?.last)
        return (try Number(last, "gap_nats"), findings)
    }

    private static func tokens(_ runs: [StudiedRun]) throws -> (Number, Findings) {
        let findings = try TokenClasses(of: runs, bytes: { _ in [65] }).findings()
        return (try Number(try json(findings), "gap_nats"), findings)
    }

    @Test func severalSeedsHaveOneIntervalOnEveryPage() throws {
        let runs = try SyntheticRuns()
        var all: [StudiedRun] = []
        for seed in [UInt64(3), 1, 2] {
            for direction in Direction.allCases {
                // Seeds differ, so that there is something to draw.
                all.append(try runs.run(direction, seed: seed, gap: 0.1 + 0.02 * Double(seed)))
            }
        }
        let report = try Self.overall(all).findings()
        let gap = try Self.contrast(report)
        #expect(gap.value > 0.1 && gap.lower < gap.value && gap.upper > gap.value)
        let (learning, curves) = try Self.learning(all)
        let (tokens, classes) = try Self.tokens(all)
        #expect(learning == gap && tokens == gap)
        // Another order of the runs, another seed of the analysis, fewer runs beside them: the same interval.
        #expect(try Self.contrast(Self.overall(all.reversed(), seed: 7).findings()) == gap)
        let dedicated = all.filter { $0.direction != .bidirectional }
        #expect(try Self.contrast(Self.overall(dedicated).findings()) == gap)
        #expect(try Self.learning(dedicated.reversed()).0 == gap)
        // And in words, tables and figures.
        func text(_ value: Double) -> String { String(format: "+%.4f", value) }
        let words = "\(text(gap.value)) nats per token [\(text(gap.lower)), \(text(gap.upper))]"
        #expect(curves.headline.contains(words), "\(curves.headline)")
        #expect(classes.headline.contains(words), "\(classes.headline)")
        #expect(report.headline.contains("[\(text(gap.lower)), \(text(gap.upper))]"))
        let rows = try #require(report.figures.first { $0.name == "gap" }).table.rows
        #expect(Self.holds(rows[0][3...5], gap))
        let points = try #require(
            curves.figures.first { $0.name == "matched-gap-over-training" }
        ).table.rows
        #expect(Self.holds(try #require(points.last)[2...4], gap))
        // A seed's own difference is the report's on that seed.
        for seed in [UInt64(1), 2, 3] {
            let own = all.filter { $0.seed == seed && $0.direction != .bidirectional }
            let single = try Self.contrast(Self.overall(own).findings())
            #expect(try Self.baseline(own) == single)
        }
    }

    /// Whether cells of a table are value, lower and upper end; JSON's reader errs in the last digit.
    private static func holds(_ cells: ArraySlice<DataTable.Value>, _ gap: Number) -> Bool {
        zip(cells, [gap.value, gap.lower, gap.upper]).allSatisfy { cell, expected in
            guard case .number(let value) = cell else { return false }
            return abs(value - expected) < 1e-14
        }
    }

    /// The report on one run beside its baseline.
    private static func baseline(_ runs: [StudiedRun]) throws -> Number {
        let backward = try #require(runs.first { $0.direction == .backward })
        let forward = try #require(runs.first { $0.direction == .forward })
        let findings = ExperimentReport(
            on: backward,
            context: .init(
                baseline: forward, baselineOrigin: "named", commands: [], environment: [], data: [])
        ).findings()
        let lines = try #require(try json(findings)["baseline"] as? [[String: Any]])
        return try Number(lines[0], "difference_nats")
    }

    @Test func oneSeedHasOneIntervalOnEveryPage() throws {
        let runs = try SyntheticRuns()
        let two = [try runs.run(.backward), try runs.run(.forward)]
        let gap = try Self.contrast(Self.overall(two).findings())
        #expect(try Self.learning(two).0 == gap)
        #expect(try Self.tokens(two).0 == gap)
        #expect(try Self.baseline(two) == gap)
        // Within one model as well.
        let both = [try runs.run(.bidirectional)]
        let within = try Self.contrast(Self.overall(both).findings())
        let transfer = try DirectionTransfer(through: both, markers: []).findings()
        let line = try #require(
            (try Self.json(transfer)["likelihood"] as? [[String: Any]])?.first)
        #expect(try Number(line, "gap_nats") == within)
        #expect(try Self.tokens(both).0 == within)
    }

    /// The gap is L(backward) − L(forward) in every table; nothing else is called so.
    @Test func everyGapHasOneSign() throws {
        let runs = try SyntheticRuns()
        for gap in [0.1, -0.1] {
            let two = [
                try runs.run(.backward, gap: gap, name: "b\(gap)"), try runs.run(.forward),
            ]
            #expect(try Self.contrast(Self.overall(two).findings()).value * gap > 0)
            #expect(try Self.learning(two).0.value * gap > 0)
            let (tokens, findings) = try Self.tokens(two)
            #expect(tokens.value * gap > 0)
            let path = runs.folder + "/documents.csv"
            _ = try FindingsWriter(renderer: nil).write(findings, to: path)
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            let names = lines[0].split(separator: ",").map(String.init)
            let place = try #require(names.firstIndex(of: "gap_nats_per_token"))
            #expect(!names.contains("forward_minus_backward"))
            let sum = lines.dropFirst().reduce(0.0) {
                $0 + (Double($1.split(separator: ",")[place]) ?? .nan)
            }
            #expect(sum * gap > 0)
        }
    }

    /// Runs of several settings at one depth: each kind of backward run beside its own kind of forward run.
    @Test func runsArePairedByTheirSettings() throws {
        let runs = try SyntheticRuns()
        var all: [StudiedRun] = []
        for (rate, gap) in [("0.1", 0.1), ("0.2", 0.5)] {
            for seed in [UInt64(1), 2] {
                for direction in [Direction.forward, .backward] {
                    all.append(
                        try runs.run(
                            direction, seed: seed, gap: gap,
                            fields: ["optimizer.matrix_lr": rate]))
                }
            }
        }
        let contrasts = try #require(
            try Self.json(Self.overall(all).findings())["contrasts"] as? [[String: Any]])
        #expect(
            contrasts.map { $0["variant"] as? String } == ["matrix_lr=0.1", "matrix_lr=0.2"])
        #expect(contrasts.map { $0["seeds"] as? Double } == [2, 2])
        for (contrast, gap) in zip(contrasts, [0.1, 0.5]) {
            let value = try #require(contrast["gap_nats"] as? Double)
            #expect(abs(value - gap) < 0.02)
        }
        let findings = try LearningComparison(of: all, by: .steps).findings()
        let gaps = try #require(try Self.json(findings)["gaps"] as? [[String: Any]])
        #expect(gaps.map { $0["variant"] as? String } == ["matrix_lr=0.1", "matrix_lr=0.2"])
        // A gap by token is of one kind of run.
        #expect(throws: ReportError.self) { try TokenClasses(of: all, bytes: { _ in [65] }) }
    }
}
