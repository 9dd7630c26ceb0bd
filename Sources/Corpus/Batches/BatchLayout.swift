public import Language

/// The settings that decide what a batch looks like.
public struct BatchLayout: Codable, Hashable, Sendable {
    /// B: rows of a batch.
    public var rowCount: Int
    /// T: positions of a row.
    public var columnCount: Int
    /// Readings of the run.
    public var direction: Direction
    /// How documents become rows.
    public var packing: Packing
    /// Which piece of a document a cropping packing keeps.
    public var crop: Crop
    /// How a bidirectional run shares its rows between the readings.
    public var mix: DirectionMix
    /// Tokens whose rows are planned and shuffled together, at least (documents stay whole).
    ///
    /// Few long documents fill many rows: with novels, a group of a hundred thousand tokens would be one
    /// book for many steps on end. More costs memory (four bytes a token, twice while planning) and the
    /// time to tokenize a group before the first batch.
    public var groupTokenCount: Int

    /// Batches of `rowCount` rows of `columnCount` positions.
    public init(
        rowCount: Int, columnCount: Int, direction: Direction, packing: Packing = .matched,
        crop: Crop = .head, mix: DirectionMix = .rows,
        groupTokenCount: Int = 1 << 22
    ) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.direction = direction
        self.packing = packing
        self.crop = crop
        self.mix = mix
        self.groupTokenCount = groupTokenCount
    }

    /// The smallest T: BOS, a marker, one token, and one more that makes windows worth cutting.
    public static let minimumColumnCount = 4

    /// Refuses layouts and steps that cannot be made.
    /// - Parameter rowsPerStep: rows of one optimizer step, all micro-batches together.
    public func validate(rowsPerStep: Int) throws(BatchError) {
        guard columnCount >= Self.minimumColumnCount else {
            throw .rowsTooShort(columnCount: columnCount)
        }
        try mix.validate(rowsPerStep: rowsPerStep, microBatch: rowCount, direction: direction)
    }
}
