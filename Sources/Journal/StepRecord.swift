/// Everything one optimizer step has to say, in numbers. Console line, JSONL, HDF5, tracker and
/// report are projections of it.
public struct StepRecord: Sendable {
    /// Optimizer steps completed before this one.
    public var step: Int
    /// Named scalars in the order they are shown: `loss`, `lr`, `tokens_per_second`, …
    public var scalars: [(name: String, value: Double)]
    /// Loss by position and by context length, when this step takes it.
    public var positions: PositionRecord?
    /// Per-token losses and predictions, when this step takes them.
    public var tokens: TokenRecord?
    /// Gradient and activation statistics by layer, when this step takes them.
    public var layers: [LayerRecord]
    /// Sampled texts with their rewards, when this step keeps them.
    public var rollouts: [RolloutRecord]

    /// A record of `step`; what is left out was not taken at this step.
    public init(
        step: Int, scalars: [(name: String, value: Double)] = [], positions: PositionRecord? = nil,
        tokens: TokenRecord? = nil, layers: [LayerRecord] = [], rollouts: [RolloutRecord] = []
    ) {
        self.step = step
        self.scalars = scalars
        self.positions = positions
        self.tokens = tokens
        self.layers = layers
        self.rollouts = rollouts
    }

    /// The first scalar called `name`.
    public subscript(name: String) -> Double? { scalars.first { $0.name == name }?.value }
}

/// Mean loss at each position of the rows of a step.
public struct PositionRecord: Sendable, Equatable {
    /// Mean loss in nats of each column, `[T]`; NaN where no row has a target. T is the run's row length, also
    /// where the rows of a step are shorter.
    public var lossMean: [Float]
    /// Standard deviation over rows, `[T]`.
    public var lossStandardDeviation: [Float]
    /// Share of columns predicted right, `[T]`.
    public var accuracy: [Float]
    /// Mean loss in nats at each context length in reading order, `[T]`.
    public var lossByContext: [Float]

    /// Four columns of the same length T.
    public init(
        lossMean: [Float], lossStandardDeviation: [Float], accuracy: [Float],
        lossByContext: [Float]
    ) {
        let T = lossMean.count
        precondition(
            lossStandardDeviation.count == T && accuracy.count == T && lossByContext.count == T,
            "position statistics differ in length")
        self.lossMean = lossMean
        self.lossStandardDeviation = lossStandardDeviation
        self.accuracy = accuracy
        self.lossByContext = lossByContext
    }
}

/// Losses and predictions of a micro-batch, `[B, T]` row by row.
public struct TokenRecord: Sendable, Equatable {
    /// B.
    public var rowCount: Int
    /// T: the run's row length; shorter rows end in ignored cells.
    public var columnCount: Int
    /// Nats; NaN where the target is ignored.
    public var losses: [Float]
    /// The most likely id; −1 behind the end of a row.
    public var predictions: [Int32]
    /// The id that was there; −1 where ignored.
    public var targets: [Int32]

    /// `losses`, `predictions` and `targets` hold `rowCount * columnCount` values each.
    public init(
        rowCount: Int, columnCount: Int, losses: [Float], predictions: [Int32], targets: [Int32]
    ) {
        let count = rowCount * columnCount
        precondition(
            losses.count == count && predictions.count == count && targets.count == count,
            "per-token values are not [\(rowCount), \(columnCount)]")
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.losses = losses
        self.predictions = predictions
        self.targets = targets
    }
}

/// Statistics of one tensor of one layer: a gradient or an activation.
public struct LayerRecord: Sendable {
    /// What the numbers describe.
    public enum Kind: String, Sendable, CaseIterable {
        case gradients
        case activations
    }
    /// Gradient or activation.
    public var kind: Kind
    /// Layer number; −1 for parts outside the blocks (embedding, head).
    public var layer: Int
    /// Name of the part: `attention.query`, `mlp.expand`, …
    public var part: String
    /// Named statistics: `norm`, `mean`, `std`, `min`, `max`, `max_abs`, `sparsity`; `rms` of activations,
    /// `update_ratio` of gradients.
    public var statistics: [(name: String, value: Float)]
    /// Lower edge of the first bin and width of the bins, in log2 of the magnitude.
    public var histogramRange: (lower: Float, width: Float)
    /// Counts.
    public var histogram: [Int32]

    /// Statistics of `part` in `layer`; an empty histogram was not taken.
    public init(
        kind: Kind, layer: Int, part: String, statistics: [(name: String, value: Float)],
        histogramRange: (lower: Float, width: Float) = (0, 0), histogram: [Int32] = []
    ) {
        self.kind = kind
        self.layer = layer
        self.part = part
        self.statistics = statistics
        self.histogramRange = histogramRange
        self.histogram = histogram
    }
}

/// A text that a model wrote to be rewarded.
public struct RolloutRecord: Sendable, Hashable {
    /// Number of the question in its task.
    public var question: Int
    /// `forward` or `backward`: the order in which it was written.
    public var reading: String
    /// What was asked, in natural order.
    public var prompt: String
    /// What was answered, in natural order, calls and results included.
    public var text: String
    /// What it was worth.
    public var reward: Float
    /// The reward above the mean of the answers to the same question.
    public var advantage: Float
    /// Tokens written.
    public var length: Int32
    /// Whether the model ended it itself.
    public var isFinished: Bool

    /// One text.
    public init(
        question: Int, reading: String, prompt: String, text: String, reward: Float,
        advantage: Float, length: Int32, isFinished: Bool
    ) {
        self.question = question
        self.reading = reading
        self.prompt = prompt
        self.text = text
        self.reward = reward
        self.advantage = advantage
        self.length = length
        self.isFinished = isFinished
    }
}
