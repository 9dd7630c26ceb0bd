public import Provenance

/// One file of a corpus, ready to be read block by block, in any order, from any thread.
public struct Shard: Sendable {
    /// Where it lies, for people: without a user part of an address.
    public let name: String
    /// What it is.
    public let kind: ShardKind
    /// Bytes as stored.
    public let byteCount: Int
    /// Names the content: size and bytes (both ends only, beyond a gigabyte or at a remote address).
    public let fingerprint: ContentHash
    /// Rows before each block, and after the last: block `i` has rows `bounds[i]..<bounds[i + 1]`.
    private let bounds: [Int]
    private let reader: Reader

    private enum Reader: Sendable {
        case lines(LineShard)
        case parquet(ParquetShard)
    }

    /// Opens the shard at `location`: an absolute path or a `file://`, `s3://`, `gs://` address.
    ///
    /// Text and JSONL are read once, to find their blocks; so an archive that is cut off is found now.
    init(_ location: String, options: ShardOptions, spool: Spool) throws(ShardError) {
        name = ShardStore.shown(location)
        guard let kind = ShardKind(name: location) else { throw .unknownKind(path: name) }
        self.kind = kind
        byteCount = try ShardFile(location).byteCount
        guard byteCount > 0 else { throw .emptyShard(name) }
        fingerprint = try ShardStore.fingerprint(location)
        let rowCounts: [Int]
        if kind.layout == .parquet {
            let parquet = try ParquetShard(location, column: options.textColumn)
            rowCounts = parquet.rowCounts
            reader = .parquet(parquet)
        } else {
            let lines = try LineShard(location, kind: kind, options: options, spool: spool)
            rowCounts = lines.blocks.map(\.rowCount)
            reader = .lines(lines)
        }
        var bounds = [0]
        for count in rowCounts { bounds.append(bounds[bounds.count - 1] + count) }
        self.bounds = bounds
        guard rowCount > 0 else { throw .emptyShard(name) }
    }

    /// Number of blocks; at least one.
    public var blockCount: Int { bounds.count - 1 }
    /// Rows, usable or not; at least one.
    public var rowCount: Int { bounds[bounds.count - 1] }

    /// The rows of block `index`, counted within the shard.
    public func rows(inBlock index: Int) -> Range<Int> { bounds[index]..<bounds[index + 1] }

    /// The documents of block `index`, and what was left out.
    /// - Parameter firstOrdinal: what the shard's first row is numbered.
    public func read(
        block index: Int, firstOrdinal: Int = 0
    ) throws(ShardError) -> (documents: [Document], skips: SkipReport) {
        var sieve = RowSieve(firstOrdinal: firstOrdinal + bounds[index])
        switch reader {
        case .lines(let lines): try lines.read(block: index, into: &sieve)
        case .parquet(let parquet): try parquet.read(group: index, into: &sieve)
        }
        return (sieve.documents, sieve.skips)
    }
}
