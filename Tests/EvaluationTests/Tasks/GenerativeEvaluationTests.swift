import Corpus
import Evaluation
import Language
import Models
import Provenance
import Runs
import TestSupport
import Testing

/// A task whose every answer is right: what counts is whether it ended.
private struct AlwaysRight: GradedTask {
    let name = "always"
    let count = 48
    var hasMajorityAnswer = true

    func question(at index: Int) -> Conversation { Conversation(question: "\(index)") }
    func grade(_ answer: Message, at index: Int) -> Grade {
        Grade(isRight: true, prediction: "1", truth: index % 4 == 0 ? "2" : "1")
    }
}

@Suite(.countingHandles) struct GenerativeEvaluationTests {
    private static func result(
        _ reading: Reading, countsUnfinished: Bool, hasMajority: Bool = true, sampleCount: Int = 2,
        maximumCount: Int = 40
    ) throws -> TaskResult {
        let generation = ChatGeneration(
            try TinyModel.make(drawingWeights: true, contextLength: 64), direction: .bidirectional,
            tokenizer: try TinyModel.tokenizer())
        return try GenerativeEvaluation(
            generation,
            settings: GenerationSettings(
                sampling: Sampling(temperature: 2), maximumCount: maximumCount),
            sampleCount: sampleCount, countsUnfinished: countsUnfinished, seed: Seed(1)
        ).result(
            AlwaysRight(hasMajorityAnswer: hasMajority),
            TaskResult.Setting(phase: "sft", step: 3, direction: .bidirectional),
            reading: reading, limit: 48)
    }

    /// In either reading an answer counts only if the model ended it, unless asked otherwise.
    @Test(arguments: Reading.allCases)
    func unfinishedAnswersDoNotCount(reading: Reading) throws {
        let strict = try Self.result(reading, countsUnfinished: false)
        let ended = try strict.examples.map { try #require($0.finished) }
        // Else the test would say nothing.
        try #require(ended.contains { $0[0] } && ended.contains { !$0[0] })
        #expect(strict.examples.map(\.isRight) == ended.map { $0[0] })
        #expect(strict.examples.map(\.rightCount) == ended.map { $0.count { $0 } })
        let share = Double(ended.count { $0[0] }) / 48
        #expect(strict.accuracy.value == share && strict.centered == share)
        #expect(strict.unfinishedRight == strict.unfinished && strict.countsUnfinished == false)
        let second = Double(ended.count { $0.contains(true) }) / 48
        let found = try #require(strict.passAtK?["2"])
        #expect(abs(found - second) < 1e-12)
        let pass = try #require(strict.passes(at: 2))
        #expect(pass.lower < second && second < pass.upper && pass.count == 48)

        let open = try Self.result(reading, countsUnfinished: true)
        #expect(open.accuracy.value == 1 && open.unfinishedRight == strict.unfinished)
        #expect(open.rule != strict.rule)
    }

    /// Nothing that is cut off counts, whatever it says.
    @Test(arguments: Reading.allCases)
    func answersThatAreCutOffAreWrong(reading: Reading) throws {
        let result = try Self.result(
            reading, countsUnfinished: false, sampleCount: 1, maximumCount: 1)
        let ended = try result.examples.map { try #require($0.finished)[0] }
        #expect(result.accuracy.value == Double(ended.count { $0 }) / 48)
        #expect(result.passes(at: 1) == result.accuracy)
    }

    @Test func theMostFrequentAnswersRateStandsBeside() throws {
        let result = try Self.result(.forward, countsUnfinished: true)
        #expect(result.majority == 0.75 && result.centeredMajority == 0.75)
        #expect(!result.isMatchedByMajority)
        let none = try Self.result(.forward, countsUnfinished: true, hasMajority: false)
        #expect(none.majority == nil && none.centeredMajority == 0)
    }

    /// Tasks whose right answers are numbers have a most frequent one; programs do not.
    @Test func numbersAreAnswersOfTheirOwn() {
        let sums = ArithmeticTask(Arithmetic(count: 3, split: .test, seed: Seed(1)))
        #expect(sums.hasMajorityAnswer)
        #expect(sums.grade(Message(.assistant, "x"), at: 0).prediction == nil)
    }
}
