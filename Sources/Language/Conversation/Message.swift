/// What one side of a conversation says in one turn.
public struct Message: Hashable, Sendable {
    /// Who speaks.
    public enum Role: String, Codable, Hashable, CaseIterable, Sendable {
        /// Sets the scene; its text is put before the first question.
        case system
        /// Asks.
        case user
        /// Answers.
        case assistant
    }

    /// A stretch of a message of one kind.
    public struct Part: Codable, Hashable, Sendable {
        /// What a stretch of a message is.
        public enum Kind: String, Codable, Hashable, CaseIterable, Sendable {
            /// Words for the other side.
            case text
            /// A call of the calculator.
            case python
            /// What the call gave.
            case pythonOutput = "python_output"
        }

        /// What it is.
        public var kind: Kind
        /// Its text in natural order.
        public var text: String

        /// A stretch of `kind`.
        public init(_ kind: Kind, _ text: String) {
            self.kind = kind
            self.text = text
        }

        private enum CodingKeys: String, CodingKey {
            case kind = "type"
            case text
        }
    }

    /// Who speaks.
    public var role: Role
    /// What is said, in natural order.
    public var parts: [Part]

    /// A message of several parts.
    public init(_ role: Role, parts: [Part]) {
        self.role = role
        self.parts = parts
    }

    /// A message of plain text.
    public init(_ role: Role, _ text: String) {
        self.init(role, parts: [Part(.text, text)])
    }

    /// The parts of plain text, joined: what the other side reads.
    public var text: String { parts.filter { $0.kind == .text }.map(\.text).joined() }

    /// The same message with neighbouring texts joined and empty ones left out.
    public var normalized: Message {
        var joined: [Part] = []
        for part in parts where part.kind != .text || !part.text.isEmpty {
            if part.kind == .text, let last = joined.last, last.kind == .text {
                joined[joined.count - 1].text += part.text
            } else {
                joined.append(part)
            }
        }
        return Message(role, parts: joined)
    }
}

extension Message: Codable {
    private enum CodingKeys: String, CodingKey { case role, content }

    /// Reads `{"role": …, "content": …}` with a string or a list of parts as content; other keys are
    /// left aside.
    public init(from decoder: any Decoder) throws {
        let place = decoder.codingPath.last?.intValue ?? 0
        func malformed(_ reason: String) -> ConversationError {
            .malformedMessage(index: place, reason: reason)
        }
        guard let fields = try? decoder.container(keyedBy: CodingKeys.self) else {
            throw malformed("it is not an object")
        }
        guard let name = try? fields.decode(String.self, forKey: .role) else {
            throw malformed("it has no string 'role'")
        }
        guard let role = Role(rawValue: name) else {
            throw ConversationError.unknownRole(name, index: place)
        }
        if let text = try? fields.decode(String.self, forKey: .content) {
            self.init(role, text)
            return
        }
        guard var list = try? fields.nestedUnkeyedContainer(forKey: .content) else {
            throw malformed("its 'content' is neither a string nor a list of parts")
        }
        var parts: [Part] = []
        while !list.isAtEnd {
            do { parts.append(try list.decode(Part.self)) } catch {
                throw malformed(
                    "part \(parts.count + 1) is not a 'type' (text, python or python_output) "
                        + "with a 'text'")
            }
        }
        self.init(role, parts: parts)
    }

    /// Writes plain text as a string, other messages as a list of parts.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(role, forKey: .role)
        if parts.allSatisfy({ $0.kind == .text }) {
            try fields.encode(text, forKey: .content)
        } else {
            try fields.encode(parts, forKey: .content)
        }
    }
}
