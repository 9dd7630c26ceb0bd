internal import CTorch

extension Fused {
    /// Σ x² over all of `tensors` (float32, CPU), in float64.
    package static func sumOfSquares(
        _ tensors: [Tensor], file: StaticString = #fileID, line: UInt = #line
    ) -> Double {
        withExtendedLifetime(tensors) {
            checked(file, line) {
                ct_fused_sum_of_squares(tensors.map(\.ref), tensors.count, $0)
            }
        }
    }

    /// The constants of an AdamW update.
    package struct Adam {
        /// Learning rate.
        package var rate: Double
        /// Decay of the first moment.
        package var beta1: Double
        /// Decay of the second moment.
        package var beta2: Double
        /// Added to the root of the second moment.
        package var epsilon: Double
        /// Decoupled weight decay.
        package var decay: Double
        /// Number of this update, from 1.
        package var step: Int
        /// What gradients are multiplied by first.
        package var gradientScale: Double

        /// All constants.
        package init(
            rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, step: Int,
            gradientScale: Double
        ) {
            self.rate = rate
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.decay = decay
            self.step = step
            self.gradientScale = gradientScale
        }
    }

    /// One AdamW update of `parameters` and their moments, in one pass over memory.
    package static func adamStep(
        _ parameters: [Tensor], gradients: [Tensor], first: [Tensor], second: [Tensor],
        _ adam: Adam, file: StaticString = #fileID, line: UInt = #line
    ) {
        precondition(
            gradients.count == parameters.count && first.count == parameters.count
                && second.count == parameters.count, "lists of different lengths")
        withExtendedLifetime((parameters, gradients, first, second)) {
            checked(file, line) {
                ct_fused_adam_step(
                    parameters.map(\.ref), gradients.map(\.ref), first.map(\.ref),
                    second.map(\.ref), parameters.count, adam.rate, adam.beta1, adam.beta2,
                    adam.epsilon, adam.decay, Int64(adam.step), adam.gradientScale, $0)
            }
        }
    }

    /// The constants of a Muon update.
    package struct Muon {
        /// Learning rate, before the factor of the matrix's aspect.
        package var rate: Double
        /// Momentum, Nesterov's.
        package var momentum: Double
        /// What gradients are multiplied by first.
        package var gradientScale: Double
        /// Newton–Schulz iterations.
        package var iterations: Int
        /// The dtype they run in.
        package var dtype: DType

        /// All constants.
        package init(
            rate: Double, momentum: Double, gradientScale: Double, iterations: Int, dtype: DType
        ) {
            self.rate = rate
            self.momentum = momentum
            self.gradientScale = gradientScale
            self.iterations = iterations
            self.dtype = dtype
        }
    }

    /// One Muon update of matrices and their momenta; those of a shape are orthogonalised together.
    package static func muonStep(
        _ parameters: [Tensor], gradients: [Tensor], momenta: [Tensor], _ muon: Muon,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        precondition(
            gradients.count == parameters.count && momenta.count == parameters.count,
            "lists of different lengths")
        withExtendedLifetime((parameters, gradients, momenta)) {
            checked(file, line) {
                ct_fused_muon_step(
                    parameters.map(\.ref), gradients.map(\.ref), momenta.map(\.ref),
                    parameters.count, muon.rate, muon.momentum, muon.gradientScale,
                    Int64(muon.iterations), muon.dtype.rawValue, $0)
            }
        }
    }
}
