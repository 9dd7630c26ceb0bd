import Foundation
import Journal
import Language
import Provenance
import Reporting
import Testing

/// Which runs stand behind a mean: each once, and finished unless asked otherwise.
@Suite struct RunSelectionTests {
    private static func three(_ runs: SyntheticRuns) throws -> [StudiedRun] {
        try [UInt64(1), 2, 3].map { try runs.run(.forward, seed: $0) }
    }

    /// The number of seeds that a comparison counts, and what it says.
    private static func compared(
        _ runs: [StudiedRun], unfinished: Bool = false
    ) throws -> (values: [Any], text: String, omitted: [[String: String]]) {
        let findings = try ExperimentComparison(
            of: runs, metrics: ["loss"], by: .tokens, includingUnfinished: unfinished,
            seed: Seed(1)
        ).findings()
        let numbers = try #require(
            try JSONSerialization.jsonObject(with: Data(findings.json.utf8)) as? [String: Any])
        let cell = try #require((numbers["metrics"] as? [[String: Any]])?.first)
        return (
            try #require(cell["values"] as? [Any]), findings.terminalText,
            try #require(numbers["left_out"] as? [[String: String]])
        )
    }

    @Test func aRunReachedTwiceIsNoOtherSeed() throws {
        let runs = try SyntheticRuns()
        let all = try Self.three(runs)
        // By a link, by a copy of its folder, and trained again with the same settings and seed.
        let link = runs.folder + "/link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: all[0].reader.directory.path)
        let linked = try StudiedRun(
            id: "link", phase: .base, direction: .forward, seed: 9, settings: all[0].settings,
            fields: [:], flags: [:], results: [:], tasks: [], parentID: nil, manifestHash: nil,
            validation: all[0].validation, samples: [], reader: try RunReader(path: link))
        let again = try runs.run(.forward, seed: 2, name: "again")
        let found = try Self.compared(all + [linked, again])
        #expect(found.values.count == 3)
        #expect(
            found.omitted == [
                ["run": "link", "reason": "the same folder as \(all[0].id)"],
                ["run": "again", "reason": "the settings and seed of \(all[1].id)"],
            ])
        #expect(found.text.contains("Left out: link (the same folder"))
        // Another seed, another setting, and another ancestor are other runs.
        let others = [
            try runs.run(.forward, seed: 4),
            try runs.run(.forward, seed: 1, fields: ["optimizer.matrix_lr": "0.5"]),
            try runs.run(
                .forward, seed: 1, name: "child",
                parent: RunIdentity(fields: [:], phase: .base, seed: 8, parent: nil)),
        ]
        #expect(try RunSelection(of: all + others).omissions.isEmpty)
        // What a run writes, and when it looks at itself, makes no other run of it.
        let wordy = try runs.run(.forward, seed: 3, fields: ["save_every": "10"])
        #expect(try RunSelection(of: all + [wordy]).runs.count == 3)
        #expect(RunGroup.groups(of: all + [wordy]).count == 1)
    }

    @Test func unfinishedRunsJoinNoMean() throws {
        let runs = try SyntheticRuns()
        let all = try Self.three(runs)
        let stopped = try runs.run(.forward, seed: 4, taken: 30)
        let diverged = try runs.run(.forward, seed: 5, taken: 41, diverges: true)
        let begun = try runs.run(.forward, seed: 6, taken: 0)
        let named = all + [stopped, diverged, begun]
        let found = try Self.compared(named)
        #expect(found.values.count == 3)
        #expect(
            found.omitted.map { $0["reason"] ?? "" } == [
                "stopped after 30 of 60 steps", "diverged after 41 of 60 steps",
                "begun, no step taken",
            ])
        for run in [stopped, diverged, begun] { #expect(found.text.contains(run.id)) }
        // Asked for, they are taken, and marked wherever they stand.
        let asked = try Self.compared(named, unfinished: true)
        #expect(asked.values.count == 5 && asked.omitted.count == 1)
        #expect(asked.text.contains("(2 of 5 not finished)"))
        #expect(asked.text.contains("Not finished, and taken as far as they came"))
        #expect(throws: ReportError.self) { try RunSelection(of: [stopped]) }
        do { _ = try RunSelection(of: [stopped]) } catch {
            #expect(error.description.contains("--include-unfinished"))
            #expect(error.description.contains("stopped after 30 of 60 steps"))
        }
    }

    /// Every analysis of several runs keeps to the same rule.
    @Test func everyAnalysisLeavesThemOut() throws {
        let runs = try SyntheticRuns()
        var named = try Self.three(runs)
        named += try [UInt64(1), 2, 3].map { try runs.run(.backward, seed: $0) }
        named += [
            try runs.run(.backward, seed: 4, name: "half", taken: 30),
            try runs.run(.forward, seed: 2, name: "twin"),
        ]
        let all = [
            try LearningComparison(of: named, by: .tokens).findings(),
            try TokenClasses(of: named, bytes: { _ in [65] }).findings(),
            try PositionAccuracy(of: named, boundary: 4).findings(),
            try ScalingFit(of: named, seed: Seed(1)).findings(),
            try ExperimentComparison(of: named, metrics: [], by: .tokens, seed: Seed(1)).findings(),
            try OneGapTests.overall(named).findings(),
        ]
        for findings in all {
            #expect(findings.headline.contains("half (stopped after 30 of 60 steps)"))
            #expect(findings.headline.contains("twin (the settings and seed of"))
            #expect(findings.json.contains("\"left_out\""))
        }
        // What looks at single runs takes them as they are, and says so.
        let flow = try GradientFlow(of: [try runs.run(.forward, seed: 7, taken: 30)]).findings()
        #expect(flow.headline.contains("stopped after 30 of 60 steps"))
    }

    @Test func sameWindowsNeedWindows() throws {
        let runs = try SyntheticRuns()
        let bare = [try runs.run(.forward, windows: nil), try runs.run(.backward, windows: nil)]
        #expect(!bare[0].hasWindows(of: bare[1]))
        for body: () throws -> Void in [
            { _ = try TokenClasses(of: bare, bytes: { _ in [] }) },
            { _ = try PositionAccuracy(of: bare, boundary: 4) },
            { _ = try ScalingFit(of: bare, seed: Seed(1)) },
            { _ = try OneGapTests.overall(bare) },
        ] {
            let error = try #require(throws: ReportError.self, performing: body)
            #expect(error.description.contains("has no validation windows"))
        }
        // Curves need no windows; a gap does.
        let curves = try LearningComparison(of: bare, by: .tokens).findings()
        #expect(curves.headline.contains("has no validation windows"))
        #expect(!curves.figures.isEmpty)
        let report = ExperimentReport(
            on: bare[1],
            context: .init(
                baseline: bare[0], baselineOrigin: "named", commands: [], environment: [], data: [])
        ).findings()
        #expect(report.terminalText.contains("equal validation windows only"))
    }
}
