import Corpus
import Provenance
import Testing

@Suite struct SyntheticTextTests {
    private let chain = MarkovSource.reversible(symbolCount: 30, length: 20, seed: Seed(1))

    @Test func eachSymbolIsOneLetter() {
        let text = SyntheticText(chain, count: 5000)
        #expect(text.blockCount == 2)
        let documents = (0..<text.blockCount).flatMap { text.block($0) }
        #expect(documents.map(\.ordinal) == Array(0..<5000))
        for document in documents.prefix(50) {
            #expect(document.utf8.count == 20)
            #expect(
                SyntheticText<MarkovSource>.symbols(of: document.utf8)
                    == chain.symbols(document.ordinal))
        }
    }
}
