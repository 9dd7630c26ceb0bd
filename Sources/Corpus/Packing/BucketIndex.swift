/// Items filed under small integer keys, with the nearest occupied key found in a few machine words.
///
/// Best-fit packing asks "the tightest row with room for this" once a window; a bit a key answers in
/// O(keys / 64) where a scan of the rows would make packing quadratic.
struct BucketIndex {
    private var heads: [Int32]
    private var links: [Int32] = []
    private var occupied: [UInt64]

    /// No items, for keys in `0...maximumKey`.
    init(maximumKey: Int) {
        heads = Array(repeating: -1, count: maximumKey + 1)
        occupied = Array(repeating: 0, count: maximumKey / 64 + 1)
    }

    /// Files `item`; among equal keys the latest comes out first.
    mutating func insert(_ item: Int, key: Int) {
        while links.count <= item { links.append(-1) }
        links[item] = heads[key]
        heads[key] = Int32(item)
        occupied[key >> 6] |= 1 << UInt64(key & 63)
    }

    /// Takes out an item with the smallest key that is at least `key`.
    mutating func takeSmallest(from key: Int) -> (item: Int, key: Int)? {
        guard key < heads.count else { return nil }
        var word = key >> 6
        var bits = occupied[word] & (~0 << UInt64(key & 63))
        while bits == 0 {
            word += 1
            guard word < occupied.count else { return nil }
            bits = occupied[word]
        }
        return take(word << 6 | bits.trailingZeroBitCount)
    }

    /// Takes out an item with the largest key that is at most `key`.
    mutating func takeLargest(through key: Int) -> (item: Int, key: Int)? {
        guard key >= 0 else { return nil }
        let key = min(key, heads.count - 1)
        var word = key >> 6
        var bits = occupied[word] & (~0 >> UInt64(63 - key & 63))
        while bits == 0 {
            word -= 1
            guard word >= 0 else { return nil }
            bits = occupied[word]
        }
        return take(word << 6 | (63 - bits.leadingZeroBitCount))
    }

    private mutating func take(_ key: Int) -> (item: Int, key: Int) {
        let item = Int(heads[key])
        heads[key] = links[item]
        if heads[key] < 0 { occupied[key >> 6] &= ~(1 << UInt64(key & 63)) }
        return (item, key)
    }
}
