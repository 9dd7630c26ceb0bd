import Corpus
import Language
import Provenance
import Testing

@Suite struct PalindromeSourceTests {
    private let source = PalindromeSource(
        halves: .irreversible(symbolCount: 6, length: 10, seed: Seed(9)))

    @Test func documentsReadTheSameFromBothEnds() {
        for index in 0..<100 {
            let symbols = source.symbols(index)
            #expect(symbols.count == 20)
            #expect(symbols == Reading.backward.turned(symbols))
        }
    }

    @Test func onlyTheFirstHalfCosts() {
        let nats = source.nats(ofRead: source.symbols(0), .backward)
        #expect(nats.symbols.prefix(10).allSatisfy { $0 > 0 })
        #expect(nats.symbols.suffix(10).allSatisfy { $0 == 0 })
        #expect(nats == source.nats(ofRead: source.symbols(0), .forward))
    }

    @Test func whatIsNoPalindromeIsImpossible() {
        var symbols = source.symbols(0)
        symbols[19] = (symbols[19] + 1) % 6
        #expect(source.nats(ofRead: symbols, .forward).total == .infinity)
    }
}
