/// The token each pair merges into: open addressing with linear probing, built once.
final class PairTable: @unchecked Sendable {
    /// Answer for a pair that does not merge; larger than every id.
    static let none = Int32.max

    private struct Slot {
        var left: Int32
        var right: Int32
        var merged: Int32
    }

    private let slots: UnsafeMutablePointer<Slot>
    /// The pairs of single bytes by themselves, with which every chunk begins.
    private let bytePairs: UnsafeMutablePointer<Int32>
    private let mask: Int
    private let shift: UInt64

    /// The table of `merges`, the first of which makes token 256.
    init(_ merges: [Merge]) {
        var bits: UInt64 = 4
        while (1 << bits) < merges.count * 2 { bits += 1 }
        let capacity = 1 << Int(bits)
        mask = capacity - 1
        shift = 64 - bits
        slots = .allocate(capacity: capacity)
        slots.initialize(
            repeating: Slot(left: -1, right: -1, merged: Self.none), count: capacity)
        bytePairs = .allocate(capacity: 1 << 16)
        bytePairs.initialize(repeating: Self.none, count: 1 << 16)
        for (index, merge) in merges.enumerated() {
            var slot = home(of: merge.left, merge.right)
            while slots[slot].left >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Slot(
                left: merge.left, right: merge.right, merged: Int32(256 + index))
            if merge.left < 256 && merge.right < 256 {
                bytePairs[Int(merge.left << 8 | merge.right)] = Int32(256 + index)
            }
        }
    }

    deinit {
        slots.deallocate()
        bytePairs.deallocate()
    }

    /// The id two bytes merge into, or `none`.
    @inline(__always)
    func merged(bytes left: UInt8, _ right: UInt8) -> Int32 {
        bytePairs[Int(left) << 8 | Int(right)]
    }

    @inline(__always)
    private func home(of left: Int32, _ right: Int32) -> Int {
        // Fibonacci hashing: the high bits of the product depend on every bit of the key.
        let mixed = Merge.key(left, right) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: mixed &>> shift)
    }

    /// The id `left` and `right` merge into, or `none`.
    @inline(__always)
    func merged(_ left: Int32, _ right: Int32) -> Int32 {
        var slot = home(of: left, right)
        while true {
            let candidate = slots[slot]
            if candidate.left == left && candidate.right == right { return candidate.merged }
            if candidate.left < 0 { return Self.none }
            slot = (slot + 1) & mask
        }
    }
}
