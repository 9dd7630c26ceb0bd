import Foundation
import Models
import Provenance
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
    /// Ten steps: AdamW's first steps divide by the gradient's own size, which blows rounding up.
    static let weightTolerance = 1e-3
    /// float32 losses along the way.
    static let lossTolerance = 1e-4

    struct Golden {
        let tensors: [String: Tensor]
        let metadata: [String: String]
        let model: GPT

        init(_ kernels: GPT.Kernels) throws {
            let path =
                URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().path + "/Golden/models/gpt-parity.safetensors"
            (tensors, metadata) = try Safetensors.read(path)
            let inputs = try #require(tensors["inputs"])
            let embedding = try #require(tensors["weights.embedding"])
            let heads = try #require(metadata["heads"].flatMap(Int.init))
            let depth = try #require(metadata["depth"].flatMap(Int.init))
            let shape = try ModelConfiguration(
                contextLength: inputs.size(1), vocabularySize: embedding.size(0),
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
        let expected = try golden["losses"].floats()[0]
        #expect(abs(loss.item() - Double(expected)) < Self.logitTolerance)
        loss.backward()
        for (name, gradient) in golden.named("gradients.") {
            let parameter = try #require(golden.model.parameters.first { $0.name == name })
            let ours = try #require(parameter.value.gradient)
            let scale = gradient.magnitude().largest().item()
            #expect(Self.distance(ours, gradient) < Self.gradientTolerance * scale, "\(name)")
        }
    }

    @Test(arguments: [GPT.Kernels.plain, .fused])
    func tenStepsGiveTheTwinsWeights(kernels: GPT.Kernels) throws {
        let golden = try Golden(kernels)
        let (inputs, targets) = (try golden["inputs"], try golden["targets"])
        let count = withoutGradient { targets.isAtLeast(0).cast(to: .float32).sum().item() }
        let schedule = LearningRateSchedule(
            stepCount: try #require(golden.metadata["horizon"].flatMap(Int.init)))
        var settings = OptimizerSettings()
        settings.gradientClip = try #require(golden.metadata["clip"].flatMap(Double.init))
        settings.newtonSchulzDType = "float32"  // as the golden file's command says
        let optimizer = Optimizer(golden.model, settings)
        let losses = try golden["losses"].floats()
        for (step, expected) in losses.enumerated() {
            let loss = golden.model.loss(golden.model.hidden(inputs), targets, scale: 1 / count)
                .total
            #expect(abs(loss.item() - Double(expected)) < Self.lossTolerance, "step \(step)")
            loss.backward()
            optimizer.step(
                multiplier: schedule.multiplier(at: step),
                momentum: LearningRateSchedule.muonMomentum(at: step),
                gradientNorm: optimizer.gradientNorm())
            golden.model.refreshCopies()
        }
        for parameter in golden.model.parameters {
            let expected = try golden["stepped." + parameter.name]
            let distance = Self.distance(parameter.value, expected)
            #expect(distance < Self.weightTolerance, "\(parameter.name)")
        }
    }
}
