extension EncodedConversation {
    /// Which end of a conversation that is too long is kept.
    public enum Keeping: Hashable, Sendable {
        /// The first exchanges: each answer keeps all that it answers to. For training.
        case beginning
        /// The last exchanges: what is to be answered now. For prompts.
        case end(Reading)
    }

    /// The conversation in at most `limit` ids: whole exchanges go first, and only the one that is left is cut.
    ///
    /// In training the answer keeps its beginning and at least half of the room, so that there is always
    /// something to learn (all of it, where half has no room for a call); the question gets the rest. Pieces are chosen in natural order, so that both
    /// readings see the same. A prompt keeps what it reads last.
    public func fitted(to limit: Int, marker: Bool, keeping: Keeping) -> EncodedConversation {
        precondition(limit >= ConversationRenderer.minimumLimit, "no turn fits \(limit) ids")
        guard idCount(marker: marker) > limit else { return self }
        var fitted = self
        fitted.dropTurns(limit: limit, marker: marker, keeping: keeping)
        let excess = fitted.idCount(marker: marker) - limit
        guard excess > 0 else { return fitted }
        switch keeping {
        case .beginning: fitted.cutExchange(excess)
        case .end(let reading):
            // One question is left: what its reading comes to last stays.
            fitted.truncation.cutTurnCount += 1
            for part in fitted.turns[0].parts.indices {
                let ids = fitted.turns[0].parts[part].ids
                let kept = max(0, ids.count - excess)
                fitted.truncation.droppedTokenCount += ids.count - kept
                fitted.turns[0].parts[part].ids = Array(
                    reading == .forward ? ids.suffix(kept) : ids.prefix(kept))
            }
        }
        return fitted
    }

    private mutating func dropTurns(limit: Int, marker: Bool, keeping: Keeping) {
        func drop(_ dropped: some Collection<Turn>) {
            truncation.droppedTurnCount += dropped.count
            for turn in dropped { truncation.droppedTokenCount += turn.tokenCount }
        }
        // An unanswered last question teaches nothing without its answer, and goes first.
        while idCount(marker: marker) > limit && turns.count > 2 {
            switch keeping {
            case .beginning:
                let count = turns.last?.role == .user ? 1 : 2
                drop(turns.suffix(count))
                turns.removeLast(count)
            case .end:
                drop(turns.prefix(2))
                turns.removeFirst(2)
            }
        }
        if case .end = keeping, idCount(marker: marker) > limit, turns.count == 2 {
            preconditionFailure("a prompt ends with a question")
        }
    }

    /// Cuts `excess` ids out of one question and its answer.
    private mutating func cutExchange(_ excess: Int) {
        let question = turns[0].idCount - 2
        guard turns.count > 1 else {
            cut(0, to: question - excess)
            return
        }
        let answer = turns[1].idCount - 2
        let room = question + answer - excess
        let answerRoom = min(answer, max(room - question, (room + 1) / 2))
        let whole = turns[1]
        let before = truncation
        cut(1, to: answerRoom)
        if !turns[1].teaches {
            // Half was too little for the call it begins with.
            turns[1] = whole
            truncation = before
            cut(1, to: min(answer, room))
        }
        cut(0, to: min(question, room - (turns[1].idCount - 2)))
    }

    /// Keeps the beginning of a turn, in `room` ids with the delimiters of its parts.
    private mutating func cut(_ index: Int, to room: Int) {
        guard turns[index].idCount - 2 > room else { return }
        truncation.cutTurnCount += 1
        let before = turns[index].tokenCount
        var left = room
        var kept: [Part] = []
        for var part in turns[index].parts {
            let overhead = part.kind == .text ? 0 : 2
            guard left > overhead else { break }
            part.ids = Array(part.ids.prefix(left - overhead))
            left -= part.ids.count + overhead
            kept.append(part)
        }
        turns[index].parts = kept
        turns[index].isCut = true
        truncation.droppedTokenCount += before - turns[index].tokenCount
    }
}

extension EncodedConversation.Turn {
    /// Ids of its content.
    var tokenCount: Int { parts.reduce(0) { $0 + $1.ids.count } }

    /// Whether the assistant has something to write here in either reading.
    package var teaches: Bool {
        role == .assistant
            && (!isCut
                || parts.contains {
                    $0.kind == .python || ($0.kind == .text && !$0.ids.isEmpty)
                })
    }
}
