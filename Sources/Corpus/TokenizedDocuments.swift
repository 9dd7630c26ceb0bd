/// One document as token ids in natural order, without special tokens.
public struct TokenizedDocument: Hashable, Sendable {
    /// The document's number in its corpus.
    public var ordinal: Int
    /// Its tokens.
    public var tokens: [Int32]

    /// Document number `ordinal` with `tokens`.
    public init(ordinal: Int, tokens: [Int32]) {
        self.ordinal = ordinal
        self.tokens = tokens
    }
}

/// A `DocumentSource` whose documents have been through the tokenizer.
public protocol TokenizedDocuments: Sendable {
    /// Number of blocks; at least one.
    var blockCount: Int { get }

    /// The numbers that block `index` owns; some may have no document.
    func ordinals(inBlock index: Int) -> Range<Int>

    /// The documents of block `index`, by rising ordinal; always the same.
    func block(_ index: Int) throws(ShardError) -> [TokenizedDocument]
}

/// Token ids held in memory: tests, synthetic languages, corpora that fit.
public struct TokenList: TokenizedDocuments, Hashable {
    private let documents: [[Int32]]
    private let documentsPerBlock: Int

    /// The documents in their order, cut into blocks of `documentsPerBlock`.
    public init(_ documents: [[Int32]], documentsPerBlock: Int = 1024) {
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
    public func block(_ index: Int) -> [TokenizedDocument] {
        ordinals(inBlock: index).map { TokenizedDocument(ordinal: $0, tokens: documents[$0]) }
    }
}

/// Documents of a source, tokenized block by block when asked for.
public struct EncodedDocuments<Source: DocumentSource>: TokenizedDocuments {
    /// Where the texts come from.
    public let source: Source
    private let encode: @Sendable ([[UInt8]]) -> [[Int32]]

    /// The documents of `source` through `encode`, which keeps their number and order.
    public init(_ source: Source, encode: @escaping @Sendable ([[UInt8]]) -> [[Int32]]) {
        self.source = source
        self.encode = encode
    }

    /// Number of blocks.
    public var blockCount: Int { source.blockCount }

    /// The numbers that block `index` owns.
    public func ordinals(inBlock index: Int) -> Range<Int> { source.ordinals(inBlock: index) }

    /// The documents of block `index` as ids.
    public func block(_ index: Int) throws(ShardError) -> [TokenizedDocument] {
        let documents = try source.block(index)
        let tokens = encode(documents.map(\.utf8))
        precondition(
            tokens.count == documents.count,
            "\(tokens.count) encodings of \(documents.count) documents")
        return zip(documents, tokens).map { TokenizedDocument(ordinal: $0.ordinal, tokens: $1) }
    }
}
