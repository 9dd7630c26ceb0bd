import Corpus
import Foundation
import Journal
import Language
import Models
import Provenance
import Runs
import TestSupport
import Testing
import Training

/// Fine-tuning through the loop of all stages.
@Suite(.countingHandles) struct ChatStageTests {
    static let columnCount = 128

    static func mixture() -> Mixture {
        let words = WordList.generated(count: 40, seed: Seed(3))
        return Mixture(
            [
                Mixture.Part(SimpleSpelling(count: 30, words: words, seed: Seed(4))),
                Mixture.Part(SpellingBee(count: 30, split: .train, words: words, seed: Seed(5))),
            ], seed: Seed(6))
    }

    static func experiment(_ direction: Direction) throws -> Experiment {
        let tokenizer = try TinyRun.tokenizer()
        var schedule = LearningRateSchedule(stepCount: 6, warmdownRatio: 1)
        schedule.momentumWarmupSteps = 0
        let mixture = mixture()
        var experiment = try Experiment(
            model: ModelConfiguration(
                contextLength: columnCount, vocabularySize: tokenizer.vocabularySize,
                layerCount: 2, headCount: 2, width: 32),
            schedule: schedule, deviceBatchSize: 2, totalBatchSize: 4 * columnCount,
            tokenizerHash: tokenizer.hash, dataHash: mixture.fingerprint)
        experiment.phase = .sft
        experiment.direction = direction
        experiment.evalEvery = 0
        experiment.stage = StageSettings(
            parent: StageSettings.Parent(
                run: "parent", phase: .mid, step: 3, modelHash: tokenizer.hash,
                direction: .forward),
            supervision: .assistant,
            mixture: mixture.parts.map {
                StageSettings.Share(
                    name: $0.source.name, count: $0.count, fingerprint: $0.source.fingerprint)
            })
        return experiment
    }

    /// Runs `experiment` from the beginning or from `checkpoint`, to the end or for `stopCount` steps.
    static func run(
        _ experiment: Experiment, in folder: String, from checkpoint: String? = nil,
        stoppingAfter stopCount: Int? = nil
    ) throws -> StageLoop.Ending {
        let trainer = TinyRun.trainer(experiment)
        let saved = try checkpoint.map { try Checkpoint(reading: $0) }
        if let saved {
            try trainer.model.load(saved.model)
            try trainer.optimizer.restore(saved.optimizer, stepCount: saved.state.step)
        }
        var stream = try ChatStream(
            mixture(), tokenizer: TinyRun.tokenizer(),
            layout: ChatLayout(
                rowCount: experiment.deviceBatchSize, columnCount: columnCount,
                direction: experiment.direction, groupTokenCount: 2000),
            seed: Seed(experiment.seed), from: saved?.state.cursor ?? .start)
        let memory = StageLoopTests.Memory()
        var loop = StageLoop(
            experiment,
            objective: NextTokenObjective(
                microBatchCount: experiment.microBatchCount, from: stream.cursor,
                nextBatch: { () throws(BatchError) -> Batch in try stream.next() }),
            trainer: trainer, checkpoints: folder, resuming: saved?.state,
            surroundings: StageLoop.Surroundings(
                now: { 0 }, shouldStop: { memory.records.count == stopCount }, peakFLOPs: nil,
                validate: { (_, _) throws(TrainingError) in [] }, sample: { _ in },
                recorders: [memory], show: { _ in }, saved: { _ in }))
        return try loop.run()
    }

    @Test(arguments: Direction.allCases)
    func fineTuningResumesExactly(direction: Direction) throws {
        let experiment = try Self.experiment(direction)
        try TinyRun.withFolder { folder in
            _ = try Self.run(experiment, in: folder + "/whole")
            let first = try Self.run(experiment, in: folder + "/halves", stoppingAfter: 3)
            let middle = Checkpoint.path(of: 3, in: folder + "/halves")
            #expect(first == .stopped(checkpoint: middle, step: 3))
            _ = try Self.run(experiment, in: folder + "/halves", from: middle)
            let ends = ["whole", "halves"].map { Checkpoint.path(of: 6, in: "\(folder)/\($0)") }
            for file in ["model.safetensors", "optimizer.safetensors", "state.json"] {
                let hashes = try ends.map { try ContentHash(ofFile: "\($0)/\(file)") }
                #expect(hashes[0] == hashes[1], "\(file)")
            }
        }
    }

    @Test func settingsSurviveTheirFile() throws {
        let experiment = try Self.experiment(.backward)
        #expect(try Experiment(decoding: experiment.encoded()) == experiment)
        let stage = try #require(experiment.stage)
        #expect(stage.isDirectionTransfer(to: experiment.direction))
        #expect(!stage.isDirectionTransfer(to: .forward))
    }

    @Test func aBaseRunHasNoStage() throws {
        let experiment = try TinyRun.experiment()
        let text = String(decoding: experiment.encoded(), as: UTF8.self)
        #expect(!text.contains("\"stage\"") && !text.contains("task_metrics"))
    }

    @Test func rowsTooShortForATurnAreRefused() throws {
        var experiment = try Self.experiment(.forward)
        experiment.model.contextLength = 8
        experiment.totalBatchSize = 32
        #expect(throws: SettingsError.self) { try experiment.validate() }
    }
}
