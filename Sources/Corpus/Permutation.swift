public import Provenance

/// A pseudo-random permutation of `0..<count` that is computed index by index and never stored.
///
/// A Feistel network over the smallest power of four that holds `count`, walked until it lands inside.
/// - Source: Black & Rogaway, "Ciphers with Arbitrary Finite Domains", 2002, cycle walking.
public struct Permutation: Hashable, Sendable {
    /// Number of indices permuted.
    public let count: Int
    private let halfBits: UInt64
    private let halfMask: UInt64
    private let keys: [UInt64]

    /// Four rounds are enough in a large domain (Luby & Rackoff, 1988). Assumption: ten in a small one; with
    /// six, the 24 orders of four documents come out up to a tenth too often or too seldom.
    private static let roundCount = 10

    /// The permutation that `seed` names.
    public init(count: Int, seed: Seed) {
        precondition(count >= 0, "a permutation of \(count) indices")
        self.count = count
        let bits = count < 2 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
        halfBits = UInt64(max(1, (bits + 1) / 2))
        halfMask = (1 << halfBits) - 1
        keys = (0..<Self.roundCount).map { seed[$0].value }
    }

    /// Where `index` goes; every value of `0..<count` is taken once.
    public subscript(index: Int) -> Int {
        precondition((0..<count).contains(index), "index \(index) of a permutation of \(count)")
        var value = UInt64(index)
        repeat { value = scattered(value) } while value >= UInt64(count)
        return Int(value)
    }

    private func scattered(_ value: UInt64) -> UInt64 {
        var left = value >> halfBits
        var right = value & halfMask
        for key in keys {
            // The upper half of the mixed value is the better one, and `halfBits` is at most 32.
            (left, right) = (right, left ^ ((Seed(key &+ right)[0].value >> 32) & halfMask))
        }
        return left << halfBits | right
    }
}
