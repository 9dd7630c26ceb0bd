import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing

/// The loss head with a weight for every target, on both kernels.
@Suite(.countingHandles) struct WeightedLossTests {
    /// float32 sums in other orders.
    static let tolerance = 1e-5

    static func model(_ kernels: GPT.Kernels) throws -> GPT {
        let model = GPT(
            try ModelConfiguration(
                contextLength: 12, vocabularySize: 37, layerCount: 1, headCount: 2, width: 32),
            seed: Seed(4), kernels: kernels)
        for parameter in model.parameters {
            let draws = Generator(Seed(9)[parameter.name])
                .normal(parameter.value.shape, deviation: 0.3)
            withoutGradient { parameter.value.assign(draws) }
        }
        model.refreshCopies()
        return model
    }

    static func batch() -> (ids: Tensor, targets: Tensor, weights: [Float]) {
        var random = Seed(2).generator()
        let ids = (0..<24).map { _ in Int64.random(in: 0..<37, using: &random) }
        var targets = (0..<24).map { _ in Int64.random(in: 0..<37, using: &random) }
        targets[5] = -1
        let weights = (0..<24).map { _ in Float.random(in: -1...1, using: &random) }
        return (Tensor(ids, shape: [2, 12]), Tensor(targets, shape: [2, 12]), weights)
    }

    static func gradients(_ model: GPT, _ total: Tensor) -> [[Float]] {
        total.backward()
        return model.parameters.map { $0.value.gradient?.floats() ?? [] }
    }

    /// Σ weight·nats and its gradient, put together from plain cross-entropies by hand.
    @Test(arguments: [GPT.Kernels.plain, .fused])
    func weightsMultiplyLossesAndGradients(kernels: GPT.Kernels) throws {
        let (ids, targets, weights) = Self.batch()
        let model = try Self.model(kernels)
        let result = model.loss(
            model.hidden(ids), targets, weights: Tensor(weights, shape: [2, 12]), scale: 0.5)
        let found = Self.gradients(model, result.total)

        let reference = try Self.model(.plain)
        let logits = reference.logits(reference.hidden(ids)).reshaped(24, 37)
        let nats = logits.crossEntropy(targets.reshaped(-1))
        let total = (nats * Tensor(weights, shape: [24])).sum() * 0.5
        let expected = Self.gradients(reference, total)

        #expect(abs(result.total.item() - total.item()) < Self.tolerance)
        for (a, b) in zip(found, expected) {
            #expect(a.count == b.count && !a.isEmpty)
            #expect(zip(a, b).allSatisfy { Double(abs($0 - $1)) < Self.tolerance })
        }
        #expect(result.perToken.floats()[5] == 0)
    }

    @Test func weightsOfOneChangeNothing() throws {
        let (ids, targets, _) = Self.batch()
        let ones = Tensor([Float](repeating: 1, count: 24), shape: [2, 12])
        let totals = try [nil, ones].map { weights in
            let model = try Self.model(.fused)
            let result = model.loss(model.hidden(ids), targets, weights: weights)
            return (result.total.item(), Self.gradients(model, result.total))
        }
        #expect(totals[0].0 == totals[1].0)
        #expect(totals[0].1 == totals[1].1)
    }
}
