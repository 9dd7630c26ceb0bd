internal import Foundation
public import Journal
internal import Language
public import Provenance

/// What a run's own record says of its training, as curves.
public struct RunHistory: Hashable, Sendable {
    /// Training loss: over all targets, and by reading where the run read both ways.
    public var training: [LearningCurve] = []
    /// Validation bits per byte, by reading.
    public var validation: [ValidationCurve] = []
    /// Loss over the columns of the last training rows.
    public var positions: PositionProfile?
    /// Gradient norms by layer and part.
    public var gradientNorms: [GradientNorms] = []

    /// Reads the history of `run`: `metrics.jsonl`, and the research log of `phase` where there is
    /// one.
    public init(of run: RunReader, phase: Phase) throws(JournalError) {
        let metrics = try run.metrics()
        for (name, reading) in [
            (Metric.loss, Reading?.none), (Metric.forwardLoss, .forward),
            (Metric.backwardLoss, .backward),
        ] {
            guard let column = metrics[name] else { continue }
            training.append(
                LearningCurve(
                    reading: reading, steps: column.steps.map { $0 + 1 },
                    tokens: Self.tokens(at: column.steps, in: metrics), lossNats: column.values))
        }
        for (name, reading) in [
            (Metric.forwardValidationBitsPerByte, Reading.forward),
            (Metric.backwardValidationBitsPerByte, .backward),
        ] {
            guard let column = metrics[name] else { continue }
            validation.append(
                ValidationCurve(
                    reading: reading, steps: column.steps,
                    tokens: Self.tokens(before: column.steps, in: metrics),
                    bitsPerByte: column.values))
        }
        guard run.researchPhases().contains(phase) else { return }
        let research = try run.researchLog(phase)
        positions = PositionProfile(lastOf: try research.positions())
        gradientNorms = try research.layerSeries(.gradients, "norm").map { series in
            GradientNorms(
                layer: series.layer, part: series.part, steps: series.steps,
                norms: series.values.map(Double.init))
        }
    }

    /// Tokens seen by the end of each of `steps`; where a step did not say, its step before did.
    private static func tokens(at steps: [Int], in metrics: MetricsTable) -> [Int] {
        guard let column = metrics[Metric.tokens] else { return steps.map { _ in 0 } }
        var place = 0
        return steps.map { step in
            while place + 1 < column.steps.count && column.steps[place + 1] <= step { place += 1 }
            guard column.steps.indices.contains(place), column.steps[place] <= step else {
                return 0
            }
            return Int(column.values[place])
        }
    }

    /// Tokens seen before each of `steps`: a validation stands in the record of the step it
    /// precedes.
    private static func tokens(before steps: [Int], in metrics: MetricsTable) -> [Int] {
        tokens(at: steps.map { $0 - 1 }, in: metrics)
    }
}

extension PositionProfile {
    /// The mean of the last records of `table`, at most a tenth of them and at most 50; `nil` of
    /// none.
    init?(lastOf table: PositionTable) {
        let T = table.columnCount
        guard T > 0, !table.steps.isEmpty else { return nil }
        let count = min(50, max(1, table.steps.count / 10))
        var sums = [Double](repeating: 0, count: T)
        var counts = [Double](repeating: 0, count: T)
        for record in table.steps.count - count..<table.steps.count {
            for column in 0..<T {
                let loss = Double(table.lossMean[record * T + column])
                guard !loss.isNaN else { continue }
                sums[column] += loss
                counts[column] += 1
            }
        }
        self.init(
            lossByColumn: zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }, recordCount: count)
    }
}

/// A kept evaluation as a comparison takes it: the windows, and the scores in each reading.
public struct MatchedEvaluation: Hashable, Sendable {
    /// What was scored.
    public let windows: MatchedWindows
    /// One entry a reading.
    public let scores: [ReadingScores]

    /// The scores of `record`, token by token; tokens without text are in no sum.
    /// - Parameters:
    ///   - name: where the text comes from, in words.
    ///   - hash: digest of the list of windows, as its evaluation has it.
    ///   - rowLength: T that the windows were cut for.
    public init(of record: EvaluationRecord, name: String, hash: ContentHash, rowLength: Int) {
        let kept = record.tokens.byteCounts.map { $0 > 0 }
        var tokenCounts: [Int] = []
        var byteCounts: [Int] = []
        var next = 0
        for count in record.windows.counts {
            let range = next..<next + Int(count)
            tokenCounts.append(range.reduce(0) { $0 + (kept[$1] ? 1 : 0) })
            byteCounts.append(range.reduce(0) { $0 + Int(record.tokens.byteCounts[$1]) })
            next = range.upperBound
        }
        windows = MatchedWindows(
            name: name, hash: hash, rowLength: rowLength,
            documents: record.windows.documents.map { Int($0) }, tokenCounts: tokenCounts,
            byteCounts: byteCounts)
        scores = record.scores.compactMap { scores in
            guard let reading = Reading(rawValue: scores.reading) else { return nil }
            return ReadingScores(
                reading: reading, tokenCounts: tokenCounts,
                nats: kept.indices.filter { kept[$0] }.map { scores.nlls[$0] },
                contexts: kept.indices.filter { kept[$0] }.map { Int(scores.contextLengths[$0]) })
        }
    }
}
