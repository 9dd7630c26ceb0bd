/// Why something is no conversation. Messages count from zero here and from one in what is said.
public enum ConversationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not JSON.
    case notJSON(reason: String)
    /// The JSON is neither a list of messages nor an object that has one.
    case noMessageList
    /// There is nobody who speaks to the assistant.
    case empty
    /// A message does not have the form of one.
    case malformedMessage(index: Int, reason: String)
    /// The speaker is none of ours.
    case unknownRole(String, index: Int)
    /// The assistant speaks before anyone has asked.
    case assistantFirst
    /// The same side speaks twice.
    case notAlternating(role: Message.Role, index: Int)
    /// A system message stands elsewhere than at the beginning.
    case misplacedSystem(index: Int)
    /// Someone else than the assistant calls a tool.
    case foreignTool(index: Int)
    /// There is no answer to learn from.
    case noAnswer

    /// What is wrong, without a full stop: the reader of the file says where and what to do.
    public var description: String {
        switch self {
        case .notJSON(let reason): "it is not JSON (\(reason))"
        case .noMessageList:
            "it is neither a list of messages nor an object with a list 'messages'"
        case .empty: "it has no user message"
        case .malformedMessage(let index, let reason): "message \(index + 1): \(reason)"
        case .unknownRole(let role, let index):
            "message \(index + 1) has the unknown role '\(role)' (system, user or assistant)"
        case .assistantFirst: "the assistant speaks first; a user message has to come before it"
        case .notAlternating(let role, let index):
            "message \(index + 1) is another \(role.rawValue) message; user and assistant have to "
                + "take turns"
        case .misplacedSystem(let index):
            "message \(index + 1) is a system message, which may only be the first"
        case .foreignTool(let index):
            "message \(index + 1) has a python part, which only the assistant may have"
        case .noAnswer: "it has no assistant message"
        }
    }
}
