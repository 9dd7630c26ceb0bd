import Foundation
import Journal
import Language
import Provenance
import Reporting

/// Runs on disk whose numbers follow a known law, read back as analyses take them.
final class SyntheticRuns {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/studied-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static let documents = 40
    static let tokensEach = 30

    /// A run of 60 steps whose validation loss is 3 nats, plus `gap` where it read backward.
    /// - Parameter loss: the training loss of a step; it falls from 7 to 3 nats without.
    func run(
        _ direction: Direction, seed: UInt64 = 1, depth: Int = 2, gap: Double = 0.1,
        statistics: Bool = true, windows: String = "list", fields: [String: String] = [:],
        tasks: [TaskScore] = [], steps: Int = 60, loss: ((Int) -> Double)? = nil
    ) throws -> StudiedRun {
        let id = "\(direction.rawValue)_d\(depth)_s\(seed)_\(fields.values.sorted().joined())"
        let directory = RunDirectory(path: "\(folder)/\(id)")
        try FileManager.default.createDirectory(
            atPath: directory.path, withIntermediateDirectories: true)
        let metrics = try MetricsLog(path: directory.metrics)
        let research = try ResearchLog(path: directory.researchLog(.base))
        let own = direction == .backward ? gap : 0
        for step in 0..<steps {
            var record = StepRecord(
                step: step,
                scalars: [
                    ("loss", loss?(step) ?? 3 + own + 4 * exp(-Double(step) / 10)),
                    ("targets", 100),
                    ("tokens", Double((step + 1) * 128)), ("elapsed_seconds", Double(step + 1)),
                ])
            if statistics, step % 10 == 0 {
                record.layers = (0..<depth).map { layer in
                    LayerRecord(
                        kind: .gradients, layer: layer, part: "mlp.expand",
                        statistics: [("norm", layer == 0 ? 1 : 1e-4), ("update_ratio", 0.01)])
                }
            }
            if statistics, step % 10 == 0 {
                let T = 8
                let values = (0..<T).map { Float($0) }
                record.positions = PositionRecord(
                    lossMean: values, lossStandardDeviation: values, accuracy: values,
                    lossByContext: values)
            }
            try metrics.record(record)
            try research.record(record)
            if step == 20 || step == 40 {
                try research.record(evaluation(step, direction, seed, gap))
            }
        }
        try metrics.record(
            StepRecord(
                step: steps, scalars: [("val_bpb", 1 + own), ("tokens", Double(steps * 128))]))
        try research.record(evaluation(steps, direction, seed, gap))
        try metrics.finish()
        try research.finish()
        let settings = RunSettings(
            depth: depth, width: 64, parameterCount: depth * 1_000_000, trainingTokens: 7680,
            steps: 60, rowLength: 64, dtype: "float32", tokenizerHash: nil, vocabularySize: 100,
            dataFingerprints: [])
        var all = ["direction": direction.rawValue, "depth": "\(depth)", "seed": "\(seed)"]
        all.merge(fields) { $1 }
        return try StudiedRun(
            id: id, phase: .base, direction: direction, seed: seed, settings: settings,
            flopsPerToken: 6e6, fields: all, flags: [:],
            results: ["x_acc_forward": 0.5, "x_acc_backward": 0.25],
            tasks: tasks, parentID: nil, manifestHash: nil,
            validation: (ContentHash(of: Data(windows.utf8)), 64), samples: [],
            reader: try RunReader(path: directory.path))
    }

    /// Forty documents of thirty tokens; a document's own difficulty is in both readings, noise in neither sum.
    private func evaluation(
        _ step: Int, _ direction: Direction, _ seed: UInt64, _ gap: Double
    ) -> EvaluationRecord {
        let (D, n) = (Self.documents, Self.tokensEach)
        var random = Seed(seed)["scores"][direction.rawValue][step].generator()
        var difficulty = Seed(9)["difficulty"].generator()
        let hard = (0..<D).map { _ in Double.random(in: -0.5...0.5, using: &difficulty) }
        let ids = (0..<D * n).map { place -> Int32 in
            place.isMultiple(of: 7) ? 1 : Int32(place % 90 + 2)
        }
        func scores(_ reading: Reading) -> EvaluationRecord.Scores {
            let isNative = direction.readings.contains(reading)
            let own = reading == .backward ? gap : 0
            // The whole gap is paid by id 1, every seventh token.
            let payers = Double((D * n + 6) / 7)
            let share: Double = own * Double(D * n) / payers
            let foreign: Double = isNative ? 0 : 5
            var nlls: [Float] = []
            for token in 0..<D * n {
                let noise = Double.random(in: -0.2...0.2, using: &random)
                let paid: Double = token % 7 == 0 ? share : 0
                let loss: Double = 3 + hard[token / n] + noise + paid + foreign
                nlls.append(Float(loss))
            }
            let contexts = (0..<D * n).map { Int32(reading.position(of: $0 % n, count: n)) }
            return EvaluationRecord.Scores(
                reading: reading.rawValue, nlls: nlls,
                predictions: ids.enumerated().map { $0.offset % 4 == 0 ? $0.element : 0 },
                ranks: ids.map { _ in 0 },
                contextLengths: contexts)
        }
        let windows = EvaluationRecord.Windows(
            documents: (0..<D).map { Int64($0) }, starts: [Int32](repeating: 0, count: D),
            counts: [Int32](repeating: Int32(n), count: D))
        let positions = (0..<D * n).map { Int32($0 % n) }
        let tokens = EvaluationRecord.Tokens(
            ids: ids, documents: (0..<D * n).map { Int64($0 / n) }, positions: positions,
            byteOffsets: positions.map { Int64($0) * 3 },
            byteCounts: [Int32](repeating: 3, count: D * n))
        return EvaluationRecord(
            step: step, windows: windows, tokens: tokens,
            scores: [scores(.forward), scores(.backward)])
    }

    /// A task of a hundred items of which every `period`-th is right.
    static func task(
        _ name: String, _ reading: Reading, native: Bool, right period: Int
    ) -> TaskScore {
        let judged = (0..<100).map { $0 % period == 0 }
        let count = judged.count { $0 }
        let interval =
            Interval.wilson(successes: count, trials: 100) ?? Interval(lower: 0, upper: 1)
        return TaskScore(
            task: name, reading: reading, isNative: native, accuracy: Double(count) / 100,
            interval: interval, chance: 0.25, isBelowChance: interval.upper < 0.25,
            items: Array(0..<100), judged: judged)
    }
}
