import Foundation
import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing
import Training

/// Equality with an independent PyTorch implementation, on weights, batch and results that
/// `Tools/baseline/twin.py parity` wrote; the command and versions are in the file's metadata.
@Suite(.countingHandles) struct TwinParityTests {
    /// float32 with other orders of summation: a few ulps of logits of order 1.
    static let logitTolerance = 1e-5
    /// Relative to the largest gradient element.
    static let gradientTolerance = 1e-5
    /// Times the twin's distance from itself when its weights start one bit away (`noise.NAME`).
    static let noiseFactor = 4.0
    /// float32 losses along the way.
    static let lossTolerance = 1e-5
    /// Losses along the way where directions are rounded to bfloat16, a relative 2⁻⁹ an element.
    static let narrowLossTolerance = 1e-3
    /// Of the largest weight: four last bits after ten updates.
    static let updateTolerance = 4 * 0x1p-23
    /// bfloat16's error against float32, relative to the twin's own (root mean squares).
    static let narrowFactor = 1.25

    struct Golden {
        let tensors: [String: Tensor]
        let metadata: [String: String]
        let model: GPT

        init(_ kernels: GPT.Kernels, file: String = "gpt-parity") throws {
            let path =
                URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().path + "/Golden/models/\(file).safetensors"
            (tensors, metadata) = try Safetensors.read(path)
            let context = tensors["inputs"]?.size(1) ?? 8
            let embedding = try #require(tensors["weights.embedding"])
            let heads = try #require(metadata["heads"].flatMap(Int.init))
            let depth = try #require(metadata["depth"].flatMap(Int.init))
            let shape = try ModelConfiguration(
                contextLength: context, vocabularySize: embedding.size(0),
                layerCount: depth, headCount: heads, width: embedding.size(1))
            model = GPT(shape, seed: Seed(0), kernels: kernels)
            try model.load(named("weights."))
        }

        func named(_ prefix: String) -> [String: Tensor] {
            var result: [String: Tensor] = [:]
            for (name, tensor) in tensors where name.hasPrefix(prefix) {
                result[String(name.dropFirst(prefix.count))] = tensor
            }
            return result
        }

        subscript(name: String) -> Tensor {
            get throws { try #require(tensors[name]) }
        }
    }

    static func distance(_ a: Tensor, _ b: Tensor) -> Double {
        withoutGradient { (a.detached() - b).magnitude().largest().item() }
    }

    @Test(arguments: [GPT.Kernels.plain, .fused])
    func logitsLossAndGradientsAreTheTwins(kernels: GPT.Kernels) throws {
        let golden = try Golden(kernels)
        let (inputs, targets) = (try golden["inputs"], try golden["targets"])
        let logits = withoutGradient { golden.model.logits(golden.model.hidden(inputs)) }
        #expect(Self.distance(logits, try golden["logits"]) < Self.logitTolerance)

        let count = withoutGradient { targets.isAtLeast(0).cast(to: .float32).sum().item() }
        let loss = golden.model.loss(golden.model.hidden(inputs), targets, scale: 1 / count).total
        let expected = try golden["losses.float32"].floats()[0]
        #expect(abs(loss.item() - Double(expected)) < Self.logitTolerance)
        loss.backward()
        for (name, gradient) in golden.named("gradients.") {
            let parameter = try #require(golden.model.parameters.first { $0.name == name })
            let ours = try #require(parameter.value.gradient)
            let scale = gradient.magnitude().largest().item()
            #expect(Self.distance(ours, gradient) < Self.gradientTolerance * scale, "\(name)")
        }
    }

    /// Steps taken with the schedule and the clipping of the golden file.
    static func steps(
        of golden: Golden, dtype: String, count: Int, gradients: (Int) throws -> Void
    ) throws {
        let schedule = LearningRateSchedule(
            stepCount: try #require(golden.metadata["horizon"].flatMap(Int.init)))
        var settings = OptimizerSettings()
        settings.gradientClip = try #require(golden.metadata["clip"].flatMap(Double.init))
        settings.newtonSchulzDType = dtype
        let optimizer = Optimizer(golden.model, settings)
        for step in 0..<count {
            try gradients(step)
            optimizer.step(
                multiplier: schedule.multiplier(at: step),
                momentum: schedule.muonMomentum(at: step),
                gradientNorm: optimizer.gradientNorm())
            golden.model.refreshCopies()
        }
    }

    /// Ten whole steps, losses checked on the way.
    static func trained(_ kernels: GPT.Kernels, dtype: String, tolerance: Double) throws -> Golden {
        let golden = try Golden(kernels)
        let (inputs, targets) = (try golden["inputs"], try golden["targets"])
        let count = withoutGradient { targets.isAtLeast(0).cast(to: .float32).sum().item() }
        let losses = try golden["losses." + dtype].floats()
        try #require(losses.count == 10)
        try steps(of: golden, dtype: dtype, count: losses.count) { step in
            let loss = golden.model.loss(golden.model.hidden(inputs), targets, scale: 1 / count)
                .total
            #expect(abs(loss.item() - Double(losses[step])) < tolerance, "step \(step)")
            loss.backward()
        }
        return golden
    }

    /// Largest distance of each parameter from what the twin has.
    @Test(arguments: [GPT.Kernels.plain, .fused])
    func tenStepsGiveTheTwinsWeights(kernels: GPT.Kernels) throws {
        let golden = try Self.trained(kernels, dtype: "float32", tolerance: Self.lossTolerance)
        for parameter in golden.model.parameters {
            let expected = try golden["stepped.float32." + parameter.name]
            let noise = try golden["noise." + parameter.name].item()
            let distance = Self.distance(parameter.value, expected)
            #expect(distance < Self.noiseFactor * noise, "\(parameter.name)")
        }
    }

    /// The recipe's bfloat16 directions are roundings of the float32 ones: ours must not be a coarser
    /// one than the twin's.
    @Test(arguments: [GPT.Kernels.plain, .fused])
    func tenStepsInTheRecipesPrecisionAreAsCloseAsTheTwins(kernels: GPT.Kernels) throws {
        let golden = try Self.trained(
            kernels, dtype: "bfloat16", tolerance: Self.narrowLossTolerance)
        try Self.expectNoCoarserRounding(golden)
    }

    /// The optimizers alone, on given gradients: nothing amplifies rounding here.
    @Test(arguments: ["float32", "bfloat16"], [GPT.Kernels.plain, .fused])
    func theOptimizersMakeTheTwinsUpdates(dtype: String, kernels: GPT.Kernels) throws {
        let golden = try Golden(kernels, file: "optimizer-parity")
        try Self.steps(of: golden, dtype: dtype, count: 10) { step in
            for parameter in golden.model.parameters {
                let first = try golden["first." + parameter.name]
                let second = try golden["second." + parameter.name]
                withoutGradient {
                    parameter.value.setGradient(
                        first * Double(step % 3 - 1) + second * (Double(step % 4) - 1.5))
                }
            }
        }
        for parameter in golden.model.parameters {
            // Directions in bfloat16 are compared below; AdamW is float32 throughout.
            if dtype == "bfloat16" && parameter.role == .matrix { continue }
            let expected = try golden["stepped.\(dtype)." + parameter.name]
            let size = max(1, expected.magnitude().largest().item())
            let distance = Self.distance(parameter.value, expected)
            #expect(distance <= Self.updateTolerance * size, "\(parameter.name)")
        }
        if dtype == "bfloat16" { try Self.expectNoCoarserRounding(golden) }
    }

    /// Root mean square distance of each Muon matrix from float32's result, against the twin's.
    static func expectNoCoarserRounding(_ golden: Golden) throws {
        for parameter in golden.model.parameters where parameter.role == .matrix {
            let exact = try golden["stepped.float32." + parameter.name]
            let twin = try golden["stepped.bfloat16." + parameter.name]
            func error(_ found: Tensor) -> Double {
                withoutGradient { (found.detached() - exact).norm().item() }
            }
            #expect(
                error(parameter.value) <= Self.narrowFactor * error(twin),
                "\(parameter.name)")
        }
    }
}
