internal import Foundation
public import Language

/// What a model makes of the validation windows in one reading. Nats are natural logarithms.
///
/// Per-token values stand in natural text order whatever the reading; only window sums, or means at
/// equal context length, may be compared across directions.
public struct Score: Sendable {
    /// Sums over one window's text tokens.
    public struct WindowSum: Hashable, Sendable {
        /// Number of the document in its corpus.
        public var document: Int
        /// Σ nats.
        public var nats: Double
        /// Text tokens scored.
        public var tokenCount: Int
        /// Their raw UTF-8 bytes.
        public var byteCount: Int
    }

    /// The order in which the windows were read.
    public var reading: Reading
    /// Sums by window, in the list's order.
    public var windows: [WindowSum]
    /// Per-token values of all windows one after another, each window in natural order.
    public var tokens: TokenValues
    /// Special tokens that are learnt with the text, of conversations: ends of turns, delimiters of calls. They
    /// are in no sum of text.
    public var structure = StructureSum()

    /// Sums over special tokens.
    public struct StructureSum: Hashable, Sendable {
        /// Σ nats.
        public var nats = 0.0
        /// How many.
        public var count = 0

        /// Of nothing.
        public init() {}
    }

    /// Columns of per-token values.
    public struct TokenValues: Sendable {
        /// Number of the window in the list.
        public var window: [Int32] = []
        /// Position of the token in its document.
        public var position: [Int32] = []
        /// Byte offset of the token in its document.
        public var byteOffset: [Int64] = []
        /// Text tokens read before it, in reading order.
        public var contextLength: [Int32] = []
        /// The token.
        public var token: [Int32] = []
        /// Nats.
        public var nats: [Float] = []
        /// The likeliest id.
        public var prediction: [Int32] = []
        /// Ids that were likelier than the truth.
        public var rank: [Int32] = []
        /// Entropy of the prediction, nats.
        public var entropy: [Float] = []

        /// No values yet.
        public init() {}
    }

    /// Σ nats over all text tokens.
    public var nats: Double { windows.reduce(0) { $0 + $1.nats } }
    /// Text tokens scored.
    public var tokenCount: Int { windows.reduce(0) { $0 + $1.tokenCount } }
    /// Their raw bytes.
    public var byteCount: Int { windows.reduce(0) { $0 + $1.byteCount } }
    /// Mean loss.
    public var natsPerToken: Double { nats / Double(tokenCount) }
    /// Mean loss over text and special tokens: what a chat stage minimises.
    public var natsPerTarget: Double {
        (nats + structure.nats) / Double(tokenCount + structure.count)
    }
    /// exp of the mean loss.
    public var perplexity: Double { exp(natsPerToken) }
    /// Σ nats / (ln 2 · Σ bytes): comparable across tokenizers.
    public var bitsPerByte: Double { nats / (log(2) * Double(byteCount)) }
}
