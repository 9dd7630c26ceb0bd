/// Sends each document to training or validation, before anything else is done to it.
///
/// The text alone decides, so copies of a text stay on one side, and adding, renaming or reordering
/// shards moves no document.
public struct DocumentSplit: Codable, Hashable, Sendable {
    /// Where a document goes.
    public enum Side: String, Codable, CaseIterable, Sendable {
        /// Learned from.
        case training
        /// Measured on.
        case validation
    }

    /// Expected share of the documents that validate, 0 ≤ share < 1.
    public let validationFraction: Double

    /// One document in a hundred validates.
    public static let standard = DocumentSplit(validationFraction: 0.01)

    /// A split with that share of validation.
    public init(validationFraction: Double) {
        precondition(
            validationFraction >= 0 && validationFraction < 1,
            "a validation fraction of \(validationFraction)")
        self.validationFraction = validationFraction
    }

    /// The side of the text `utf8`.
    public func side(of utf8: [UInt8]) -> Side {
        Self.hash(utf8) < UInt64(validationFraction * 0x1p64) ? .validation : .training
    }

    /// 64 bits that depend on every byte; fixed for ever, because results depend on it.
    ///
    /// Each eight bytes are folded in by a 64 × 64 → 128 bit product.
    /// - Source: the mixing step of wyhash, Wang Yi, https://github.com/wangyi-fudan/wyhash.
    static func hash(_ utf8: [UInt8]) -> UInt64 {
        var state: UInt64 = 0x2d35_8dcc_aa6c_78a5
        utf8.withUnsafeBytes { bytes in
            var i = 0
            while i + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                state = folded(state ^ UInt64(littleEndian: word), 0x8bb8_4b93_962e_acc9)
                i += 8
            }
            var tail: UInt64 = 0
            for byte in bytes[i...].reversed() { tail = tail << 8 | UInt64(byte) }
            state = folded(state ^ tail, 0x4b33_a62e_d433_d4a3)
            state = folded(state ^ UInt64(bytes.count), 0x4d5a_2da5_1de1_aa47)
        }
        return state
    }

    private static func folded(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}

/// The documents of one side of a split, with the numbers they have in the whole.
public struct SplitDocuments<Whole: DocumentSource>: DocumentSource {
    /// Both sides.
    public let whole: Whole
    /// What decides.
    public let split: DocumentSplit
    /// The side kept.
    public let side: DocumentSplit.Side

    /// One side of `whole`.
    public init(_ whole: Whole, split: DocumentSplit, side: DocumentSplit.Side) {
        self.whole = whole
        self.split = split
        self.side = side
    }

    /// Number of blocks.
    public var blockCount: Int { whole.blockCount }

    /// The numbers of block `index`, of both sides.
    public func ordinals(inBlock index: Int) -> Range<Int> { whole.ordinals(inBlock: index) }

    /// The documents of block `index` on this side.
    public func block(_ index: Int) throws(ShardError) -> [Document] {
        try whole.block(index).filter { split.side(of: $0.utf8) == side }
    }

    /// Whether there is any document; stops at the first one found.
    public func hasDocuments() throws(ShardError) -> Bool {
        for index in 0..<blockCount where try !block(index).isEmpty { return true }
        return false
    }
}
