internal import Corpus
internal import Journal
internal import Language

/// Adds up a step's per-token losses: over all, by reading, by position and by context length.
struct StepTally {
    private let observation: Trainer.Observation
    private let columnCount: Int
    private var sums = Sums(count: 1)
    private var byReading: [Sums]
    private var byColumn: Sums
    private var byContext: Sums
    private(set) var tokens: TokenRecord?

    /// Sums and counts of one quantity in `count` cells.
    private struct Sums {
        var nats, squares: [Double]
        var right, counted: [Int]

        init(count: Int) {
            nats = Array(repeating: 0, count: count)
            squares = nats
            right = Array(repeating: 0, count: count)
            counted = right
        }

        mutating func add(_ loss: Float, right isRight: Bool, to cell: Int) {
            nats[cell] += Double(loss)
            squares[cell] += Double(loss) * Double(loss)
            right[cell] += isRight ? 1 : 0
            counted[cell] += 1
        }

        var means: [Float] {
            zip(nats, counted).map { $1 > 0 ? Float($0 / Double($1)) : .nan }
        }
        var deviations: [Float] {
            counted.indices.map { cell in
                guard counted[cell] > 0 else { return .nan }
                let n = Double(counted[cell])
                let mean = nats[cell] / n
                return Float(max(0, squares[cell] / n - mean * mean).squareRoot())
            }
        }
        var accuracies: [Float] {
            zip(right, counted).map { $1 > 0 ? Float($0) / Float($1) : .nan }
        }
    }

    /// A tally of batches of at most `columnCount` columns; what it records has exactly so many, however wide
    /// each batch is.
    init(_ observation: Trainer.Observation, columnCount: Int) {
        self.observation = observation
        self.columnCount = columnCount
        byReading = Reading.allCases.map { _ in Sums(count: 1) }
        byColumn = Sums(count: columnCount)
        byContext = Sums(count: columnCount)
    }

    /// Σ nats over all targets.
    var total: Double { sums.nats[0] }

    /// Nats per target of the readings that occurred, forward first.
    var lossByReading: [(reading: Reading, loss: Double)] {
        zip(Reading.allCases, byReading).compactMap { reading, sums in
            sums.counted[0] > 0 ? (reading, sums.nats[0] / Double(sums.counted[0])) : nil
        }
    }

    var positions: PositionRecord? {
        guard observation.positions else { return nil }
        return PositionRecord(
            lossMean: byColumn.means, lossStandardDeviation: byColumn.deviations,
            accuracy: byColumn.accuracies, lossByContext: byContext.means)
    }

    mutating func add(_ losses: TokenLosses, of batch: Batch) {
        let T = batch.columnCount
        var placement = batch.placements.startIndex
        for row in 0..<batch.rowCount {
            var reading = Reading.forward
            var opening = 0  // column of the BOS that opens the reading we are in
            for column in 0..<T {
                if placement < batch.placements.endIndex,
                    batch.placements[placement].row == row,
                    batch.placements[placement].column == column
                {
                    reading = batch.placements[placement].reading
                    opening = column
                    placement += 1
                }
                let cell = row * T + column
                let target = batch.targets[cell]
                guard target >= 0 else { continue }
                let loss = losses.nats[cell]
                let right = losses.predictions[cell] == target
                sums.add(loss, right: right, to: 0)
                byReading[reading == .forward ? 0 : 1].add(loss, right: right, to: 0)
                if observation.positions {
                    byColumn.add(loss, right: right, to: column)
                    byContext.add(loss, right: right, to: column - opening)
                }
            }
        }
        if observation.tokens && tokens == nil {
            tokens = TokenRecord(
                rowCount: batch.rowCount, columnCount: columnCount,
                losses: widened(
                    zip(losses.nats, batch.targets).map { $1 >= 0 ? $0 : .nan }, T, with: .nan),
                predictions: widened(losses.predictions, T, with: -1),
                targets: widened(batch.targets, T, with: -1))
        }
    }

    /// Rows of `width` values with `filler` behind each.
    private func widened<Value>(_ values: [Value], _ width: Int, with filler: Value) -> [Value] {
        guard width < columnCount else { return values }
        let rest = [Value](repeating: filler, count: columnCount - width)
        return stride(from: 0, to: values.count, by: width).flatMap {
            values[$0..<$0 + width] + rest
        }
    }
}
