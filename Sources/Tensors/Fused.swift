internal import CTorch

/// Kernels of our own, for the CPU: the same mathematics as the plain operations in fewer passes over
/// memory. Shapes and dtypes are those of `Sources/CTorch/Fused/*.hpp`.
///
/// Where a weight is taken, its `copy` is the same matrix in the activations' dtype; `nil` where the
/// weight has it already. Gradients are the weight's and float32.
package enum Fused {
    /// A weight and its copy.
    package typealias Weight = (master: Tensor, copy: Tensor?)

    /// x·Wᵀ.
    package static func linear(
        _ x: Tensor, _ weight: Weight, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_fused_linear(x.ref, weight.master.ref, weight.copy?.ref, $0) }
    }

    /// contract(relu(expand(x))²).
    package static func squaredReLUNetwork(
        _ x: Tensor, expand: Weight, contract: Weight, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        made(file, line) {
            ct_fused_squared_relu_network(
                x.ref, expand.master.ref, expand.copy?.ref, contract.master.ref,
                contract.copy?.ref, $0)
        }
    }

    /// x / rms(x).
    package static func norm(
        _ x: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_fused_norm(x.ref, $0) }
    }

    /// x + delta, and its norm.
    package static func addNorm(
        _ x: Tensor, _ delta: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> (sum: Tensor, normed: Tensor) {
        var sum: CTTensorRef?
        var normed: CTTensorRef?
        checked(file, line) { ct_fused_add_norm(x.ref, delta.ref, &sum, &normed, $0) }
        return (owned(sum), owned(normed))
    }

    /// Normed rows of a `[V, C]` weight, in `dtype`.
    package static func embedNorm(
        _ weight: Tensor, _ ids: Tensor, dtype: DType, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_fused_embed_norm(weight.ref, ids.ref, dtype.rawValue, $0) }
    }

    /// Queries and keys, rotated and normed, and values, `[B, T, H, D]` each.
    package static func attentionInputs(
        _ x: Tensor, query: Weight, key: Weight, value: Weight, cosines: Tensor, sines: Tensor,
        headWidth: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> (queries: Tensor, keys: Tensor, values: Tensor) {
        let masters = [query.master.ref, key.master.ref, value.master.ref]
        let copies = [query.copy?.ref, key.copy?.ref, value.copy?.ref]
        var results: [CTTensorRef?] = [nil, nil, nil]
        // The arrays hold bare references; the weights outlive the call.
        withExtendedLifetime((query, key, value)) {
            checked(file, line) {
                ct_fused_attention_inputs(
                    x.ref, masters, copies, cosines.ref, sines.ref, Int64(headWidth), &results, $0)
            }
        }
        return (owned(results[0]), owned(results[1]), owned(results[2]))
    }

    /// Causal attention of `[B, T, H, D]` queries; `[B, T, H·D]`.
    package static func causalAttention(
        _ queries: Tensor, keys: Tensor, values: Tensor, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_fused_causal_attention(queries.ref, keys.ref, values.ref, $0) }
    }

    /// Loss, per-token nats, predictions and ranks under capped logits, in one pass over chunks.
    /// - Parameter weights: factor of each target's loss, float32; nil for 1.
    package static func lossHead(
        _ x: Tensor, _ weight: Weight, targets: Tensor, weights: Tensor? = nil, scale: Double,
        cap: Double,
        file: StaticString = #fileID, line: UInt = #line
    ) -> (loss: Tensor, perToken: Tensor, predictions: Tensor, ranks: Tensor, entropies: Tensor) {
        var results: [CTTensorRef?] = [nil, nil, nil, nil, nil]
        checked(file, line) {
            ct_fused_loss_head(
                x.ref, weight.master.ref, weight.copy?.ref, targets.ref,
                weights?.ref, scale, cap, &results, $0)
        }
        return (
            owned(results[0]), owned(results[1]), owned(results[2]), owned(results[3]),
            owned(results[4])
        )
    }

    private static func owned(_ ref: CTTensorRef?) -> Tensor {
        guard let ref else { preconditionFailure("a fused kernel gave no result") }
        return Tensor(owning: ref)
    }
}
