import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing

@Suite(.countingHandles) struct GPTTests {
    static func model(keyValueHeads: Int = 4) throws -> GPT {
        let shape = try ModelConfiguration(
            contextLength: 16, vocabularySize: 50, layerCount: 2, headCount: 4,
            keyValueHeadCount: keyValueHeads, width: 32)
        let model = GPT(shape, seed: Seed(3))
        // Zero projections would hide every fault behind them.
        withoutGradient {
            for parameter in model.parameters where parameter.law == .zeros {
                parameter.value.assign(
                    Generator(Seed(5)[parameter.name]).normal(
                        parameter.value.shape, deviation: 0.1))
            }
        }
        return model
    }

    @Test func parametersAreCounted() throws {
        let model = try Self.model()
        #expect(
            model.parameters.reduce(0) { $0 + $1.value.count }
                == model.configuration.parameterCount)
        #expect(Set(model.parameters.map(\.name)).count == model.parameters.count)
    }

    @Test func aNewbornModelKnowsNothing() throws {
        let shape = try ModelConfiguration(depth: 2, vocabularySize: 64, contextLength: 8)
        let model = GPT(shape, seed: Seed(0))
        let logits = withoutGradient { model.logits(model.hidden(.zeros([1, 8], dtype: .int64))) }
        #expect(logits.floats().allSatisfy { $0 == 0 })
    }

    @Test(arguments: [1, 2, 4]) func cachedEqualsWhole(keyValueHeads: Int) throws {
        let model = try Self.model(keyValueHeads: keyValueHeads)
        let ids = Generator(Seed(1)).integers([2, 12], in: 0..<50)
        withoutGradient {
            let whole = model.logits(model.hidden(ids))
            let cache = KeyValueCache(model.configuration, rowCount: 2, capacity: 12)
            var pieces: [Tensor] = []
            for range in [0..<5, 5..<8, 8..<9, 9..<12] {
                pieces.append(
                    model.logits(model.hidden(ids.sliced(1, range), cache: cache)))
            }
            let difference = (whole - .concatenating(pieces, axis: 1)).magnitude().largest()
            #expect(difference.item() < 1e-5)
        }
    }

    /// Null 3: no logit at or before position i depends on the token after it.
    @Test func nothingLeaksBack() throws {
        let model = try Self.model()
        var ids = Generator(Seed(2)).integers([1, 12], in: 0..<50).scalars(Int64.self)
        withoutGradient {
            let before = model.logits(model.hidden(Tensor(ids, shape: [1, 12])))
            ids[7] = (ids[7] + 1) % 50
            let after = model.logits(model.hidden(Tensor(ids, shape: [1, 12])))
            let moved = (before - after).magnitude().sum(2).floats()
            #expect(moved[..<7].allSatisfy { $0 == 0 })
            #expect(moved[7...].allSatisfy { $0 > 0 })
        }
    }
}
