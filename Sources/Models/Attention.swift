internal import Runs
internal import Tensors

/// Causal attention with rotary positions and normalised queries and keys.
struct Attention {
    private let query, key, value, output: Weight
    private let heads, keyValueHeads, headWidth: Int

    init(_ configuration: ModelConfiguration, computing dtype: DType, in scope: Scope) {
        let C = configuration.width
        heads = configuration.headCount
        keyValueHeads = configuration.keyValueHeadCount
        headWidth = configuration.headWidth
        query = Weight(scope.matrix("query", heads * headWidth, C), computing: dtype)
        key = Weight(scope.matrix("key", keyValueHeads * headWidth, C), computing: dtype)
        value = Weight(scope.matrix("value", keyValueHeads * headWidth, C), computing: dtype)
        output = Weight(scope.matrix("output", C, C, .zeros), computing: dtype)
    }

    var weights: [Weight] { [query, key, value, output] }

    /// - Parameter x: `[B, T, C]`, normed.
    /// - Parameter positions: rotary tables of these T positions.
    /// - Parameter visible: what each position behind the trunk may see, `[B, 1, T − trunk, T]`; nil for all before
    ///   it.
    /// - Parameter wanted: the cells to work for, without a cache; nil for all.
    /// - Parameter reach: positions after its own that each may see: 0, but where leaks are tried.
    func callAsFunction(
        _ x: Tensor, _ positions: Rotary.Positions, _ layer: Int,
        _ cache: KeyValueCache?, _ kernels: GPT.Kernels, visible: Tensor? = nil,
        wanted: WantedCells.Prepared? = nil, reach: Int = 0
    ) -> Tensor {
        let (q, k, v) = inputs(x, positions, kernels)
        let T = x.size(1)
        if let wanted {
            let own = wanted.selected(q.reshaped(q.size(0), T, heads * headWidth))
                .reshaped(q.size(0), wanted.count, heads, headWidth)
            return mixed(
                own.transposed(1, 2), k.transposed(1, 2), v.transposed(1, 2), mask: wanted.visible)
        }
        guard let cache else {
            if let visible { return branched(q, k, v, visible, kernels) }
            if reach > 0 {
                let mask = Tensor.ones([T, T], dtype: .bool, device: x.device)
                    .lowerTriangle(diagonal: reach)
                return mixed(
                    q.transposed(1, 2), k.transposed(1, 2), v.transposed(1, 2), mask: mask)
            }
            switch kernels {
            case .fused:
                return Fused.linear(
                    Fused.causalAttention(q, keys: k, values: v), output.fused)
            case .plain:
                return mixed(
                    q.transposed(1, 2), k.transposed(1, 2), v.transposed(1, 2), mask: nil)
            }
        }
        let (keys, values, mask) = cache.extend(
            layer: layer, keys: k.transposed(1, 2), values: v.transposed(1, 2))
        return mixed(q.transposed(1, 2), keys, values, mask: mask)
    }

    /// How much each position attends to each one it may see, `[B, H, T, T]`, float32: what `callAsFunction` mixes
    /// values by, for whoever wants to look.
    func pattern(_ x: Tensor, _ positions: Rotary.Positions, _ kernels: GPT.Kernels) -> Tensor {
        let (q, k, _) = inputs(x, positions, kernels)
        let T = x.size(1)
        let queries = q.transposed(1, 2).cast(to: .float32)
        let keys = repeated(k.transposed(1, 2)).cast(to: .float32)
        let scale = 1 / Double(headWidth).squareRoot()
        let hidden = Tensor.ones([T, T], dtype: .bool, device: x.device).lowerTriangle().not()
        return (queries.multiplied(by: keys.transposed(2, 3)) * scale)
            .filled(where: hidden, with: -.infinity).softmax()
    }

    /// Queries and keys, rotated and then normed, and values, `[B, T, H, D]`.
    private func inputs(
        _ x: Tensor, _ positions: Rotary.Positions, _ kernels: GPT.Kernels
    ) -> (Tensor, Tensor, Tensor) {
        guard positions.isPerCell else { return rowInputs(x, positions, kernels) }
        // All cells in one row: the tables go with them.
        let (B, T, C) = x.shape3
        let (q, k, v) = rowInputs(x.reshaped(1, B * T, C), positions, kernels)
        func rows(_ part: Tensor) -> Tensor {
            part.reshaped(B, T, part.size(2), part.size(3))
        }
        return (rows(q), rows(k), rows(v))
    }

    private func rowInputs(
        _ x: Tensor, _ positions: Rotary.Positions, _ kernels: GPT.Kernels
    ) -> (Tensor, Tensor, Tensor) {
        switch kernels {
        case .fused:
            let (q, k, v) = Fused.attentionInputs(
                x, query: query.fused, key: key.fused, value: value.fused,
                cosines: positions.cosines, sines: positions.sines, headWidth: headWidth)
            return (q, k, v)
        case .plain:
            let (B, T, _) = x.shape3
            func split(_ weight: Weight, _ count: Int) -> Tensor {
                x.linear(weight.plain).reshaped(B, T, count, headWidth)
            }
            func turned(_ heads: Tensor) -> Tensor {
                heads.rotated(cosines: positions.cosines, sines: positions.sines)
                    .rmsNormalized()
            }
            return (
                turned(split(query, heads)), turned(split(key, keyValueHeads)),
                split(value, keyValueHeads)
            )
        }
    }

    /// `[B, T, H, D]` queries of a trunk, over the trunk, and of what branches from it, over what each may see.
    private func branched(
        _ q: Tensor, _ k: Tensor, _ v: Tensor, _ visible: Tensor, _ kernels: GPT.Kernels
    ) -> Tensor {
        let T = q.size(1)
        let trunk = 0..<(T - visible.size(2))
        let branches = gathered(
            q.sliced(1, trunk.upperBound..<T).transposed(1, 2), k.transposed(1, 2),
            v.transposed(1, 2), mask: visible)
        guard !trunk.isEmpty else { return branches.linear(output.plain) }
        let (first, keys, values) = (q.sliced(1, trunk), k.sliced(1, trunk), v.sliced(1, trunk))
        let shared: Tensor
        switch kernels {
        case .fused:
            shared = Fused.causalAttention(
                first.contiguous(), keys: keys.contiguous(), values: values.contiguous())
        case .plain:
            shared = gathered(
                first.transposed(1, 2), keys.transposed(1, 2), values.transposed(1, 2), mask: nil)
        }
        return Tensor.concatenating([shared, branches], axis: 1).linear(output.plain)
    }

    /// The plain product: `[B, H, T, D]` queries over all keys and values there are.
    private func mixed(_ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor?) -> Tensor {
        gathered(q, k, v, mask: mask).linear(output.plain)
    }

    /// What `[B, H, T, D]` queries find: `[B, T, H·D]`.
    private func gathered(_ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor?) -> Tensor {
        let (B, H, T, D) = q.shape4
        let causal = mask == nil && T > 1
        return q.attention(keys: repeated(k), values: repeated(v), mask: mask, causal: causal)
            .transposed(1, 2).reshaped(B, T, H * D)
    }

    /// Each key/value head once for every query head that shares it.
    private func repeated(_ x: Tensor) -> Tensor {
        guard keyValueHeads < heads else { return x }
        let (B, KV, T, D) = x.shape4
        let times = heads / keyValueHeads
        return x.unsqueezed(2).expanded(B, KV, times, T, D).reshaped(B, KV * times, T, D)
    }
}
