internal import Foundation
public import Provenance
internal import Synchronization

/// Turns text into token ids and back: byte-level BPE with nanochat's split pattern.
///
/// Ids 0…255 are the bytes, then come the merges in order, then the special tokens. Text never
/// spells a special token, whatever characters it contains. Safe to share between threads.
public final class Tokenizer: Sendable {
    /// Ids are kept below this, so that a memory of chunks can pack a count beside one.
    static let largestVocabulary = 1 << 24

    /// What becomes what; the merge at index `i` makes token `256 + i`.
    public let merges: [Merge]
    /// Names the content: split pattern, Unicode version, merges and special tokens.
    public let hash: ContentHash
    /// Length of each token's raw bytes, `[V]`; 0 for special tokens.
    public let byteCounts: [Int32]

    /// Bytes of the plain tokens, one after another, and where each begins.
    let spelling: [UInt8]
    let starts: [Int]
    private let pairs: PairTable
    private let tokens: TokenTable
    private let idleEncoders = Mutex<[Lent]>([])

    /// An encoder on its way between threads; only one holds it at a time.
    private struct Lent: @unchecked Sendable {
        let encoder: ChunkEncoder
    }

    /// The tokenizer with `merges` in the order in which they apply.
    /// - Throws: when a merge names a token that does not exist yet, or two make the same bytes.
    public init(merges: [Merge]) throws(TokenizerError) {
        guard 256 + merges.count + SpecialToken.allCases.count < Self.largestVocabulary else {
            throw .inconsistentMerges(reason: "\(merges.count) merges are too many")
        }
        var spelling: [UInt8] = Array(0...255)
        var starts = Array(0...256)
        var known = Set<ArraySlice<UInt8>>()
        for (index, merge) in merges.enumerated() {
            let id = 256 + index
            guard 0..<id ~= Int(merge.left), 0..<id ~= Int(merge.right) else {
                throw .inconsistentMerges(
                    reason: "merge \(index) joins \(merge.left) and \(merge.right), "
                        + "but only ids below \(id) exist by then")
            }
            let left = starts[Int(merge.left)]..<starts[Int(merge.left) + 1]
            let right = starts[Int(merge.right)]..<starts[Int(merge.right) + 1]
            guard left.count + right.count <= Self.longestToken else {
                throw .inconsistentMerges(
                    reason: "merge \(index) makes a token of more than \(Self.longestToken) bytes")
            }
            let bytes = spelling[left] + spelling[right]
            spelling += bytes
            starts.append(spelling.count)
            guard known.insert(bytes).inserted else {
                throw .inconsistentMerges(
                    reason: "merge \(index) makes the bytes of an earlier token, "
                        + TokenSpelling.escaped(bytes))
            }
        }
        self.merges = merges
        self.spelling = spelling
        self.starts = starts
        pairs = PairTable(merges)
        tokens = TokenTable(spelling: spelling, starts: starts, pairs: pairs)
        hash = TokenizerFile.hash(merges: merges)
        byteCounts =
            (0..<starts.count - 1).map { Int32(starts[$0 + 1] - starts[$0]) }
            + SpecialToken.allCases.map { _ in 0 }
    }

    /// No training makes longer tokens by chance; a file that asks for one is out to fill memory.
    static let longestToken = 1 << 20

    /// The tokenizer saved at `path`, a file or the folder that holds `tokenizer.json`.
    public convenience init(contentsOf path: String) throws(TokenizerError) {
        try self.init(merges: TokenizerFile.read(path))
    }

    /// Writes `tokenizer.json` to `folder`, which is made if need be.
    public func save(to folder: String) throws(TokenizerError) {
        try TokenizerFile.write(self, to: folder)
    }

    // MARK: Vocabulary

    /// Number of ids: bytes, merges and special tokens.
    public var vocabularySize: Int { plainTokenCount + SpecialToken.allCases.count }
    /// Number of ids that stand for text; the specials follow.
    public var plainTokenCount: Int { 256 + merges.count }

    /// The id of a special token.
    public func id(of special: SpecialToken) -> Int32 {
        Int32(plainTokenCount + special.ordinal)
    }

    /// The token before every document.
    public var bos: Int32 { id(of: .bos) }

    /// The special token with `id`; `nil` for tokens that stand for text and ids out of range.
    public func special(_ id: Int32) -> SpecialToken? {
        let ordinal = Int(id) - plainTokenCount
        let all = SpecialToken.allCases
        return all.indices.contains(ordinal) ? all[ordinal] : nil
    }

    /// The raw bytes of a token; none for special tokens. Traps on an id out of range.
    public func bytes(of id: Int32) -> ArraySlice<UInt8> {
        precondition(id >= 0 && id < vocabularySize, "no token has id \(id)")
        guard id < plainTokenCount else { return [] }
        return spelling[starts[Int(id)]..<starts[Int(id) + 1]]
    }

    // MARK: Encoding

    /// The ids of `text`, which is never searched for special tokens.
    public func encode(_ text: String) -> [Int32] {
        var text = text
        return text.withUTF8 { encode(utf8: $0) }
    }

    /// The ids of UTF-8 bytes; bytes that are not UTF-8 are kept, cut like punctuation.
    public func encode(utf8: UnsafeBufferPointer<UInt8>) -> [Int32] {
        withEncoder { Array($0.encode(utf8)) }
    }

    /// The ids of UTF-8 bytes, as above.
    public func encode(utf8: [UInt8]) -> [Int32] {
        utf8.withUnsafeBufferPointer { encode(utf8: $0) }
    }

    /// The ids of each of `texts`, found by `threadCount` threads; the same for every count.
    public func encodeBatch(_ texts: [String], threadCount: Int) -> [[Int32]] {
        Parallel.map(texts, threadCount: threadCount) { texts, index in
            self.encode(texts[index])
        }
    }

    /// Lends an encoder whose memory is warm, or a new one.
    private func withEncoder<Result>(_ body: (ChunkEncoder) -> Result) -> Result {
        let lent =
            idleEncoders.withLock { $0.popLast() }
            ?? Lent(encoder: ChunkEncoder(tokens: tokens, pairs: pairs))
        defer { idleEncoders.withLock { $0.append(lent) } }
        return body(lent.encoder)
    }

    // MARK: Decoding

    /// The bytes `ids` stand for; special tokens stand for none.
    public func decodeBytes(_ ids: some Sequence<Int32>) -> [UInt8] {
        var decoded: [UInt8] = []
        for id in ids { decoded += bytes(of: id) }
        return decoded
    }

    /// The text `ids` stand for; bytes that form no character become U+FFFD, specials vanish.
    public func decode(_ ids: some Sequence<Int32>) -> String {
        String(decoding: decodeBytes(ids), as: UTF8.self)
    }
}

extension SpecialToken {
    /// Its place among the special tokens.
    var ordinal: Int {
        guard let ordinal = Self.allCases.firstIndex(of: self) else {
            preconditionFailure("a case is among all cases")
        }
        return ordinal
    }
}
