import Foundation
import Provenance
import Tensors
import TestSupport
import Testing

/// The fused kernels against the same mathematics in libtorch's plain float32 operations: values and
/// gradients, at sizes that leave remainders in every loop and at every level of instructions that this
/// machine has.
@Suite(.countingHandles) struct FusedTests {
    /// One way that the kernels are compiled, and the dtype they are given.
    struct Way: Hashable, Sendable, CustomTestStringConvertible {
        let dtype: DType
        let level: KernelSupport.Level

        var testDescription: String { "\(dtype.name) on \(level.title)" }
        var tolerance: Double { FusedTests.tolerance(dtype) }

        static let all = KernelSupport.levels.flatMap { level in
            [DType.float32, .bfloat16].map { Way(dtype: $0, level: level) }
        }

        /// What `body` finds where the processor has this level and no more.
        func callAsFunction(_ body: () throws -> Void) rethrows {
            try KernelSupport.withLimit(level) {
                #expect(KernelSupport.current.level == level)
                try body()
            }
        }
    }

    /// Relative distance allowed: rounding of float32 sums, and of bfloat16 storage in a few places.
    static func tolerance(_ dtype: DType) -> Double { dtype == .float32 ? 5e-6 : 2e-2 }

    /// ‖a − b‖ / ‖b‖.
    static func distance(_ a: Tensor, _ b: Tensor) -> Double {
        withoutGradient {
            let reference = b.detached().cast(to: .float32)
            let difference = (a.detached().cast(to: .float32) - reference).norm().item()
            return difference / (reference.norm().item() + 1e-12)
        }
    }

    /// Random numbers as `dtype` stores them, once as that and once as float32, both leaves.
    static func pair(
        _ shape: [Int], _ dtype: DType, _ generator: Generator, deviation: Double = 1
    ) -> (fused: Tensor, plain: Tensor) {
        let drawn = generator.normal(shape, deviation: deviation).cast(to: dtype)
        return (
            drawn.copy().requiringGradient(),
            drawn.cast(to: .float32).copy().requiringGradient()
        )
    }

    /// A float32 master, its copy where one is needed, and a plain leaf with the copy's values.
    static func weight(
        _ shape: [Int], _ dtype: DType, _ generator: Generator, deviation: Double
    ) -> (fused: Fused.Weight, plain: Tensor) {
        let master = generator.normal(shape, deviation: deviation)
        let copy = dtype == .float32 ? nil : master.cast(to: dtype)
        let plain = (copy ?? master).cast(to: .float32).copy().requiringGradient()
        return ((master.requiringGradient(), copy), plain)
    }

    /// Compares the gradients of pairs of leaves.
    static func expectEqualGradients(
        _ pairs: [(String, Tensor, Tensor)], _ dtype: DType,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for (name, fused, plain) in pairs {
            let ours = try #require(fused.gradient, sourceLocation: sourceLocation)
            let theirs = try #require(plain.gradient, sourceLocation: sourceLocation)
            #expect(
                distance(ours, theirs) < tolerance(dtype), "\(name)",
                sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: Way.all, [1, 17, 64, 130])
    func attentionIsCausalSoftmax(way: Way, T: Int) throws {
        let dtype = way.dtype
        try way {
            let generator = Generator(Seed(UInt64(T)))
            let (B, H, D) = (2, 3, 64)
            let leaves = (0..<3).map { _ in Self.pair([B, T, H, D], dtype, generator) }
            let incoming = generator.normal([B, T, H * D]).cast(to: dtype)

            let y = Fused.causalAttention(
                leaves[0].fused, keys: leaves[1].fused, values: leaves[2].fused)
            y.backward(incoming)
            let plain = leaves[0].plain.transposed(1, 2).attention(
                keys: leaves[1].plain.transposed(1, 2), values: leaves[2].plain.transposed(1, 2),
                causal: true
            ).transposed(1, 2).reshaped(B, T, H * D)
            plain.backward(incoming.cast(to: .float32))

            #expect(Self.distance(y, plain) < Self.tolerance(dtype))
            // One position attends to itself alone: its query and key have no gradient to compare.
            let names = T == 1 ? ["", "", "values"] : ["queries", "keys", "values"]
            try Self.expectEqualGradients(
                zip(names, leaves).filter { !$0.0.isEmpty }.map { ($0.0, $0.1.fused, $0.1.plain) },
                dtype)
        }
    }

    @Test(arguments: Way.all)
    func normsAreNorms(way: Way) throws {
        let dtype = way.dtype
        try way {
            let generator = Generator(Seed(3))
            let (x, delta) = (
                Self.pair([5, 33], dtype, generator), Self.pair([5, 33], dtype, generator)
            )
            let incoming = generator.normal([5, 33]).cast(to: dtype)
            let (sum, normed) = Fused.addNorm(x.fused, delta.fused)
            (Fused.norm(normed) + sum).backward(incoming)
            let plainSum = x.plain + delta.plain
            let plainNormed = plainSum.rmsNormalized()
            (plainNormed.rmsNormalized() + plainSum).backward(incoming.cast(to: .float32))
            #expect(Self.distance(sum, plainSum) < Self.tolerance(dtype))
            #expect(Self.distance(normed, plainNormed) < Self.tolerance(dtype))
            try Self.expectEqualGradients(
                [("x", x.fused, x.plain), ("delta", delta.fused, delta.plain)], dtype)
        }
    }

    @Test(arguments: Way.all)
    func squaredReLUNetworkIsItsParts(way: Way) throws {
        let dtype = way.dtype
        try way {
            let generator = Generator(Seed(4))
            let x = Self.pair([3, 7, 32], dtype, generator)
            let expand = Self.weight([128, 32], dtype, generator, deviation: 0.2)
            let contract = Self.weight([32, 128], dtype, generator, deviation: 0.1)
            let incoming = generator.normal([3, 7, 32]).cast(to: dtype)
            let y = Fused.squaredReLUNetwork(
                x.fused, expand: expand.fused, contract: contract.fused)
            y.backward(incoming)
            let plain = x.plain.linear(expand.plain).relu().squared().linear(contract.plain)
            plain.backward(incoming.cast(to: .float32))
            #expect(Self.distance(y, plain) < Self.tolerance(dtype))
            try Self.expectEqualGradients(
                [
                    ("x", x.fused, x.plain), ("expand", expand.fused.master, expand.plain),
                    ("contract", contract.fused.master, contract.plain),
                ], dtype)
        }
    }

    @Test(arguments: Way.all)
    func embeddingsAreGatheredNormedAndScattered(way: Way) throws {
        let dtype = way.dtype
        try way {
            let generator = Generator(Seed(5))
            let table = Self.weight([11, 24], dtype, generator, deviation: 1)
            let ids = generator.integers([4, 9], in: 0..<11)
            let incoming = generator.normal([4, 9, 24]).cast(to: dtype)
            let y = Fused.embedNorm(table.fused.master, ids, dtype: dtype)
            y.backward(incoming)
            let plain = table.plain.embedding(ids).rmsNormalized()
            plain.backward(incoming.cast(to: .float32))
            #expect(Self.distance(y, plain) < Self.tolerance(dtype))
            try Self.expectEqualGradients([("table", table.fused.master, table.plain)], dtype)
        }
    }

    /// The vocabulary is large enough for several chunks of rows.
    @Test(arguments: Way.all)
    func lossHeadIsCappedCrossEntropy(way: Way) throws {
        let dtype = way.dtype
        try way {
            let generator = Generator(Seed(6))
            let (N, C, V) = (150, 32, 100_003)
            let (cap, scale) = (15.0, 0.37)
            let x = Self.pair([N, C], dtype, generator)
            let weight = Self.weight([V, C], dtype, generator, deviation: 1)
            var ids = generator.integers([N], in: 0..<V).scalars(Int64.self)
            ids[3] = -1
            ids[N - 1] = -1
            let targets = Tensor(ids, shape: [N])

            let head = Fused.lossHead(
                x.fused, weight.fused, targets: targets, scale: scale, cap: cap)
            head.loss.backward()
            let raw = x.plain.linear(weight.plain)
            let nats = ((raw / cap).tanh() * cap).crossEntropy(targets)
            (nats.sum() * scale).backward()

            #expect(Self.distance(head.perToken, nats) < Self.tolerance(dtype))
            try Self.expectEqualGradients(
                [("x", x.fused, x.plain), ("weight", weight.fused.master, weight.plain)], dtype)
            #expect(head.perToken.floats()[3] == 0)
            let scored = withoutGradient {
                Fused.lossHead(x.fused, weight.fused, targets: targets, scale: scale, cap: cap)
            }
            #expect(scored.perToken.floats() == head.perToken.floats(), "with and without gradient")
            // Training does not pay for entropies.
            #expect(head.entropies.count == 0)
            let entropies = scored.entropies.floats()
            let expected = withoutGradient { () -> [Float] in
                let logs = ((raw.detached() / cap).tanh() * cap).cast(to: .float32).logSoftmax(1)
                return (logs.exp() * logs).sum(1).negated().floats()
            }
            for n in 0..<N where ids[n] >= 0 {
                #expect(abs(entropies[n] - expected[n]) < (dtype == .float32 ? 1e-4 : 5e-2))
            }
            #expect(entropies[3] == 0)

            let ranks = head.ranks.scalars(Int64.self)
            #expect(ranks[3] == -1)
            guard dtype == .float32 else { return }
            let rows = withoutGradient { raw.detached().floats() }
            let predictions = head.predictions.scalars(Int64.self)
            for n in 0..<N {
                let row = rows[(n * V)..<((n + 1) * V)]
                let highest = try #require(row.max())
                // Products of another order may swap neighbours within rounding.
                #expect(row[n * V + Int(predictions[n])] > highest - 1e-4)
                guard ids[n] >= 0 else { continue }
                let mark = row[n * V + Int(ids[n])]
                let surely = row.count { $0 > mark + 1e-4 }
                let possibly = row.count { $0 > mark - 1e-4 }
                #expect((surely...possibly).contains(Int(ranks[n])))
            }
        }
    }

    @Test(arguments: KernelSupport.levels) func sumOfSquaresIsThat(level: KernelSupport.Level) {
        let generator = Generator(Seed(7))
        let tensors = [generator.normal([300, 257]), generator.normal([5])]
        let expected = tensors.map { $0.floats().map { Double($0) * Double($0) }.reduce(0, +) }
        let found = KernelSupport.withLimit(level) { Fused.sumOfSquares(tensors) }
        #expect(abs(found / expected.reduce(0, +) - 1) < 1e-6)
    }

    @Test(arguments: KernelSupport.levels) func adamStepIsItsFormula(level: KernelSupport.Level) {
        let generator = Generator(Seed(8))
        let shape = [77, 31]
        let (p, g) = (generator.normal(shape), generator.normal(shape))
        let (first, second) = (generator.normal(shape), generator.normal(shape).squared())
        let adam = Fused.Adam(
            rate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-10, decay: 0.1, step: 3,
            gradientScale: 0.5)
        withoutGradient {
            let scaled = g * 0.5
            let m = first * 0.8 + scaled * 0.2
            let v = second * 0.95 + scaled.squared() * 0.05
            let root = (v / (1 - pow(0.95, 3))).squareRoot() + 1e-10
            let expected = p * (1 - 0.01 * 0.1) - m / root * (0.01 / (1 - pow(0.8, 3)))
            KernelSupport.withLimit(level) {
                Fused.adamStep([p], gradients: [g], first: [first], second: [second], adam)
            }
            for (found, formula) in [(p, expected), (first, m), (second, v)] {
                #expect(Self.distance(found, formula) < Self.tolerance(.float32))
            }
        }
    }

    /// Wide, tall and square matrices, two of one shape.
    @Test(arguments: Way.all) func muonStepIsItsFormula(way: Way) {
        let generator = Generator(Seed(9))
        let shapes = [[48, 96], [96, 48], [64, 64], [48, 96]]
        let weights = shapes.map { generator.normal($0) }
        let gradients = shapes.map { generator.normal($0) }
        let momenta = shapes.map { generator.normal($0) }
        let before = weights.map { $0.copy() }
        let muon = Fused.Muon(
            rate: 0.02, momentum: 0.9, gradientScale: 0.7, iterations: 5, dtype: way.dtype)
        withoutGradient {
            let expected = zip(gradients, momenta).map { g, m in
                let scaled = g * 0.7
                let moved = m * 0.9 + scaled * 0.1
                return (moved, Self.orthogonalized(scaled * 0.1 + moved * 0.9))
            }
            KernelSupport.withLimit(way.level) {
                Fused.muonStep(weights, gradients: gradients, momenta: momenta, muon)
            }
            for (n, shape) in shapes.enumerated() {
                let rate = 0.02 * max(1, Double(shape[0]) / Double(shape[1])).squareRoot()
                let taken = (before[n] - weights[n]) / rate
                #expect(Self.distance(momenta[n], expected[n].0) < 5e-6)
                // Five iterations of bfloat16 magnify its rounding.
                let tolerance = way.dtype == .float32 ? 2e-4 : 8e-2
                #expect(Self.distance(taken, expected[n].1) < tolerance)
            }
        }
    }

    /// Newton–Schulz in float32, as it is written down.
    static func orthogonalized(_ matrix: Tensor) -> Tensor {
        let isTall = matrix.shape[0] > matrix.shape[1]
        var x = isTall ? matrix.transposed() : matrix
        x = x / x.norm()
        for _ in 0..<5 {
            let gram = x.multiplied(by: x.transposed())
            let polynomial = gram * -4.7750 + gram.multiplied(by: gram) * 2.0315
            x = x * 3.4445 + polynomial.multiplied(by: x)
        }
        return isTall ? x.transposed() : x
    }

    /// A limit reaches the threads that a kernel is spread over and ends with its scope.
    @Test func aLimitHoldsForItsScopeAlone() throws {
        let best = KernelSupport.current.level
        KernelSupport.withLimit(.baseline) {
            #expect(KernelSupport.current.level == .baseline)
            #expect(!KernelSupport.current.multipliesByOneDNN)
            #expect(!KernelSupport.current.attendsInBlocks)
            #expect(KernelSupport.current.reason.contains("held to it") == (best != .baseline))
        }
        #expect(KernelSupport.current.level == best)
    }
}
