import Corpus
import Foundation
import Testing

@Suite struct NGramCountsTests {
    @Test func aCircleCountsEachSymbolAsOftenAsItStands() {
        let counts = NGramCounts(of: [[0, 1, 1, 0, 1]], order: 2, symbolCount: 2)
        #expect(counts.codes == [0b01, 0b10, 0b11])
        #expect(counts.counts == [2, 2, 1])
        #expect(counts.total == 5)
    }

    @Test func theMirrorOfTheMirrorIsTheThing() {
        let counts = NGramCounts(of: [[0, 2, 1, 1, 0, 2, 2]], order: 3, symbolCount: 3)
        #expect(counts.mirrored != counts)
        #expect(counts.mirrored.mirrored == counts)
    }

    /// 0 1 1 around a circle: 0→1 always, 1→1 and 1→0 once each, so (2/3)·ln 2.
    @Test func crossEntropyEqualsTheOneWorkedOutByHand() {
        let counts = NGramCounts(of: [[0, 1, 1]], order: 2, symbolCount: 2)
        #expect(abs(counts.crossEntropyNats() - 2.0 / 3 * log(2)) < 1e-15)
        // With α = 1: (ln(3/2) + 2 ln 2) / 3.
        #expect(abs(counts.crossEntropyNats(smoothing: 1) - (log(1.5) + 2 * log(2)) / 3) < 1e-15)
    }

    @Test func linesCountWindowsInsideOnly() {
        #expect(
            NGramCounts(of: [[0, 1, 1], [0]], order: 2, symbolCount: 2, ends: .cut).total == 2)
    }
}
