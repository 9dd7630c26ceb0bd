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
    /// Chunks above this length merge through a queue instead of by rescanning.
    private static let longestRescanned = 96

    private let scanner = SplitScanner()
    private let pairs: PairTable
    private let remembered: UnsafeMutablePointer<Remembered>
    /// Ids found so far, grown as needed.
    private var ids: UnsafeMutablePointer<Int32>
    private var capacity = 1 << 14
    /// Scratch of the rescanning merge: ids, and for each the id it makes with its successor.
    private let parts: UnsafeMutablePointer<Int32>
    private let made: UnsafeMutablePointer<Int32>

    init(pairs: PairTable) {
        self.pairs = pairs
        let count = 2 << Int(Self.setBits)
        remembered = .allocate(capacity: count)
        remembered.initialize(repeating: Remembered(), count: count)
        ids = .allocate(capacity: capacity)
        parts = .allocate(capacity: Self.longestRescanned)
        made = .allocate(capacity: Self.longestRescanned)
    }

    deinit {
        remembered.deallocate()
        ids.deallocate()
        parts.deallocate()
        made.deallocate()
    }

    /// The ids of `utf8`; the buffer is this encoder's and good until its next use.
    func encode(_ utf8: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<Int32> {
        guard let text = utf8.baseAddress else { return UnsafeBufferPointer(start: ids, count: 0) }
        let end = utf8.count
        var start = 0
        var count = 0
        while start < end {
            let next = scanner.chunkEnd(from: start, in: text, end: end)
            let length = next - start
            if count + length + 4 > capacity { grow(to: count + length + 4, keeping: count) }
            if length > ShortChunk.longest {
                count += merge(text + start, length, into: ids + count)
            } else {
                let key = ShortChunk(text + start, length, room: end - start)
                count += recall(key, text + start, length, into: ids + count)
            }
            start = next
        }
        return UnsafeBufferPointer(start: ids, count: count)
    }

    /// The ids of one chunk by merging alone, without splitting and without memory.
    func merged(_ chunk: UnsafeBufferPointer<UInt8>) -> [Int32] {
        guard let text = chunk.baseAddress else { return [] }
        if chunk.count > capacity { grow(to: chunk.count, keeping: 0) }
        let count = merge(text, chunk.count, into: ids)
        return Array(UnsafeBufferPointer(start: ids, count: count))
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
        let count = merge(chunk, length, into: output)
        guard count <= 4 else { return count }
        var entry = Remembered(low: key.low, high: key.high)
        for index in 0..<count { entry.ids[index] = output[index] }
        entry.ids[0] |= Int32(count) << 24
        set[1] = set[0]
        set[0] = entry
        return count
    }

    /// Writes the ids of a chunk, found by merging, and returns how many.
    private func merge(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, into output: UnsafeMutablePointer<Int32>
    ) -> Int {
        if length == 1 {
            output[0] = Int32(chunk[0])
            return 1
        }
        if length > Self.longestRescanned {
            return MergeQueue.merge(chunk, length, pairs, into: output)
        }
        for index in 0..<length { parts[index] = Int32(chunk[index]) }
        for index in 0..<length - 1 { made[index] = pairs.merged(parts[index], parts[index + 1]) }
        var count = length
        while count > 1 {
            var best = PairTable.none
            var place = 0
            for index in 0..<count - 1 where made[index] < best {
                best = made[index]
                place = index
            }
            if best == PairTable.none { break }
            parts[place] = best
            count -= 1
            for index in stride(from: place + 1, to: count, by: 1) {
                parts[index] = parts[index + 1]
                made[index - 1] = made[index]
            }
            if place > 0 { made[place - 1] = pairs.merged(parts[place - 1], best) }
            if place + 1 < count { made[place] = pairs.merged(best, parts[place + 1]) }
        }
        output.update(from: parts, count: count)
        return count
    }
}
