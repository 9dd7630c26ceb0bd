public import Provenance
public import Runs
public import Tensors

/// nanochat's transformer of late 2025: rotary positions, normalised queries and keys, squared
/// ReLU, untied head, capped logits, no biases and no learnt norms.
///
/// Knows integers only: which way a text is read is decided before ids come here.
/// - Source: karpathy/nanochat `gpt.py`, 2025; equals Hugging Face's `NanoChatForCausalLM`.
public struct GPT {
    /// Which code computes the layers; both are the same mathematics.
    public enum Kernels: Hashable, Sendable {
        /// libtorch's own operations, on any device: slow, obvious, and the fused ones' test.
        case plain
        /// The fused kernels of CTorch, on the CPU.
        case fused
    }

    /// A mechanism broken to see its exact null fail.
    package enum Flaw: Hashable, Sendable {
        case none
        /// A position attends to the one after it too, which holds what it is to predict.
        case attendsToNext
        /// Positions read through a cache are turned as if nothing stood before them.
        case cacheForgetsPositions
        /// A branch of a row sees the ones before it.
        case branchesSeeEachOther
    }

    /// The shape.
    public let configuration: ModelConfiguration
    /// dtype of activations and of the weights' copies that multiply them; masters stay float32.
    public let computeDType: DType
    /// Which code computes.
    public let kernels: Kernels
    /// What is wrong with this model on purpose.
    package var flaw = Flaw.none
    /// All parameters in order of birth.
    public let parameters: [Parameter]
    /// Where the parameters are.
    public let device: Device

    private let embedding: Tensor
    private let blocks: [Block]
    let head: Weight
    private let rotary: Rotary

    /// Called with the layer, the part's name and its output, where a run wants statistics.
    public typealias Observer = (_ layer: Int, _ part: String, _ activation: Tensor) -> Void

    /// A model as it is born, each parameter drawn from a branch of `seed`.
    /// - Parameter kernels: absent means fused on the CPU and plain elsewhere.
    public init(
        _ configuration: ModelConfiguration, seed: Seed, device: Device = .cpu,
        computeDType: DType = .float32, kernels: Kernels? = nil
    ) {
        let (C, V) = (configuration.width, configuration.vocabularySize)
        let root = Scope(seed: seed, device: device)
        embedding = root.parameter("embedding", [V, C], .embedding, .normal(deviation: 1))
        blocks = (0..<configuration.layerCount).map {
            Block(configuration, computing: computeDType, in: root / "block" / $0)
        }
        head = Weight(
            root.parameter("head", [V, C], .unembedding, .zeros), computing: computeDType)
        parameters = root.parameters
        // Ten times the trained length, as nanochat keeps it: longer rows can be tried.
        rotary = Rotary(
            headWidth: configuration.headWidth, base: configuration.rotaryBase,
            positions: configuration.contextLength * 10, device: device)
        self.configuration = configuration
        self.computeDType = computeDType
        self.kernels = kernels ?? (device.kind == .cpu ? .fused : .plain)
        self.device = device
    }

    /// The residual stream behind the final norm.
    /// - Parameter ids: `[B, T]`, int64.
    /// - Parameter cache: keys and values of earlier positions; the new ones are added.
    /// - Parameter branches: where the rows branch, instead of a cache.
    /// - Parameter wanted: the cells whose stream is wanted, without a cache; nil for all.
    /// - Parameter observer: is shown the parts of each layer.
    /// - Parameter watchesAttention: whether it is shown `attention.pattern`, `[B, H, T, T]`, as well; of plain rows
    ///   only.
    /// - Returns: `[B, T, C]` in the compute dtype; `[B, Q, C]` where Q cells of each row are wanted.
    public func hidden(
        _ ids: Tensor, cache: KeyValueCache? = nil, branches: Branches? = nil,
        wanted: WantedCells? = nil, observer: Observer? = nil, watchesAttention: Bool = false
    ) -> Tensor {
        precondition(
            !watchesAttention || (cache == nil && branches == nil && wanted == nil),
            "attention is watched in plain rows")
        precondition(
            cache == nil || (branches == nil && wanted == nil),
            "branching rows and wanted cells are read without a cache")
        let positions =
            branches.map { rotary.positions(ofCells: $0.positions) } ?? begin(ids.size(1), cache)
        let visible = branches?.visible(
            device: device, isBlind: flaw == .branchesSeeEachOther)
        var stream: Tensor
        switch kernels {
        case .plain: stream = embedding.embedding(ids).cast(to: computeDType).rmsNormalized()
        case .fused: stream = Fused.embedNorm(embedding, ids, dtype: computeDType)
        }
        observer?(-1, "embedding", stream)
        var normed = norm(stream)
        let last = wanted?.prepared(
            columnCount: ids.size(1), branches: branches, isBlind: flaw == .branchesSeeEachOther,
            device: device)
        for (layer, block) in blocks.enumerated() {
            let own = layer == blocks.count - 1 ? last : nil
            let attended = block.attention(
                normed, positions, layer, cache, kernels, visible: visible, wanted: own,
                reach: flaw == .attendsToNext ? 1 : 0)
            if watchesAttention, let observer {
                observer(
                    layer, "attention.pattern",
                    block.attention.pattern(normed, positions, kernels))
            }
            observer?(layer, "attention.output", attended)
            if let own { stream = own.selected(stream) }
            (stream, normed) = added(stream, attended)
            let fed = block.feedForward(normed, kernels)
            if let observer {
                observer(layer, "mlp.hidden", block.feedForward.hidden(normed))
                observer(layer, "mlp.output", fed)
            }
            (stream, normed) = added(stream, fed)
            observer?(layer, "residual", stream)
        }
        cache?.finish()
        return normed
    }

    /// Where T new positions stand, and the cache made ready for them.
    private func begin(_ T: Int, _ cache: KeyValueCache?) -> Rotary.Positions {
        let starts = cache?.lengths ?? []
        let end = (starts.max() ?? 0) + T
        precondition(
            end <= configuration.contextLength * 10,
            "position \(end) is beyond the rotary tables")
        cache?.begin(T, device: device)
        if let cache, cache.isRagged {
            let places = flaw == .cacheForgetsPositions ? starts.map { _ in 0 } : starts
            return rotary.positions(ofCells: places)
        }
        let start = flaw == .cacheForgetsPositions ? 0 : starts.first ?? 0
        return rotary.positions(from: start, count: T)
    }

    private func norm(_ x: Tensor) -> Tensor {
        kernels == .fused ? Fused.norm(x) : x.rmsNormalized()
    }

    private func added(_ x: Tensor, _ delta: Tensor) -> (Tensor, Tensor) {
        switch kernels {
        case .plain:
            let sum = x + delta
            return (sum, sum.rmsNormalized())
        case .fused:
            let (sum, normed) = Fused.addNorm(x, delta)
            return (sum, normed)
        }
    }

    /// Capped scores of every id for the next token, float32.
    /// - Parameter hidden: `[…, C]` from `hidden(_:)`.
    /// - Returns: `[…, V]`, held whole: for generation and tests; training uses `loss`.
    public func logits(_ hidden: Tensor) -> Tensor {
        let cap = configuration.softCap
        let raw = hidden.linear(head.plain).cast(to: .float32)
        return (raw / cap).tanh() * cap
    }

    /// Makes the copies in the compute dtype anew; to be called after the parameters have changed.
    public func refreshCopies() {
        head.refresh()
        for block in blocks {
            for weight in block.attention.weights + block.feedForward.weights { weight.refresh() }
        }
    }

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
        refreshCopies()
    }
}

/// Attention and feed-forward around the residual stream, each behind a norm.
struct Block {
    let attention: Attention
    let feedForward: FeedForward

    init(_ configuration: ModelConfiguration, computing dtype: DType, in scope: Scope) {
        attention = Attention(configuration, computing: dtype, in: scope / "attention")
        feedForward = FeedForward(
            width: configuration.width, computing: dtype, in: scope / "mlp")
    }
}
