internal import Foundation
public import Models
public import Runs
public import Tensors

/// Muon for the blocks' matrices, AdamW for embedding, head and scalars: by the role that each
/// parameter declared at birth.
public final class Optimizer {
    /// One AdamW parameter with its moments and base rate.
    private struct Adaptive {
        let parameter: Parameter
        let baseRate: Double
        let first, second: Tensor
    }
    /// One Muon parameter with its momentum.
    private struct Orthogonal {
        let parameter: Parameter
        let momentum: Tensor
    }

    private let settings: OptimizerSettings
    private var adaptive: [Adaptive] = []
    private var orthogonal: [Orthogonal] = []
    private let parameters: [Parameter]
    /// Whether the fused kernels step: where the model computes with them, and on the CPU.
    private let isFused: Bool
    /// Steps taken: AdamW's bias correction counts them.
    public private(set) var stepCount = 0

    /// The optimizer of `model` with empty moments.
    public init(_ model: GPT, _ settings: OptimizerSettings) {
        self.settings = settings
        parameters = model.parameters
        isFused = model.kernels == .fused && parameters.allSatisfy { $0.value.device == .cpu }
        let scale = OptimizerSettings.widthScale(model.configuration.width)
        for parameter in model.parameters {
            func zeros() -> Tensor {
                .zeros(parameter.value.shape, device: parameter.value.device)
            }
            switch parameter.role {
            case .matrix:
                orthogonal.append(Orthogonal(parameter: parameter, momentum: zeros()))
            case .embedding, .scalar:
                adaptive.append(
                    Adaptive(
                        parameter: parameter, baseRate: settings.embeddingLearningRate * scale,
                        first: zeros(), second: zeros()))
            case .unembedding:
                adaptive.append(
                    Adaptive(
                        parameter: parameter, baseRate: settings.unembeddingLearningRate * scale,
                        first: zeros(), second: zeros()))
            }
        }
        precondition(
            adaptive.count + orthogonal.count == parameters.count, "a parameter has no optimizer")
    }

    /// Euclidean norm of all gradients together; a wait for the device.
    public func gradientNorm() -> Double {
        withoutGradient {
            let gradients = parameters.compactMap { $0.value.gradient }
            if isFused { return Fused.sumOfSquares(gradients).squareRoot() }
            let norms = gradients.map { $0.norm() }
            return norms.isEmpty ? 0 : Tensor.stacking(norms).norm().item()
        }
    }

    /// Changes the weights by the gradients and drops them.
    /// - Parameter multiplier: the schedule's factor on every rate.
    /// - Parameter momentum: Muon's.
    /// - Parameter gradientNorm: the global norm, for clipping.
    public func step(multiplier: Double, momentum: Double, gradientNorm: Double) {
        withoutGradient {
            // PyTorch's clip_grad_norm_: the factor is never above 1.
            let clip = settings.gradientClip
            let factor = clip > 0 ? min(1, clip / (gradientNorm + 1e-6)) : 1
            stepCount += 1
            if isFused {
                stepFused(multiplier, momentum, factor)
            } else {
                for part in adaptive { stepAdaptive(part, multiplier, factor) }
                for part in orthogonal { stepOrthogonal(part, multiplier, momentum, factor) }
            }
            dropGradients()
        }
    }

    /// Forgets the gradients, taken or not.
    func dropGradients() {
        for parameter in parameters { parameter.value.setGradient(nil) }
    }

    /// The same updates by the CPU's kernels, clipping included, each in one pass over memory.
    private func stepFused(_ multiplier: Double, _ momentum: Double, _ factor: Double) {
        for part in adaptive {
            guard let gradient = part.parameter.value.gradient else { continue }
            Fused.adamStep(
                [part.parameter.value], gradients: [gradient], first: [part.first],
                second: [part.second],
                .init(
                    rate: part.baseRate * multiplier, beta1: settings.beta1,
                    beta2: settings.beta2, epsilon: settings.epsilon,
                    decay: settings.weightDecay, step: stepCount, gradientScale: factor))
        }
        let moved = orthogonal.filter { $0.parameter.value.gradient != nil }
        Fused.muonStep(
            moved.map(\.parameter.value), gradients: moved.compactMap(\.parameter.value.gradient),
            momenta: moved.map(\.momentum),
            .init(
                rate: settings.matrixLearningRate * multiplier, momentum: momentum,
                gradientScale: factor, iterations: settings.newtonSchulzSteps,
                dtype: settings.newtonSchulzDType == "float32" ? .float32 : .bfloat16))
    }

    /// - Source: Loshchilov & Hutter, arXiv:1711.05101, with PyTorch's order of operations.
    private func stepAdaptive(_ part: Adaptive, _ multiplier: Double, _ factor: Double) {
        guard let gradient = part.parameter.value.gradient else { return }
        if factor != 1 { gradient.scale(by: factor) }
        let rate = part.baseRate * multiplier
        let weights = part.parameter.value
        if settings.weightDecay != 0 { weights.scale(by: 1 - rate * settings.weightDecay) }
        part.first.interpolate(to: gradient, weight: 1 - settings.beta1)
        part.second.scale(by: settings.beta2)
        part.second.addProduct(of: gradient, gradient, times: 1 - settings.beta2)
        let correction1 = 1 - pow(settings.beta1, Double(stepCount))
        let correction2 = (1 - pow(settings.beta2, Double(stepCount))).squareRoot()
        let denominator = part.second.squareRoot() / correction2 + settings.epsilon
        weights.addQuotient(of: part.first, by: denominator, times: -rate / correction1)
    }

    /// - Source: Keller Jordan, Muon, as in karpathy/nanochat `muon.py`.
    private func stepOrthogonal(
        _ part: Orthogonal, _ multiplier: Double, _ momentum: Double, _ factor: Double
    ) {
        guard let gradient = part.parameter.value.gradient else { return }
        if factor != 1 { gradient.scale(by: factor) }
        part.momentum.interpolate(to: gradient, weight: 1 - momentum)
        gradient.interpolate(to: part.momentum, weight: momentum)  // Nesterov
        let direction = Self.orthogonalized(
            gradient, steps: settings.newtonSchulzSteps,
            dtype: settings.newtonSchulzDType == "float32" ? .float32 : .bfloat16)
        let (rows, columns) = part.parameter.value.shape2
        let scale = max(1, Double(rows) / Double(columns)).squareRoot()
        let rate = settings.matrixLearningRate * multiplier * scale
        part.parameter.value.add(direction.cast(to: .float32), times: -rate)
    }

    /// The nearest orthogonal matrix, roughly: a quintic Newton–Schulz iteration in `dtype`.
    static func orthogonalized(_ matrix: Tensor, steps: Int, dtype: DType) -> Tensor {
        let (rows, columns) = matrix.shape2
        let tall = rows > columns
        var x = matrix.cast(to: dtype)
        if tall { x = x.transposed() }
        x = x / (x.norm() + 1e-7)
        for _ in 0..<steps {
            let gram = x.multiplied(by: x.transposed())
            let polynomial = gram * -4.7750 + (gram * 2.0315).multiplied(by: gram)
            x = x * 3.4445 + polynomial.multiplied(by: x)
        }
        return tall ? x.transposed() : x
    }
}

extension Optimizer {
    /// Everything that a resumed run needs, by name, in a fixed order.
    public var state: [(name: String, tensor: Tensor)] {
        var result: [(name: String, tensor: Tensor)] = []
        for part in adaptive {
            result.append(("\(part.parameter.name).first", part.first))
            result.append(("\(part.parameter.name).second", part.second))
        }
        for part in orthogonal {
            result.append(("\(part.parameter.name).momentum", part.momentum))
        }
        return result
    }

    /// Goes back to a saved state after `stepCount` steps.
    public func restore(_ saved: [String: Tensor], stepCount: Int) throws(ModelError) {
        for (name, tensor) in state {
            guard let found = saved[name], found.shape == tensor.shape else {
                throw .parameterMismatch("the optimizer's '\(name)' is missing or misshapen")
            }
            withoutGradient { tensor.assign(found) }
        }
        self.stepCount = stepCount
    }
}
