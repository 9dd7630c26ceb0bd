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
            of: all, by: .tokens, thresholds: [5], seed: Seed(1)
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
        let found = try #require((groups[0]["area_above_end"] as? [[String: Any]])?.first)
        #expect(abs(try #require(found["bits"] as? Double) / area - 1) < 1e-9)
        // 3 + 4 exp(−t/10) is 5 at t = 6.9, after eight steps of 128 tokens.
        let reached = try #require((groups[0]["reached"] as? [[String: Any]])?.first)
        let first = try #require((reached["by_run"] as? [[String: Any]])?.first)
        #expect(first["at"] as? Double == 1024)
        #expect(findings.figures.map(\.name) == ["learning-curves", "matched-gap-over-training"])
    }

    @Test func partsOfTheGapAddUpAndFallOnTheirToken() throws {
        let runs = try SyntheticRuns()
        let two = [try runs.run(.forward), try runs.run(.backward)]
        let findings = try TokenClasses(
            of: two, bytes: { $0 == 1 ? Array(" the".utf8) : Array("ing".utf8) }, seed: Seed(1)
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
        // One line a document, forward − backward.
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
        let findings = try PositionAccuracy(of: two, boundary: 4, seed: Seed(1)).findings()
        let numbers = try Self.json(findings)
        let series = try #require(numbers["series"] as? [[String: Any]])
        #expect(series.map { $0["reading"] as? String } == ["forward", "backward"])
        let regions = try #require(series[0]["by_region"] as? [String: [String: Any]])
        #expect(regions["opening"]?["targets"] as? Double == 160.0)
        #expect(regions["closing"]?["targets"] as? Double == 160.0)
        #expect(regions["interior"]?["targets"] as? Double == 880.0)
        #expect(findings.figures.map(\.name).contains("training-positions"))
    }

    @Test func whatNoiseHidesIsNotShownAsAResult() throws {
        let runs = try SyntheticRuns()
        // Four learning rates under which the loss does not move, among noise of 0.3.
        let all = try (0..<4).map { place in
            var random = Seed(UInt64(place)).generator()
            return try runs.run(
                .forward, fields: ["optimizer.lr": "0.0\(place + 1)"],
                loss: { _ in 3 + Double.random(in: -0.5...0.5, using: &random) })
        }
        let learning = try LearningComparison(of: all, by: .tokens, seed: Seed(1)).findings()
        let page = learning.terminalText
        #expect(page.contains("not resolved") && page.contains("No time to a loss is shown"))
        let groups = try #require(try Self.json(learning)["groups"] as? [[String: Any]])
        for group in groups {
            let area = try #require((group["area_above_end"] as? [[String: Any]])?.first)
            #expect(area["resolved"] as? Bool == false && area["bits"] is NSNull)
        }
        let compared = try ExperimentComparison(
            of: all, metrics: ["loss", "convergence"], by: .tokens, seed: Seed(1)
        ).findings()
        #expect(compared.terminalText.contains("Convergence is not resolved"))
        let metrics = try #require(try Self.json(compared)["metrics"] as? [[String: Any]])
        #expect(!metrics.contains { $0["metric"] as? String == "convergence" })
    }

    @Test func aRunThatDivergedOrHardlyRanCarriesNoVerdictOnItsGradients() throws {
        let runs = try SyntheticRuns()
        let wild = try runs.run(.forward, seed: 1, loss: { 3 + 0.2 * Double($0) })
        #expect(try #require(wild.failure).contains("rose from"))
        let short = try runs.run(.backward, seed: 2, steps: 20)
        for (run, reason) in [(wild, "diverged"), (short, "2 records")] {
            let findings = try GradientFlow(of: [run]).findings()
            #expect(findings.headline.contains(reason), "\(findings.headline)")
            #expect(!findings.headline.contains("vanishes"))
            let blocks = try #require(try Self.json(findings)["blocks"] as? [[String: Any]])
            #expect(blocks.allSatisfy { $0["verdict"] as? String == "none" })
            let report = ExperimentReport(
                on: run, context: .init(commands: [], environment: [], data: []), seed: Seed(1)
            ).findings().terminalText
            let parts = report.components(separatedBy: "What the data do not support")
            #expect(parts.count == 2 && parts[1].contains("gradients"))
            let key = parts[0].components(separatedBy: "Configuration")[0]
            #expect(!key.contains("gradient"))
        }
        let sound = try runs.run(.forward, seed: 3, depth: 1)
        let few = try runs.run(.backward, seed: 3, depth: 1, steps: 20)
        let mixed = try GradientFlow(of: [sound, few]).findings()
        #expect(mixed.headline.contains("The one block's gradient of forward neither vanishes"))
        #expect(mixed.headline.contains("backward has 2 records"))
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
        let findings = try DirectionTransfer(through: [run], markers: [], seed: Seed(1)).findings()
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
            _ = try PositionAccuracy(of: two, boundary: 4, seed: Seed(1))
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
                environment: [("commit", "abc")], data: []), seed: Seed(1)
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
            of: [try runs.run(.forward)], by: .steps, seed: Seed(1)
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
