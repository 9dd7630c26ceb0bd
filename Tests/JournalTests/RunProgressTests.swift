import Foundation
import Journal
import Testing

/// What "finished" means, once.
@Suite struct RunProgressTests {
    private static func progress(
        _ lines: [String], phase: Phase? = .base, count: Int? = 60
    ) throws -> RunProgress {
        let folder = FileManager.default.temporaryDirectory.path + "/progress-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let directory = RunDirectory(path: folder)
        try lines.joined(separator: "\n").appending(lines.isEmpty ? "" : "\n").write(
            toFile: directory.metrics, atomically: true, encoding: .utf8)
        let stage = phase.map { "\"phase\": \"\($0.rawValue)\", " } ?? ""
        let steps = count.map { "{\"stepCount\": \($0)}" } ?? "{}"
        try "{\(stage)\"schedule\": \(steps)}".write(
            toFile: directory.configuration, atomically: true, encoding: .utf8)
        return try RunReader(path: folder).progress()
    }

    private static func steps(
        _ count: Int, loss: (Int) -> String = { "\(9 - $0 / 10)" }
    )
        -> [String]
    {
        (0..<count).map { "{\"step\":\($0),\"loss\":\(loss($0)),\"lr\":0.02}" }
    }

    @Test func theEndingIsRecordedBehindTheLastStep() throws {
        let whole = try Self.progress(Self.steps(60) + [#"{"step":60,"val_bpb":1.5}"#])
        #expect(whole.status == .finished && whole.stepsTaken == 60 && whole.words == "finished")
        // All steps without the ending: it was killed while it validated.
        #expect(try Self.progress(Self.steps(60)).status == .stopped)
        let half = try Self.progress(Self.steps(30))
        #expect(half.status == .stopped && half.words == "stopped after 30 of 60 steps")
        let none = try Self.progress([])
        #expect(none.status == .begun && none.stepsTaken == 0)
        // A torn last line is no record.
        #expect(try Self.progress(Self.steps(30) + ["{\"step\":30,\"lo"]).stepsTaken == 30)
        #expect(try Self.progress(Self.steps(90), count: nil).status == .stopped)
    }

    @Test func divergedRunsAreNeitherFinishedNorStopped() throws {
        let ending = #"{"step":60,"val_bpb":1.5}"#
        let infinite = try Self.progress(
            Self.steps(40) { $0 == 39 ? "null" : "4" })
        #expect(infinite.status == .diverged && infinite.words == "diverged after 40 of 60 steps")
        let said = try Self.progress(Self.steps(40) + [#"{"step":40,"diverged":1}"#])
        #expect(said.status == .diverged && said.stepsTaken == 40)
        let validated = try Self.progress(Self.steps(60) + [#"{"step":60,"val_bpb":"Infinity"}"#])
        #expect(validated.status == .diverged && !validated.isFinished)
        // Finite, and worse than where it began.
        let climbed = Self.steps(60) { "\(4 + $0)" }
        #expect(try Self.progress(climbed + [ending]).status == .diverged)
        // A loss that does not move ends above or below a single first value by its noise alone.
        let flat = Self.steps(60) { $0.isMultiple(of: 2) ? "3" : "4" }
        #expect(try Self.progress(flat + [ending]).status == .finished)
        // Rewarded stages have no loss that must fall.
        #expect(try Self.progress(climbed + [ending], phase: .rl).status == .finished)
    }

    /// Long records are read at their ends only.
    @Test func longRecordsAreReadAtBothEnds() throws {
        let lines = Self.steps(5000) { $0 < 4900 ? "4" : "12" }
        let whole = try Self.progress(
            lines + [#"{"step":5000,"val_bpb":1.5}"#], count: 5000)
        #expect(whole.status == .diverged && whole.stepsTaken == 5000)
    }
}
