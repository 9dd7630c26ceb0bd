/// Finds the merges of a set of counted words: always the commonest pair, the smallest on a tie.
///
/// Counts, ties and the left-to-right merging of runs are rustbpe's, so the merges are too; counts are
/// 64 bits wide, where rustbpe 0.1.0 overflows at 32.
/// - Source: karpathy/rustbpe `src/lib.rs`, `train_core_incremental`.
struct MergeFinder {
    /// Ids of all words, one after another; a word shrinks in its place.
    private var symbols: [Int32] = []
    private var starts: [Int] = []
    private var lengths: [Int32] = []
    private var counts: [Int64] = []

    private var index = PairIndex()
    /// By pair number: occurrences in the text, and the list of words it was seen in.
    private var pairCounts: [Int64] = []
    private var places = WordLists()
    private var heap = PairHeap()

    /// Number of words that can merge at all.
    var wordCount: Int { starts.count }

    /// Takes the words of `counter`.
    init(_ counter: ChunkCounter) {
        counter.forEach { chunk, count in
            guard chunk.count > 1 else { return }
            starts.append(symbols.count)
            lengths.append(Int32(chunk.count))
            counts.append(count)
            for byte in chunk { symbols.append(Int32(byte)) }
        }
        countPairs()
    }

    private mutating func countPairs() {
        for word in starts.indices {
            let start = starts[word]
            for place in start..<start + Int(lengths[word]) - 1 {
                see(Merge.key(symbols[place], symbols[place + 1]), in: word)
            }
        }
        for number in pairCounts.indices {
            heap.push(.init(count: pairCounts[number], key: keys[number], number: number))
        }
    }

    /// Keys by pair number.
    private var keys: [UInt64] = []

    /// Counts one more occurrence of a pair in a word.
    @inline(__always)
    private mutating func see(_ key: UInt64, in word: Int) {
        let number: Int
        if let known = index.number(of: key) {
            number = known
        } else {
            number = index.add(key)
            keys.append(key)
            pairCounts.append(0)
            places.addList()
        }
        pairCounts[number] += counts[word]
        places.append(word, to: number)
    }

    @inline(__always)
    private mutating func lose(_ key: UInt64, in word: Int) {
        if let number = index.number(of: key) { pairCounts[number] -= counts[word] }
    }

    /// The next merge, applied to all words; `nil` when no pair is left.
    mutating func next(making id: Int32) -> Merge? {
        while let top = heap.popFirst() {
            let current = pairCounts[top.number]
            if current <= 0 { continue }
            // Counts only fall once a pair is queued: a stale one goes back with its true count.
            if current != top.count {
                heap.push(.init(count: current, key: top.key, number: top.number))
                continue
            }
            let left = Int32(truncatingIfNeeded: top.key >> 32)
            let right = Int32(truncatingIfNeeded: top.key)
            let firstNew = pairCounts.count
            var list = places.take(top.number)
            while let word = places.next(of: &list) { merge(left, right, into: id, in: word) }
            pairCounts[top.number] = 0
            for number in firstNew..<pairCounts.count where pairCounts[number] > 0 {
                heap.push(.init(count: pairCounts[number], key: keys[number], number: number))
            }
            return Merge(left: left, right: right)
        }
        return nil
    }

    /// Replaces the pair in one word, left to right, and keeps the counts of its neighbours.
    private mutating func merge(_ left: Int32, _ right: Int32, into id: Int32, in word: Int) {
        let start = starts[word]
        let end = start + Int(lengths[word])
        var read = start
        var write = start
        while read < end {
            if read + 1 < end && symbols[read] == left && symbols[read + 1] == right {
                if write > start {
                    let before = symbols[write - 1]
                    lose(Merge.key(before, left), in: word)
                    see(Merge.key(before, id), in: word)
                }
                if read + 2 < end {
                    let after = symbols[read + 2]
                    lose(Merge.key(right, after), in: word)
                    see(Merge.key(id, after), in: word)
                }
                symbols[write] = id
                read += 2
            } else {
                symbols[write] = symbols[read]
                read += 1
            }
            write += 1
        }
        lengths[word] = Int32(write - start)
    }
}

/// For every pair the words it was seen in: linked lists in one store, their links reused.
struct WordLists {
    private struct Link {
        var word: UInt32
        var next: UInt32
    }

    private static let end = UInt32.max
    private var heads: [UInt32] = []
    private var links: [Link] = []
    private var free = Self.end

    /// A new empty list with the next number.
    mutating func addList() { heads.append(Self.end) }

    /// Puts `word` on a list, unless it is the last one put there.
    @inline(__always)
    mutating func append(_ word: Int, to list: Int) {
        let head = heads[list]
        if head != Self.end && links[Int(head)].word == UInt32(word) { return }
        let link = Link(word: UInt32(word), next: head)
        if free != Self.end {
            heads[list] = free
            let reused = Int(free)
            free = links[reused].next
            links[reused] = link
        } else {
            heads[list] = UInt32(links.count)
            links.append(link)
        }
    }

    /// The beginning of a list, which is empty afterwards.
    mutating func take(_ list: Int) -> UInt32 {
        defer { heads[list] = Self.end }
        return heads[list]
    }

    /// The next word of a list that was taken.
    @inline(__always)
    mutating func next(of list: inout UInt32) -> Int? {
        guard list != Self.end else { return nil }
        let link = links[Int(list)]
        links[Int(list)].next = free
        free = list
        list = link.next
        return Int(link.word)
    }
}

/// Pairs by count, the commonest first; the smaller pair first among equals.
struct PairHeap {
    struct Entry {
        let count: Int64
        let key: UInt64
        let number: Int

        @inline(__always)
        func precedes(_ other: Entry) -> Bool {
            count != other.count ? count > other.count : key < other.key
        }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 4
            guard entry.precedes(entries[parent]) else { break }
            entries[child] = entries[parent]
            child = parent
        }
        entries[child] = entry
    }

    mutating func popFirst() -> Entry? {
        guard let top = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return top }
        var hole = 0
        while true {
            let first = 4 * hole + 1
            guard first < entries.count else { break }
            var best = first
            for child in first + 1..<max(first + 1, min(first + 4, entries.count))
            where entries[child].precedes(entries[best]) {
                best = child
            }
            guard entries[best].precedes(last) else { break }
            entries[hole] = entries[best]
            hole = best
        }
        entries[hole] = last
        return top
    }
}
