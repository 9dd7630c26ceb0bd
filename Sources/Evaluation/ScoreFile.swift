public import Foundation
public import Language
public import Provenance
internal import Runs

/// A score as it stands in `evaluations/…/matched_validation.json`: summary, window sums and means by
/// context length. Per-token values are in the research log.
public struct ScoreFile: Codable, Hashable, Sendable {
    /// Name inside a reading's folder.
    public static let name = "matched_validation.json"

    /// Optimizer steps the model had taken.
    public var step: Int
    /// In which order the windows were read.
    public var reading: Reading
    /// Whether the model was trained on that order.
    public var isNative: Bool
    /// Digest of the list of windows: only equal ones may be compared.
    public var windowsHash: ContentHash
    /// T the windows were cut for.
    public var rowLength: Int
    /// Mean loss, nats per text token.
    public var natsPerToken: Double
    /// exp of it.
    public var perplexity: Double
    /// Σ nats / (ln 2 · Σ bytes).
    public var bitsPerByte: Double
    /// Document of each window.
    public var documents: [Int]
    /// Text tokens of each window.
    public var tokenCounts: [Int]
    /// UTF-8 bytes of each window.
    public var byteCounts: [Int]
    /// Σ nats of each window.
    public var windowNats: [Double]
    /// Mean nats of the tokens with 0, 1, … tokens of the window read before them.
    public var lossByContext: [Double]
    /// How many tokens that are.
    public var targetsByContext: [Int]

    /// `score` of a model trained in `direction`, after `step` steps.
    public init(_ score: Score, of list: any MatchedList, direction: Direction, step: Int) {
        self.step = step
        reading = score.reading
        isNative = direction.readings.contains(score.reading)
        windowsHash = list.hash
        rowLength = list.rowLength
        natsPerToken = score.natsPerToken
        perplexity = score.perplexity
        bitsPerByte = score.bitsPerByte
        documents = score.windows.map(\.document)
        tokenCounts = score.windows.map(\.tokenCount)
        byteCounts = score.windows.map(\.byteCount)
        windowNats = score.windows.map(\.nats)
        var sums: [Double] = []
        targetsByContext = []
        for (length, nats) in zip(score.tokens.contextLength, score.tokens.nats) {
            while sums.count <= Int(length) {
                sums.append(0)
                targetsByContext.append(0)
            }
            sums[Int(length)] += Double(nats)
            targetsByContext[Int(length)] += 1
        }
        lossByContext = zip(sums, targetsByContext).map { $0 / Double(max(1, $1)) }
    }

    enum CodingKeys: String, CodingKey {
        case step, reading, perplexity, documents
        case isNative = "native"
        case windowsHash = "windows_hash"
        case rowLength = "row_length"
        case natsPerToken = "nats_per_token"
        case bitsPerByte = "bits_per_byte"
        case tokenCounts = "token_counts"
        case byteCounts = "byte_counts"
        case windowNats = "window_nats"
        case lossByContext = "loss_by_context"
        case targetsByContext = "targets_by_context"
    }

    /// The file's contents.
    public func encoded() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a score that is not a number reached its file")
        }
        return data
    }
}
