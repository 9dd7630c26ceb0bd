import Evaluation
import Language
import Models
import Provenance
import Runs
import TestSupport
import Testing

@Suite(.countingHandles) struct GenerationTests {
    static let prompt = "the end"

    static func settings(_ sampling: Sampling = Sampling(), count: Int = 8) -> GenerationSettings {
        GenerationSettings(sampling: sampling, maximumCount: count)
    }

    /// The likeliest next ids after `ids`, each found without a cache.
    static func greedy(_ model: GPT, _ ids: [Int32], _ bos: Int32, count: Int) -> [Int32] {
        var (ids, written) = (ids, [Int32]())
        while written.count < count {
            let scores = TinyModel.logits(model, ids)[ids.count - 1]
            var best = 0
            for (id, score) in scores.enumerated() where score > scores[best] { best = id }
            if Int32(best) == bos { break }
            written.append(Int32(best))
            ids.append(Int32(best))
        }
        return written
    }

    @Test(arguments: Direction.allCases, Reading.allCases)
    func greedyTextIsTheLikeliestInNaturalOrder(direction: Direction, reading: Reading) throws {
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: true)
        var heard: [Int32] = []
        let text = Generation(model, direction: direction, tokenizer: tokenizer)(
            [Self.prompt], reading: reading, settings: Self.settings(), seeds: [Seed(1)],
            onToken: {
                heard.append($2)
                return true
            })[0][0]
        #expect(heard == text.tokens && text.logProbabilities.count == heard.count)
        var ids = [tokenizer.bos]
        if direction.usesMarkers { ids.append(tokenizer.id(of: .marker(of: reading))) }
        ids += reading.turned(tokenizer.encode(Self.prompt))
        #expect(text.tokens == Self.greedy(model, ids, tokenizer.bos, count: 8))
        let own = tokenizer.decode(reading.turned(text.tokens))
        #expect(text.natural == (reading == .forward ? Self.prompt + own : own + Self.prompt))
    }

    @Test(arguments: Reading.allCases)
    func aStopStringEndsTheTextAndIsLeftOut(reading: Reading) throws {
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: true)
        let write = Generation(model, direction: .bidirectional, tokenizer: tokenizer)
        // A later letter of a text is where the same text must stop when it is asked to.
        let whole = write(
            ["a"], reading: reading, settings: Self.settings(Sampling(temperature: 1), count: 12),
            seeds: [Seed(3)])[0][0]
        let letter = try #require(whole.tokens.dropFirst(2).first { $0 < 128 })
        let stop = tokenizer.decode([letter])
        let first = try #require(
            whole.tokens.firstIndex { tokenizer.decode([$0]).contains(stop) })
        var settings = Self.settings(Sampling(temperature: 1), count: 12)
        settings.stopStrings = [stop]
        let text = write(["a"], reading: reading, settings: settings, seeds: [Seed(3)])[0][0]
        #expect(text.ending == .caller)
        #expect(text.tokens == Array(whole.tokens[...first]))
        let kept = tokenizer.decode(reading.turned(Array(whole.tokens[..<first])))
        #expect(text.natural == (reading == .forward ? "a" + kept : kept + "a"))
    }

    @Test func aPromptTooLongKeepsWhatIsNextToTheText() throws {
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: true)
        let write = Generation(model, direction: .backward, tokenizer: tokenizer)
        let long = "abcdefghijklmnopqrstuvwxyz"
        let limit = write.promptLimit(Self.settings())
        let texts = [long, String(long.prefix(limit))].map {
            write([$0], reading: .backward, settings: Self.settings(), seeds: [Seed(1)])[0][0]
        }
        #expect(texts[0].tokens == texts[1].tokens)
        #expect(texts[0].natural.hasSuffix(long))
    }
}
