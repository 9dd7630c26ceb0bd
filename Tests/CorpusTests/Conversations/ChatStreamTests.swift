import Corpus
import Language
import Provenance
import Testing

@Suite struct ChatStreamTests {
    /// Bytes only: every length is known.
    private let tokenizer: Tokenizer

    init() throws { tokenizer = try Tokenizer(merges: []) }

    /// A mixture of short and long conversations, some with tools and systems.
    private func mixture(_ seed: UInt64 = 1, count: Int = 60) throws -> Mixture {
        var random = Seed(seed)["conversations"].generator()
        func text(_ longest: Int) -> String {
            String(
                (0..<Int.random(in: 0...longest, using: &random)).map { _ in
                    Character(UnicodeScalar(UInt8.random(in: 97...122, using: &random)))
                })
        }
        var conversations: [Conversation] = []
        for _ in 0..<count {
            let longest = [3, 10, 60][Int.random(in: 0..<3, using: &random)]
            var messages: [Message] = []
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                messages.append(Message(.user, text(longest)))
                messages.append(
                    Message(
                        .assistant,
                        parts: [
                            Message.Part(.text, text(longest)), Message.Part(.python, text(3)),
                            Message.Part(.pythonOutput, text(3)),
                            Message.Part(.text, text(longest)),
                        ]))
            }
            conversations.append(try Conversation(messages))
        }
        let words = WordList(["apple", "pear"])
        return Mixture(
            [
                Mixture.Part(ConversationList("made", conversations)),
                Mixture.Part(SimpleSpelling(count: 7, words: words, seed: Seed(4)), epochs: 1.5),
            ], seed: Seed(seed)["mixture"])
    }

    private func stream(
        _ mixture: Mixture, T: Int, B: Int = 2, _ direction: Direction,
        _ supervision: Supervision = .assistant, mix: DirectionMix = .rows,
        from cursor: Cursor = .start, control: ChatStream.Control = .none
    ) throws -> ChatStream {
        let layout = ChatLayout(
            rowCount: B, columnCount: T, direction: direction, supervision: supervision, mix: mix,
            groupTokenCount: 300)
        return try ChatStream(
            mixture, tokenizer: tokenizer, layout: layout, seed: Seed(5), from: cursor,
            control: control)
    }

    @Test(arguments: [9, 10, 16, 33, 128], Supervision.allCases)
    func noRowIsWithoutATarget(T: Int, supervision: Supervision) throws {
        for direction in Direction.allCases {
            for B in [1, 3] {
                var stream = try stream(try mixture(), T: T, B: B, direction, supervision)
                while stream.cursor.epoch < 2 {
                    let batch = try stream.next()
                    for row in 0..<B {
                        let targets = batch.targets[row * T..<(row + 1) * T]
                        #expect(targets.contains { $0 >= 0 }, "T \(T), \(direction)")
                    }
                    #expect(batch.inputs[0] == tokenizer.bos)
                }
                #expect(stream.statistics.untaughtCount == 0)
                if T < 33 { #expect(stream.statistics.truncatedCount > 50) }
            }
        }
    }

    @Test func targetsAreTheNextInputs() throws {
        for supervision in Supervision.allCases {
            var stream = try stream(try mixture(), T: 64, .bidirectional, supervision)
            for _ in 0..<20 {
                let batch = try stream.next()
                for cell in 0..<batch.targets.count where (cell + 1) % 64 != 0 {
                    let target = batch.targets[cell]
                    #expect(target < 0 || target == batch.inputs[cell + 1])
                    let special = target < 0 ? nil : tokenizer.special(target)
                    #expect(special != .forward && special != .backward)
                    if supervision == .assistant { #expect(special != .bos && special != .userEnd) }
                }
                #expect(batch.targetCount == batch.targets.count { $0 >= 0 })
            }
        }
    }

    @Test(arguments: DirectionMix.allCases)
    func resumingGoesOnExactly(mix: DirectionMix) throws {
        let mixture = try mixture()
        var stream = try stream(mixture, T: 40, .bidirectional, mix: mix)
        var cursor = Cursor.start
        while stream.cursor.epoch < 2 {
            let batch = try stream.next()
            var resumed = try self.stream(mixture, T: 40, .bidirectional, mix: mix, from: cursor)
            let again = try resumed.next()
            #expect(sameNumbers(batch, again) && batch.placements == again.placements)
            cursor = batch.next
        }
    }

    @Test func allDirectionsSeeTheSameConversationsInTheSameRows() throws {
        func rows(_ direction: Direction) throws -> [[[Int]]] {
            var stream = try stream(try mixture(), T: 48, direction)
            return try (0..<25).map { _ in
                let batch = try stream.next()
                return (0..<2).map { row in
                    batch.placements.filter { $0.row == row }.map(\.window.document)
                }
            }
        }
        let forward = try rows(.forward)
        #expect(try rows(.backward) == forward)
        #expect(try rows(.bidirectional) == forward)
    }

    @Test(arguments: Supervision.allCases, [16, 64])
    func backwardIsForwardOnTurnedConversations(supervision: Supervision, T: Int) throws {
        var backward = try stream(try mixture(), T: T, .backward, supervision)
        var forward = try stream(try mixture(), T: T, .forward, supervision, control: .mirrored)
        var plain = try stream(try mixture(), T: T, .forward, supervision)
        var differing = 0
        while backward.cursor.epoch < 1 {
            let batch = try backward.next()
            #expect(sameNumbers(batch, try forward.next()))
            differing += sameNumbers(batch, try plain.next()) ? 0 : 1
        }
        #expect(differing > 0)
    }

    @Test func everythingHasTheSameTargetsInBothReadings() throws {
        func counts(_ direction: Direction) throws -> [Int32: Int] {
            var stream = try stream(try mixture(), T: 32, B: 1, direction, .everything)
            var batches: [Batch] = []
            while stream.cursor.epoch < 1, stream.cursor.document < stream.conversationsPerEpoch {
                batches.append(try stream.next())
            }
            return targetCounts(batches)
        }
        #expect(try counts(.forward) == counts(.backward))
    }

    @Test func anEpochHasTheRowsItSays() throws {
        var stream = try stream(try mixture(), T: 48, B: 1, .forward)
        let count = try stream.rowCount()
        for _ in 0..<count { _ = try stream.next() }
        #expect(
            stream.cursor
                == Cursor(
                    epoch: 0, document: stream.conversationsPerEpoch, row: 0, rowsServed: count))
    }

    @Test func whatCannotBeIsRefused() throws {
        #expect(throws: BatchError.rowsTooShortForTurns(columnCount: 8)) {
            _ = try stream(try mixture(), T: 8, .forward)
        }
        #expect(throws: BatchError.noConversations) {
            _ = try stream(Mixture([], seed: Seed(1)), T: 16, .forward)
        }
        let silent = try Conversation([Message(.user, "a")])
        var empty = try stream(
            Mixture([Mixture.Part(ConversationList("silent", [silent]))], seed: Seed(1)), T: 16,
            .forward)
        #expect(throws: BatchError.noConversations) { _ = try empty.next() }
        #expect(empty.statistics.untaughtCount == 1)
        let cursor = Cursor(epoch: 0, document: 1000, row: 0, rowsServed: 0)
        #expect(throws: BatchError.foreignCursor(cursor)) {
            _ = try stream(try mixture(), T: 16, .forward, from: cursor)
        }
    }
}
