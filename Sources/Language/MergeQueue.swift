/// Merges a long chunk in n log n: a linked list of parts and a heap of the pairs that can merge.
///
/// Rescanning is quicker for words; this keeps a megabyte of one letter from taking hours.
enum MergeQueue {
    /// Writes the ids of `chunk` and returns how many; the same ids as merging by rescanning.
    static func merge(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, _ pairs: PairTable,
        into output: UnsafeMutablePointer<Int32>
    ) -> Int {
        var ids = (0..<length).map { Int32(chunk[$0]) }
        var next = (0..<length).map { Int32($0 + 1) }
        var previous = (0..<length).map { Int32($0 - 1) }
        /// The id each part makes with its successor; −1 for parts that are gone.
        var made = [Int32](repeating: PairTable.none, count: length)
        var heap = MinHeap()

        func refresh(_ place: Int) {
            let successor = Int(next[place])
            made[place] =
                successor < length ? pairs.merged(ids[place], ids[successor]) : PairTable.none
            if made[place] != PairTable.none { heap.push(made[place], at: place) }
        }
        for place in 0..<length { refresh(place) }
        while let (merged, place) = heap.pop() {
            // A stale entry: the part is gone or has another successor by now.
            guard made[place] == merged else { continue }
            let gone = Int(next[place])
            let successor = Int(next[gone])
            ids[place] = merged
            made[gone] = -1
            next[place] = Int32(successor)
            if successor < length { previous[successor] = Int32(place) }
            refresh(place)
            if previous[place] >= 0 { refresh(Int(previous[place])) }
        }
        var count = 0
        var place = 0
        while place < length {
            output[count] = ids[place]
            count += 1
            place = Int(next[place])
        }
        return count
    }

    /// Smallest id first, leftmost among equals.
    private struct MinHeap {
        private var keys: [UInt64] = []

        mutating func push(_ merged: Int32, at place: Int) {
            let key = UInt64(UInt32(bitPattern: merged)) << 32 | UInt64(place)
            keys.append(key)
            var child = keys.count - 1
            while child > 0 {
                let parent = (child - 1) / 2
                guard keys[parent] > key else { break }
                keys[child] = keys[parent]
                child = parent
            }
            keys[child] = key
        }

        mutating func pop() -> (merged: Int32, place: Int)? {
            guard let top = keys.first, let last = keys.popLast() else { return nil }
            if !keys.isEmpty {
                var hole = 0
                while true {
                    var child = 2 * hole + 1
                    guard child < keys.count else { break }
                    if child + 1 < keys.count && keys[child + 1] < keys[child] { child += 1 }
                    guard keys[child] < last else { break }
                    keys[hole] = keys[child]
                    hole = child
                }
                keys[hole] = last
            }
            return (Int32(top >> 32), Int(top & 0xFFFF_FFFF))
        }
    }
}
