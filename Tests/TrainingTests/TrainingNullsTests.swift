import Corpus
import Foundation
import Runs
import TestSupport
import Testing
import Training

/// Every null holds, and turns red when its mechanism is broken.
@Suite(.countingHandles) struct TrainingNullsTests {
    @Test func backwardIsForwardReversed() throws {
        #expect(try TrainingNulls.backwardIsForwardReversed().passed)
        #expect(try !TrainingNulls.backwardIsForwardReversed(broken: true).passed)
    }

    @Test func targetsAreEqual() throws {
        #expect(try TrainingNulls.targetsAreEqual().passed)
        #expect(try !TrainingNulls.targetsAreEqual(broken: true).passed)
    }

    @Test func nothingLeaks() throws {
        #expect(try TrainingNulls.nothingLeaks().passed)
        #expect(try !TrainingNulls.nothingLeaks(broken: true).passed)
    }

    @Test func scoringIsOne() throws {
        let result = try TrainingNulls.scoringIsOne()
        #expect(result.passed, "\(result)")
        #expect(try !TrainingNulls.scoringIsOne(broken: true).passed)
    }

    @Test func chatBackwardIsForwardTurned() throws {
        #expect(try TrainingNulls.chatBackwardIsForwardTurned().passed)
        #expect(try !TrainingNulls.chatBackwardIsForwardTurned(broken: true).passed)
    }

    @Test func chatTargetsAreEqual() throws {
        let result = try TrainingNulls.chatTargetsAreEqual()
        #expect(result.passed, "\(result)")
        #expect(try !TrainingNulls.chatTargetsAreEqual(broken: true).passed)
    }

    @Test func chatScoringIsOne() throws {
        let result = try TrainingNulls.chatScoringIsOne()
        #expect(result.passed, "\(result)")
        #expect(try !TrainingNulls.chatScoringIsOne(broken: true).passed)
    }

    @Test func resumingIsExact() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/resume-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try TrainingNulls.resumingIsExact(in: folder).passed)
        #expect(try !TrainingNulls.resumingIsExact(in: folder, broken: true).passed)
    }
}
