import Corpus
import Foundation
import Provenance
import Testing

@Suite struct ExactNullsTests {
    private static let broken: [StreamTurn] = [.acrossBoundaries, .forgotten, .allButLast]

    @Test(arguments: [0, 1, 2, 3, 4])
    func allHold(root: UInt64) {
        let seed = Seed(root)
        for result in [
            ExactNulls.enumeratedJoint(seed: seed), ExactNulls.circularNGrams(seed: seed),
            ExactNulls.syntheticLanguages(seed: seed),
        ] {
            #expect(result.passed, "seed \(root): \(result)")
        }
    }

    @Test(arguments: broken)
    func theJointNoticesAWrongTurn(turn: StreamTurn) throws {
        let result = ExactNulls.enumeratedJoint(seed: Seed(1), turn: turn)
        #expect(!result.passed)
        let value = try #require(result.value("differenceNats"))
        #expect(value > 1)
    }

    @Test(arguments: [StreamTurn.acrossBoundaries, .forgotten])
    func circularCountsNoticeAWrongTurn(turn: StreamTurn) {
        #expect(!ExactNulls.circularNGrams(seed: Seed(1), turn: turn).passed)
    }

    @Test func circularCountsNoticeCutEnds() throws {
        let result = ExactNulls.circularNGrams(seed: Seed(1), ends: .cut)
        #expect(!result.passed)
        let value = try #require(result.value("worstDifferenceNats"))
        #expect(value > 1e-6)
    }

    @Test func circularCountsSeeCrossedBoundariesInTheEntropyItself() throws {
        let result = ExactNulls.circularNGrams(seed: Seed(1), turn: .acrossBoundaries)
        let value = try #require(result.value("worstDifferenceNats"))
        #expect(value > 1e-6)
    }

    @Test(arguments: broken)
    func languagesNoticeAWrongTurn(turn: StreamTurn) {
        #expect(!ExactNulls.syntheticLanguages(seed: Seed(1), turn: turn).passed)
    }

    @Test func aRedResultCanBeWrittenAndReadBack() throws {
        let result = NullResult(
            name: "red", passed: false, detail: "no",
            measurements: [.init("gapNats", .infinity), .init("rateNats", 0.5)])
        let data = try JSONEncoder().encode(result)
        let back = try JSONDecoder().decode(NullResult.self, from: data)
        #expect(back == result)
    }
}
