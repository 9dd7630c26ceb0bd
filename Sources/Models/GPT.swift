public import Provenance
public import Tensors

/// nanochat's transformer of late 2025: rotary positions, normalised queries and keys, squared
/// ReLU, untied head, capped logits, no biases and no learnt norms.
///
/// Knows integers only: which way a text is read is decided before ids come here.
/// - Source: karpathy/nanochat `gpt.py`, 2025; equals Hugging Face's `NanoChatForCausalLM`.
public struct GPT {
    /// The shape.
    public let configuration: ModelConfiguration
    /// dtype of activations and of the weights' copies that multiply them; masters stay float32.
    public let computeDType: DType
    /// All parameters in order of birth.
    public let parameters: [Parameter]

    private let embedding: Tensor
    private let blocks: [Block]
    private let headWeight: Tensor
    private let rotary: Rotary
    private let device: Device

    /// Called with the layer, the part's name and its output, where a run wants statistics.
    public typealias Observer = (_ layer: Int, _ part: String, _ activation: Tensor) -> Void

    /// A model as it is born, each parameter drawn from a branch of `seed`.
    public init(
        _ configuration: ModelConfiguration, seed: Seed, device: Device = .cpu,
        computeDType: DType = .float32
    ) {
        let (C, V) = (configuration.width, configuration.vocabularySize)
        let root = Scope(seed: seed, device: device)
        embedding = root.parameter("embedding", [V, C], .embedding, .normal(deviation: 1))
        blocks = (0..<configuration.layerCount).map {
            Block(configuration, in: root / "block" / $0)
        }
        headWeight = root.parameter("head", [V, C], .unembedding, .zeros)
        parameters = root.parameters
        // Ten times the trained length, as nanochat keeps it: longer rows can be tried.
        rotary = Rotary(
            headWidth: configuration.headWidth, base: configuration.rotaryBase,
            positions: configuration.contextLength * 10, device: device)
        self.configuration = configuration
        self.computeDType = computeDType
        self.device = device
    }

    /// The residual stream behind the final norm.
    /// - Parameter ids: `[B, T]`, int64.
    /// - Parameter cache: keys and values of earlier positions; the new ones are added.
    /// - Returns: `[B, T, C]` in the compute dtype.
    public func hidden(
        _ ids: Tensor, cache: KeyValueCache? = nil, observer: Observer? = nil
    ) -> Tensor {
        let (_, T) = ids.shape2
        let start = cache?.count ?? 0
        precondition(
            start + T <= configuration.contextLength * 10,
            "position \(start + T) is beyond the rotary tables")
        let positions = rotary.tables(from: start, count: T)
        var x = embedding.embedding(ids).cast(to: computeDType).rmsNormalized()
        observer?(-1, "embedding", x)
        for (layer, block) in blocks.enumerated() {
            x = block(x, positions, layer, cache, observer)
        }
        cache?.advance(by: T)
        return x.rmsNormalized()
    }

    /// Capped scores of every id for the next token, float32.
    /// - Parameter hidden: `[…, C]` from `hidden(_:)`.
    /// - Returns: `[…, V]`, held whole: for generation and tests; training uses `loss`.
    public func logits(_ hidden: Tensor) -> Tensor {
        let cap = configuration.softCap
        let raw = hidden.linear(headWeight.cast(to: hidden.dtype)).cast(to: .float32)
        return (raw / cap).tanh() * cap
    }

    /// The weights of the head, `[V, C]`, float32.
    public var head: Tensor { headWeight }

    /// Fills the model with weights by name; every name must be there, in its shape.
    public func load(_ weights: [String: Tensor]) throws(ModelError) {
        for parameter in parameters {
            guard let found = weights[parameter.name] else {
                throw .parameterMismatch("'\(parameter.name)' is missing")
            }
            guard found.shape == parameter.value.shape else {
                throw .parameterMismatch(
                    "'\(parameter.name)' has shape \(found.shape), expected \(parameter.value.shape)"
                )
            }
            withoutGradient { parameter.value.assign(found) }
        }
        let known = Set(parameters.map(\.name))
        if let extra = weights.keys.filter({ !known.contains($0) }).min() {
            throw .parameterMismatch("'\(extra)' is not part of it")
        }
    }
}

/// Attention and feed-forward around the residual stream, each behind a norm.
struct Block {
    private let attention: Attention
    private let feedForward: FeedForward

    init(_ configuration: ModelConfiguration, in scope: Scope) {
        attention = Attention(configuration, in: scope / "attention")
        feedForward = FeedForward(width: configuration.width, in: scope / "mlp")
    }

    func callAsFunction(
        _ x: Tensor, _ positions: (cosines: Tensor, sines: Tensor), _ layer: Int,
        _ cache: KeyValueCache?, _ observer: GPT.Observer?
    ) -> Tensor {
        let attended = attention(x.rmsNormalized(), positions, layer, cache)
        observer?(layer, "attention", attended)
        let middle = x + attended
        let fed = feedForward(middle.rmsNormalized()) { observer?(layer, "mlp.hidden", $0) }
        observer?(layer, "mlp", fed)
        let result = middle + fed
        observer?(layer, "residual", result)
        return result
    }
}

/// Causal attention with rotary positions and normalised queries and keys.
struct Attention {
    private let query, key, value, output: Tensor
    private let heads, keyValueHeads, headWidth: Int

    init(_ configuration: ModelConfiguration, in scope: Scope) {
        let C = configuration.width
        heads = configuration.headCount
        keyValueHeads = configuration.keyValueHeadCount
        headWidth = configuration.headWidth
        query = scope.matrix("query", heads * headWidth, C)
        key = scope.matrix("key", keyValueHeads * headWidth, C)
        value = scope.matrix("value", keyValueHeads * headWidth, C)
        output = scope.matrix("output", C, C, .zeros)
    }

    func callAsFunction(
        _ x: Tensor, _ positions: (cosines: Tensor, sines: Tensor), _ layer: Int,
        _ cache: KeyValueCache?
    ) -> Tensor {
        let (B, T, C) = x.shape3
        let (H, KV, D) = (heads, keyValueHeads, headWidth)
        let q = turned(x.linear(query.cast(to: x.dtype)).reshaped(B, T, H, D), positions)
        var k = turned(x.linear(key.cast(to: x.dtype)).reshaped(B, T, KV, D), positions)
        var v = x.linear(value.cast(to: x.dtype)).reshaped(B, T, KV, D).transposed(1, 2)
        var mask: Tensor?
        if let cache {
            (k, v) = cache.extend(layer: layer, keys: k, values: v)
            if cache.count > 0 && T > 1 {
                // Everything before, and of the new positions those not later than oneself.
                mask = Tensor.ones([T, cache.count + T], dtype: .bool, device: x.device)
                    .lowerTriangle(diagonal: cache.count)
            }
        }
        if KV < H { (k, v) = (repeated(k), repeated(v)) }
        let causal = mask == nil && T > 1
        let mixed = q.attention(keys: k, values: v, mask: mask, causal: causal)
            .shaped(B, H, T, D)
        return mixed.transposed(1, 2).reshaped(B, T, C).linear(output.cast(to: x.dtype))
    }

    /// Rotation first, then the norm over the head; `[B, H, T, D]`.
    private func turned(
        _ heads: Tensor, _ positions: (cosines: Tensor, sines: Tensor)
    ) -> Tensor {
        heads.rotated(cosines: positions.cosines, sines: positions.sines).rmsNormalized()
            .transposed(1, 2)
    }

    /// Each key/value head once for every query head that shares it.
    private func repeated(_ x: Tensor) -> Tensor {
        let (B, KV, T, D) = x.shape4
        let times = heads / keyValueHeads
        return x.unsqueezed(2).expanded(B, KV, times, T, D).reshaped(B, KV * times, T, D)
    }
}

/// Four widths out, squared ReLU, and back.
/// - Source: arXiv:2109.08668 (squared ReLU).
struct FeedForward {
    private let expand, contract: Tensor

    init(width: Int, in scope: Scope) {
        expand = scope.matrix("expand", 4 * width, width)
        contract = scope.matrix("contract", width, 4 * width, .zeros)
    }

    func callAsFunction(_ x: Tensor, observing: (Tensor) -> Void) -> Tensor {
        let hidden = x.linear(expand.cast(to: x.dtype)).relu().squared()
        observing(hidden)
        return hidden.linear(contract.cast(to: x.dtype))
    }
}
