import Foundation
import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing

@Suite(.countingHandles) struct DecoderTests {
    /// Sums of a few hundred float32 products in another order.
    static let logTolerance: Float = 1e-5
    static let vocabularySize = 61
    static let contextLength = 48

    static func model(
        _ kernels: GPT.Kernels, keyValueHeads: Int = 4, dtype: DType = .float32
    ) throws -> GPT {
        let model = GPT(
            try ModelConfiguration(
                contextLength: contextLength, vocabularySize: vocabularySize, layerCount: 2,
                headCount: 4, keyValueHeadCount: keyValueHeads, width: 64),
            seed: Seed(4)["model"], computeDType: dtype, kernels: kernels)
        for parameter in model.parameters {
            let draws = Generator(Seed(9)[parameter.name])
                .normal(parameter.value.shape, deviation: 0.3)
            withoutGradient { parameter.value.assign(draws) }
        }
        model.refreshCopies()
        return model
    }

    static func prompts(_ count: Int) -> [[Int32]] {
        var random = Seed(3)["prompts"].generator()
        return (0..<count).map { _ in
            (0..<Int.random(in: 1...20, using: &random)).map { _ in
                Int32.random(in: 0..<Int32(vocabularySize), using: &random)
            }
        }
    }

    static func requests(_ prompts: [[Int32]], samples: Int = 1) -> [DecodingRequest] {
        prompts.enumerated().map {
            DecodingRequest(
                prompt: $1, sampleCount: samples, seed: Seed(7)[$0], maximumCount: 5 + $0 % 9)
        }
    }

    /// ln p of every id behind `ids`, from one uncached row.
    static func logProbabilities(_ model: GPT, _ ids: [Int32]) -> [Float] {
        withoutGradient {
            let input = Tensor(ids, shape: [1, ids.count]).cast(to: .int64)
            let last = model.hidden(input).sliced(1, (ids.count - 1)..<ids.count)
            return model.logits(last).reshaped(1, -1).logSoftmax(1).floats()
        }
    }

    @Test(arguments: [GPT.Kernels.plain, .fused], [4, 2])
    func greedyIsUncachedGreedyTokenForToken(kernels: GPT.Kernels, keyValueHeads: Int) throws {
        let model = try Self.model(kernels, keyValueHeads: keyValueHeads)
        let prompts = Self.prompts(11)
        let decoder = Decoder(model, stopIDs: [5], sampling: Sampling(), rowLimit: 4)
        let found = decoder(Self.requests(prompts))
        for (number, prompt) in prompts.enumerated() {
            let completion = found[number][0]
            var ids = prompt
            for (step, id) in completion.ids.enumerated() {
                let expected = Self.logProbabilities(model, ids)
                let best = expected.indices.max { expected[$0] < expected[$1] }
                #expect(best == Int(id), "prompt \(number), id \(step)")
                let difference = abs(expected[Int(id)] - completion.logProbabilities[step])
                #expect(difference < Self.logTolerance)
                ids.append(id)
            }
            let isFull = completion.ids.count == 5 + number % 9
            #expect(completion.ending == (completion.ids.last == 5 ? .stopID : .length))
            #expect(isFull || completion.ids.last == 5)
            #expect(!completion.ids.dropLast().contains(5))
        }
        #expect(Set(found.map { $0[0].ids }).count > 5)
    }

    @Test(arguments: [GPT.Kernels.plain, .fused])
    func aRowDoesNotDependOnTheBatch(kernels: GPT.Kernels) throws {
        let model = try Self.model(kernels)
        let requests = Self.requests(Self.prompts(9), samples: 3)
        let sampling = Sampling(temperature: 1.3, topK: 20)
        let texts = [1, 2, 5, 64].map { limit in
            Decoder(model, stopIDs: [5], sampling: sampling, rowLimit: limit)(requests)
                .map { $0.map(\.ids) }
        }
        for other in texts.dropFirst() { #expect(other == texts[0]) }
        // Samples of a prompt differ.
        #expect(texts[0].allSatisfy { Set($0).count > 1 })
    }

    @Test func drawsFollowTheDistribution() throws {
        let model = try Self.model(.fused)
        let prompt: [Int32] = [3, 1, 4]
        let count = 4000
        let decoder = Decoder(
            model, stopIDs: [], sampling: Sampling(temperature: 1), rowLimit: 1000)
        let request = DecodingRequest(
            prompt: prompt, sampleCount: count, seed: Seed(11), maximumCount: 1)
        var counts = [Int](repeating: 0, count: Self.vocabularySize)
        for completion in decoder([request])[0] { counts[Int(completion.ids[0])] += 1 }
        for (id, logProbability) in Self.logProbabilities(model, prompt).enumerated() {
            let p = Double(exp(logProbability))
            let deviation = (Double(count) * p * (1 - p)).squareRoot()
            // 61 bins at five deviations: a false alarm in 30,000; one seed, so always or never.
            #expect(abs(Double(counts[id]) - Double(count) * p) < 5 * deviation + 1)
        }
    }

    @Test func forcedIdsAreReadAndScoredButNotDrawn() throws {
        let model = try Self.model(.fused)
        let prompt: [Int32] = [8, 9]
        let decoder = Decoder(model, stopIDs: [], sampling: Sampling(), rowLimit: 4)
        let request = DecodingRequest(prompt: prompt, seed: Seed(1), maximumCount: 8)
        var steps = 0
        let completion = decoder(
            [request],
            steer: { _, _, _ in
                steps += 1
                return steps == 2 ? .force([33, 34, 35]) : .go
            })[0][0]
        #expect(completion.isForced == [false, false, true, true, true, false, false, false])
        #expect(Array(completion.ids[2..<5]) == [33, 34, 35])
        var ids = prompt
        for (id, logProbability) in zip(completion.ids, completion.logProbabilities) {
            let expected = Self.logProbabilities(model, ids)
            #expect(abs(expected[Int(id)] - logProbability) < Self.logTolerance)
            ids.append(id)
        }
    }

    @Test func textsEndAtTheContextAndWhereTheCallerSays() throws {
        let model = try Self.model(.plain)
        let decoder = Decoder(model, stopIDs: [], sampling: Sampling(), rowLimit: 4)
        let long = [Int32](repeating: 2, count: Self.contextLength - 3)
        let completions = decoder(
            [
                DecodingRequest(prompt: long, seed: Seed(1), maximumCount: 100),
                DecodingRequest(prompt: [1], seed: Seed(1), maximumCount: 100),
            ], steer: { request, _, _ in request == 1 ? .stop : .go })
        #expect(completions[0][0].ids.count == 3 && completions[0][0].ending == .context)
        #expect(completions[1][0].ids.count == 1 && completions[1][0].ending == .caller)
    }

    @Test func seedsRepeat() throws {
        let model = try Self.model(.fused, dtype: .bfloat16)
        let decoder = Decoder(model, stopIDs: [], sampling: Sampling(temperature: 1), rowLimit: 3)
        let requests = Self.requests(Self.prompts(4), samples: 2)
        #expect(decoder(requests) == decoder(requests))
    }
}

/// Which tokens the settings leave, seen by drawing often from scores worked out by hand.
@Suite(.countingHandles) struct SamplingTests {
    /// Probabilities 0.5, 0.25, 0.125, 0.125 at temperature 1.
    static func drawn(
        _ change: (inout Sampling) -> Void, seen: Set<Int32> = []
    ) throws -> Set<Int32> {
        var sampling = Sampling(temperature: 1)
        change(&sampling)
        // A head that gives these logits whatever it reads: hidden states are normed, so one of width 32
        // with equal entries gives the sum of a row.
        let model = GPT(
            try ModelConfiguration(
                contextLength: 8, vocabularySize: 4, layerCount: 1, headCount: 1, width: 32),
            seed: Seed(1), kernels: .plain)
        let logits = [0.5, 0.25, 0.125, 0.125].map { log($0) + 3 }
        for parameter in model.parameters {
            withoutGradient {
                switch parameter.name {
                case "embedding": parameter.value.fill(1)
                case "head":
                    // Undoing the soft cap, so that the capped logits are these.
                    let raw = logits.map { Float(15 * atanh($0 / 15) / 32) }
                    let rows = raw.flatMap { Array(repeating: $0, count: 32) }
                    parameter.value.assign(Tensor(rows, shape: [4, 32]))
                default: parameter.value.fill(0)
                }
            }
        }
        model.refreshCopies()
        let request = DecodingRequest(
            prompt: [3], sampleCount: 300, seed: Seed(5), maximumCount: 1)
        return Set(
            Decoder(model, stopIDs: [], sampling: sampling, rowLimit: 300)([request])[0]
                .map { $0.ids[0] })
    }

    @Test func eachRuleLeavesWhatItSays() throws {
        #expect(try Self.drawn { _ in } == [0, 1, 2, 3])
        #expect(try Self.drawn { $0.temperature = 0 } == [0])
        #expect(try Self.drawn { $0.topK = 2 } == [0, 1])
        #expect(try Self.drawn { $0.topP = 0.5 } == [0])
        #expect(try Self.drawn { $0.topP = 0.51 } == [0, 1])
        #expect(try Self.drawn { $0.topP = 0.8 } == [0, 1, 2])
        #expect(try Self.drawn { $0.minP = 0.4 } == [0, 1])
        #expect(try Self.drawn { $0.minP = 0.6 } == [0])
        // The prompt holds id 3; its logit, 3 + ln 0.125, is divided by a thousand.
        #expect(
            try Self.drawn {
                $0.repetitionPenalty = 1000
                $0.minP = 0.15
            } == [0, 1, 2])
    }

    @Test func impossibleSettingsAreNamed() {
        var sampling = Sampling(temperature: -1)
        #expect(sampling.fault?.contains("temperature") == true)
        sampling = Sampling(temperature: 1, topK: 0)
        #expect(sampling.fault?.contains("top-k") == true)
        sampling = Sampling()
        sampling.topP = 0
        #expect(sampling.fault?.contains("top-p") == true)
        sampling = Sampling()
        sampling.minP = 1
        #expect(sampling.fault?.contains("min-p") == true)
        #expect(Sampling().fault == nil)
    }
}
