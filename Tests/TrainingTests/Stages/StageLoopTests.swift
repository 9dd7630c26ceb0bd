import Corpus
import Evaluation
import Journal
import Language
import Models
import Provenance
import Runs
import TestSupport
import Testing
import Training

@Suite(.countingHandles) struct StageLoopTests {
    /// Keeps records in memory.
    final class Memory: Recorder {
        var records: [StepRecord] = []
        var syncCount = 0
        var isFinished = false

        func record(_ record: StepRecord) { records.append(record) }
        func sync() { syncCount += 1 }
        func finish() { isFinished = true }
    }

    /// What one run left.
    struct Trace {
        var ending: StageLoop.Ending
        var records: [StepRecord]
        var sampledSteps: [Int]
        var validatedSteps: [Int]
        var savedPaths: [String]
        var syncCount: Int
        var isFinished: Bool
    }

    /// A bidirectional run that takes every kind of record.
    static func experiment() throws -> Experiment {
        var experiment = try TinyRun.experiment(stepCount: 6)
        experiment.direction = .bidirectional
        experiment.evalEvery = 2
        experiment.sampleEvery = 4
        experiment.positionsEvery = 2
        experiment.statisticsEvery = 3
        return experiment
    }

    /// Runs `experiment` from `checkpoint` or from the beginning, and asks it to stop after
    /// `stopCount` steps. Its clock counts how often it was looked at.
    static func run(
        _ experiment: Experiment, in folder: String, from checkpoint: String? = nil,
        stoppingAfter stopCount: Int? = nil
    ) throws -> Trace {
        let trainer = TinyRun.trainer(experiment)
        let saved = try checkpoint.map { try Checkpoint(reading: $0) }
        if let saved {
            try trainer.model.load(saved.model)
            try trainer.optimizer.restore(saved.optimizer, stepCount: saved.state.step)
        }
        var stream = try TinyRun.stream(experiment, from: saved?.state.cursor ?? .start)
        let validation = MatchedValidation(
            try ValidationWindows(
                TinyRun.documents, vocabulary: Vocabulary(TinyRun.tokenizer()),
                columnCount: TinyRun.columnCount, maximumTokens: 60), rowCount: 4)
        let memory = Memory()
        var (ticks, sampled, validated) = (0.0, [Int](), [Int]())
        var paths: [String] = []
        let objective = NextTokenObjective(
            microBatchCount: experiment.microBatchCount, from: stream.cursor,
            nextBatch: { () throws(BatchError) -> Batch in try stream.next() })
        var training = StageLoop(
            experiment, objective: objective, trainer: trainer, checkpoints: folder,
            resuming: saved?.state,
            surroundings: StageLoop.Surroundings(
                now: {
                    ticks += 1
                    return ticks
                },
                shouldStop: { memory.records.count == stopCount }, peakFLOPs: 1e12,
                validate: { (step, readings) throws(TrainingError) -> [Score] in
                    validated.append(step)
                    return readings.map {
                        validation.score(
                            trainer.model, direction: experiment.direction, reading: $0)
                    }
                },
                sample: { sampled.append($0) }, recorders: [memory], show: { _ in },
                saved: { paths.append($0) }))
        let ending = try training.run()
        return Trace(
            ending: ending, records: memory.records, sampledSteps: sampled,
            validatedSteps: validated, savedPaths: paths, syncCount: memory.syncCount,
            isFinished: memory.isFinished)
    }

    @Test(arguments: [1, 3, 4, 5])
    func aStoppedRunGoesOnAsIfNothingHadHappened(stopCount: Int) throws {
        let experiment = try Self.experiment()
        try TinyRun.withFolder { folder in
            let whole = try Self.run(experiment, in: folder + "/whole")
            let first = try Self.run(
                experiment, in: folder + "/halves", stoppingAfter: stopCount)
            let path = Checkpoint.path(of: stopCount, in: folder + "/halves")
            #expect(first.ending == .stopped(checkpoint: path, step: stopCount))
            #expect(first.savedPaths == [path])
            #expect(first.syncCount == 1 && first.isFinished)
            let second = try Self.run(experiment, in: folder + "/halves", from: path)
            let last = Checkpoint.path(of: 6, in: folder + "/halves")
            #expect(second.ending == .finished(checkpoint: last))

            let halves = first.records + second.records
            #expect(halves.map(\.step) == whole.records.map(\.step))
            for (resumed, straight) in zip(halves, whole.records) {
                // A float's description names its bits; NaN is "nan" on both sides.
                let isEqual = String(describing: resumed) == String(describing: straight)
                #expect(isEqual, "row \(straight.step) differs after stopping at \(stopCount)")
            }
            #expect(first.validatedSteps + second.validatedSteps == whole.validatedSteps)
            let folders = ["whole", "halves"].map { Checkpoint.path(of: 6, in: "\(folder)/\($0)") }
            for file in ["model.safetensors", "optimizer.safetensors", "state.json"] {
                let hashes = try folders.map { try ContentHash(ofFile: "\($0)/\(file)") }
                #expect(hashes[0] == hashes[1], "\(file) after stopping at \(stopCount)")
            }
        }
    }

    /// Nothing is left to resume then, so the run ends as if nobody had asked.
    @Test func aRequestAfterTheLastStepIsTheEnd() throws {
        try TinyRun.withFolder { folder in
            let trace = try Self.run(Self.experiment(), in: folder, stoppingAfter: 6)
            #expect(trace.ending == .finished(checkpoint: Checkpoint.path(of: 6, in: folder)))
            #expect(trace.records.map(\.step) == [0, 1, 2, 3, 4, 5, 6])
        }
    }

    @Test func everyStepLeavesARowAndTheEndOneMore() throws {
        try TinyRun.withFolder { folder in
            let trace = try Self.run(Self.experiment(), in: folder)
            #expect(trace.records.map(\.step) == [0, 1, 2, 3, 4, 5, 6])
            #expect(trace.validatedSteps == [0, 2, 4, 6])
            #expect(trace.sampledSteps == [4, 6])
            for record in trace.records.dropLast() {
                let loss = try #require(record[Metric.loss])
                let bothLosses = try [Metric.forwardLoss, Metric.backwardLoss].map {
                    try #require(record[$0])
                }
                #expect(loss <= bothLosses.max() ?? .nan && loss >= bothLosses.min() ?? .nan)
                #expect(record[Metric.elapsedSeconds] == Double(record.step + 1))
                #expect((record.positions != nil) == record.step.isMultiple(of: 2))
                #expect((record.tokens != nil) == record.step.isMultiple(of: 3))
                #expect(record.layers.isEmpty == !record.step.isMultiple(of: 3))
            }
            #expect(trace.records[6].scalars.map(\.name).first == Metric.validationBitsPerByte)
            #expect(trace.isFinished)
        }
    }

    @Test func theNewestCheckpointsAreKept() throws {
        try TinyRun.withFolder { folder in
            var experiment = try Self.experiment()
            experiment.saveEvery = 1
            let trace = try Self.run(experiment, in: folder)
            #expect(trace.savedPaths == (1...6).map { Checkpoint.path(of: $0, in: folder) })
            #expect(Checkpoint.steps(in: folder) == [5, 6])
        }
    }
}
