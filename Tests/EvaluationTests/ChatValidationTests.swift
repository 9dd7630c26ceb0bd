import Corpus
import Evaluation
import Foundation
import Language
import Models
import Runs
import TestSupport
import Testing

@Suite(.countingHandles) struct ChatValidationTests {
    /// float32 log-sum-exp of a few hundred numbers of order 1, against Double.
    static let natsTolerance = 1e-4

    static let columnCount = 64

    /// Turns of one and of several parts; one is too long for its row.
    static func source() throws -> ConversationList {
        try ConversationList(
            "tests",
            [
                Conversation([
                    Message(.user, "how are you?"), Message(.assistant, "the best"),
                    Message(.user, "and now?"), Message(.assistant, "so so"),
                ]),
                Conversation(
                    question: "2+2?",
                    answer: [
                        Message.Part(.text, "is "), Message.Part(.python, "2+2"),
                        Message.Part(.pythonOutput, "4"), Message.Part(.text, "4."),
                    ]),
                Conversation(
                    question: String(repeating: "x", count: 60),
                    answer: [Message.Part(.text, String(repeating: "y", count: 60))]),
            ])
    }

    static func windows(_ supervision: Supervision) throws -> ChatWindows {
        try ChatWindows(
            source(), tokenizer: TinyModel.tokenizer(), columnCount: columnCount,
            supervision: supervision, maximumTokens: 10_000)
    }

    static func validation(_ supervision: Supervision, rowCount: Int) throws -> ChatValidation {
        try ChatValidation(
            windows(supervision), rowCount: rowCount,
            byteCounts: TinyModel.tokenizer().byteCounts)
    }

    /// Each scored token's loss from one uncached row at a time, found by its natural place.
    @Test(arguments: Direction.allCases, Reading.allCases)
    func lossesAreThoseOfTheRowsInNaturalOrder(direction: Direction, reading: Reading) throws {
        let model = try TinyModel.make(drawingWeights: true)
        let validation = try Self.validation(.assistant, rowCount: 2)
        let score = validation.score(model, direction: direction, reading: reading)
        var index = 0
        for number in validation.list.indices {
            let row = validation.windows.row(
                number, reading: reading, usesMarkers: direction.usesMarkers)
            let logits = TinyModel.logits(model, row.ids)
            for place in row.textPlaces {
                let scores = logits[place - 1].map { Double($0) }
                let nats = log(scores.reduce(0) { $0 + exp($1) }) - scores[Int(row.ids[place])]
                #expect(abs(Double(score.tokens.nats[index]) - nats) < Self.natsTolerance)
                #expect(score.tokens.token[index] == row.ids[place])
                index += 1
            }
        }
        #expect(index == score.tokenCount)
    }

    @Test func whatIsScoredReadsAsTheAnswers() throws {
        let tokenizer = try TinyModel.tokenizer()
        let windows = try Self.windows(.assistant)
        let answers = windows.windows.indices.map { number in
            Reading.allCases.map { reading in
                let row = windows.row(number, reading: reading, usesMarkers: true)
                return tokenizer.decode(row.textPlaces.map { row.ids[$0] })
            }
        }
        // The result of the call is not scored: only one reading learns it.
        #expect(Set(answers.map { $0[0] }).isSuperset(of: ["the bestso so", "is 2+24."]))
        #expect(answers.allSatisfy { $0[0] == $0[1] })
    }

    /// Ends of turns count where a turn really ends, and the delimiters of calls with them.
    @Test func structureIsScoredApartFromText() throws {
        let tokenizer = try TinyModel.tokenizer()
        let windows = try Self.windows(.assistant)
        for (number, window) in windows.windows.enumerated() {
            let row = windows.row(number, reading: .backward, usesMarkers: false)
            let specials = row.structurePlaces.compactMap { tokenizer.special(row.ids[$0]) }
            let expected: [SpecialToken] =
                switch window.document {
                case 0: [.assistantEnd, .assistantEnd]
                case 1: [.pythonStart, .pythonEnd, .assistantEnd]
                default: []  // The long answer was cut; it does not end.
                }
            #expect(specials == expected)
        }
    }

    @Test func everythingIsScoredInMidtraining() throws {
        let tokenizer = try TinyModel.tokenizer()
        let windows = try Self.windows(.everything)
        let row = try #require(
            windows.windows.firstIndex { $0.document == 1 }.map {
                windows.row($0, reading: .forward, usesMarkers: true)
            })
        #expect(tokenizer.decode(row.textPlaces.map { row.ids[$0] }) == "2+2?is 2+244.")
        #expect(row.textPlaces.count + row.structurePlaces.count == row.ids.count - 2)
    }

    /// Rows of other lengths in the batch change nothing.
    @Test func theBatchDoesNotMatter() throws {
        let model = try TinyModel.make(drawingWeights: true)
        let scores = try [1, 3].map {
            try Self.validation(.everything, rowCount: $0)
                .score(model, direction: .bidirectional, reading: .backward)
        }
        for (alone, together) in zip(scores[0].tokens.nats, scores[1].tokens.nats) {
            #expect(abs(alone - together) < 1e-5)
        }
        #expect(abs(scores[0].natsPerTarget - scores[1].natsPerTarget) < 1e-5)
    }

    @Test func aListWithoutConversationsIsRefused() throws {
        #expect(throws: BatchError.self) {
            try ChatWindows(
                ConversationList("none", []), tokenizer: TinyModel.tokenizer(), columnCount: 64,
                supervision: .assistant, maximumTokens: 10)
        }
    }
}
