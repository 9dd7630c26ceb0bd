import Foundation
import Provenance
import Reporting
import Testing

/// Golden values of Tools/golden/statistics.py (NumPy 2.4.6, SciPy 1.17.1).
private struct Golden: Decodable {
    struct SummaryCase: Decodable {
        let values: [Double]
        let mean, standard_deviation, standard_error, cohens_d: Double
        let student: [Double]
    }
    struct QuantileCase: Decodable { let values, levels, quantiles: [Double] }
    struct WilsonCase: Decodable {
        let successes, trials: Int
        let confidence: Double
        let interval: [Double]
    }
    struct NormalCase: Decodable { let levels, quantiles: [Double] }
    struct StudentCase: Decodable {
        let degrees: Int
        let levels, quantiles: [Double]
    }
    struct BootstrapCase: Decodable {
        let nats, tokens, interval: [Double]
        let ratio, standard_error: Double
    }
    let summaries: [SummaryCase]
    let quantiles: [QuantileCase]
    let wilson: [WilsonCase]
    let normal: NormalCase
    let student: [StudentCase]
    let bootstraps: [BootstrapCase]

    static func read() throws -> Golden {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/statistics.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}

@Suite struct StatisticsTests {
    /// Two float64 programs that sum in different orders.
    static let tolerance = 1e-9

    static func agree(
        _ ours: Double?, _ theirs: Double, within tolerance: Double = tolerance
    )
        -> Bool
    {
        guard let ours else { return false }
        return abs(ours - theirs) <= tolerance * max(1, abs(theirs))
    }

    @Test func summariesEqualNumPy() throws {
        for golden in try Golden.read().summaries {
            let summary = try #require(Summary(of: golden.values))
            #expect(Self.agree(summary.mean, golden.mean))
            #expect(Self.agree(summary.standardDeviation, golden.standard_deviation))
            #expect(Self.agree(summary.standardError, golden.standard_error))
            #expect(Self.agree(PairedEffect.cohensD(of: golden.values), golden.cohens_d))
            let student = try #require(Interval.student(of: golden.values))
            #expect(Self.agree(student.lower, golden.student[0]))
            #expect(Self.agree(student.upper, golden.student[1]))
        }
    }

    @Test func quantilesEqualNumPy() throws {
        for golden in try Golden.read().quantiles {
            let sorted = golden.values.sorted()
            for (level, expected) in zip(golden.levels, golden.quantiles) {
                #expect(Self.agree(Interval.quantile(level, ofSorted: sorted), expected))
            }
        }
    }

    @Test func wilsonEqualsSciPy() throws {
        for golden in try Golden.read().wilson {
            let interval = try #require(
                Interval.wilson(
                    successes: golden.successes, trials: golden.trials,
                    confidence: golden.confidence))
            #expect(Self.agree(interval.lower, golden.interval[0]))
            #expect(Self.agree(interval.upper, golden.interval[1]))
        }
        #expect(Interval.wilson(successes: 0, trials: 0) == nil)
    }

    @Test func distributionsEqualSciPy() throws {
        let golden = try Golden.read()
        for (level, expected) in zip(golden.normal.levels, golden.normal.quantiles) {
            #expect(Self.agree(Distribution.normalQuantile(level), expected))
        }
        for student in golden.student {
            for (level, expected) in zip(student.levels, student.quantiles) {
                let ours = Distribution.studentQuantile(level, degreesOfFreedom: student.degrees)
                #expect(
                    Self.agree(ours, expected, within: 1e-7), "t(\(student.degrees)) at \(level)")
            }
        }
    }

    @Test func ratioBootstrapAgreesWithSciPy() throws {
        for golden in try Golden.read().bootstraps {
            let sums = ResampledSums(
                of: [golden.nats, golden.tokens], resamples: 20_000, seed: Seed(3))
            #expect(Self.agree(sums.totals[0] / sums.totals[1], golden.ratio))
            let interval = try #require(Interval.percentile(of: sums.ratios(of: 0, over: 1)))
            // An end's Monte Carlo error is about 0.02 standard errors at 20,000 replicates.
            let noise = 0.1 * golden.standard_error
            #expect(abs(interval.lower - golden.interval[0]) < noise)
            #expect(abs(interval.upper - golden.interval[1]) < noise)
        }
    }

    @Test func signsAreCountedWithTiesHalf() {
        #expect(PairedEffect.positiveShare(of: [1, -1, 0, 2]) == 0.625)
        #expect(PairedEffect.positiveShare(of: []) == nil)
    }

    @Test func whatIsNotFiniteHasNoStatistic() {
        let values = [1, 2, Double.nan]
        #expect(Summary(of: values) == nil)
        #expect(Interval.percentile(of: values) == nil)
        #expect(Interval.student(of: [1, .infinity]) == nil)
        #expect(PairedEffect.cohensD(of: values) == nil)
        #expect(PairedEffect.cohensD(of: [2, 2]) == nil)
        #expect(PairedEffect.positiveShare(of: values) == nil)
        #expect(!Interval(lower: .nan, upper: .nan).excludesZero)
    }
}
