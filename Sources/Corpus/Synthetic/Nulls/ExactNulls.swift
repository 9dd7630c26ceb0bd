internal import Foundation
internal import Language
public import Provenance

/// The nulls that need no training: mathematics that has to come out, whatever machine this is.
///
/// Each takes the mechanism it tests as an argument, so that breaking it on purpose turns the null red.
public enum ExactNulls {
    /// Null 4: Σ NLL forward = Σ NLL backward for a joint written down string by string.
    ///
    /// Strings drawn from the table are laid into one stream, read both ways and priced by the exact
    /// conditionals of each reading. Holds to 1e-6 nats over the whole sum; also every conditional must
    /// be a distribution, and every document must cost what the table says.
    public static func enumeratedJoint(
        seed: Seed, documentCount: Int = 2000, turn: StreamTurn = .perDocument
    ) -> NullResult {
        let joint = EnumeratedJoint(symbolCount: 4, lengths: 1...6, seed: seed)
        let chain = chainRule(of: joint, documentCount: documentCount, turn: turn)
        var worstDocument = chain.worstDocumentNats
        var tableNats = 0.0
        for index in 0..<documentCount {
            let string = joint.symbols(index)
            let own = joint.nats(of: string)
            let price = joint.nats(ofRead: string, .forward).total
            tableNats += own
            worstDocument = worst(worstDocument, abs(price - own))
        }
        let difference = abs(chain.forwardNats - chain.backwardNats)
        let passed = difference <= 1e-6 && worstDocument <= 1e-9
        return NullResult(
            name: "4 an enumerated joint costs the same both ways", passed: passed,
            detail: "\(documentCount) strings cost \(chain.forwardNats) nats forward and "
                + "\(chain.backwardNats) backward: \(difference) apart (at most 1e-6).",
            measurements: [
                .init("forwardNats", chain.forwardNats),
                .init("backwardNats", chain.backwardNats),
                .init("differenceNats", difference),
                .init("tableNats", tableNats),
                .init("entropyNats", joint.natsPerDocument * Double(documentCount)),
                .init("worstDocumentNats", worstDocument),
            ])
    }

    /// Null 5: circular n-gram counts give the same cross-entropy both ways, to 1e-9 nats per symbol.
    ///
    /// The text is built-in stories and an irreversible Markov chain, orders 1 to 5, plain and smoothed.
    /// The backward counts are taken from turned documents, and must be the mirror image of the forward
    /// ones: equal cross-entropies alone would not notice a turn that did not happen. (A mistake that only
    /// rotates a document, such as `.allButLast`, leaves a circle as it is.)
    public static func circularNGrams(
        seed: Seed, turn: StreamTurn = .perDocument, ends: NGramCounts.Ends = .joined
    ) -> NullResult {
        let stories = StoryCorpus(seed: seed["stories"], count: 40)
        let chain = MarkovSource.irreversible(
            symbolCount: 6, length: 50, drift: 0.7, seed: seed["chain"])
        let texts = [
            (symbolCount: 256, documents: (0..<40).map { stories.utf8($0).map(Int32.init) }),
            (symbolCount: 6, documents: (0..<200).map { chain.symbols($0) }),
        ]
        var worstDifference = 0.0
        var mirrored = true
        var lastForward = 0.0
        for text in texts {
            let backwardDocuments = turn.readings(of: text.documents)
            for order in 1...5 {
                let forward = NGramCounts(
                    of: text.documents, order: order, symbolCount: text.symbolCount, ends: ends)
                let backward = NGramCounts(
                    of: backwardDocuments, order: order, symbolCount: text.symbolCount, ends: ends)
                mirrored = mirrored && backward == forward.mirrored
                for smoothing in [0, 0.1] {
                    lastForward = forward.crossEntropyNats(smoothing: smoothing)
                    let gap = backward.crossEntropyNats(smoothing: smoothing) - lastForward
                    worstDifference = worst(worstDifference, abs(gap))
                }
            }
        }
        return NullResult(
            name: "5 circular n-grams cost the same both ways",
            passed: worstDifference <= 1e-9 && mirrored,
            detail:
                "orders 1 to 5 differ by at most \(worstDifference) nats per symbol (at most 1e-9); "
                + "backward counts are \(mirrored ? "" : "not ")the mirror image of forward ones.",
            measurements: [
                .init("worstDifferenceNats", worstDifference),
                .init("mirrored", mirrored ? 1 : 0),
                .init("chainOrder5Nats", lastForward),
            ])
    }

    /// The exact half of nulls 6 to 8: every synthetic language costs the same both ways, document by document.
    ///
    /// Also: the reversible chain is its own reverse, the irreversible one is not though its entropy rate is
    /// the same, and the sparse map's inverse is denser than the map. What a trained model reaches is
    /// checked where models are.
    public static func syntheticLanguages(
        seed: Seed, documentCount: Int = 200, turn: StreamTurn = .perDocument
    ) -> NullResult {
        let reversible = MarkovSource.reversible(
            symbolCount: 8, length: 32, seed: seed["reversible"])
        let irreversible = MarkovSource.irreversible(
            symbolCount: 8, length: 32, seed: seed["irreversible"])
        let map = SparseLinearMap(bitCount: 24, extraOnes: 40, seed: seed["map"])
        let swapped = SparseLinearMap(
            bitCount: 24, extraOnes: 40, order: .outputFirst, seed: seed["map"])
        let languages: [any SyntheticLanguage] = [
            reversible, irreversible, PalindromeSource(halves: irreversible), map, swapped,
        ]
        var worstDifference = 0.0
        for language in languages {
            let chain = chainRule(of: language, documentCount: documentCount, turn: turn)
            worstDifference = worst(worstDifference, chain.worstDocumentNats)
        }
        let rateGap = abs(irreversible.reversed.entropyRate - irreversible.entropyRate)
        let still = reversible.entropyProduction
        let driven = irreversible.entropyProduction
        let passed =
            worstDifference <= 1e-6 && rateGap <= 1e-12 && abs(still) <= 1e-12 && driven > 0.1
            && map.inverseOneCount > map.oneCount
        return NullResult(
            name: "6–8 synthetic languages cost the same both ways", passed: passed,
            detail: "five languages cost the same both ways to \(worstDifference) nats (at most "
                + "1e-6); entropy production \(still) reversible, \(driven) irreversible; "
                + "\(map.oneCount) ones in the map, \(map.inverseOneCount) in its inverse.",
            measurements: [
                .init("worstDifferenceNats", worstDifference),
                .init("entropyRateDifferenceNats", rateGap),
                .init("reversibleProductionNats", still),
                .init("irreversibleProductionNats", driven),
                .init("mapOnes", Double(map.oneCount)),
                .init("inverseOnes", Double(map.inverseOneCount)),
            ])
    }

    /// Σ NLL of the first documents of `language` in both readings, the backward one turned by `turn`,
    /// and the most that one document differs: documents of one length hide an exchange in the sums.
    private static func chainRule(
        of language: some SyntheticLanguage, documentCount: Int, turn: StreamTurn
    ) -> (forwardNats: Double, backwardNats: Double, worstDocumentNats: Double) {
        let documents = (0..<documentCount).map { language.symbols($0) }
        let backward = turn.readings(of: documents)
        let forwardNats = documents.map { language.nats(ofRead: $0, .forward).total }
        let backwardNats = backward.map { language.nats(ofRead: $0, .backward).total }
        return (
            forwardNats.reduce(0, +), backwardNats.reduce(0, +),
            zip(forwardNats, backwardNats).reduce(0) { worst($0, abs($1.0 - $1.1)) }
        )
    }

    /// The larger, where NaN counts as largest: a comparison with a bound then fails.
    private static func worst(_ a: Double, _ b: Double) -> Double {
        a.isNaN || b.isNaN ? .nan : max(a, b)
    }
}

extension StreamTurn {
    /// The backward readings of `documents`, laid one behind the other.
    fileprivate func readings(of documents: [[Int32]]) -> [[Int32]] {
        var ranges: [Range<Int>] = []
        var end = 0
        for document in documents {
            ranges.append(end..<(end + document.count))
            end += document.count
        }
        return readings(of: documents.flatMap { $0 }, ranges)
    }
}
