public import Language

/// Which tokens of a conversation are learnt.
public enum Supervision: String, Codable, Hashable, CaseIterable, Sendable {
    /// All of them, as midtraining does; the direction marker never is.
    case everything
    /// What the assistant writes, its end marker included.
    case assistant
}

/// The settings that decide what a batch of conversations looks like.
public struct ChatLayout: Codable, Hashable, Sendable {
    /// B: rows of a batch.
    public var rowCount: Int
    /// T: positions of a row.
    public var columnCount: Int
    /// Readings of the run.
    public var direction: Direction
    /// Which tokens are learnt.
    public var supervision: Supervision
    /// How a bidirectional run shares its rows between the readings.
    public var mix: DirectionMix
    /// Ids whose rows are planned and shuffled together, at least.
    public var groupTokenCount: Int

    /// Batches of `rowCount` rows of `columnCount` positions.
    public init(
        rowCount: Int, columnCount: Int, direction: Direction,
        supervision: Supervision = .assistant, mix: DirectionMix = .rows,
        groupTokenCount: Int = 1 << 20
    ) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.direction = direction
        self.supervision = supervision
        self.mix = mix
        self.groupTokenCount = groupTokenCount
    }

    /// The smallest T that a turn fits.
    public static let minimumColumnCount = ConversationRenderer.minimumLimit

    /// Refuses layouts and steps that cannot be made.
    /// - Parameter rowsPerStep: rows of one optimizer step, all micro-batches together.
    public func validate(rowsPerStep: Int) throws(BatchError) {
        guard columnCount >= Self.minimumColumnCount else {
            throw .rowsTooShortForTurns(columnCount: columnCount)
        }
        try mix.validate(rowsPerStep: rowsPerStep, microBatch: rowCount, direction: direction)
    }
}
