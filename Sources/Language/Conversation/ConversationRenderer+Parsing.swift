extension ConversationRenderer {
    /// Reads a rendering back; a system message stays in the first question.
    /// - Throws: when the turns found do not make a conversation, as a model's own may not.
    public func parse(
        _ ids: some Sequence<Int32>, reading: Reading
    ) throws(ConversationError) -> Conversation {
        try Conversation(messages(in: ids, reading: reading))
    }

    /// The message that a model wrote behind `<|assistant_start|>`, up to its end or as far as it came.
    public func answer(in ids: some Sequence<Int32>, reading: Reading) -> Message {
        var parser = ConversationParser(tokenizer, reading)
        parser.take(tokenizer.id(of: .assistantStart))
        for id in ids {
            parser.take(id)
            if !parser.messages.isEmpty { break }
        }
        parser.finish()
        return parser.messages.first ?? Message(.assistant, parts: [])
    }

    /// The turns found in `ids`, whatever they are: an end that is missing is added, what belongs to no turn
    /// is passed over, a second BOS ends the conversation.
    public func messages(in ids: some Sequence<Int32>, reading: Reading) -> [Message] {
        var parser = ConversationParser(tokenizer, reading)
        for id in ids where !parser.take(id) { break }
        parser.finish()
        return parser.messages
    }
}

/// Collects turns from ids one at a time; makes the best of any sequence.
private struct ConversationParser {
    private(set) var messages: [Message] = []
    private let tokenizer: Tokenizer
    private let reading: Reading
    private var role: Message.Role?
    /// Parts of the open turn, in reading order.
    private var parts: [Message.Part] = []
    private var kind = Message.Part.Kind.text
    private var ids: [Int32] = []
    private var hasBegun = false

    init(_ tokenizer: Tokenizer, _ reading: Reading) {
        self.tokenizer = tokenizer
        self.reading = reading
    }

    /// Takes the next id; false where another conversation begins.
    @discardableResult
    mutating func take(_ id: Int32) -> Bool {
        guard id >= 0, id < tokenizer.vocabularySize else { return true }
        guard let special = tokenizer.special(id) else {
            if role != nil { ids.append(id) }
            return true
        }
        switch special {
        case .bos:
            defer { hasBegun = true }
            return !hasBegun
        case .forward, .backward: break
        case .userStart: open(.user)
        case .assistantStart: open(.assistant)
        case .userEnd, .assistantEnd: closeTurn()
        case .pythonStart: begin(.python)
        case .outputStart: begin(.pythonOutput)
        case .pythonEnd: end(.python)
        case .outputEnd: end(.pythonOutput)
        }
        return true
    }

    mutating func finish() { closeTurn() }

    private mutating func open(_ role: Message.Role) {
        closeTurn()
        self.role = role
        hasBegun = true
    }

    private mutating func begin(_ kind: Message.Part.Kind) {
        // Only an answer has tools; a user's text cannot begin one.
        guard role == .assistant else { return }
        closePart()
        self.kind = kind
    }

    private mutating func end(_ kind: Message.Part.Kind) {
        if self.kind == kind { closePart() }
    }

    private mutating func closePart() {
        if kind != .text || !ids.isEmpty {
            parts.append(Message.Part(kind, tokenizer.decode(reading.turned(ids))))
        }
        kind = .text
        ids = []
    }

    private mutating func closeTurn() {
        guard let role else { return }
        closePart()
        messages.append(Message(role, parts: reading.turned(parts)).normalized)
        self.role = nil
        parts = []
    }
}
