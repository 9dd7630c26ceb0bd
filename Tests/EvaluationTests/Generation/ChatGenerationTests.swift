import Evaluation
import Language
import Models
import Provenance
import TestSupport
import Testing

@Suite(.countingHandles) struct ChatGenerationTests {
    static let contextLength = 64

    static func generation(
        _ direction: Direction, model: GPT? = nil
    ) throws -> (ChatGeneration, GPT) {
        let model =
            try model ?? TinyModel.make(drawingWeights: true, contextLength: contextLength)
        return (
            ChatGeneration(model, direction: direction, tokenizer: try TinyModel.tokenizer()), model
        )
    }

    static let settings = GenerationSettings(
        sampling: Sampling(temperature: 1), maximumCount: 20)

    @Test(arguments: Direction.allCases, Reading.allCases)
    func answersFollowTheLayoutOfTraining(direction: Direction, reading: Reading) throws {
        let (generation, _) = try Self.generation(direction)
        let tokenizer = try TinyModel.tokenizer()
        let answer = generation.answers(
            to: [Conversation(question: "how are you?")], reading: reading,
            settings: Self.settings, seeds: [Seed(5)])[0][0]
        var expected = [tokenizer.bos]
        if direction.usesMarkers { expected.append(tokenizer.id(of: .marker(of: reading))) }
        expected.append(tokenizer.id(of: .userStart))
        expected += reading.turned(tokenizer.encode("how are you?"))
        expected += [tokenizer.id(of: .userEnd), tokenizer.id(of: .assistantStart)]
        #expect(answer.prompt.ids == expected)
        #expect(answer.ids.count == answer.isForced.count)
        #expect(answer.ids.count == answer.logProbabilities.count)
        let renderer = ConversationRenderer(tokenizer: tokenizer)
        #expect(answer.message == renderer.answer(in: answer.ids, reading: reading))
    }

    @Test func aCompleteCallGetsItsResult() throws {
        let tokenizer = try TinyModel.tokenizer()
        let (open, close) = (tokenizer.id(of: .pythonStart), tokenizer.id(of: .pythonEnd))
        func heard(_ ids: [Int32]) -> [[Int32]] {
            var reader = CallReader(tokenizer)
            return ids.compactMap { reader.take($0) }
        }
        let result =
            [tokenizer.id(of: .outputStart)] + tokenizer.encode("4")
            + [tokenizer.id(of: .outputEnd)]
        let call = [open] + tokenizer.encode("2+2") + [close]
        #expect(heard(tokenizer.encode("so ") + call + tokenizer.encode(" is")) == [result])
        #expect(heard(call + call) == [result, result])
        // What the calculator cannot work out, and what is no call, gets nothing.
        #expect(heard([open] + tokenizer.encode("2+") + [close]) == [])
        #expect(heard(tokenizer.encode("2+2") + [close]) == [])
        #expect(
            heard([open] + tokenizer.encode("2+") + [open] + tokenizer.encode("3") + [close])
                == [[result[0]] + tokenizer.encode("3") + [result[2]]])
    }

    @Test func nothingIsExecutedWhileReadingBackward() throws {
        let (generation, _) = try Self.generation(.bidirectional)
        let answers = generation.answers(
            to: [Conversation(question: "2")], reading: .backward, sampleCount: 300,
            settings: Self.settings, seeds: [Seed(8)])[0]
        #expect(answers.allSatisfy { !$0.isForced.contains(true) })
    }

    @Test func callsAreCheckedAfterwards() {
        let agreeing = ToolCall(expression: "1/4", written: "0.250", result: "0.25")
        #expect(agreeing.agrees)
        for (written, result, agrees) in [
            ("9007199254740993", "9007199254740992", false), ("1,000", "1000", true),
            ("2000.0", "2000", true), ("0.3333333333333333148", "0.3333333333333333", true),
            ("0x10", "16", false), ("nan", "0", false),
        ] {
            let call = ToolCall(expression: "", written: written, result: result)
            #expect(call.agrees == agrees, "\(written) \(result)")
        }
        #expect(!ToolCall(expression: "1/4", written: "0.3", result: "0.25").agrees)
        #expect(!ToolCall(expression: "1/4", written: nil, result: "0.25").agrees)
        #expect(!ToolCall(expression: "1/", written: "1", result: nil).agrees)
    }

    @Test func promptsThatAreTooLongLeaveRoomForTheAnswer() throws {
        let (generation, _) = try Self.generation(.backward)
        let long = Conversation(question: String(repeating: "x y ", count: 100))
        let answer = generation.answers(
            to: [long], reading: .backward,
            settings: GenerationSettings(maximumCount: 1000), seeds: [Seed(1)])[0][0]
        #expect(answer.prompt.ids.count <= Self.contextLength / 2)
        #expect(answer.prompt.truncation.isTruncated)
        #expect(answer.prompt.ids.count + answer.ids.count <= Self.contextLength)
        #expect(answer.ending == .context || answer.ending == .stopID)
    }
}
