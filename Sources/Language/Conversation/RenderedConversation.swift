/// A conversation as the ids a model reads.
public struct RenderedConversation: Hashable, Sendable {
    /// Where the content of a part stands.
    public struct Span: Hashable, Sendable {
        /// Which turn, counted from zero; a system message belongs to the first.
        public var turn: Int
        /// Whose turn.
        public var role: Message.Role
        /// What it is.
        public var kind: Message.Part.Kind
        /// Places of its ids, without delimiters.
        public var range: Range<Int>
    }

    /// The ids, BOS first.
    public internal(set) var ids: [Int32] = []
    /// Whether each id is one that the assistant has to write.
    public internal(set) var mask: [Bool] = []
    /// The parts in the order in which they stand.
    public internal(set) var spans: [Span] = []
    /// Places of the end markers behind turns that were cut: where no turn really ends.
    public internal(set) var cutEnds: [Int] = []
    /// The order in which content is read.
    public let reading: Reading
    /// What was left out to keep to the limit.
    public let truncation: EncodedConversation.Truncation
    /// Whether the conversation ends where its last id stands, with nothing left out behind.
    public internal(set) var endIsTrue = true

    init(reading: Reading, truncation: EncodedConversation.Truncation) {
        self.reading = reading
        self.truncation = truncation
    }

    /// The parts in natural order: in a backward reading those of a turn stand the other way round.
    public var naturalSpans: [Span] {
        guard reading == .backward else { return spans }
        var natural: [Span] = []
        var start = 0
        while start < spans.count {
            let end = spans[start...].firstIndex { $0.turn != spans[start].turn } ?? spans.count
            natural += spans[start..<end].reversed()
            start = end
        }
        return natural
    }

    /// Ids that the assistant has to write.
    public var supervisedCount: Int { mask.reduce(0) { $0 + ($1 ? 1 : 0) } }
}
