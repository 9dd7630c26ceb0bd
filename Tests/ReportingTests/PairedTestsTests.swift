import Foundation
import Provenance
import Reporting
import Testing

/// Golden values of Tools/golden/statistics.py (SciPy and statsmodels).
private struct Golden: Decodable {
    struct Paired: Decodable {
        let values: [Double]
        let student: Double
    }
    struct Discordance: Decodable {
        let first, second: Int
        let p: Double
    }
    struct Corrections: Decodable { let values, holm: [Double] }
    struct Correlations: Decodable {
        let x, y: [Double]
        let pearson, spearman: Double
    }
    struct Detectable: Decodable {
        let count: Int
        let deviation, gap: Double
    }
    struct Law: Decodable {
        let points: [[Double]]
        let irreducible, error: Double
        let alpha, beta: [Double]
    }
    let paired_tests: [Paired]
    let discordances: [Discordance]
    let corrections: [Corrections]
    let correlations: [Correlations]
    let detectable: [Detectable]
    let power_laws: [Law]

    static func read() throws -> Golden {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/statistics.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}

@Suite struct PairedTestsTests {
    private static func agree(_ ours: Double?, _ theirs: Double) -> Bool {
        StatisticsTests.agree(ours, theirs)
    }

    @Test func pairedTestsEqualSciPy() throws {
        for golden in try Golden.read().paired_tests {
            #expect(Self.agree(PairedTest.student(golden.values), golden.student))
        }
        #expect(PairedTest.student([1]) == nil && PairedTest.student([2, 2]) == nil)
    }

    @Test func mcNemarEqualsStatsmodels() throws {
        for golden in try Golden.read().discordances {
            let p = PairedTest.mcNemar(firstOnly: golden.first, secondOnly: golden.second)
            #expect(Self.agree(p, golden.p), "\(golden.first), \(golden.second)")
        }
    }

    @Test func correctionsEqualStatsmodels() throws {
        for golden in try Golden.read().corrections {
            for (ours, theirs) in zip(Correction.holm(golden.values), golden.holm) {
                #expect(Self.agree(ours, theirs))
            }
        }
        #expect(Correction.holm([]).isEmpty)
    }

    @Test func correlationsAndDetectableGapsEqualSciPy() throws {
        for golden in try Golden.read().correlations {
            #expect(Self.agree(Correlation.pearson(golden.x, golden.y), golden.pearson))
            #expect(Self.agree(Correlation.spearman(golden.x, golden.y), golden.spearman))
        }
        for golden in try Golden.read().detectable {
            let gap = Power.minimumDetectableGap(
                standardDeviation: golden.deviation, count: golden.count)
            #expect(Self.agree(gap, golden.gap))
        }
    }

    /// Without noise the truth itself, with noise SciPy's own least squares.
    @Test func powerLawsEqualSciPy() throws {
        // Two descents that end where nothing improves by more than rounding.
        let tolerance = 2e-4
        for golden in try Golden.read().power_laws {
            let points = golden.points.map {
                PowerLaw.Point(kind: Int($0[0]), parameters: $0[1], tokens: $0[2], loss: $0[3])
            }
            #expect(PowerLaw.objection(to: points) == nil)
            let law = try #require(PowerLaw(fitting: points))
            #expect(StatisticsTests.agree(law.irreducible, golden.irreducible, within: tolerance))
            for kind in 0..<2 {
                #expect(abs(law.terms[kind].alpha - golden.alpha[kind]) < tolerance)
                #expect(abs(law.terms[kind].beta - golden.beta[kind]) < tolerance)
            }
            #expect(law.error <= golden.error + 1e-9)
            let replicates = law.replicates(of: points, count: 40, seed: Seed(3))
            #expect(replicates.count == 40)
            let reach = try #require(Interval.percentile(of: replicates.map(\.irreducible)))
            #expect(reach.lower <= law.irreducible + 1e-6 && reach.upper >= law.irreducible - 1e-6)
        }
    }

    @Test func dataThatCannotCarryALawAreRefused() {
        func points(_ cells: [(Double, Double)]) -> [PowerLaw.Point] {
            cells.map { PowerLaw.Point(kind: 0, parameters: $0.0, tokens: $0.1, loss: 3) }
        }
        let one = points([(1e6, 1e7), (1e6, 2e7)])
        #expect(PowerLaw.objection(to: one)?.contains("three sizes") == true)
        // Tokens in proportion to parameters, as compute-optimal runs have them.
        let diagonal = points((1...8).map { (Double($0) * 1e6, Double($0) * 2e7) })
        #expect(PowerLaw.objection(to: diagonal)?.contains("go together") == true)
    }
}
