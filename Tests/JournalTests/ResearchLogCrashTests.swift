import Foundation
import Journal
import Testing

/// Kills a process that writes at random moments and looks at what it left.
///
/// `RETROGRADE_KILLS` asks for more rounds than continuous integration can wait for;
/// `RETROGRADE_JOURNAL_FOLDER` keeps the wreckage for `Tools/golden/journal.py` to look at.
@Suite(.serialized) struct ResearchLogCrashTests {
    private static let rounds =
        Int(ProcessInfo.processInfo.environment["RETROGRADE_KILLS"] ?? "") ?? 4
    private static let kept = ProcessInfo.processInfo.environment["RETROGRADE_JOURNAL_FOLDER"]

    @Test(arguments: 0..<rounds) func nothingAcknowledgedIsLost(_ round: Int) async throws {
        let folder =
            (Self.kept ?? FileManager.default.temporaryDirectory.path) + "/killed-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { if Self.kept == nil { try? FileManager.default.removeItem(atPath: folder) } }
        // Early kills hit the opening, later ones segments, samples, indices and merges.
        let delayMicroseconds = UInt32.random(in: 0..<(round % 4 == 0 ? 20_000 : 600_000))
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, delayMicroseconds = delayMicroseconds as UInt32] in
            let records = Records()
            let path = folder + "/base_training.h5"
            let acknowledged = open(folder + "/acknowledged", O_WRONLY | O_CREAT, 0o644)
            Thread.detachNewThread {
                usleep(delayMicroseconds)
                kill(getpid(), SIGKILL)
            }
            let metrics = try MetricsLog(path: folder + "/metrics.jsonl")
            let log = try ResearchLog(path: path, segmentStepCount: 2)
            var evaluated = 0
            for step in 0..<1_000_000 {
                let record = records.step(step)
                try metrics.record(record)
                try log.record(record)
                if step % 9 == 8 {
                    try log.record(records.evaluation(step + 1))
                    evaluated = step + 1
                }
                var state = (Int64(step + 1), Int64(evaluated))
                pwrite(acknowledged, &state, 16, 0)
            }
        }
        try check(folder)
    }

    private func check(_ folder: String) throws {
        let records = Records()
        let state = try Data(contentsOf: URL(fileURLWithPath: folder + "/acknowledged"))
        let (steps, evaluated) =
            state.count < 16
            ? (0, 0)
            : state.withUnsafeBytes {
                (Int($0.load(as: Int64.self)), Int($0.load(fromByteOffset: 8, as: Int64.self)))
            }
        let path = folder + "/base_training.h5"
        guard FileManager.default.fileExists(atPath: path) else {
            #expect(steps == 0)
            return
        }
        let reader = try ResearchReader(path: path)
        let table = try reader.scalars()
        #expect(table.steps.count >= steps)
        #expect(table.steps == Array(0..<table.steps.count))
        for step in table.steps {
            #expect(
                (table["loss"]?[step: step] ?? .nan).bitPattern == records.loss(step).bitPattern)
        }
        #expect(try RunReader(path: folder).metrics().steps.count >= steps)
        let positions = try reader.positions()
        #expect(positions.steps == table.steps.filter { $0 % 2 == 0 })
        for step in try reader.sampledSteps() {
            #expect(try reader.sample(at: step).tokens == records.tokens(step))
        }
        #expect(try reader.sampledSteps() == table.steps.filter { $0 % 5 == 0 })
        #expect((try reader.evaluationSteps().last ?? 0) >= evaluated)
        guard Self.kept == nil else { return }

        // The next process takes over where a checkpoint would have it.
        let resumed = steps * 2 / 3
        try records.write(resumed..<(resumed + 10), to: path, segment: 2)
        #expect(try ResearchReader(path: path).scalars().steps == Array(0..<(resumed + 10)))
    }
}
