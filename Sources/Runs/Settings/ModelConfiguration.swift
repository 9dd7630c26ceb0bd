/// The shape of a GPT. Everything is explicit; `init(depth:)` fills it by the recipe's rules.
///
/// The names on disk are nanochat's, so that its tools and the Hugging Face class read them.
public struct ModelConfiguration: Codable, Hashable, Sendable {
    /// T: the longest row the model is trained on.
    public var contextLength: Int
    /// V: ids the model knows, special tokens included.
    public var vocabularySize: Int
    /// L: blocks.
    public var layerCount: Int
    /// H: attention heads for queries.
    public var headCount: Int
    /// Attention heads for keys and values; a divisor of `headCount`.
    public var keyValueHeadCount: Int
    /// C: width of the residual stream.
    public var width: Int
    /// Base of the rotary frequencies.
    public var rotaryBase: Double
    /// Bound of the logits: `cap·tanh(logit/cap)`.
    public var softCap: Double

    enum CodingKeys: String, CodingKey {
        case contextLength = "sequence_len"
        case vocabularySize = "vocab_size"
        case layerCount = "n_layer"
        case headCount = "n_head"
        case keyValueHeadCount = "n_kv_head"
        case width = "n_embd"
        case rotaryBase = "rope_theta"
        case softCap = "softcap"
    }

    /// An explicit shape.
    public init(
        contextLength: Int, vocabularySize: Int, layerCount: Int, headCount: Int,
        keyValueHeadCount: Int? = nil, width: Int, rotaryBase: Double = 10_000,
        softCap: Double = 15
    ) throws(SettingsError) {
        self.contextLength = contextLength
        self.vocabularySize = vocabularySize
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount ?? headCount
        self.width = width
        self.rotaryBase = rotaryBase
        self.softCap = softCap
        try validate()
    }

    /// Reads a shape, which must be possible: everything that is computed of it relies on that.
    public init(from decoder: any Swift.Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        contextLength = try fields.decode(Int.self, forKey: .contextLength)
        vocabularySize = try fields.decode(Int.self, forKey: .vocabularySize)
        layerCount = try fields.decode(Int.self, forKey: .layerCount)
        headCount = try fields.decode(Int.self, forKey: .headCount)
        keyValueHeadCount = try fields.decode(Int.self, forKey: .keyValueHeadCount)
        width = try fields.decode(Int.self, forKey: .width)
        rotaryBase = try fields.decode(Double.self, forKey: .rotaryBase)
        softCap = try fields.decode(Double.self, forKey: .softCap)
        try validate()
    }

    /// The recipe's shape for a depth: width 64 a layer, one head for every 128 of width.
    /// - Source: karpathy/nanochat `base_train.py`, late 2025.
    public init(
        depth: Int, vocabularySize: Int, contextLength: Int, aspectRatio: Int = 64,
        headWidth: Int = 128
    ) throws(SettingsError) {
        for (name, value) in [
            ("depth", depth), ("aspect ratio", aspectRatio), ("head width", headWidth),
        ] where value < 1 || value > Self.largest {
            throw .impossibleShape(
                "\(name) of \(value)", remedy: "give a number between 1 and \(Self.largest)")
        }
        let width = depth * aspectRatio
        let heads = max(1, (width + headWidth - 1) / headWidth)
        guard width > 0, width % heads == 0 else {
            throw .impossibleShape(
                "depth \(depth) gives a width of \(width), which \(heads) heads do not divide",
                remedy: "choose an even depth or another --head-dim")
        }
        try self.init(
            contextLength: contextLength, vocabularySize: vocabularySize, layerCount: depth,
            headCount: heads, width: width)
    }

    /// D: width of one head.
    public var headWidth: Int { width / headCount }

    /// Bound of each size.
    private static let largest = 1 << 24
    /// A hundred trillion: beyond any machine, and far below where counting would overflow.
    private static let mostParameters = 1e14

    /// Says what is impossible about the shape, if anything is.
    public func validate() throws(SettingsError) {
        for (name, value) in [
            ("sequence length", contextLength), ("vocabulary", vocabularySize),
            ("layers", layerCount), ("heads", headCount),
            ("key/value heads", keyValueHeadCount), ("width", width),
        ] where value < 1 || value > Self.largest {
            throw .impossibleShape(
                "\(name) of \(value)", remedy: "give a number between 1 and \(Self.largest)")
        }
        // In doubles, which cannot overflow here; `parameterCount` could.
        let parameters =
            Double(width) * (12 * Double(layerCount) * Double(width) + 2 * Double(vocabularySize))
        guard parameters <= Self.mostParameters else {
            throw .impossibleShape(
                "about \(parameters) parameters", remedy: "choose fewer layers or a smaller width")
        }
        guard width % headCount == 0 else {
            throw .impossibleShape(
                "\(headCount) heads do not divide a width of \(width)",
                remedy: "choose a divisor of the width")
        }
        guard headWidth % 2 == 0 else {
            throw .impossibleShape(
                "a head width of \(headWidth) is odd and rotary positions turn pairs",
                remedy: "choose an even head width")
        }
        guard headCount % keyValueHeadCount == 0 else {
            throw .impossibleShape(
                "\(keyValueHeadCount) key/value heads do not divide \(headCount) heads",
                remedy: "choose a divisor of the heads")
        }
        guard softCap > 0, softCap.isFinite, rotaryBase > 1, rotaryBase.isFinite else {
            throw .impossibleShape(
                "softcap \(softCap) with rotary base \(rotaryBase)",
                remedy: "give a positive cap and a base above 1")
        }
    }
}
