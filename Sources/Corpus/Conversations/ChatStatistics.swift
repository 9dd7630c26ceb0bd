public import Language

/// What packing made of the conversations it was given.
public struct ChatStatistics: Codable, Hashable, Sendable {
    /// Rows, positions and padding; documents are conversations, and tokens all ids with delimiters.
    public var packing = PackingStatistics()
    /// Conversations of which something is missing.
    public var truncatedCount = 0
    /// Conversations left out because nothing in them would be learnt.
    public var untaughtCount = 0
    /// What is missing, over all conversations.
    public var truncation = EncodedConversation.Truncation()

    /// Of nothing.
    public init() {}

    mutating func count(_ encoded: EncodedConversation, isKept: Bool) {
        packing.documentCount += 1
        packing.tokenCount += encoded.idCount(marker: false) + encoded.truncation.droppedTokenCount
        untaughtCount += isKept ? 0 : 1
        guard encoded.truncation.isTruncated else { return }
        truncatedCount += 1
        truncation.droppedTurnCount += encoded.truncation.droppedTurnCount
        truncation.cutTurnCount += encoded.truncation.cutTurnCount
        truncation.droppedTokenCount += encoded.truncation.droppedTokenCount
    }
}
