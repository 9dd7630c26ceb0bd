import Corpus
import Language
import Provenance
import Testing

@Suite struct MixtureTests {
    private func list(_ name: String, _ count: Int) -> ConversationList {
        ConversationList(
            name,
            (0..<count).map {
                Conversation(question: "\(name) \($0)", answer: [Message.Part(.text, "ok")])
            })
    }

    private func mixture(_ seed: UInt64 = 7) -> Mixture {
        Mixture(
            [
                Mixture.Part(list("a", 10), epochs: 2), Mixture.Part(list("b", 10), epochs: 0.5),
                Mixture.Part(list("c", 3), count: 4), Mixture.Part(list("none", 0)),
            ], seed: Seed(seed))
    }

    @Test func partsHaveTheirShares() throws {
        let mixture = mixture()
        #expect(mixture.count == 29)
        var seen: [Int: Int] = [:]
        for epoch in 0..<2 {
            let order = mixture.order(epoch: epoch)
            for position in 0..<mixture.count {
                seen[order.entry(at: position).ordinal, default: 0] += 1
            }
        }
        // Twice an epoch; once in two; eight times three in turn.
        #expect((0..<10).allSatisfy { seen[$0] == 4 })
        #expect((10..<20).allSatisfy { seen[$0] == 1 })
        #expect((20..<23).map { seen[$0] ?? 0 }.sorted() == [2, 3, 3])
        let counts = mixture.counts(before: mixture.count, epoch: 1)
        #expect(counts.map(\.count) == [40, 10, 8, 0])
        #expect(counts.map(\.name) == ["a", "b", "c", "none"])
    }

    @Test func theOrderIsAFunctionOfTheSeed() throws {
        func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
            let mixture = mixture(seed)
            return (0..<mixture.count).map { mixture.order(epoch: epoch).entry(at: $0).ordinal }
        }
        #expect(order(7, 0) == order(7, 0))
        #expect(order(7, 0) != order(7, 1))
        #expect(order(7, 0) != order(8, 0))
        #expect(mixture(7).fingerprint == mixture(8).fingerprint)
        let entry = mixture().order(epoch: 0).entry(at: 5)
        let text = try mixture().conversation(of: entry).messages[0].text
        #expect(text == "\(["a", "b", "c"][entry.part]) \(entry.index)")
    }

    @Test func weightsShareATotal() {
        let mixture = Mixture(
            weighted: [(list("a", 10), 3), (list("b", 1), 1)], total: 40, seed: Seed(1))
        #expect(mixture.parts.map(\.count) == [30, 10])
    }
}
