/// Lays conversations out as ids: the one layout of training, reinforcement, evaluation and chat.
///
/// Turns keep their order and markers; the content of each is read in the reading's order. A turn of several
/// parts is mirrored backward: parts in reverse, each part's ids reversed, delimiters still opening before they
/// close. Special tokens come from this structure only; text that spells one is encoded as text.
public struct ConversationRenderer: Sendable {
    /// Turns text into ids.
    public let tokenizer: Tokenizer

    /// The smallest limit: BOS, marker, the delimiters of two turns and of a call, one token of the call.
    public static let minimumLimit = 9

    /// A renderer with `tokenizer`'s ids.
    public init(tokenizer: Tokenizer) { self.tokenizer = tokenizer }

    /// The ids of every part, in natural order; the system message is put before the first question.
    public func encode(_ conversation: Conversation) -> EncodedConversation {
        EncodedConversation(
            turns: conversation.normalized.messages.map { message in
                EncodedConversation.Turn(
                    role: message.role,
                    parts: message.parts.map {
                        .init(kind: $0.kind, ids: tokenizer.encode($0.text))
                    })
            })
    }

    /// The whole conversation, for training.
    /// - Parameter marker: whether the direction marker stands after BOS, as bidirectional models want it.
    /// - Parameter limit: ids at most, at least `minimumLimit`; whole exchanges are left out before one is cut.
    public func render(
        _ conversation: Conversation, reading: Reading, marker: Bool = false, limit: Int? = nil
    ) -> RenderedConversation {
        var encoded = encode(conversation)
        if let limit { encoded = encoded.fitted(to: limit, marker: marker, keeping: .beginning) }
        return render(encoded, reading: reading, marker: marker)
    }

    /// The conversation up to the place where the answer begins: the prompt that ends with
    /// `<|assistant_start|>`. A last answer that is there is left out.
    /// - Parameter limit: ids at most, more than `minimumLimit`; the oldest exchanges are left out, then what is farthest from the answer.
    public func completionPrompt(
        _ conversation: Conversation, reading: Reading, marker: Bool = false, limit: Int? = nil
    ) -> RenderedConversation {
        var encoded = encode(conversation.question)
        if let limit {
            encoded = encoded.fitted(to: limit - 1, marker: marker, keeping: .end(reading))
        }
        var rendered = render(encoded, reading: reading, marker: marker)
        rendered.ids.append(tokenizer.id(of: .assistantStart))
        rendered.mask.append(false)
        return rendered
    }

    /// What was encoded, in one reading.
    public func render(
        _ encoded: EncodedConversation, reading: Reading, marker: Bool = false
    ) -> RenderedConversation {
        var result = RenderedConversation(reading: reading, truncation: encoded.truncation)
        let count = encoded.idCount(marker: marker) + 1
        result.ids.reserveCapacity(count)
        result.mask.reserveCapacity(count)
        func put(_ special: SpecialToken, _ isSupervised: Bool = false) {
            result.ids.append(tokenizer.id(of: special))
            result.mask.append(isSupervised)
        }
        put(.bos)
        if marker { put(.marker(of: reading)) }
        // A result that comes after its call is given to the model; one that comes before, it has to write.
        let writesResults = (reading == .backward) != encoded.resultsComeFirst
        for (index, turn) in encoded.turns.enumerated() {
            let answers = turn.role == .assistant
            put(answers ? .assistantStart : .userStart)
            for part in reading.turned(turn.parts) {
                let isSupervised = answers && (part.kind != .pythonOutput || writesResults)
                switch part.kind {
                case .text: break
                case .python: put(.pythonStart, isSupervised)
                case .pythonOutput: put(.outputStart, isSupervised)
                }
                let start = result.ids.count
                result.ids.append(contentsOf: reading.turned(part.ids))
                result.mask.append(
                    contentsOf: repeatElement(isSupervised, count: part.ids.count))
                result.spans.append(
                    .init(
                        turn: index, role: turn.role, kind: part.kind,
                        range: start..<result.ids.count))
                switch part.kind {
                case .text: break
                case .python: put(.pythonEnd, isSupervised)
                case .pythonOutput: put(.outputEnd, isSupervised)
                }
            }
            if turn.isCut { result.cutEnds.append(result.ids.count) }
            put(answers ? .assistantEnd : .userEnd, answers && !turn.isCut)
        }
        result.endIsTrue =
            encoded.truncation.droppedTurnCount == 0 && encoded.turns.last?.isCut != true
        return result
    }
}
