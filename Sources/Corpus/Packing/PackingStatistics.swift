/// What packing made of the documents it was given.
public struct PackingStatistics: Codable, Hashable, Sendable {
    /// Documents with text.
    public var documentCount = 0
    /// Their tokens.
    public var tokenCount = 0
    /// Tokens that stand in a row.
    public var keptTokenCount = 0
    /// Rows planned.
    public var rowCount = 0
    /// Input positions of those rows.
    public var positionCount = 0
    /// Input positions that hold padding.
    public var paddingCount = 0

    /// Of nothing.
    public init() {}

    /// Share of tokens that stand in a row; 1 unless the packing crops.
    public var keptFraction: Double {
        tokenCount == 0 ? 1 : Double(keptTokenCount) / Double(tokenCount)
    }

    /// Share of input positions that hold nothing.
    public var paddingFraction: Double {
        positionCount == 0 ? 0 : Double(paddingCount) / Double(positionCount)
    }
}
