import Foundation
import Journal
import Language
import Provenance
import Reporting
import Testing

/// What a report says of reward and pass@k.
@Suite struct ReinforcementOutcomeTests {
    /// A run of `count` steps whose reward rises from 0.1 by 0.01 a step, tried on held-out questions after
    /// `trials` with a pass@1 of 0.2 and 0.4, and a pass@8 without intervals.
    private static func report(
        steps count: Int, trials: [Int], rises: Bool = true
    ) throws -> (findings: Findings, text: String) {
        let folder = FileManager.default.temporaryDirectory.path + "/outcome-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let metrics = try MetricsLog(path: folder + "/metrics.jsonl")
        for step in 0...count {
            var record = StepRecord(step: step)
            if step < count {
                let reward = rises ? 0.1 + 0.01 * Double(step) : 0.1 + 0.05 * Double(step % 2)
                record.scalars.append((Metric.reward, reward))
            }
            if let trial = trials.firstIndex(of: step) {
                let share = trial == 0 ? 0.2 : 0.4
                let name = Metric.pass("arithmetic", at: 1)
                record.scalars += [
                    (name, share), (Metric.lowerEnd(of: name), share - 0.05),
                    (Metric.upperEnd(of: name), share + 0.05),
                    (Metric.pass("arithmetic", at: 8), share + 0.3),
                ]
            }
            try metrics.record(record)
        }
        try metrics.finish()
        let settings = RunSettings(
            depth: 2, width: 64, parameterCount: 1_000_000, trainingTokens: 7680, steps: count,
            rowLength: 64, dtype: "float32", tokenizerHash: nil, vocabularySize: 100,
            dataFingerprints: [])
        let always = TaskScore(
            task: "spelling_bee", reading: .backward, isNative: true, accuracy: 0.63,
            interval: Interval(lower: 0.57, upper: 0.69), chance: 0, majority: 0.63,
            isBelowChance: false, items: Array(0..<256), judged: (0..<256).map { $0 < 161 })
        let run = try StudiedRun(
            id: "r", phase: .rl, direction: .backward, seed: 1, settings: settings,
            flopsPerToken: 6e6, fields: [:], flags: [:], results: [:], tasks: [always],
            parentID: nil, manifestHash: nil, validation: nil,
            samples: [
                TextSample(
                    reading: .backward, prompt: "What is 3 plus 4?", text: "7", isComplete: true,
                    isAnswer: true)
            ], reader: try RunReader(path: folder))
        let findings = ExperimentReport(
            on: run, context: .init(commands: [], environment: [], data: []), seed: Seed(1)
        ).findings()
        return (findings, findings.terminalText)
    }

    @Test func rewardAndPassesAreSaid() throws {
        let (findings, text) = try Self.report(steps: 40, trials: [0, 40])
        // Eight steps at either end, 32 steps apart: a rise of 0.32 without any spread.
        #expect(
            text.contains(
                "Reward of the samples: 0.135 in the first 8 steps, 0.455 in the last, +0.320 [+0.320, +0.320]."
            ), "\(text)")
        #expect(
            text.contains(
                "20.0 % [15.0, 25.0] before the first step, 40.0 % [35.0, 45.0] after 40 steps; the "
                    + "intervals are apart."))
        #expect(text.contains("50.0 % before the first step, 70.0 % after 40 steps."))
        #expect(findings.headline.contains("reward 0.135 → 0.455"))
        #expect(findings.headline.contains("pass@1, arithmetic 20.0 → 40.0 %"))
        #expect(Set(findings.figures.map(\.name)).isSuperset(of: ["reward", "pass-at-k"]))
    }

    @Test func littleIsCalledLittle() throws {
        #expect(
            try Self.report(steps: 12, trials: [], rises: false).text.contains(
                "which does not exclude no change"))
        #expect(try Self.report(steps: 2, trials: [2]).text.contains("too few steps"))
        #expect(
            try Self.report(steps: 2, trials: [2]).text.contains(
                "20.0 % [15.0, 25.0] after 2 steps"))
        #expect(
            try Self.report(steps: 1, trials: []).text.contains("Reward of the one recorded step"))
    }

    /// A model that always writes the most frequent answer is no better than that, and is not said to be.
    @Test func theMostFrequentAnswerIsNoFinding() throws {
        let text = try Self.report(steps: 4, trials: []).text
        #expect(text.contains("None of 1 tasks"))
        #expect(!text.contains("Above guessing"))
    }

    /// A question stands before its answer, in either reading.
    @Test func answersFollowTheirQuestion() throws {
        let path = FileManager.default.temporaryDirectory.path + "/outcome-\(UUID()).md"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let findings = try Self.report(steps: 1, trials: []).findings
        _ = try FindingsWriter(renderer: nil).write(findings, to: path)
        let page = try String(contentsOfFile: path, encoding: .utf8)
        #expect(page.contains("What is 3 plus 4?\n⟦7⟧"))
    }
}
