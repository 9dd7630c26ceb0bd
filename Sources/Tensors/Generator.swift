internal import CTorch
public import Provenance

/// A random stream on a device, with its state in the open. There is no default one.
public final class Generator {
    let ref: CTGeneratorRef
    /// Where the numbers are drawn.
    public let device: Device

    /// The stream of a named seed.
    public init(
        _ seed: Seed, device: Device = .cpu, file: StaticString = #fileID, line: UInt = #line
    ) {
        guard let ref = checked(file, line, { ct_generator(seed.value, device.raw, $0) }) else {
            preconditionFailure("libtorch gave no generator")
        }
        self.ref = ref
        self.device = device
    }

    deinit { ct_generator_release(ref) }

    /// The state, uint8, for a checkpoint.
    public func state(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_generator_state(ref, $0) }
    }

    /// Goes back to a saved state.
    public func restore(
        _ state: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) {
        checked(file, line) { ct_generator_restore(ref, state.ref, $0) }
    }

    /// Normal deviates.
    public func normal(
        _ shape: [Int], mean: Double = 0, deviation: Double = 1, dtype: DType = .float32,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        shape.withInt64 { sizes, rank in
            made(file, line) {
                ct_normal(sizes, rank, mean, deviation, dtype.rawValue, ref, $0)
            }
        }
    }

    /// Uniform deviates in `lower..<upper`.
    public func uniform(
        _ shape: [Int], from lower: Double = 0, to upper: Double = 1, dtype: DType = .float32,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        shape.withInt64 { sizes, rank in
            made(file, line) { ct_uniform(sizes, rank, lower, upper, dtype.rawValue, ref, $0) }
        }
    }

    /// Integers in `range`, int64.
    public func integers(
        _ shape: [Int], in range: Range<Int>, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        shape.withInt64 { sizes, rank in
            made(file, line) {
                ct_integers(
                    sizes, rank, Int64(range.lowerBound), Int64(range.upperBound), ref, $0)
            }
        }
    }

    /// `count` draws with replacement from each row of `probabilities`, int64.
    public func multinomial(
        _ probabilities: Tensor, count: Int = 1, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_multinomial(probabilities.ref, Int64(count), ref, $0) }
    }
}
