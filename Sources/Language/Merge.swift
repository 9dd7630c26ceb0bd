/// Two tokens that stand side by side and become one.
///
/// The merge at index `i` of a tokenizer makes token `256 + i`; smaller indices apply first.
public struct Merge: Hashable, Sendable, Comparable {
    /// Id of the token on the left.
    public let left: Int32
    /// Id of the token on the right.
    public let right: Int32

    /// The pair `left`, `right`.
    public init(left: Int32, right: Int32) {
        self.left = left
        self.right = right
    }

    /// Ascending pair order: by left, then by right.
    public static func < (a: Merge, b: Merge) -> Bool {
        (a.left, a.right) < (b.left, b.right)
    }

    /// Both ids in one word, ordered like the pairs.
    @inline(__always)
    var key: UInt64 { Self.key(left, right) }

    /// The key of the pair `left`, `right`; ids are never negative.
    @inline(__always)
    static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}
