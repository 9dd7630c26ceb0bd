/// The tokens that are whole chunks of at most 15 bytes: built once, open addressing.
///
/// Saves the merging of a chunk that is a token by itself, which most new words of a large
/// vocabulary are. Holds only tokens that merging their own bytes gives back, so that what a chunk
/// becomes is decided by the merges alone.
final class TokenTable: @unchecked Sendable {
    private struct Slot {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var id: Int32 = 0
    }

    private let slots: UnsafeMutablePointer<Slot>
    private let mask: Int
    private let bits: UInt64

    /// The table of those tokens of `spelling` that `pairs` merges back to themselves.
    init(spelling: [UInt8], starts: [Int], pairs: PairTable) {
        var bits: UInt64 = 4
        while (1 << bits) < (starts.count - 1) * 2 { bits += 1 }
        self.bits = bits
        mask = 1 << Int(bits) - 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: Slot(), count: mask + 1)
        let merger = ChunkMerger(pairs)
        var ids = [Int32](repeating: 0, count: ShortChunk.longest)
        spelling.withUnsafeBufferPointer { spelling in
            guard let base = spelling.baseAddress else { return }
            for id in 0..<starts.count - 1 {
                let length = starts[id + 1] - starts[id]
                guard length <= ShortChunk.longest else { continue }
                let count = ids.withUnsafeMutableBufferPointer { ids in
                    ids.baseAddress.map { merger.merge(base + starts[id], length, into: $0) }
                }
                guard count == 1, ids[0] == Int32(id) else { continue }
                let key = ShortChunk(base + starts[id], length, room: length)
                var slot = key.slot(bits: bits)
                while slots[slot].high != 0 { slot = (slot + 1) & mask }
                slots[slot] = Slot(low: key.low, high: key.high, id: Int32(id))
            }
        }
    }

    deinit { slots.deallocate() }

    /// The id of a chunk that is one token; `nil` for others.
    @inline(__always)
    func id(of key: ShortChunk) -> Int32? {
        var slot = key.slot(bits: bits)
        while slots[slot].high != 0 {
            if slots[slot].low == key.low && slots[slot].high == key.high { return slots[slot].id }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
