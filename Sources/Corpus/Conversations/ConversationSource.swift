public import Language
public import Provenance

/// Conversations by number: files, generators, benchmark questions with their answers.
///
/// Every conversation can be asked for at any time, from several threads, always with the same result.
public protocol ConversationSource: Sendable {
    /// What reports call it.
    var name: String { get }
    /// Number of conversations.
    var count: Int { get }
    /// Names the content.
    var fingerprint: ContentHash { get }
    /// Conversation number `index` of `0..<count`.
    func conversation(at index: Int) throws(SourceError) -> Conversation
}

/// Conversations held in memory.
public struct ConversationList: ConversationSource, Hashable {
    /// What reports call it.
    public let name: String
    /// Names the content.
    public let fingerprint: ContentHash
    private let conversations: [Conversation]

    /// The conversations in their order.
    public init(_ name: String, _ conversations: [Conversation]) {
        self.name = name
        self.conversations = conversations
        var hasher = ContentHash.Hasher()
        for conversation in conversations {
            hasher.update(Array("conversation\n".utf8))
            for message in conversation.messages {
                for part in message.parts {
                    let text = Array(part.text.utf8)
                    let head = "\(message.role.rawValue) \(part.kind.rawValue) \(text.count)\n"
                    hasher.update(Array(head.utf8))
                    hasher.update(text)
                }
            }
        }
        fingerprint = hasher.finish()
    }

    /// Number of conversations.
    public var count: Int { conversations.count }

    /// Conversation number `index`.
    public func conversation(at index: Int) -> Conversation { conversations[index] }
}

/// The first conversations of another source, or some from the middle.
public struct ConversationSlice: ConversationSource {
    private let base: any ConversationSource
    private let range: Range<Int>

    /// The conversations of `base` numbered `range`, as far as it has them.
    public init(_ base: any ConversationSource, _ range: Range<Int>) {
        self.base = base
        self.range = range.clamped(to: 0..<base.count)
    }

    /// What reports call it.
    public var name: String { base.name }
    /// Number of conversations.
    public var count: Int { range.count }
    /// Names the content.
    public var fingerprint: ContentHash {
        ContentHash(of: Array("slice \(range) \(base.fingerprint.hex)".utf8))
    }

    /// Conversation number `index` of the slice.
    public func conversation(at index: Int) throws(SourceError) -> Conversation {
        try base.conversation(at: range.lowerBound + index)
    }
}
