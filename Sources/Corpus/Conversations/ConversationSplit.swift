public import Language
public import Provenance

/// Sends each conversation of a source to training or validation by its text alone, so that copies stay on
/// one side.
public struct ConversationSplit: Sendable {
    /// Conversations to learn from.
    public let training: ConversationSelection
    /// Conversations to measure on.
    public let validation: ConversationSelection

    /// Reads every conversation of `source` once, which finds malformed lines before a run begins.
    /// - Parameter progress: called with the number of conversations read.
    public init(
        _ source: any ConversationSource, split: DocumentSplit, progress: (Int) -> Void = { _ in }
    ) throws(SourceError) {
        var sides: [DocumentSplit.Side: [Int]] = [:]
        for index in 0..<source.count {
            let conversation = try source.conversation(at: index)
            sides[split.side(of: Self.text(of: conversation)), default: []].append(index)
            if index.isMultiple(of: 1024) { progress(index) }
        }
        progress(source.count)
        let name = "split \(split.validationFraction)"
        training = ConversationSelection(
            source, sides[.training] ?? [], criterion: name + " training")
        validation = ConversationSelection(
            source, sides[.validation] ?? [], criterion: name + " validation")
    }

    /// Everything that is said, and by whom.
    private static func text(of conversation: Conversation) -> [UInt8] {
        var bytes: [UInt8] = []
        for message in conversation.messages {
            bytes += Array(message.role.rawValue.utf8) + [0]
            for part in message.parts {
                bytes += Array(part.kind.rawValue.utf8) + [0]
                bytes += Array(part.text.utf8) + [0]
            }
        }
        return bytes
    }
}

/// Some conversations of another source.
public struct ConversationSelection: ConversationSource {
    private let base: any ConversationSource
    private let indices: [Int]
    private let criterion: String

    /// The conversations of `base` numbered `indices`.
    /// - Parameter criterion: names the choice; with the base's content it decides the fingerprint.
    init(_ base: any ConversationSource, _ indices: [Int], criterion: String) {
        self.base = base
        self.indices = indices
        self.criterion = criterion
    }

    /// What reports call it.
    public var name: String { base.name }
    /// Number of conversations.
    public var count: Int { indices.count }
    /// Names the content.
    public var fingerprint: ContentHash {
        ContentHash(of: Array("\(criterion) \(base.fingerprint.hex)".utf8))
    }

    /// Conversation number `index` of the selection.
    public func conversation(at index: Int) throws(SourceError) -> Conversation {
        try base.conversation(at: indices[index])
    }
}
