import Foundation
import Journal
import Language
import Provenance
import Reporting
import Testing

@Suite struct RunHistoryTests {
    /// A run folder of 20 bidirectional steps, written as training writes one.
    static func withRun<T>(_ body: (RunReader) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.path + "/history-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let directory = RunDirectory(path: folder)
        let metrics = try MetricsLog(path: directory.metrics)
        let research = try ResearchLog(path: directory.researchLog(.base))
        for step in 0..<20 {
            var record = StepRecord(
                step: step,
                scalars: [
                    ("loss", 5 - Double(step) / 10), ("forward_loss", 4.5), ("backward_loss", 5.5),
                    ("tokens", Double((step + 1) * 100)),
                ])
            if step == 10 { record.scalars.append(("val_bpb_backward", 1.75)) }
            if step % 2 == 0 {
                let losses: [Float] = [.nan, Float(step), 2]
                record.positions = PositionRecord(
                    lossMean: losses, lossStandardDeviation: losses, accuracy: losses,
                    lossByContext: losses)
            }
            if step % 10 == 0 {
                record.layers = [
                    LayerRecord(
                        kind: .gradients, layer: 1, part: "mlp.expand",
                        statistics: [("norm", Float(step) + 0.5), ("mean", 0)],
                        histogramRange: (-1, 0.5), histogram: [1, 2, 3, 4])
                ]
            }
            try metrics.record(record)
            try research.record(record)
        }
        let last = StepRecord(step: 20, scalars: [("val_bpb_backward", 1.5)])
        try metrics.record(last)
        try metrics.finish()
        try research.finish()
        return try body(RunReader(path: folder))
    }

    @Test func curvesAreReadBack() throws {
        try Self.withRun { run in
            let history = try RunHistory(of: run, phase: .base)
            #expect(history.training.map(\.reading) == [nil, .forward, .backward])
            #expect(history.training[0].steps == Array(1...20))
            #expect(history.training[0].tokens == (1...20).map { $0 * 100 })
            #expect(history.training[0].lossNats[3] == 4.7)
            #expect(history.validation.count == 1)
            #expect(history.validation[0].reading == .backward)
            #expect(history.validation[0].steps == [10, 20])
            #expect(history.validation[0].tokens == [1000, 2000])
            #expect(history.validation[0].bitsPerByte == [1.75, 1.5])
        }
    }

    @Test func sampledStatisticsAreReadBack() throws {
        try Self.withRun { run in
            let history = try RunHistory(of: run, phase: .base)
            let positions = try #require(history.positions)
            #expect(positions.recordCount == 1)
            #expect(positions.lossByColumn[0].isNaN)
            #expect(positions.lossByColumn[1...] == [18, 2])
            #expect(
                history.gradientNorms == [
                    GradientNorms(
                        layer: 1, part: "mlp.expand", steps: [0, 10], norms: [0.5, 10.5])
                ])
        }
    }

    @Test func aRunWithoutResearchLogHasCurvesOnly() throws {
        try Self.withRun { run in
            let history = try RunHistory(of: run, phase: .mid)
            #expect(history.training.count == 3)
            #expect(history.positions == nil && history.gradientNorms.isEmpty)
        }
    }

    @Test func keptEvaluationsBecomeScores() {
        let record = EvaluationRecord(
            step: 5,
            windows: .init(documents: [7, 9], starts: [0, 0], counts: [3, 1]),
            tokens: .init(
                ids: [1, 2, 300, 4], documents: [7, 7, 7, 9], positions: [0, 1, 2, 0],
                byteOffsets: [0, 2, 5, 0], byteCounts: [2, 3, 0, 1]),
            scores: [
                .init(
                    reading: "backward", nlls: [1, 2, .nan, 4], predictions: [0, 0, 0, 0],
                    ranks: [0, 0, 0, 0], contextLengths: [2, 1, 0, 0])
            ])
        let hash = ContentHash(of: Data())
        let evaluation = MatchedEvaluation(of: record, name: "text", hash: hash, rowLength: 8)
        #expect(evaluation.windows.documents == [7, 9])
        #expect(evaluation.windows.tokenCounts == [2, 1])
        #expect(evaluation.windows.byteCounts == [5, 1])
        let scores = evaluation.scores[0]
        #expect(scores.reading == .backward)
        #expect(scores.windowNats == [3, 4])
        #expect(scores.lossByContext == [4, 2, 1])
    }
}
