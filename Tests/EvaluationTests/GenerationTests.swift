import Evaluation
import Language
import Models
import Provenance
import Tensors
import TestSupport
import Testing

@Suite(.countingHandles) struct GenerationTests {
    static let prompt = "the end"

    static func sampling(_ temperature: Double, topK: Int? = nil) -> Generation.Sampling {
        var sampling = Generation.Sampling()
        sampling.temperature = temperature
        sampling.topK = topK
        sampling.maximumCount = 12
        return sampling
    }

    /// The likeliest next ids after `ids`, each found without a cache.
    static func greedy(_ model: GPT, _ ids: [Int32], _ bos: Int32) -> [Int32] {
        var (ids, written) = (ids, [Int32]())
        while written.count < 12 {
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
    func greedyTextIsTheLikeliestAndTheSameEveryTime(
        direction: Direction, reading: Reading
    ) throws {
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: true)
        let write = Generation(model, direction: direction, tokenizer: tokenizer)
        let prompt = tokenizer.encode(Self.prompt)
        var heard: [Int32] = []
        let first = write(
            prompt, reading: reading, sampling: Self.sampling(0), generator: Generator(Seed(1))
        ) { heard.append($0) }
        let second = write(
            prompt, reading: reading, sampling: Self.sampling(0), generator: Generator(Seed(2)))
        #expect(first == second)
        #expect(heard == first.tokens)
        var ids = [tokenizer.bos]
        if direction.usesMarkers { ids.append(tokenizer.id(of: .marker(of: reading))) }
        ids += reading == .forward ? prompt : prompt.reversed()
        #expect(first.tokens == Self.greedy(model, ids, tokenizer.bos))
    }

    @Test func aBackwardContinuationEndsWithThePrompt() throws {
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: true)
        let prompt = tokenizer.encode(Self.prompt)
        let result = Generation(model, direction: .backward, tokenizer: tokenizer)(
            prompt, reading: .backward, sampling: Self.sampling(0), generator: Generator(Seed(1)))
        #expect(!result.tokens.isEmpty)
        #expect(result.natural == result.tokens.reversed() + prompt)
        #expect(tokenizer.decode(result.natural).hasSuffix(Self.prompt))
    }

    @Test func aForwardContinuationBeginsWithThePrompt() throws {
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: true)
        let prompt = tokenizer.encode(Self.prompt)
        let result = Generation(model, direction: .forward, tokenizer: tokenizer)(
            prompt, reading: .forward, sampling: Self.sampling(0), generator: Generator(Seed(1)))
        #expect(result.natural == prompt + result.tokens)
    }

    @Test func drawsComeFromTheGenerator() throws {
        let tokenizer = try TinyModel.tokenizer()
        let write = Generation(
            try TinyModel.make(drawingWeights: true), direction: .forward, tokenizer: tokenizer)
        let prompt = tokenizer.encode(Self.prompt)
        func text(_ seed: UInt64, _ sampling: Generation.Sampling) -> [Int32] {
            write(
                prompt, reading: .forward, sampling: sampling, generator: Generator(Seed(seed))
            ).tokens
        }
        #expect(text(1, Self.sampling(1)) == text(1, Self.sampling(1)))
        #expect(text(1, Self.sampling(1)) != text(2, Self.sampling(1)))
        // Of one likeliest token there is no choice.
        #expect(text(1, Self.sampling(1, topK: 1)) == text(2, Self.sampling(0)))
    }

    @Test func theModelMayEndTheText() throws {
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: false)
        // A newborn model's blocks add nothing, so an embedding of ones leaves ones for the head,
        // whose only row that is not zero is the end's.
        for parameter in model.parameters where parameter.role != .matrix {
            let (V, C) = parameter.value.shape2
            var rows = [Float](repeating: parameter.role == .embedding ? 1 : 0, count: V * C)
            let end = Int(tokenizer.bos) * C..<(Int(tokenizer.bos) + 1) * C
            for place in end { rows[place] = 1 }
            withoutGradient { parameter.value.assign(Tensor(rows, shape: [V, C])) }
        }
        model.refreshCopies()
        let prompt = tokenizer.encode(Self.prompt)
        let result = Generation(model, direction: .backward, tokenizer: tokenizer)(
            prompt, reading: .backward, generator: Generator(Seed(1)))
        #expect(result.isFinished && result.tokens.isEmpty && result.natural == prompt)
    }
}
