/// A run of consecutive tokens of one document.
public struct Window: Hashable, Codable, Sendable {
    /// The document's number in its corpus.
    public var document: Int
    /// Natural position of the first token.
    public var start: Int
    /// Number of tokens.
    public var count: Int
    /// Whether the window begins where its document begins.
    public var opensDocument: Bool
    /// Whether the window ends where its document ends.
    public var closesDocument: Bool

    /// A window of `count` tokens from `start`.
    public init(
        document: Int, start: Int, count: Int, opensDocument: Bool, closesDocument: Bool
    ) {
        self.document = document
        self.start = start
        self.count = count
        self.opensDocument = opensDocument
        self.closesDocument = closesDocument
    }
}
