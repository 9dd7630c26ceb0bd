/// Finds the ids of a chunk by merging its bytes: the earliest merge first, leftmost among equals.
///
/// One thread's: it owns scratch space.
final class ChunkMerger {
    /// Chunks above this length merge through a queue instead of by rescanning.
    private static let longestRescanned = 96

    private let pairs: PairTable
    /// Ids of the chunk so far, and for each the id it makes with its successor.
    private let parts: UnsafeMutablePointer<Int32>
    private let made: UnsafeMutablePointer<Int32>

    init(_ pairs: PairTable) {
        self.pairs = pairs
        parts = .allocate(capacity: Self.longestRescanned)
        made = .allocate(capacity: Self.longestRescanned)
    }

    deinit {
        parts.deallocate()
        made.deallocate()
    }

    /// Writes the ids of a chunk and returns how many; `output` has room for `length`.
    func merge(
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
        for index in 0..<length - 1 {
            made[index] = pairs.merged(bytes: chunk[index], chunk[index + 1])
        }
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
