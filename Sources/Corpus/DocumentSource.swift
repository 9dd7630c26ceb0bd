/// One text of a corpus: valid UTF-8, never empty.
public struct Document: Hashable, Sendable {
    /// The document's number in its corpus: stable, unique, counted before anything is left out.
    public var ordinal: Int
    /// The text, byte for byte as it stood in its shard.
    public var utf8: [UInt8]

    /// Document number `ordinal` with the text `utf8`.
    public init(ordinal: Int, utf8: [UInt8]) {
        self.ordinal = ordinal
        self.utf8 = utf8
    }

    /// The text as a string (checked again: for people, not for hot paths).
    public var text: String { String(decoding: utf8, as: UTF8.self) }
}

/// Documents by block: the unit that is read at once (a Parquet row group, a stretch of a text file).
///
/// Every block can be read at any time, in any order, from several threads, always with the same result.
public protocol DocumentSource: Sendable {
    /// Number of blocks; at least one.
    var blockCount: Int { get }

    /// The numbers that block `index` owns; known without reading the block.
    ///
    /// Blocks follow one another without gaps. A number may have no document (empty, not UTF-8, or on
    /// the other side of the train/validation split), so this bounds a block's documents from above.
    func ordinals(inBlock index: Int) -> Range<Int>

    /// The documents of block `index`, by rising ordinal; possibly none.
    func block(_ index: Int) throws(ShardError) -> [Document]
}

extension DocumentSource {
    /// Numbers owned by all blocks together; the number of documents is at most this.
    public var ordinalCount: Int { ordinals(inBlock: blockCount - 1).upperBound }
}

/// Documents held in memory, for generated corpora and tests.
public struct DocumentList: DocumentSource, Hashable {
    private let documents: [[UInt8]]
    private let documentsPerBlock: Int

    /// The texts in their order, cut into blocks of `documentsPerBlock`; empty texts keep their number only.
    public init(_ texts: [String], documentsPerBlock: Int = 1024) {
        self.init(utf8: texts.map { Array($0.utf8) }, documentsPerBlock: documentsPerBlock)
    }

    /// The texts in their order; each must be valid UTF-8.
    public init(utf8 documents: [[UInt8]], documentsPerBlock: Int = 1024) {
        precondition(documentsPerBlock > 0, "a block holds at least one document")
        self.documents = documents
        self.documentsPerBlock = documentsPerBlock
    }

    /// Number of blocks; an empty list has one empty block.
    public var blockCount: Int {
        max(1, (documents.count + documentsPerBlock - 1) / documentsPerBlock)
    }

    /// The numbers of block `index`.
    public func ordinals(inBlock index: Int) -> Range<Int> {
        precondition((0..<blockCount).contains(index), "no block \(index) in \(blockCount)")
        let start = index * documentsPerBlock
        return start..<min(start + documentsPerBlock, documents.count)
    }

    /// The documents of block `index`.
    public func block(_ index: Int) -> [Document] {
        ordinals(inBlock: index).compactMap { ordinal in
            let utf8 = documents[ordinal]
            return utf8.isEmpty ? nil : Document(ordinal: ordinal, utf8: utf8)
        }
    }
}
