internal import Provenance

/// What `retro data inspect` tells of a shard; every block is read for it.
public struct ShardInspection: Codable, Hashable, Sendable {
    /// Unicode scalars a document.
    public struct Lengths: Codable, Hashable, Sendable {
        /// The shortest document.
        public var min: Int
        /// The middle document; of an even number, the shorter of the two.
        public var median: Int
        /// The longest document.
        public var max: Int

        /// `nil` of no documents.
        init?(_ lengths: [Int]) {
            let sorted = lengths.sorted()
            guard let first = sorted.first, let last = sorted.last else { return nil }
            (min, median, max) = (first, sorted[(sorted.count - 1) / 2], last)
        }
    }

    /// Where the shard lies.
    public var name: String
    /// `text`, `jsonl` or `parquet`.
    public var layout: ShardKind.Layout
    /// `none`, `gzip` or `zstd`.
    public var compression: ShardKind.Compression
    /// Names the content.
    public var fingerprint: String
    /// Bytes as stored.
    public var storedByteCount: Int
    /// Blocks: what is read at once.
    public var blockCount: Int
    /// Usable documents.
    public var documentCount: Int
    /// Unicode scalars of all documents.
    public var characterCount: Int
    /// UTF-8 bytes of all documents.
    public var byteCount: Int
    /// Unicode scalars a document; absent where there is none.
    public var lengths: Lengths?
    /// What was left out.
    public var skipped: SkipReport
    /// The beginning of the first document, at most `sampleScalarCount` scalars.
    public var sample: String

    private static let sampleScalarCount = 200

    /// Reads all of `shard`.
    public init(of shard: Shard) throws(ShardError) {
        name = shard.name
        layout = shard.kind.layout
        compression = shard.kind.compression
        fingerprint = shard.fingerprint.hex
        storedByteCount = shard.byteCount
        blockCount = shard.blockCount
        (documentCount, characterCount, byteCount) = (0, 0, 0)
        skipped = SkipReport()
        sample = ""
        var scalarCounts: [Int] = []
        for block in 0..<shard.blockCount {
            let (documents, skips) = try shard.read(block: block)
            skipped = skipped + skips
            if documentCount == 0, let first = documents.first {
                sample = String(
                    String.UnicodeScalarView(
                        first.text.unicodeScalars.prefix(Self.sampleScalarCount)))
            }
            documentCount += documents.count
            for document in documents {
                byteCount += document.utf8.count
                let count = document.utf8.withUnsafeBufferPointer { Bytes.scalarCount($0) }
                characterCount += count
                scalarCounts.append(count)
            }
        }
        lengths = Lengths(scalarCounts)
    }

    private enum CodingKeys: String, CodingKey {
        case name, layout, compression, fingerprint, lengths, skipped, sample
        case storedByteCount = "stored_bytes"
        case blockCount = "blocks"
        case documentCount = "documents"
        case characterCount = "characters"
        case byteCount = "bytes"
    }
}
