public import Provenance

/// The shards of a corpus in their order, as one source of documents.
public struct ShardSet: DocumentSource {
    /// The shards, sorted within each path they were named by.
    public let shards: [Shard]
    /// How they are read.
    public let options: ShardOptions
    /// Names the texts and their order: the shards' fingerprints and the options, not their places.
    public let fingerprint: ContentHash
    /// Rows before each shard.
    private let firstOrdinals: [Int]
    /// Shard and block within it, of each block of the set.
    private let blocks: [(shard: Int, block: Int)]

    /// Opens every shard that `paths` name: files, folders, patterns, addresses.
    /// - Parameters:
    ///   - folder: what relative paths start from.
    ///   - spoolFolder: takes the decompressed text of `.gz` and `.zst` shards, in a file without a name.
    public init(
        paths: [String], relativeTo folder: String, options: ShardOptions = ShardOptions(),
        spoolFolder: String
    ) throws(ShardError) {
        let locations = try ShardPaths.shards(paths, relativeTo: folder)
        try self.init(locations: locations, options: options, spoolFolder: spoolFolder)
    }

    /// Opens the shards at `locations`, in this order.
    init(
        locations: [String], options: ShardOptions, spoolFolder: String
    ) throws(ShardError) {
        let spool = try Spool(in: spoolFolder)
        var shards: [Shard] = []
        for location in locations {
            shards.append(try Shard(location, options: options, spool: spool))
        }
        self.shards = shards
        self.options = options
        var hasher = ContentHash.Hasher()
        hasher.update(
            Array("shards \(options.textColumn)\n\(options.textDocuments.rawValue)\n".utf8))
        hasher.update(Array("\(options.blockByteCount)\n".utf8))
        var ordinal = 0
        var firstOrdinals: [Int] = []
        var blocks: [(shard: Int, block: Int)] = []
        for (number, shard) in shards.enumerated() {
            hasher.update(Array("\(shard.kind.layout.rawValue) \(shard.fingerprint.hex)\n".utf8))
            firstOrdinals.append(ordinal)
            ordinal += shard.rowCount
            for block in 0..<shard.blockCount { blocks.append((number, block)) }
        }
        fingerprint = hasher.finish()
        self.firstOrdinals = firstOrdinals
        self.blocks = blocks
    }

    /// Number of blocks of all shards; at least one.
    public var blockCount: Int { blocks.count }

    /// The numbers of block `index`.
    public func ordinals(inBlock index: Int) -> Range<Int> {
        let (shard, block) = blocks[index]
        let rows = shards[shard].rows(inBlock: block)
        let first = firstOrdinals[shard]
        return (first + rows.lowerBound)..<(first + rows.upperBound)
    }

    /// The documents of block `index`.
    public func block(_ index: Int) throws(ShardError) -> [Document] {
        try read(block: index).documents
    }

    /// The documents of block `index`, and what was left out.
    public func read(
        block index: Int
    ) throws(ShardError) -> (documents: [Document], skips: SkipReport) {
        let (shard, block) = blocks[index]
        return try shards[shard].read(block: block, firstOrdinal: firstOrdinals[shard])
    }
}
