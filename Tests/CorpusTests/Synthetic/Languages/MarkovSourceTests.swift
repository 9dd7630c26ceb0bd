import Corpus
import Foundation
import Language
import Provenance
import Testing

@Suite struct MarkovSourceTests {
    /// Two states: π = (b, a)/(a + b) and h = π₀ H(a) + π₁ H(b).
    /// - Source: Cover & Thomas, 2nd ed., Example 4.1.1 and Theorem 4.2.4.
    @Test func twoStatesHaveTheTextbookEntropyRate() {
        let (a, b) = (0.1, 0.4)
        let source = MarkovSource(transition: [[1 - a, a], [b, 1 - b]], length: 4, seed: Seed(1))
        func entropy(_ p: Double) -> Double { -p * log(p) - (1 - p) * log(1 - p) }
        #expect(abs(source.stationary[0] - 0.8) < 1e-15)
        #expect(abs(source.entropyRate - (0.8 * entropy(a) + 0.2 * entropy(b))) < 1e-15)
        #expect(abs(source.natsPerDocument - (entropy(0.2) + 3 * source.entropyRate)) < 1e-14)
    }

    @Test(arguments: [0, 1, 2, 3])
    func theStationaryLawIsKept(root: UInt64) {
        let source = MarkovSource.irreversible(symbolCount: 12, length: 8, seed: Seed(root))
        for j in 0..<12 {
            let next = (0..<12).reduce(0) { $0 + source.stationary[$1] * source.transition[$1][j] }
            #expect(abs(next - source.stationary[j]) < 1e-15)
        }
    }

    @Test(arguments: [0, 1, 2, 3])
    func reversingTellsTheTwoKindsApart(root: UInt64) {
        func distance(_ source: MarkovSource) -> Double {
            zip(source.transition.joined(), source.reversed.transition.joined())
                .reduce(0) { max($0, abs($1.0 - $1.1)) }
        }
        let still = MarkovSource.reversible(symbolCount: 6, length: 8, seed: Seed(root))
        let driven = MarkovSource.irreversible(symbolCount: 6, length: 8, seed: Seed(root))
        #expect(distance(still) < 1e-14)
        #expect(abs(still.entropyProduction) < 1e-14)
        #expect(distance(driven) > 0.1)
        #expect(driven.entropyProduction > 0.1)
        #expect(abs(driven.reversed.entropyRate - driven.entropyRate) < 1e-14)
    }

    @Test func documentsFollowTheChain() {
        let source = MarkovSource.irreversible(symbolCount: 5, length: 100, seed: Seed(2))
        var steps = [[Double]](repeating: [Double](repeating: 0, count: 5), count: 5)
        var nats = 0.0
        for index in 0..<1000 {
            let symbols = source.symbols(index)
            nats += source.nats(ofRead: symbols, .forward).total
            for (from, to) in zip(symbols, symbols.dropFirst()) { steps[Int(from)][Int(to)] += 1 }
        }
        for (row, expected) in zip(steps, source.transition) {
            let total = row.reduce(0, +)
            for (count, probability) in zip(row, expected) {
                #expect(abs(count / total - probability) < 6 * (0.25 / total).squareRoot())
            }
        }
        // A thousand documents of a hundred symbols: their mean cost is the entropy to half a percent.
        #expect(abs(nats / 1000 / source.natsPerDocument - 1) < 0.005)
    }

    @Test func eachStepIsPricedByTheTableOfItsReading() {
        let source = MarkovSource.irreversible(symbolCount: 4, length: 3, seed: Seed(5))
        let forward = source.nats(ofRead: [1, 2, 0], .forward)
        let backward = source.nats(ofRead: [0, 2, 1], .backward)
        #expect(abs(forward.symbols[1] + log(source.transition[1][2])) < 1e-15)
        #expect(abs(backward.symbols[1] + log(source.reversed.transition[0][2])) < 1e-14)
        #expect(abs(forward.total - backward.total) < 1e-14)
    }
}
