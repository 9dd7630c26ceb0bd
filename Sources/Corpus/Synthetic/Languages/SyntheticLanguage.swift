public import Language

/// A language of integers whose exact likelihood is known in both readings.
///
/// A document is a function of (seed, index) alone. Where a document ends is part of what a model has to
/// predict, so likelihoods come with the cost of stopping.
public protocol SyntheticLanguage: Sendable {
    /// Ids run from 0 up to this, exclusive.
    var symbolCount: Int { get }

    /// Entropy of a document with its end, nats: what the best model pays on average, in either reading.
    var natsPerDocument: Double { get }

    /// The ids of document `index` in natural order.
    func symbols(_ index: Int) -> [Int32]

    /// What the exact model of `reading` pays for `ids`, which stand in that reading's order.
    ///
    /// The model knows the language and, if all documents are equally long, their length. A string the
    /// language does not contain costs infinity.
    func nats(ofRead ids: [Int32], _ reading: Reading) -> ReadingNats
}

/// What a model pays for one document in one reading.
public struct ReadingNats: Hashable, Sendable {
    /// Negative log-likelihood of each id given those read before it, nats, in reading order.
    public var symbols: [Double]
    /// The same for stopping where the document stops; 0 where the length is known beforehand.
    public var stop: Double

    /// A cost of `symbols`, then `stop`.
    public init(symbols: [Double], stop: Double = 0) {
        self.symbols = symbols
        self.stop = stop
    }

    /// −ln p(document), nats.
    public var total: Double { symbols.reduce(stop, +) }
}

/// Letters for symbols, so that any tokenizer without merges gives back one id a symbol.
enum SymbolAlphabet {
    private static let letters = Array(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)

    /// Symbols that have a letter.
    static var count: Int { letters.count }

    static func spelled(_ symbols: [Int32]) -> [UInt8] { symbols.map { letters[Int($0)] } }

    static func read(_ text: [UInt8]) -> [Int32] {
        text.compactMap { letter in letters.firstIndex(of: letter).map(Int32.init) }
    }
}

/// A synthetic language as a corpus: each symbol one ASCII letter, `a` for 0.
public struct SyntheticText<Base: SyntheticLanguage>: DocumentSource {
    /// The language that is spelled.
    public let language: Base
    /// Number of documents.
    public let count: Int

    /// The first `count` documents of `language`, which has at most 62 symbols.
    public init(_ language: Base, count: Int) {
        precondition(count > 0, "a corpus holds at least one document")
        precondition(
            language.symbolCount <= SymbolAlphabet.count,
            "\(language.symbolCount) symbols, but only \(SymbolAlphabet.count) letters")
        self.language = language
        self.count = count
    }

    /// The symbols that the letters of `text` stand for.
    public static func symbols(of text: [UInt8]) -> [Int32] { SymbolAlphabet.read(text) }

    /// Documents made at once.
    private static var documentsPerBlock: Int { 4096 }

    /// Number of blocks.
    public var blockCount: Int { (count + Self.documentsPerBlock - 1) / Self.documentsPerBlock }

    /// The numbers of the documents in block `index`.
    public func ordinals(inBlock index: Int) -> Range<Int> {
        precondition((0..<blockCount).contains(index), "no block \(index) in \(blockCount)")
        let start = index * Self.documentsPerBlock
        return start..<min(start + Self.documentsPerBlock, count)
    }

    /// The documents of block `index`.
    public func block(_ index: Int) -> [Document] {
        ordinals(inBlock: index).map {
            Document(ordinal: $0, utf8: SymbolAlphabet.spelled(language.symbols($0)))
        }
    }
}
