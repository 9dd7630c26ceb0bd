public import Language
public import Provenance

/// The matched validation list of the chat stages: fixed conversations, one a row, that every model scores
/// in every reading it can do.
///
/// Scored are the tokens that the stage learns, without those that only one reading learns (results of calls,
/// written by the model in backward reading only).
public struct ChatWindows: Sendable {
    /// One window a conversation; its count is that of the scored text tokens.
    public let windows: [Window]
    /// T the conversations were fitted to.
    public let columnCount: Int
    /// Names conversations and ids together: equal hashes mean that numbers may be compared.
    public let hash: ContentHash

    private let conversations: [EncodedConversation]
    private let renderer: ConversationRenderer
    private let supervision: Supervision

    /// A conversation as a row, and where in it the scored targets stand.
    public struct Row: Sendable {
        /// The ids, BOS first.
        public var ids: [Int32]
        /// Places of the scored text tokens in `ids`, in natural order.
        public var textPlaces: [Int]
        /// Places of the scored special tokens: ends of turns, delimiters of calls.
        public var structurePlaces: [Int]
        /// Places before the first token that is read: BOS, and the marker if there is one.
        public var openingCount: Int
    }

    /// A list over `source` that does not depend on the run: conversations in an order of its own, until
    /// there are enough.
    /// - Parameters:
    ///   - maximumTokens: scored text tokens to hold; exceeded by one conversation at most.
    ///   - maximumCount: conversations to hold.
    public init(
        _ source: any ConversationSource, tokenizer: Tokenizer, columnCount: Int,
        supervision: Supervision, maximumTokens: Int, maximumCount: Int = .max
    ) throws(BatchError) {
        guard columnCount >= ChatLayout.minimumColumnCount else {
            throw .rowsTooShortForTurns(columnCount: columnCount)
        }
        renderer = ConversationRenderer(tokenizer: tokenizer)
        self.columnCount = columnCount
        self.supervision = supervision
        // One order for all runs: files are often sorted by subject.
        let order = Permutation(count: source.count, seed: Seed(0)["chat validation"])
        var windows: [Window] = []
        var conversations: [EncodedConversation] = []
        var tokenCount = 0
        for place in 0..<source.count {
            guard tokenCount < maximumTokens, windows.count < maximumCount else { break }
            let number = order[place]
            let conversation: Conversation
            do throws(SourceError) { conversation = try source.conversation(at: number) } catch {
                throw .source(error)
            }
            let encoded = renderer.encode(conversation)
                .fitted(to: columnCount, marker: true, keeping: .beginning)
            let count = Self.row(of: encoded, renderer, .forward, false, supervision).textPlaces
                .count
            guard count > 0 else { continue }
            tokenCount += count
            conversations.append(encoded)
            windows.append(
                Window(
                    document: number, start: 0, count: count, opensDocument: true,
                    closesDocument: !encoded.truncation.isTruncated))
        }
        guard !windows.isEmpty else { throw .noConversations }
        self.windows = windows
        self.conversations = conversations
        hash = Self.hash(conversations, columnCount: columnCount, supervision, renderer)
        checkTargets()
    }

    /// Conversation number `number` of the list in one reading.
    /// - Parameter usesMarkers: whether the model is told the reading (a bidirectional one is).
    public func row(_ number: Int, reading: Reading, usesMarkers: Bool) -> Row {
        Self.row(of: conversations[number], renderer, reading, usesMarkers, supervision)
    }

    private static func row(
        of encoded: EncodedConversation, _ renderer: ConversationRenderer, _ reading: Reading,
        _ usesMarkers: Bool, _ supervision: Supervision
    ) -> Row {
        let rendered = renderer.render(encoded, reading: reading, marker: usesMarkers)
        var row = Row(
            ids: rendered.ids, textPlaces: [], structurePlaces: [],
            openingCount: usesMarkers ? 2 : 1)
        for span in rendered.naturalSpans {
            let isScored =
                switch supervision {
                case .everything: true
                case .assistant: span.role == .assistant && span.kind != .pythonOutput
                }
            if isScored { row.textPlaces += reading.turned(Array(span.range)) }
        }
        let cutEnds = Set(rendered.cutEnds)
        for (place, id) in rendered.ids.enumerated().dropFirst(row.openingCount) {
            guard let special = renderer.tokenizer.special(id), !cutEnds.contains(place) else {
                continue
            }
            let isScored =
                switch supervision {
                case .everything: true
                case .assistant:
                    rendered.mask[place] && special != .outputStart && special != .outputEnd
                }
            if isScored { row.structurePlaces.append(place) }
        }
        return row
    }

    private static func hash(
        _ conversations: [EncodedConversation], columnCount: Int, _ supervision: Supervision,
        _ renderer: ConversationRenderer
    ) -> ContentHash {
        var hasher = ContentHash.Hasher()
        hasher.update(Array("chat \(columnCount) \(supervision.rawValue)".utf8))
        for encoded in conversations {
            let ids = renderer.render(encoded, reading: .forward).ids
            hasher.update(
                ids.flatMap { id in (0..<4).map { UInt8(truncatingIfNeeded: id >> ($0 * 8)) } })
        }
        return hasher.finish()
    }

    /// Null 2: every reading predicts the same ids equally often, with markers and without.
    private func checkTargets() {
        for number in conversations.indices {
            let balances = Reading.allCases.flatMap { reading in
                [false, true].map { usesMarkers in
                    let row = row(number, reading: reading, usesMarkers: usesMarkers)
                    return (row.textPlaces + row.structurePlaces).map { row.ids[$0] }.sorted()
                }
            }
            precondition(
                balances.allSatisfy { $0 == balances[0] },
                "targets of conversation \(windows[number].document) differ between readings")
        }
    }
}
