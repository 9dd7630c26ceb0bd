internal import Foundation
public import Language

/// One line of a benchmark's or a conversation file, read by itself.
public protocol TaskLine: Sendable {
    /// Reads a JSON line.
    init(json: [UInt8]) throws(TaskItemFault)
}

/// A line that is seen in training as a conversation.
public protocol TaskItem: TaskLine {
    /// The item as it is trained on: the question with its right answer.
    var conversation: Conversation { get }
}

/// Why a line is not an item, as a phrase; the reader of the file adds where.
public struct TaskItemFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    /// A fault to be told.
    public init(_ description: String) { self.description = description }
}

extension TaskItemFault {
    /// Decodes a JSON line, or says what it lacks.
    static func decode<Fields: Decodable>(
        _ type: Fields.Type, from json: [UInt8]
    ) throws(TaskItemFault) -> Fields {
        do {
            return try JSONDecoder().decode(type, from: Data(json))
        } catch DecodingError.keyNotFound(let key, _) {
            throw TaskItemFault("it has no '\(key.stringValue)'")
        } catch DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context)
        {
            let key = context.codingPath.last?.stringValue
            throw TaskItemFault(
                key.map { "its '\($0)' is not of the expected type" } ?? "it is not an object")
        } catch {
            throw TaskItemFault("it is not JSON")
        }
    }
}

extension Conversation: TaskItem {
    /// Reads a line of a conversation file.
    public init(json: [UInt8]) throws(TaskItemFault) {
        do throws(ConversationError) { self = try Conversation(line: json) } catch {
            throw TaskItemFault(error.description)
        }
    }

    /// Itself.
    public var conversation: Conversation { self }
}
