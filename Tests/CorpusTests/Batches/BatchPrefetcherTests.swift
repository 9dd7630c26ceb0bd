import Corpus
import Language
import Provenance
import Synchronization
import Testing

@Suite struct BatchPrefetcherTests {
    /// Groups of 512 documents of 14 tokens, each of which fills a row.
    private let layout = BatchLayout(
        rowCount: 2, columnCount: 16, direction: .forward, groupTokenCount: 512 * 14)

    private func stream() throws -> BatchStream<TokenList> {
        try BatchStream(
            TokenList(randomDocuments(count: 50, longest: 40, seed: 4)),
            vocabulary: tinyVocabulary, layout: layout, seed: Seed(4))
    }

    @Test func deliversTheStreamInOrder() throws {
        var expected = try stream()
        let prefetcher = BatchPrefetcher(try stream(), capacity: 3, seconds: { 0 })
        for _ in 0..<300 { #expect(sameNumbers(try prefetcher.next(), try expected.next())) }
    }

    /// A source that reads a few blocks and then a damaged one.
    private struct Damaged: TokenizedDocuments {
        let blockCount = 4
        func ordinals(inBlock index: Int) -> Range<Int> { index * 700..<(index + 1) * 700 }
        func block(_ index: Int) throws(ShardError) -> [TokenizedDocument] {
            if index == 2 { throw .emptyShard("two") }
            return ordinals(inBlock: index).map {
                TokenizedDocument(ordinal: $0, tokens: Array(repeating: 1, count: 14))
            }
        }
    }

    @Test func deliversErrorsAfterTheBatchesBeforeThem() throws {
        // A seed under which the damaged block is not the first of the epoch.
        let seed = try #require(
            (UInt64(0)..<100).first {
                DocumentOrder(
                    blocks: (0..<4).map { $0 * 700..<($0 + 1) * 700 }, seed: Seed($0)["order"],
                    epoch: 0
                ).turn(at: 1400).block == 2
            })
        let damaged = try BatchStream(
            Damaged(), vocabulary: tinyVocabulary, layout: layout, seed: Seed(seed))
        let prefetcher = BatchPrefetcher(damaged, capacity: 2, seconds: { 0 })
        // Two groups lie wholly before it.
        for _ in 0..<512 { _ = try prefetcher.next() }
        for _ in 0..<2 {
            #expect(throws: BatchError.shard(.emptyShard("two"))) { try prefetcher.next() }
        }
        prefetcher.stop()
    }

    @Test func endsWhenDroppedWithAFullQueue() throws {
        for _ in 0..<50 {
            let prefetcher = BatchPrefetcher(try stream(), capacity: 1, seconds: { 0 })
            _ = try prefetcher.next()
        }
    }

    /// A clock that moves on by a second whenever it is read.
    private final class Ticks: Sendable {
        private let count = Atomic(0)
        func next() -> Double { Double(count.add(1, ordering: .relaxed).newValue) }
    }

    @Test func measuresWaitingByTheGivenClock() throws {
        let clock = Ticks()
        let prefetcher = BatchPrefetcher(try stream(), capacity: 1, seconds: { clock.next() })
        for _ in 0..<100 { _ = try prefetcher.next() }
        let waited = prefetcher.waited
        // Each wait reads the clock twice, one second apart.
        #expect(waited.seconds == Double(waited.count))
        #expect((0...100).contains(waited.count))
    }
}
