import Corpus
import Evaluation
import Foundation
import Language
import Models
import Runs
import TestSupport
import Testing

@Suite(.countingHandles) struct MatchedValidationTests {
    /// float32 log-sum-exp of a few hundred numbers of order 1, against Double.
    static let natsTolerance = 1e-4

    static let texts = [
        "the path to the north is thin", "ab", "then the other one said nothing at all",
    ]

    static func windows(_ tokenizer: Tokenizer) throws -> ValidationWindows {
        try ValidationWindows(
            TokenList(texts.map { tokenizer.encode($0) }), vocabulary: Vocabulary(tokenizer),
            columnCount: TinyModel.columnCount, maximumTokens: 10_000)
    }

    @Test(arguments: Direction.allCases, Reading.allCases)
    func aNewbornModelKnowsNothing(direction: Direction, reading: Reading) throws {
        let tokenizer = try TinyModel.tokenizer()
        let windows = try Self.windows(tokenizer)
        let score = MatchedValidation(windows, rowCount: 3).score(
            try TinyModel.make(drawingWeights: false), direction: direction, reading: reading)
        let V = Double(tokenizer.vocabularySize)
        #expect(score.tokens.nats.count == windows.tokenCount)
        for nats in score.tokens.nats {
            #expect(abs(Double(nats) - log(V)) < Self.natsTolerance)
        }
        #expect(score.tokens.rank.allSatisfy { $0 == 0 })
        #expect(abs(score.natsPerToken - log(V)) < Self.natsTolerance)
        #expect(abs(score.perplexity - V) < Self.natsTolerance * V)
    }

    @Test func bitsPerByteDivideByRawBytes() throws {
        let tokenizer = try TinyModel.tokenizer()
        let windows = try Self.windows(tokenizer)
        let score = MatchedValidation(windows, rowCount: 3).score(
            try TinyModel.make(drawingWeights: true), direction: .forward, reading: .backward)
        let byteCount = Self.texts.reduce(0) { $0 + $1.utf8.count }
        #expect(score.byteCount == byteCount)
        #expect(score.tokenCount < byteCount)
        #expect(score.tokenCount == score.tokens.nats.count)
        let nats = score.tokens.nats.reduce(0) { $0 + Double($1) }
        let expected = nats / 0.693_147_180_559_945_3 / Double(byteCount)
        #expect(abs(score.bitsPerByte - expected) < 1e-12 * expected)
    }

    @Test(arguments: Direction.allCases, Reading.allCases)
    func perTokenValuesStandInNaturalOrder(direction: Direction, reading: Reading) throws {
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: true)
        let windows = try Self.windows(tokenizer)
        let score = MatchedValidation(windows, rowCount: 2).score(
            model, direction: direction, reading: reading)
        #expect(score.tokens.token == Self.texts.flatMap { tokenizer.encode($0) })

        var index = 0
        for (number, window) in windows.windows.enumerated() {
            let natural = Array(windows.tokens(ofWindow: number))
            var ids = [tokenizer.bos]
            if direction.usesMarkers { ids.append(tokenizer.id(of: .marker(of: reading))) }
            let textStart = ids.count
            ids += reading == .forward ? natural : natural.reversed()
            let logits = TinyModel.logits(model, ids)
            for place in natural.indices {
                let read = reading == .forward ? place : natural.count - 1 - place
                let scores = logits[textStart - 1 + read].map { Double($0) }
                let truth = scores[Int(natural[place])]
                let nats = log(scores.reduce(0) { $0 + exp($1) }) - truth
                #expect(abs(Double(score.tokens.nats[index]) - nats) < Self.natsTolerance)
                #expect(score.tokens.window[index] == Int32(number))
                #expect(score.tokens.position[index] == Int32(window.start + place))
                #expect(score.tokens.contextLength[index] == Int32(read))
                index += 1
            }
        }
        #expect(index == score.tokens.nats.count)
    }
}
