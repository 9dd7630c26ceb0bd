/// One thread's encoder: scratch space and a memory of recent chunks.
///
/// Natural text repeats itself, so nearly every chunk is answered by one probe of a table of short
/// chunks; the rest go through the merges. What it returns does not depend on what it remembers.
final class ChunkEncoder {
    /// A chunk of at most 15 bytes (the 16th is its length) and its at most four ids; the first id
    /// carries their count in its high byte.
    private struct Remembered {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var ids = SIMD4<Int32>(repeating: 0)
    }

    /// Pairs of slots are searched together. 32,768 entries are one megabyte, the size of a
    /// second-level cache.
    private static let setBits: UInt64 = 14

    private let scanner = SplitScanner()
    private let tokens: TokenTable
    private let merger: ChunkMerger
    private let remembered: UnsafeMutablePointer<Remembered>
    /// Ids found so far, grown as needed.
    private var ids: UnsafeMutablePointer<Int32>
    private var capacity = 1 << 14

    init(tokens: TokenTable, pairs: PairTable) {
        self.tokens = tokens
        merger = ChunkMerger(pairs)
        let count = 2 << Int(Self.setBits)
        remembered = .allocate(capacity: count)
        remembered.initialize(repeating: Remembered(), count: count)
        ids = .allocate(capacity: capacity)
    }

    deinit {
        remembered.deallocate()
        ids.deallocate()
    }

    /// The ids of `utf8`; the buffer is this encoder's and good until its next use.
    func encode(_ utf8: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<Int32> {
        guard let text = utf8.baseAddress else { return UnsafeBufferPointer(start: ids, count: 0) }
        let end = utf8.count
        // Local copies: the class's own fields would be checked for exclusive access at every chunk.
        var (ids, capacity) = (self.ids, self.capacity)
        var start = 0
        var count = 0
        while start < end {
            let next = scanner.chunkEnd(from: start, in: text, end: end)
            let length = next - start
            if count + length + 4 > capacity {
                grow(to: count + length + 4, keeping: count)
                (ids, capacity) = (self.ids, self.capacity)
            }
            if length > ShortChunk.longest {
                count += merger.merge(text + start, length, into: ids + count)
            } else {
                let key = ShortChunk(text + start, length, room: end - start)
                count += recall(key, text + start, length, into: ids + count)
            }
            start = next
        }
        return UnsafeBufferPointer(start: ids, count: count)
    }

    private func grow(to needed: Int, keeping count: Int) {
        let larger = UnsafeMutablePointer<Int32>.allocate(capacity: max(needed, 2 * capacity))
        larger.update(from: ids, count: count)
        ids.deallocate()
        ids = larger
        capacity = max(needed, 2 * capacity)
    }

    /// Writes the ids of a short chunk and returns how many; up to four slots are overwritten.
    @inline(__always)
    private func recall(
        _ key: ShortChunk, _ chunk: UnsafePointer<UInt8>, _ length: Int,
        into output: UnsafeMutablePointer<Int32>
    ) -> Int {
        let set = remembered + 2 * key.slot(bits: Self.setBits)
        if set[0].low == key.low && set[0].high == key.high {
            return write(set[0].ids, to: output)
        }
        if set[1].low == key.low && set[1].high == key.high {
            return write(set[1].ids, to: output)
        }
        return learn(key, chunk, length, set, into: output)
    }

    @inline(__always)
    private func write(_ ids: SIMD4<Int32>, to output: UnsafeMutablePointer<Int32>) -> Int {
        let count = Int(UInt32(bitPattern: ids[0]) >> 24)
        var plain = ids
        plain[0] &= 0x00FF_FFFF
        UnsafeMutableRawPointer(output).storeBytes(of: plain, as: SIMD4<Int32>.self)
        return count
    }

    @inline(never)
    private func learn(
        _ key: ShortChunk, _ chunk: UnsafePointer<UInt8>, _ length: Int,
        _ set: UnsafeMutablePointer<Remembered>, into output: UnsafeMutablePointer<Int32>
    ) -> Int {
        var count = 1
        if let id = tokens.id(of: key) {
            output[0] = id
        } else {
            count = merger.merge(chunk, length, into: output)
        }
        guard count <= 4 else { return count }
        var entry = Remembered(low: key.low, high: key.high)
        for index in 0..<count { entry.ids[index] = output[index] }
        entry.ids[0] |= Int32(count) << 24
        set[1] = set[0]
        set[0] = entry
        return count
    }
}
