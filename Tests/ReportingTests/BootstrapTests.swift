import Provenance
import Reporting
import Testing

@Suite struct BootstrapTests {
    private static func means(of values: [Double], resamples: Int, seed: Seed) -> [Double] {
        ResampledSums(of: [values], resamples: resamples, seed: seed).replicates(of: 0)
            .map { $0 / Double(values.count) }
    }

    @Test func equalSeedsDrawEqualReplicates() {
        let values = (0..<50).map(Double.init)
        let first = Self.means(of: values, resamples: 100, seed: Seed(1)["a"])
        #expect(first == Self.means(of: values, resamples: 100, seed: Seed(1)["a"]))
        #expect(first != Self.means(of: values, resamples: 100, seed: Seed(1)["b"]))
    }

    /// The spread of replicates of a mean is σ / √n, with σ over n rather than n − 1.
    @Test func replicatesSpreadAsTheorySays() throws {
        let values = SyntheticComparison.normal(Seed(4), 400)
        let summary = try #require(Summary(of: values))
        let deviation = try #require(summary.standardDeviation)
        let replicates = Self.means(of: values, resamples: 4000, seed: Seed(5))
        let spread = try #require(Summary(of: replicates)?.standardDeviation)
        let expected = deviation * (399.0 / 400).squareRoot() / 20
        #expect(abs(spread / expected - 1) < 0.06)  // five times its error, 1/√8000
    }

    @Test func columnsShareEveryDraw() {
        let column = (0..<30).map { Double($0 * $0) }
        let sums = ResampledSums(
            of: [column, column.map { 2 * $0 }], resamples: 200, seed: Seed(6))
        #expect(
            zip(sums.replicates(of: 0), sums.replicates(of: 1)).allSatisfy { 2 * $0 == $1 })
        #expect(sums.gaps(of: 1, minus: 0, over: 0).allSatisfy { $0 == 1 })
    }

    /// Difficulty that both readings share cancels in the pair: the gap's interval is far narrower
    /// than either score's.
    @Test func pairingCancelsDifficulty() throws {
        let difficulty = SyntheticComparison.normal(Seed(7), 200).map { 400 + 100 * $0 }
        let noise = SyntheticComparison.normal(Seed(8), 200)
        let backward = zip(difficulty, noise).map { $0 + 2 + $1 }
        let tokens = [Double](repeating: 100, count: 200)
        let sums = ResampledSums(of: [tokens, difficulty, backward], seed: Seed(9))
        let score = try #require(Interval.percentile(of: sums.ratios(of: 1, over: 0)))
        let gap = try #require(Interval.percentile(of: sums.gaps(of: 2, minus: 1, over: 0)))
        #expect(gap.contains(0.02))
        #expect(gap.upper - gap.lower < 0.05 * (score.upper - score.lower))
    }

    /// Of 300 simulated experiments about 95 % must have the truth in their interval; a percentile
    /// bootstrap over 60 skewed documents falls a little short, as it should.
    @Test func documentIntervalsCoverTheTruth() {
        var covered = 0
        for trial in 0..<300 {
            let root = Seed(100)[trial]
            var random = root["lengths"].generator()
            let tokens = (0..<60).map { _ in Double(40 + Int(random.uniform() * 200)) }
            let scatter = SyntheticComparison.normal(root["scatter"], 60)
            let nats = zip(tokens, scatter).map { $0 * (0.02 + 0.05 * $1) }
            let sums = ResampledSums(
                of: [nats, tokens], resamples: 400, seed: root["bootstrap"])
            if let interval = Interval.percentile(of: sums.ratios(of: 0, over: 1)),
                interval.contains(0.02)
            {
                covered += 1
            }
        }
        #expect(covered > 270 && covered < 297, "\(covered) of 300")
    }

    /// Six seeds whose gaps scatter more than documents do: resampling documents alone misses the
    /// truth often, seeds and documents together rarely, Student's interval over seeds as often as
    /// promised.
    @Test func onlyIntervalsOverSeedsCoverAcrossSeeds() {
        var covered = (documents: 0, hierarchical: 0, student: 0)
        let trials = 200
        for trial in 0..<trials {
            let root = Seed(200)[trial]
            let seeds = SyntheticComparison.normal(root["seeds"], 6).map { 0.02 + 0.02 * $0 }
            let tokens = [Double](repeating: 100, count: 40)
            var columns = [tokens]
            for (index, gap) in seeds.enumerated() {
                let scatter = SyntheticComparison.normal(root["documents"][index], 40)
                columns.append([Double](repeating: 400, count: 40))
                columns.append(scatter.map { 400 + 100 * (gap + 0.03 * $0) })
            }
            let sums = ResampledSums(of: columns, resamples: 300, seed: root["bootstrap"])
            let pairs = seeds.indices.map { (minuend: 2 * $0 + 2, subtrahend: 2 * $0 + 1) }
            let bySeed = pairs.map { sums.gaps(of: $0.minuend, minus: $0.subtrahend, over: 0) }
            let mean = (0..<300).map { replicate in bySeed.reduce(0) { $0 + $1[replicate] } / 6 }
            let gaps = pairs.map {
                (sums.totals[$0.minuend] - sums.totals[$0.subtrahend]) / sums.totals[0]
            }
            let both = sums.hierarchicalGaps(of: pairs, over: 0, seed: root["draws"])
            if Interval.percentile(of: mean)?.contains(0.02) ?? false { covered.documents += 1 }
            if Interval.percentile(of: both)?.contains(0.02) ?? false { covered.hierarchical += 1 }
            if Interval.student(of: gaps)?.contains(0.02) ?? false { covered.student += 1 }
        }
        #expect(covered.documents < trials / 2, "\(covered)")
        #expect(covered.hierarchical > trials * 78 / 100, "\(covered)")
        #expect(covered.student > trials * 90 / 100 && covered.student < trials, "\(covered)")
    }
}
