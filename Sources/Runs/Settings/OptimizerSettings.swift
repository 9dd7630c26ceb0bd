/// Learning rates and what goes with them. Names on disk are nanochat's flags.
public struct OptimizerSettings: Codable, Hashable, Sendable {
    /// AdamW on the embedding, before scaling with width.
    public var embeddingLearningRate = 0.2
    /// AdamW on the head, before scaling with width.
    public var unembeddingLearningRate = 0.004
    /// Muon on the blocks' matrices.
    public var matrixLearningRate = 0.02
    /// Decoupled decay on what AdamW trains.
    public var weightDecay = 0.0
    /// Bound of the global gradient norm; 0 switches clipping off.
    public var gradientClip = 1.0
    /// AdamW's first moment.
    public var beta1 = 0.8
    /// AdamW's second moment.
    public var beta2 = 0.95
    /// AdamW's ε.
    public var epsilon = 1e-10
    /// Newton–Schulz iterations of Muon.
    public var newtonSchulzSteps = 5
    /// dtype of those iterations: `bfloat16`, or `float32` to compare implementations sharply.
    public var newtonSchulzDType = "bfloat16"

    enum CodingKeys: String, CodingKey {
        case embeddingLearningRate = "embedding_lr"
        case unembeddingLearningRate = "unembedding_lr"
        case matrixLearningRate = "matrix_lr"
        case weightDecay = "weight_decay"
        case gradientClip = "grad_clip"
        case beta1 = "adam_beta1"
        case beta2 = "adam_beta2"
        case epsilon = "adam_eps"
        case newtonSchulzSteps = "ns_steps"
        case newtonSchulzDType = "ns_dtype"
    }

    /// The recipe's settings.
    public init() {}

    /// AdamW's rates fall with the square root of width; 768 is where they were tuned.
    /// - Source: karpathy/nanochat `gpt.py`, `setup_optimizers`.
    public static func widthScale(_ width: Int) -> Double { 1 / (Double(width) / 768).squareRoot() }
}
