import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing
import Training

/// Reinforcement on a task that needs no reading: the answer is right if it holds a letter from a to m.
struct HoldsAnEarlyLetter: GradedTask {
    let name = "letter"
    let count = 24

    func question(at index: Int) -> Conversation { Conversation(question: "\(index)") }

    func grade(_ answer: Message, at index: Int) -> Grade {
        let isRight = answer.text.contains { ("a"..."m").contains($0) }
        return Grade(isRight: isRight, prediction: nil, truth: "a")
    }
}

/// Every answer is worth the same.
struct NothingToLearn: GradedTask {
    let name = "nothing"
    let count = 8

    func question(at index: Int) -> Conversation { Conversation(question: "\(index)") }
    func grade(_ answer: Message, at index: Int) -> Grade {
        Grade(isRight: true, prediction: nil, truth: "")
    }
}

@Suite(.countingHandles) struct PolicyGradientTests {
    static let columnCount = 48

    static func settings(
        _ change: (inout ReinforcementSettings) -> Void = { _ in }
    )
        -> ReinforcementSettings
    {
        var settings = ReinforcementSettings(task: "letter")
        settings.examplesPerStep = 4
        settings.samplesPerExample = 16
        settings.maximumCount = 6
        settings.topK = 0
        settings.rolloutsEvery = 1
        // A newborn model hardly ever ends an answer.
        settings.countsUnfinished = true
        change(&settings)
        return settings
    }

    static func trainer(stepCount: Int = 40, rate: Double = 0.5) throws -> Trainer {
        let model = GPT(
            try ModelConfiguration(
                contextLength: columnCount, vocabularySize: TinyRun.tokenizer().vocabularySize,
                layerCount: 2, headCount: 2, width: 32), seed: Seed(3)["model"])
        var settings = OptimizerSettings()
        settings.embeddingLearningRate *= rate
        settings.unembeddingLearningRate *= rate
        settings.matrixLearningRate *= rate
        var schedule = LearningRateSchedule(stepCount: stepCount, warmdownRatio: 1)
        schedule.momentumWarmupSteps = 0
        return Trainer(
            model: model, optimizer: Optimizer(model, settings), schedule: schedule)
    }

    static func objective(
        _ settings: ReinforcementSettings, _ task: any GradedTask = HoldsAnEarlyLetter(),
        direction: Direction = .forward, parent: GPT? = nil, step: Int = 0
    ) throws -> PolicyGradientObjective {
        PolicyGradientObjective(
            settings, task: task, direction: direction, tokenizer: try TinyRun.tokenizer(),
            seed: Seed(8), rowCount: 16, parent: parent, step: step)
    }

    @Test(arguments: Direction.allCases)
    func theRewardRises(direction: Direction) throws {
        let trainer = try Self.trainer()
        var objective = try Self.objective(Self.settings(), direction: direction)
        var rewards: [Double] = []
        for _ in 0..<30 {
            let step = try objective.step(trainer, observing: Trainer.Observation())
            rewards.append(try #require(step.scalars.first { $0.name == Metric.reward }?.value))
        }
        let (begin, end) = (rewards.prefix(5).reduce(0, +) / 5, rewards.suffix(5).reduce(0, +) / 5)
        // A newborn model writes each of 267 ids alike: six tokens hold one of 13 in a quarter of answers.
        #expect(begin < 0.6 && end > begin + 0.3, "\(begin) → \(end)")
    }

    @Test func groupsWithoutADifferenceAreSkippedAndCounted() throws {
        let trainer = try Self.trainer()
        var objective = try Self.objective(Self.settings(), NothingToLearn())
        let before = trainer.model.parameters.map { $0.value.floats() }
        let step = try objective.step(trainer, observing: Trainer.Observation())
        #expect(step.outcome == nil && step.positionCount == 0)
        #expect(step.scalars.first { $0.name == "groups_skipped" }?.value == 4)
        #expect(step.rollouts.allSatisfy { $0.advantage == 0 && $0.reward == 1 })
        #expect(trainer.step == 1 && trainer.optimizer.stepCount == 0)
        #expect(before == trainer.model.parameters.map { $0.value.floats() })
    }

    /// As a rule only answers are rewarded that the model ended, in either reading.
    @Test(arguments: [false, true])
    func unfinishedAnswersAreRewardedIfAsked(counts: Bool) throws {
        let trainer = try Self.trainer()
        var objective = try Self.objective(
            Self.settings {
                $0.countsUnfinished = counts
                $0.maximumCount = 30
            }, NothingToLearn(), direction: .bidirectional)
        let rollouts = try objective.step(trainer, observing: Trainer.Observation()).rollouts
        #expect(rollouts.contains { $0.isFinished } && rollouts.contains { !$0.isFinished })
        for rollout in rollouts {
            #expect(rollout.reward == (rollout.isFinished || counts ? 1 : 0))
        }
    }

    /// Settings of before it was asked reward every right answer, and stay as they are on disk.
    @Test func olderSettingsCountUnfinishedAnswers() throws {
        let settings = ReinforcementSettings(task: "letter")
        #expect(!settings.countsUnfinished)
        let data = try JSONEncoder().encode(settings)
        #expect(try JSONDecoder().decode(ReinforcementSettings.self, from: data) == settings)
        var fields = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let removed = fields.removeValue(forKey: "count_unfinished") as? Bool
        #expect(removed == false)
        let older = try JSONDecoder().decode(
            ReinforcementSettings.self, from: JSONSerialization.data(withJSONObject: fields))
        #expect(older.countsUnfinished)
        var same = settings
        same.countsUnfinished = true
        #expect(older == same)
        #expect(
            !String(decoding: try JSONEncoder().encode(older), as: UTF8.self)
                .contains("unfinished"))
    }

    @Test(arguments: [false, true])
    func advantagesAreAboveTheMeanOfTheirGroup(scaled: Bool) throws {
        let trainer = try Self.trainer()
        var objective = try Self.objective(Self.settings { $0.scalesByDeviation = scaled })
        let rollouts = try objective.step(trainer, observing: Trainer.Observation()).rollouts
        #expect(rollouts.count == 64)
        for start in stride(from: 0, to: 64, by: 16) {
            let group = rollouts[start..<start + 16]
            #expect(Set(group.map(\.question)).count == 1)
            let mean = group.reduce(0) { $0 + $1.reward } / 16
            let variance = group.reduce(0) { $0 + ($1.reward - mean) * ($1.reward - mean) } / 16
            let scale = scaled && variance > 0 ? variance.squareRoot() : 1
            for rollout in group {
                #expect(abs(rollout.advantage - (rollout.reward - mean) / scale) < 1e-5)
            }
        }
    }

    @Test func halfTheQuestionsOfABidirectionalModelAreReadBackward() throws {
        let trainer = try Self.trainer()
        var objective = try Self.objective(Self.settings(), direction: .bidirectional)
        let rollouts = try objective.step(trainer, observing: Trainer.Observation()).rollouts
        #expect(rollouts.count { $0.reading == "forward" } == 32)
        #expect(rollouts.count { $0.reading == "backward" } == 32)
    }

    /// Micro-batches of unequal width, in a step and from step to step: every record is as wide as the context.
    @Test(arguments: [2, 5, 64])
    func recordsHaveTheContextsWidth(rowCount: Int) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/widths-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let log = try ResearchLog(path: folder + "/rl.h5", segmentStepCount: 2)
        let trainer = try Self.trainer()
        var objective = PolicyGradientObjective(
            Self.settings { $0.maximumCount = 12 }, task: HoldsAnEarlyLetter(),
            direction: .bidirectional, tokenizer: try TinyRun.tokenizer(), seed: Seed(8),
            rowCount: rowCount, parent: nil, step: 0)
        let T = Self.columnCount
        for number in 0..<6 {
            let step = try objective.step(
                trainer, observing: Trainer.Observation(positions: true, tokens: true))
            let outcome = try #require(step.outcome)
            let (positions, tokens) = try (
                #require(outcome.positions), #require(outcome.tokens)
            )
            #expect(positions.lossMean.count == T && tokens.columnCount == T)
            #expect(tokens.losses.count == tokens.rowCount * T)
            try log.record(StepRecord(step: number, positions: positions, tokens: tokens))
            // All rows in one micro-batch: the columns are the means of its table.
            guard rowCount == 64 else { continue }
            for column in 0..<T {
                let losses = stride(from: column, to: tokens.losses.count, by: T)
                    .map { tokens.losses[$0] }.filter { !$0.isNaN }
                guard !losses.isEmpty else {
                    #expect(positions.lossMean[column].isNaN)
                    continue
                }
                let mean = losses.reduce(0, +) / Float(losses.count)
                #expect(abs(mean - positions.lossMean[column]) < 1e-4)
            }
        }
        try log.finish()
        let table = try ResearchReader(path: log.path).positions()
        #expect(table.steps.count == 6 && table.columnCount == T)
    }

    /// A step is a function of weights and number: nothing else has to be saved.
    @Test func aStepIsRepeatedFromItsNumber() throws {
        func losses(from start: Int, _ trainer: Trainer, count: Int) throws -> [[RolloutRecord]] {
            var objective = try Self.objective(Self.settings(), step: start)
            return try (0..<count).map { _ in
                try objective.step(trainer, observing: Trainer.Observation()).rollouts
            }
        }
        let whole = try losses(from: 0, Self.trainer(), count: 4)
        let trainer = try Self.trainer()
        let halves =
            try losses(from: 0, trainer, count: 2) + losses(from: 2, trainer, count: 2)
        #expect(whole == halves)
        #expect(whole[0] != whole[1])
    }

    /// Several updates of the same samples move the ratios away from one; a small range then clips some.
    @Test func clippingAndDivergenceAreMeasured() throws {
        let trainer = try Self.trainer(rate: 1)
        let parent = try Self.trainer().model
        var objective = try Self.objective(
            Self.settings {
                $0.updatesPerStep = 4
                $0.clipRange = 0.01
                $0.divergenceWeight = 0.1
            }, parent: parent)
        var last: StageStep?
        for _ in 0..<3 { last = try objective.step(trainer, observing: Trainer.Observation()) }
        let step = try #require(last)
        let clipped = try #require(step.scalars.first { $0.name == "clip_fraction" }?.value)
        let divergence = try #require(step.scalars.first { $0.name == "kl" }?.value)
        #expect((0..<1).contains(clipped) && clipped > 0)
        #expect(divergence > 0)
        #expect(trainer.step == 3 && trainer.optimizer.stepCount == 12)
    }

    @Test func impossibleSettingsAreRefused() throws {
        for change: (inout ReinforcementSettings) -> Void in [
            { $0.samplesPerExample = 1 }, { $0.temperature = 0 }, { $0.clipRange = 0 },
            { $0.divergenceWeight = -1 }, { $0.updatesPerStep = 0 },
        ] {
            var experiment = try ChatStageTests.experiment(.forward)
            experiment.phase = .rl
            experiment.stage?.reinforcement = Self.settings(change)
            #expect(throws: SettingsError.self) { try experiment.validate() }
        }
    }
}
