public import Language

/// How the rows of a bidirectional run are shared between the readings.
public enum DirectionMix: String, Codable, Hashable, CaseIterable, Sendable {
    /// Readings alternate from row to row, counted from the beginning of training.
    case rows
    /// Whole batches alternate: even ones forward, odd ones backward.
    case batches
    /// Each planned row is read forward, then backward, in the same step.
    case both

    /// Refuses a step that cannot hold equal numbers of rows each way.
    /// - Parameter rowsPerStep: rows of one optimizer step, all micro-batches together.
    /// - Parameter microBatch: B, rows of one batch.
    public func validate(
        rowsPerStep: Int, microBatch: Int, direction: Direction
    ) throws(BatchError) {
        guard microBatch > 0, rowsPerStep > 0, rowsPerStep.isMultiple(of: microBatch) else {
            throw .unevenStep(rowsPerStep: rowsPerStep, microBatch: microBatch)
        }
        guard direction == .bidirectional else { return }
        switch self {
        case .rows, .both:
            guard rowsPerStep.isMultiple(of: 2) else {
                throw .unequalReadings(rowsPerStep: rowsPerStep, microBatch: microBatch, mix: self)
            }
        case .batches:
            guard (rowsPerStep / microBatch).isMultiple(of: 2) else {
                throw .unequalReadings(rowsPerStep: rowsPerStep, microBatch: microBatch, mix: self)
            }
        }
    }

    /// Times each planned row is emitted.
    func repeats(in direction: Direction) -> Int {
        direction == .bidirectional && self == .both ? 2 : 1
    }

    /// The reading of the row that is number `row` since training began, in batches of `batchRows`.
    func reading(ofRow row: Int, batchRows: Int, direction: Direction) -> Reading {
        let readings = direction.readings
        return switch self {
        case .rows, .both: readings[row % readings.count]
        case .batches: readings[row / batchRows % readings.count]
        }
    }
}
