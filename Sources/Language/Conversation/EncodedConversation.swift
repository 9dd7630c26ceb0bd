/// A conversation as token ids in natural order, before it is read one way or the other.
public struct EncodedConversation: Hashable, Sendable {
    /// A stretch of a turn.
    public struct Part: Hashable, Sendable {
        /// What it is.
        public var kind: Message.Part.Kind
        /// Its ids, without delimiters.
        public var ids: [Int32]
    }

    /// One side's words.
    public struct Turn: Hashable, Sendable {
        /// `user` or `assistant`.
        public var role: Message.Role
        /// Its stretches.
        public var parts: [Part]
        /// Whether its end was cut off to fit a row: then the end marker is not learnt.
        public var isCut = false

        /// Ids it takes in a row, delimiters included.
        var idCount: Int {
            2 + parts.reduce(0) { $0 + $1.ids.count + ($1.kind == .text ? 0 : 2) }
        }
    }

    /// What had to go so that a conversation fits.
    public struct Truncation: Codable, Hashable, Sendable {
        /// Turns left out whole.
        public var droppedTurnCount = 0
        /// Turns that lost a piece.
        public var cutTurnCount = 0
        /// Ids that stand in no row, delimiters not counted.
        public var droppedTokenCount = 0

        /// Nothing.
        public init() {}

        /// Whether anything is missing.
        public var isTruncated: Bool { droppedTurnCount > 0 || cutTurnCount > 0 }
    }

    /// The turns, the user's first.
    public var turns: [Turn]
    /// What is missing.
    public var truncation = Truncation()
    /// Whether results stand before their calls in natural order, as they do only in a turned conversation.
    public var resultsComeFirst = false

    /// Ids a rendering takes: BOS, the marker if there is one, and the turns.
    public func idCount(marker: Bool) -> Int {
        turns.reduce(marker ? 2 : 1) { $0 + $1.idCount }
    }

    /// The conversation with the content of every turn the other way round: forward it renders to the very
    /// ids and mask that this one renders to backward, and the other way about.
    ///
    /// Written without `Reading`, which it serves to check.
    public func turned() -> EncodedConversation {
        var mirror = self
        mirror.resultsComeFirst.toggle()
        for turn in turns.indices {
            mirror.turns[turn].parts.reverse()
            for part in turns[turn].parts.indices { mirror.turns[turn].parts[part].ids.reverse() }
        }
        return mirror
    }
}
