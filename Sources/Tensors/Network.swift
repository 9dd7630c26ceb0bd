internal import CTorch

// What networks are made of.
extension Tensor {
    /// Softmax along an axis.
    public func softmax(
        _ axis: Int = -1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_softmax(ref, Int64(axis), $0) }
    }
    /// Logarithm of the softmax along an axis.
    public func logSoftmax(
        _ axis: Int = -1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_log_softmax(ref, Int64(axis), $0) }
    }
    /// Rows of the receiver `[V, C]` named by `ids`, any shape, int64.
    public func embedding(
        _ ids: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_embedding(ref, ids.ref, $0) }
    }
    /// x / √(mean x² + ε) over the last axis.
    /// - Parameter epsilon: PyTorch's default for float32, which nanochat uses for bfloat16 too.
    public func rmsNormalized(
        epsilon: Double = 1.1920928955078125e-07, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_rms_norm(ref, epsilon, $0) }
    }
    /// Attention of queries `[B, H, Tq, D]` to keys and values `[B, H, Tk, D]`, scaled by 1/√D.
    /// - Parameter mask: bool, true where a key may be seen; excludes `causal`.
    public func attention(
        keys: Tensor, values: Tensor, mask: Tensor? = nil, causal: Bool = false,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) {
            ct_attention(ref, keys.ref, values.ref, mask?.ref, causal, $0)
        }
    }
    /// Nats of each target under logits `[N, V]`; 0 where the target is −1.
    public func crossEntropy(
        _ targets: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_cross_entropy(ref, targets.ref, $0) }
    }
}
