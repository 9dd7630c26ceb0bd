import Foundation
import Journal
import Language
import Provenance
import Reporting
import Testing

/// Every analysis on runs whose truth is known.
@Suite struct AnalysesTests {
    private static func json(_ findings: Findings) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(findings.json.utf8)) as? [String: Any])
    }

    @Test func learningSpeedAndTheOnsetOfTheGap() throws {
        let runs = try SyntheticRuns()
        let all = try [UInt64(1), 2, 3].flatMap { seed in
            [try runs.run(.forward, seed: seed), try runs.run(.backward, seed: seed)]
        }
        let findings = try LearningComparison(
            of: all, by: .tokens, thresholds: [5]
        ).findings()
        let numbers = try Self.json(findings)
        let groups = try #require(numbers["groups"] as? [[String: Any]])
        #expect(groups.map { $0["group"] as? String } == ["forward", "backward"])
        let gap = try #require((numbers["gaps"] as? [[String: Any]])?.first)
        let points = try #require(gap["points"] as? [[String: Any]])
        #expect(points.count == 3)
        for point in points {
            let nats = try #require(point["gap_nats"] as? Double)
            #expect(abs(nats - 0.1) < 0.02, "\(nats)")
        }
        // The gap is there from the first validation on, after 20 steps of 128 tokens.
        #expect(gap["onset"] as? Double == 2560.0)
        // Area above the end: Σ 4 exp(−t/10) less the end's own height, a hundred targets a step.
        let end = (57..<60).reduce(0.0) { $0 + 4 * exp(-Double($1) / 10) } / 3
        let area = (0..<60).reduce(0.0) { $0 + 4 * exp(-Double($1) / 10) - end } * 100 / M_LN2
        let found = try #require((groups[0]["area_above_end_bits"] as? [Double])?.first)
        #expect(abs(found / area - 1) < 1e-9)
        #expect(findings.figures.map(\.name) == ["learning-curves", "matched-gap-over-training"])
    }

    @Test func partsOfTheGapAddUpAndFallOnTheirToken() throws {
        let runs = try SyntheticRuns()
        let two = [try runs.run(.forward), try runs.run(.backward)]
        let findings = try TokenClasses(
            of: two, bytes: { $0 == 1 ? Array(" the".utf8) : Array("ing".utf8) }
        ).findings()
        let numbers = try Self.json(findings)
        let classes = try #require(numbers["classes"] as? [[String: Any]])
        let whole = try #require(numbers["gap_nats"] as? Double)
        #expect(abs(whole - 0.1) < 0.02)
        for division in ["kind", "frequency", "mention"] {
            let parts = classes.filter { $0["division"] as? String == division }
                .compactMap { $0["contribution_nats"] as? Double }
            #expect(abs(parts.reduce(0, +) - whole) < 1e-9, "\(division)")
        }
        func part(_ name: String) -> Double {
            classes.first { $0["class"] as? String == name }?["contribution_nats"] as? Double
                ?? .nan
        }
        #expect(abs(part("word-initial") - 0.1) < 0.02 && abs(part("continuation")) < 0.02)
        // One line a document.
        #expect(try Self.json(findings)["documents"] as? Double == 40)
    }

    @Test func kindsOfTokens() {
        for (text, kind) in [
            (" the", "word-initial"), ("ing", "continuation"), (" 12", "digits"), ("7", "digits"),
            ("...", "punctuation"), (" \n", "space"), (" é", "word-initial"),
            ("a1", "continuation"),
            ("$5", "other"),
        ] { #expect(TokenClasses.kind(Array(text.utf8)) == kind, "\(text)") }
    }

    @Test func gapsByContextAndRegionsOfADocument() throws {
        let runs = try SyntheticRuns()
        let two = [try runs.run(.forward), try runs.run(.backward)]
        let findings = try PositionAccuracy(of: two, boundary: 4).findings()
        let numbers = try Self.json(findings)
        let series = try #require(numbers["series"] as? [[String: Any]])
        #expect(series.map { $0["reading"] as? String } == ["forward", "backward"])
        let regions = try #require(series[0]["by_region"] as? [String: [String: Any]])
        #expect(regions["opening"]?["targets"] as? Double == 160.0)
        #expect(regions["closing"]?["targets"] as? Double == 160.0)
        #expect(regions["interior"]?["targets"] as? Double == 880.0)
        #expect(findings.figures.map(\.name).contains("training-positions"))
    }

    @Test func vanishingBlocksAreNamed() throws {
        let runs = try SyntheticRuns()
        // Of three blocks two have a gradient ten thousand times below the first one's.
        let findings = try GradientFlow(of: [try runs.run(.forward, depth: 3)]).findings()
        let blocks = try #require(try Self.json(findings)["blocks"] as? [[String: Any]])
        #expect(blocks.map { $0["verdict"] as? String } == ["exploding", "neither", "neither"])
        let bare = try runs.run(.backward, statistics: false)
        #expect(throws: ReportError.self) { try GradientFlow(of: [bare]).findings() }
        do { _ = try GradientFlow(of: [bare]).findings() } catch {
            #expect(error.description.contains("--log-gradients-every"))
        }
    }

    @Test func tasksInBothReadingsAndTheirTests() throws {
        let runs = try SyntheticRuns()
        let run = try runs.run(
            .backward,
            tasks: [
                SyntheticRuns.task("a", .forward, native: false, right: 4),
                SyntheticRuns.task("a", .backward, native: true, right: 2),
                SyntheticRuns.task("b", .forward, native: false, right: 5),
                SyntheticRuns.task("b", .backward, native: true, right: 5),
            ])
        let findings = try DirectionTransfer(through: [run], markers: []).findings()
        let numbers = try Self.json(findings)
        let tasks = try #require(numbers["tasks"] as? [[String: Any]])
        #expect(tasks[0]["native"] as? Double == 0.5 && tasks[0]["cross"] as? Double == 0.25)
        #expect(tasks[0]["balance"] as? Double == 0.5)
        // 25 items are right backward only and none forward only: p = 2 · 2⁻²⁵, doubled by Holm.
        let p = try #require(tasks[0]["p_holm"] as? Double)
        #expect(abs(p / (4 * pow(0.5, 25)) - 1) < 1e-9)
        #expect(tasks[1]["p_holm"] as? Double == 1 && tasks[1]["agreement"] as? Double == 1)
        let likelihood = try #require((numbers["likelihood"] as? [[String: Any]])?.first)
        let gap = try #require(likelihood["gap_nats"] as? Double)
        #expect(abs(gap - (0.1 - 5)) < 0.02)
    }

    @Test func lossesOfDifferentWindowsAreRefusedWithBothHashes() throws {
        let runs = try SyntheticRuns()
        let two = [try runs.run(.forward), try runs.run(.backward, windows: "another")]
        do {
            _ = try PositionAccuracy(of: two, boundary: 4)
            Issue.record("compared")
        } catch {
            let hashes = two.compactMap { $0.validation?.hash.short }
            #expect(hashes.allSatisfy { error.description.contains($0) })
        }
    }

    @Test func groupsDifferInWhatWasVariedAndRankWithTheirSeeds() throws {
        let runs = try SyntheticRuns()
        let all = try [0.1, 0.2, 0.3].flatMap { rate in
            try [UInt64(1), 2, 3].map { seed in
                try runs.run(
                    .backward, seed: seed, gap: rate, fields: ["optimizer.matrix_lr": "\(rate)"])
            }
        }
        let groups = RunGroup.groups(of: all)
        #expect(groups.map(\.label) == ["matrix_lr=0.1", "matrix_lr=0.2", "matrix_lr=0.3"])
        #expect(groups.allSatisfy { $0.runs.count == 3 })
        let findings = try ExperimentComparison(
            of: all, metrics: ["val_bpb", "convergence", "x_acc"], by: .tokens, seed: Seed(1)
        ).findings()
        #expect(findings.headline.contains("matrix_lr=0.1 comes first"))
        #expect(findings.figures[0].name == "response")
        #expect(throws: ReportError.self) {
            try ExperimentComparison(of: all, metrics: ["nothing"], by: .tokens, seed: Seed(1))
        }
    }

    @Test func aReportSaysWhatItFoundAndWhatItCannot() throws {
        let runs = try SyntheticRuns()
        let forward = try runs.run(.forward)
        let run = try runs.run(
            .backward, statistics: false,
            tasks: [SyntheticRuns.task("a", .backward, native: true, right: 5)])
        let findings = ExperimentReport(
            on: run,
            context: .init(
                baseline: forward, baselineOrigin: "named", commands: ["./retro run"],
                environment: [("commit", "abc")], data: [])
        ).findings()
        let folder = runs.folder + "/report"
        let outcome = try FindingsWriter(renderer: nil).writeReport(findings, in: folder)
        #expect(outcome.renderingFailure != nil)
        let text = try String(contentsOfFile: folder + "/RESEARCH_REPORT.md", encoding: .utf8)
        for part in [
            "Key findings", "within this pair of runs excludes zero", "None of 1 tasks",
            "What the data do not support", "One training seed", "At chance",
            "What was not recorded",
            "--log-gradients-every", "./retro run", "have not been drawn",
        ] { #expect(text.contains(part), "\(part)") }
    }

    @Test func findingsAreWrittenAsTheEndingSays() throws {
        let runs = try SyntheticRuns()
        let findings = try LearningComparison(
            of: [try runs.run(.forward)], by: .steps
        ).findings()
        let writer = FindingsWriter(renderer: nil)
        for ending in ["html", "md", "csv", "json", "png"] {
            let path = "\(runs.folder)/out.\(ending)"
            _ = try writer.write(findings, to: path)
            if ending != "png" { #expect(FileManager.default.fileExists(atPath: path), "\(path)") }
        }
        #expect(FileManager.default.fileExists(atPath: "\(runs.folder)/out.vl.json"))
        #expect(throws: ReportError.unknownEnding(path: "x.docx")) {
            try FindingsWriter.check("x.docx")
        }
        #expect(findings.terminalText.contains("forward"))
    }
}
