internal import Foundation

/// Turns of user and assistant, the user first, perhaps behind a system message.
///
/// May end with the user's turn, as a chat does while the answer is being written.
public struct Conversation: Hashable, Sendable {
    /// The messages, as they were given.
    public let messages: [Message]

    /// The conversation of `messages`, which must take turns.
    public init(_ messages: [Message]) throws(ConversationError) {
        var expected = Message.Role.user
        for (index, message) in messages.enumerated() {
            if message.role != .assistant, message.parts.contains(where: { $0.kind != .text }) {
                throw .foreignTool(index: index)
            }
            if message.role == .system {
                guard index == 0 else { throw .misplacedSystem(index: index) }
                continue
            }
            guard message.role == expected else {
                let isFirst = expected == .user && !messages[..<index].contains { $0.role == .user }
                throw isFirst ? .assistantFirst : .notAlternating(role: message.role, index: index)
            }
            expected = expected == .user ? .assistant : .user
        }
        guard messages.contains(where: { $0.role == .user }) else { throw .empty }
        self.messages = messages
    }

    /// A question and its answer; both always take turns.
    public init(question: String, answer: [Message.Part]) {
        messages = [Message(.user, question), Message(.assistant, parts: answer)]
    }

    /// A question that waits for its answer.
    public init(question: String) { messages = [Message(.user, question)] }

    /// Reads one line of a JSONL file: `{"messages": [{"role": …, "content": …}, …]}` or the list alone.
    ///
    /// Contents are strings or lists of `{"type": "text" | "python" | "python_output", "text": …}`.
    /// There must be an answer.
    public init(line json: [UInt8]) throws(ConversationError) {
        do {
            self = try JSONDecoder().decode(Conversation.self, from: Data(json))
        } catch let error as ConversationError {
            throw error
        } catch let DecodingError.dataCorrupted(context) {
            let underlying = context.underlyingError as NSError?
            let detail = underlying?.userInfo[NSDebugDescriptionErrorKey] as? String
            throw .notJSON(reason: detail ?? context.debugDescription)
        } catch {
            throw .noMessageList
        }
        guard messages.contains(where: { $0.role == .assistant }) else { throw .noAnswer }
    }

    /// Whether the last word is the assistant's.
    public var isAnswered: Bool { messages.last?.role == .assistant }

    /// The conversation as it is rendered: the system message put before the first question with an
    /// empty line between, neighbouring texts joined.
    /// - Source: karpathy/nanochat `tokenizer.py`, `render_conversation`.
    public var normalized: Conversation {
        var rest = messages
        if rest.first?.role == .system {
            let system = rest.removeFirst()
            rest[0].parts.insert(Message.Part(.text, system.text + "\n\n"), at: 0)
        }
        return Conversation(unchecked: rest.map(\.normalized))
    }

    /// The same without its last message if that is the assistant's: what is asked.
    public var question: Conversation {
        isAnswered ? Conversation(unchecked: messages.dropLast()) : self
    }

    private init(unchecked messages: [Message]) { self.messages = messages }
}

extension Conversation: Codable {
    private enum CodingKeys: String, CodingKey { case messages }

    /// Reads an object with `messages`, or a list of messages.
    public init(from decoder: any Decoder) throws {
        let messages: [Message]
        if let list = try? decoder.unkeyedContainer() {
            messages = try Self.read(list)
        } else {
            guard let fields = try? decoder.container(keyedBy: CodingKeys.self),
                let list = try? fields.nestedUnkeyedContainer(forKey: .messages)
            else { throw ConversationError.noMessageList }
            messages = try Self.read(list)
        }
        try self.init(messages)
    }

    private static func read(_ list: any UnkeyedDecodingContainer) throws -> [Message] {
        var list = list
        var messages: [Message] = []
        while !list.isAtEnd { messages.append(try list.decode(Message.self)) }
        return messages
    }

    /// Writes an object with `messages`.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(messages, forKey: .messages)
    }
}
