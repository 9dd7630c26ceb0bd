import Language
import Provenance
import Testing

@Suite struct ConversationRendererTests {
    private let renderer: ConversationRenderer
    private var tokenizer: Tokenizer { renderer.tokenizer }

    init() throws { renderer = ConversationRenderer(tokenizer: try Golden.tokenizer()) }

    private func id(_ special: SpecialToken) -> Int32 { tokenizer.id(of: special) }

    /// Conversations with systems, tools, empty messages, specials spelt in text, and any characters.
    private func random(_ seed: Int) throws -> Conversation {
        var random = Seed(3)[seed].generator()
        let pieces = [
            "Hello ", "é中🙂", "<|user_end|>", "<|assistant_start|>", "<|bos|>", "\n\n", "42", " the",
            "<|python_start|>", "", "👩‍👩‍👧", "<|backward|>", "a b c ", "\u{0}",
        ]
        func text() -> String {
            (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
        }
        var messages: [Message] = []
        if Bool.random(using: &random) { messages.append(Message(.system, text())) }
        for _ in 0..<Int.random(in: 1..<4, using: &random) {
            messages.append(Message(.user, text()))
            let parts = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                Message.Part(
                    Message.Part.Kind.allCases[Int.random(in: 0..<3, using: &random)], text())
            }
            messages.append(Message(.assistant, parts: parts))
        }
        return try Conversation(messages)
    }

    @Test func theLayoutIsTheSpecified() throws {
        let conversation = try Conversation([
            Message(.user, "ab"),
            Message(
                .assistant,
                parts: [
                    Message.Part(.text, "cd"), Message.Part(.python, "1+2"),
                    Message.Part(.pythonOutput, "3"), Message.Part(.text, "e"),
                ]),
        ])
        func ids(_ text: String) -> [Int32] { tokenizer.encode(text) }
        let forward = renderer.render(conversation, reading: .forward)
        var expected =
            [id(.bos), id(.userStart)] + ids("ab") + [id(.userEnd), id(.assistantStart)]
        let opening = expected.count
        expected += ids("cd")
        expected.append(id(.pythonStart))
        expected += ids("1+2")
        expected.append(id(.pythonEnd))
        let call = expected.count
        expected.append(id(.outputStart))
        expected += ids("3")
        expected.append(id(.outputEnd))
        let output = call..<expected.count
        expected += ids("e")
        expected.append(id(.assistantEnd))
        #expect(forward.ids == expected)
        #expect(forward.mask == expected.indices.map { $0 >= opening && !output.contains($0) })

        let backward = renderer.render(conversation, reading: .backward, marker: true)
        var mirrored = [id(.bos), id(.backward), id(.userStart)]
        mirrored += ids("ab").reversed()
        mirrored += [id(.userEnd), id(.assistantStart)]
        mirrored += ids("e").reversed()
        mirrored.append(id(.outputStart))
        mirrored += ids("3").reversed()
        mirrored += [id(.outputEnd), id(.pythonStart)]
        mirrored += ids("1+2").reversed()
        mirrored.append(id(.pythonEnd))
        mirrored += ids("cd").reversed()
        mirrored.append(id(.assistantEnd))
        #expect(backward.ids == mirrored)
        #expect(backward.mask == backward.mask.indices.map { $0 > opening })
        for reading in Reading.allCases {
            let prompt = renderer.completionPrompt(conversation, reading: reading)
            #expect(prompt.ids.last == id(.assistantStart))
            #expect(prompt.ids.count == opening)
        }
    }

    @Test(arguments: Reading.allCases)
    func aRenderingReadsBackAsItsConversation(reading: Reading) throws {
        for seed in 0..<300 {
            let conversation = try random(seed)
            let ids = renderer.render(conversation, reading: reading, marker: seed % 2 == 0).ids
            let parsed = try renderer.parse(ids, reading: reading)
            #expect(scalars(parsed) == scalars(conversation.normalized), "seed \(seed)")
            guard let answer = conversation.messages.last else { continue }
            let prompt = renderer.completionPrompt(
                conversation, reading: reading, marker: seed % 2 == 0)
            let written = renderer.answer(in: ids.dropFirst(prompt.ids.count), reading: reading)
            #expect(Array(ids.prefix(prompt.ids.count)) == prompt.ids, "seed \(seed)")
            #expect(written == answer.normalized, "seed \(seed)")
        }
    }

    /// Strings compare by canonical equivalence; these do not.
    private func scalars(_ conversation: Conversation) -> [[[UInt8]]] {
        conversation.messages.map { message in message.parts.map { Array($0.text.utf8) } }
    }

    @Test func bothReadingsLearnTheSameButForResults() throws {
        for seed in 0..<300 {
            let encoded = renderer.encode(try random(seed))
            let limit = 9 + seed % 60
            let fitted = encoded.fitted(to: limit, marker: true, keeping: .beginning)
            let forward = supervised(renderer.render(fitted, reading: .forward), results: false)
            let backward = supervised(renderer.render(fitted, reading: .backward), results: false)
            #expect(forward == backward, "seed \(seed)")
            let all = supervised(renderer.render(fitted, reading: .forward), results: true)
            #expect(all == forward, "forward, results are given: seed \(seed)")
        }
    }

    /// Supervised ids in order of size; those of results only if asked.
    private func supervised(_ rendered: RenderedConversation, results: Bool) -> [Int32] {
        var counted = rendered.mask
        for span in rendered.spans where span.kind == .pythonOutput && !results {
            for place in span.range.lowerBound - 1...span.range.upperBound {
                counted[place] = false
            }
        }
        return zip(rendered.ids, counted).filter(\.1).map(\.0).sorted()
    }

    @Test func textNeverBecomesSpecial() throws {
        for seed in 0..<300 {
            let conversation = try random(seed)
            for reading in Reading.allCases {
                let rendered = renderer.render(conversation, reading: reading)
                for span in rendered.spans {
                    #expect(rendered.ids[span.range].allSatisfy { tokenizer.special($0) == nil })
                }
                let users = conversation.messages.count { $0.role == .user }
                #expect(rendered.ids.count { $0 == id(.userEnd) } == users, "seed \(seed)")
                #expect(rendered.ids.count { $0 == id(.bos) } == 1)
            }
        }
    }

    @Test func backwardIsForwardOfTheTurnedConversation() throws {
        for seed in 0..<300 {
            let encoded = renderer.encode(try random(seed))
                .fitted(to: 9 + seed % 80, marker: true, keeping: .beginning)
            let (there, back) = (encoded.turned(), encoded.turned().turned())
            #expect(back == encoded)
            for (one, other) in [(Reading.backward, Reading.forward), (.forward, .backward)] {
                let original = renderer.render(encoded, reading: one)
                let mirror = renderer.render(there, reading: other)
                #expect(original.ids == mirror.ids, "seed \(seed)")
                #expect(original.mask == mirror.mask, "seed \(seed)")
            }
        }
    }

    @Test func whatIsTooLongLosesWholeExchangesFirst() throws {
        for seed in 0..<300 {
            let conversation = try random(seed)
            let whole = renderer.encode(conversation)
            for limit in [9, 12, 17, 40, 100] {
                let rendered = renderer.render(
                    conversation, reading: .backward, marker: true, limit: limit)
                #expect(rendered.ids.count <= limit, "seed \(seed), limit \(limit)")
                let fitted = whole.fitted(to: limit, marker: true, keeping: .beginning)
                #expect(rendered.truncation == fitted.truncation)
                #expect(fitted.truncation.isTruncated == (fitted.turns != whole.turns))
                #expect(
                    fitted.truncation.droppedTokenCount
                        == tokens(whole) - tokens(fitted), "seed \(seed), limit \(limit)")
                // What stays is the beginning, and only a lone exchange is ever cut.
                if fitted.turns.count > 2 {
                    #expect(fitted.turns[...] == whole.turns.prefix(fitted.turns.count))
                }
                let prompt = renderer.completionPrompt(
                    conversation, reading: .backward, limit: max(limit, 10))
                #expect(prompt.ids.count <= max(limit, 10))
                #expect(prompt.ids.last == id(.assistantStart))
            }
        }
    }

    private func tokens(_ conversation: EncodedConversation) -> Int {
        conversation.turns.reduce(0) { $0 + $1.parts.reduce(0) { $0 + $1.ids.count } }
    }

    @Test func anAnswerAlwaysKeepsSomethingToLearn() throws {
        let long = String(repeating: "many words here ", count: 50)
        for (question, answer) in [(long, "yes"), ("why", long), (long, long)] {
            let conversation = Conversation(
                question: question, answer: [Message.Part(.text, answer)])
            for limit in 9..<40 {
                let rendered = renderer.render(conversation, reading: .forward, limit: limit)
                #expect(rendered.supervisedCount > 0, "limit \(limit)")
                #expect(rendered.ids.count <= limit)
                // A cut answer does not teach to stop; a short one stays whole where it can.
                if answer == long { #expect(rendered.mask.last == false) }
                if answer != long && limit > 16 { #expect(rendered.mask.last == true) }
            }
        }
    }

    @Test(arguments: Reading.allCases)
    func anyIdsCanBeRead(reading: Reading) throws {
        var random = Seed(8)["hostile"].generator()
        let count = Int32(tokenizer.vocabularySize)
        for _ in 0..<2000 {
            let ids = (0..<Int.random(in: 0..<30, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? Int32.random(in: count - 11..<count, using: &random)
                    : Int32.random(in: -5..<count + 5, using: &random)
            }
            for message in renderer.messages(in: ids, reading: reading) {
                #expect(message == message.normalized)
                if message.role == .user { #expect(message.parts.allSatisfy { $0.kind == .text }) }
            }
            _ = renderer.answer(in: ids, reading: reading)
            _ = try? renderer.parse(ids, reading: reading)
        }
    }
}
