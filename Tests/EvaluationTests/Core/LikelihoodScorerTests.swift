import Evaluation
import Foundation
import Language
import Models
import Provenance
import Runs
import TestSupport
import Testing

@Suite(.countingHandles) struct LikelihoodScorerTests {
    /// float32 log-sum-exp of a few hundred numbers of order 1, against Double.
    static let natsTolerance = 1e-4

    /// Texts that share beginnings of several lengths; one is another's beginning, two are equal.
    static let groups: [[ScoredText]] = {
        let stem: [Int32] = [257, 5, 6, 7, 8, 9, 10, 11]
        return [
            [
                ScoredText(stem + [20, 21, 22], scored: 8..<11),
                ScoredText(stem + [20, 21, 23, 24], scored: 8..<12),
                ScoredText(stem + [30], scored: 3..<9),
                ScoredText(Array(stem.prefix(5)) + [20, 21], scored: 1..<7),
                ScoredText(stem, scored: 2..<8),
                ScoredText(stem + [30], scored: 8..<9),
            ],
            [ScoredText([257, 1, 2], scored: 1..<3)],
            [
                ScoredText([257, 9, 9, 9, 9], scored: 4..<5),
                ScoredText([257, 8], scored: 1..<2), ScoredText([257, 8], scored: 2..<2),
            ],
            [ScoredText(stem + stem.reversed(), scored: 1..<16)],
        ]
    }()

    static func reference(_ model: GPT, _ text: ScoredText) -> (nats: [Double], best: [Bool]) {
        let logits = TinyModel.logits(model, text.ids)
        var (nats, best): ([Double], [Bool]) = ([], [])
        for place in text.scored {
            let scores = logits[place - 1].map { Double($0) }
            let truth = scores[Int(text.ids[place])]
            nats.append(log(scores.reduce(0) { $0 + exp($1) }) - truth)
            best.append(scores.allSatisfy { $0 <= truth })
        }
        return (nats, best)
    }

    static func largestDifference(_ model: GPT, cellLimit: Int) -> Double {
        var largest = 0.0
        let scores = LikelihoodScorer(model, cellLimit: cellLimit).scores(groups)
        for (texts, found) in zip(groups, scores) {
            for (text, score) in zip(texts, found) {
                let (nats, best) = reference(model, text)
                #expect(score.nats.count == nats.count && score.isLikeliest == best)
                for (a, b) in zip(score.nats, nats) { largest = max(largest, abs(Double(a) - b)) }
            }
        }
        return largest
    }

    /// Null 9 for trees: a text scores as it does alone, however much is read at once.
    @Test(arguments: [1, 40, 10_000])
    func aTextScoresAsAlone(cellLimit: Int) throws {
        let model = try TinyModel.make(drawingWeights: true, contextLength: 64)
        #expect(Self.largestDifference(model, cellLimit: cellLimit) < Self.natsTolerance)
    }

    /// The same on the plain kernels.
    @Test func aTextScoresAsAloneOnPlainKernels() throws {
        let fused = try TinyModel.make(drawingWeights: true, contextLength: 64)
        let plain = GPT(fused.configuration, seed: Seed(0), kernels: .plain)
        try plain.load(
            Dictionary(uniqueKeysWithValues: fused.parameters.map { ($0.name, $0.value) }))
        #expect(Self.largestDifference(plain, cellLimit: 100) < Self.natsTolerance)
    }

    /// Broken on purpose: branches that see each other score otherwise.
    @Test func branchesThatSeeEachOtherAreNoticed() throws {
        var model = try TinyModel.make(drawingWeights: true, contextLength: 64)
        model.flaw = .branchesSeeEachOther
        let text = Self.groups[0][3]
        let found = LikelihoodScorer(model).scores(Self.groups)[0][3]
        let (nats, _) = Self.reference(model, text)
        let largest = zip(found.nats, nats).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(largest > Self.natsTolerance)
    }

    @Test func sharedBeginningsAreReadOnce() {
        let tree = TokenTree(Self.groups[0].map(\.ids))
        // Eight of the stem; 20 21 22, 23 24, 30, and 20 21 behind five.
        #expect(tree.ids.count == 8 + 3 + 2 + 1 + 2)
        for (text, columns) in zip(Self.groups[0], tree.columns) {
            #expect(columns.map { tree.ids[$0] } == text.ids)
            #expect(columns.map { tree.positions[$0] } == Array(text.ids.indices))
        }
    }
}
