public import Language
public import Provenance

/// What several runs leave behind, as far as a comparison needs it: plain values, no files.
public struct ComparisonInput: Hashable, Codable, Sendable {
    /// What the runs were given equal amounts of.
    public enum Budget: String, Hashable, Codable, Sendable {
        /// Every run saw as many tokens in all; a bidirectional one half of them each way.
        case equalTotalTokens
        /// Every run saw as many tokens in each reading it can do.
        case equalTokensPerDirection
        /// Every run spent as many floating-point operations.
        case equalCompute
    }

    /// Heading of the report.
    public var title: String
    /// What was held equal.
    public var budget: Budget
    /// The windows that every model scored.
    public var validation: MatchedWindows
    /// The runs, in the order in which tables and legends show them.
    public var runs: [ComparedRun]
    /// Commands that make this report again, one a line.
    public var commands: [String]
    /// Anything else a reader must know, a sentence each.
    public var remarks: [String]

    /// A comparison to be made.
    public init(
        title: String, budget: Budget, validation: MatchedWindows, runs: [ComparedRun],
        commands: [String] = [], remarks: [String] = []
    ) {
        self.title = title
        self.budget = budget
        self.validation = validation
        self.runs = runs
        self.commands = commands
        self.remarks = remarks
    }
}

/// The matched validation list: the same windows for every model and reading (semantics.md §3).
public struct MatchedWindows: Hashable, Codable, Sendable {
    /// Where the text comes from, in words.
    public var name: String
    /// Digest of the list of windows.
    public var hash: ContentHash
    /// T: the longest window, with its BOS, in tokens.
    public var rowLength: Int
    /// Document of each window.
    public var documents: [Int]
    /// Scored targets of each window.
    public var tokenCounts: [Int]
    /// UTF-8 bytes of these targets.
    public var byteCounts: [Int]

    /// A list of windows; the three arrays have one entry a window.
    public init(
        name: String, hash: ContentHash, rowLength: Int, documents: [Int], tokenCounts: [Int],
        byteCounts: [Int]
    ) {
        precondition(
            documents.count == tokenCounts.count && documents.count == byteCounts.count,
            "\(documents.count) documents, \(tokenCounts.count) token counts, "
                + "\(byteCounts.count) byte counts for one list of windows")
        self.name = name
        self.hash = hash
        self.rowLength = rowLength
        self.documents = documents
        self.tokenCounts = tokenCounts
        self.byteCounts = byteCounts
    }

    /// Number of windows.
    public var count: Int { documents.count }
}

/// One trained model with its settings, its history and its scores.
public struct ComparedRun: Hashable, Codable, Sendable {
    /// The run's identifier.
    public var name: String
    /// What kind of model it trained.
    public var direction: Direction
    /// Root seed.
    public var seed: UInt64
    /// Digest of the manifest, where there is one.
    public var manifestHash: ContentHash?
    /// What was trained on what.
    public var settings: RunSettings
    /// Training loss over time, by what was read.
    public var training: [LearningCurve]
    /// Validation bits per byte over time, by reading.
    public var validationHistory: [ValidationCurve]
    /// Loss over the columns of training rows, near the end of training.
    public var positions: PositionProfile?
    /// Gradient norms over time.
    public var gradientNorms: [GradientNorms]
    /// Scores of the validation windows, one entry for each reading that was scored.
    public var scores: [ReadingScores]
    /// Generated texts.
    public var samples: [TextSample]

    /// A run to be compared.
    public init(
        name: String, direction: Direction, seed: UInt64, manifestHash: ContentHash?,
        settings: RunSettings, training: [LearningCurve] = [],
        validationHistory: [ValidationCurve] = [], positions: PositionProfile? = nil,
        gradientNorms: [GradientNorms] = [], scores: [ReadingScores], samples: [TextSample] = []
    ) {
        self.name = name
        self.direction = direction
        self.seed = seed
        self.manifestHash = manifestHash
        self.settings = settings
        self.training = training
        self.validationHistory = validationHistory
        self.positions = positions
        self.gradientNorms = gradientNorms
        self.scores = scores
        self.samples = samples
    }

    /// Whether the model was trained on `reading`.
    public func isNative(_ reading: Reading) -> Bool { direction.readings.contains(reading) }

    /// The scores in `reading`, where they were taken.
    public func scores(in reading: Reading) -> ReadingScores? {
        scores.first { $0.reading == reading }
    }
}

/// The settings that a reader needs to judge a comparison.
public struct RunSettings: Hashable, Codable, Sendable {
    /// L, blocks.
    public var depth: Int
    /// C, channels.
    public var width: Int
    /// All trained parameters.
    public var parameterCount: Int
    /// Tokens trained on, in all readings together.
    public var trainingTokens: Int
    /// Optimizer steps.
    public var steps: Int
    /// T of training rows.
    public var rowLength: Int
    /// Type the matrix products ran in.
    public var dtype: String
    /// Digest of the tokenizer.
    public var tokenizerHash: ContentHash?
    /// V.
    public var vocabularySize: Int
    /// Shards with their fingerprints, as the manifest has them.
    public var dataFingerprints: [String]

    /// Settings as they ran.
    public init(
        depth: Int, width: Int, parameterCount: Int, trainingTokens: Int, steps: Int,
        rowLength: Int, dtype: String, tokenizerHash: ContentHash?, vocabularySize: Int,
        dataFingerprints: [String]
    ) {
        self.depth = depth
        self.width = width
        self.parameterCount = parameterCount
        self.trainingTokens = trainingTokens
        self.steps = steps
        self.rowLength = rowLength
        self.dtype = dtype
        self.tokenizerHash = tokenizerHash
        self.vocabularySize = vocabularySize
        self.dataFingerprints = dataFingerprints
    }
}

/// Loss over training.
public struct LearningCurve: Hashable, Codable, Sendable {
    /// What the loss is over: one reading's targets, or all of them (`nil`).
    public var reading: Reading?
    /// Optimizer steps completed.
    public var steps: [Int]
    /// Tokens trained on by then.
    public var tokens: [Int]
    /// Mean loss, nats per token.
    public var lossNats: [Double]

    /// A curve; the three arrays have one entry a point.
    public init(reading: Reading?, steps: [Int], tokens: [Int], lossNats: [Double]) {
        precondition(
            steps.count == tokens.count && steps.count == lossNats.count,
            "\(steps.count) steps, \(tokens.count) token counts, \(lossNats.count) losses")
        self.reading = reading
        self.steps = steps
        self.tokens = tokens
        self.lossNats = lossNats
    }
}

/// Bits per byte on the validation windows over training.
public struct ValidationCurve: Hashable, Codable, Sendable {
    /// The order in which the windows were read.
    public var reading: Reading
    /// Optimizer steps completed.
    public var steps: [Int]
    /// Tokens trained on by then.
    public var tokens: [Int]
    /// Bits per UTF-8 byte.
    public var bitsPerByte: [Double]

    /// A curve; the three arrays have one entry an evaluation.
    public init(reading: Reading, steps: [Int], tokens: [Int], bitsPerByte: [Double]) {
        precondition(
            steps.count == tokens.count && steps.count == bitsPerByte.count,
            "\(steps.count) steps, \(tokens.count) token counts, \(bitsPerByte.count) values")
        self.reading = reading
        self.steps = steps
        self.tokens = tokens
        self.bitsPerByte = bitsPerByte
    }
}

/// Mean training loss over the columns of a row, averaged over the last records of a run.
public struct PositionProfile: Hashable, Codable, Sendable {
    /// Mean loss in nats of each column, `[T]`; NaN where no row has a target.
    public var lossByColumn: [Double]
    /// How many steps are averaged.
    public var recordCount: Int

    /// A profile over T columns.
    public init(lossByColumn: [Double], recordCount: Int) {
        self.lossByColumn = lossByColumn
        self.recordCount = recordCount
    }
}

/// The gradient norm of one part of one layer over time.
public struct GradientNorms: Hashable, Codable, Sendable {
    /// Block number; −1 for parts outside the blocks.
    public var layer: Int
    /// Name of the part: `attention.query`, `mlp.expand`, …
    public var part: String
    /// Optimizer steps completed.
    public var steps: [Int]
    /// Euclidean norms.
    public var norms: [Double]

    /// Norms; both arrays have one entry a record.
    public init(layer: Int, part: String, steps: [Int], norms: [Double]) {
        precondition(steps.count == norms.count, "\(steps.count) steps, \(norms.count) norms")
        self.layer = layer
        self.part = part
        self.steps = steps
        self.norms = norms
    }
}

/// A generated text, in natural order.
public struct TextSample: Hashable, Codable, Sendable {
    /// The order in which it was generated.
    public var reading: Reading
    /// What the model was given: a beginning (forward), an ending (backward), or a question.
    public var prompt: String
    /// What the model wrote, without what it was given.
    public var text: String
    /// Whether it stopped by itself at the document's boundary.
    public var isComplete: Bool

    /// Whether it answers a question, which then comes first whatever the reading.
    public var isAnswer: Bool

    /// A sample.
    public init(
        reading: Reading, prompt: String, text: String, isComplete: Bool, isAnswer: Bool = false
    ) {
        self.reading = reading
        self.isAnswer = isAnswer
        self.prompt = prompt
        self.text = text
        self.isComplete = isComplete
    }

    /// All of it in natural order, the model's own words between ⟦ and ⟧.
    var passage: String {
        let own = "⟦\(text)⟧"
        if isAnswer { return "\(prompt)\n\(own)" }
        return reading == .forward ? prompt + own : own + prompt
    }
}
