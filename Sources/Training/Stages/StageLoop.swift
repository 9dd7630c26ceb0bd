public import Evaluation
internal import Faults
public import Journal
public import Language
internal import Models
public import Runs

/// The loop of every stage: an objective in, a trained model and its record out. The world (clock,
/// signals, terminal) comes in as values.
public struct StageLoop {
    /// What the stage needs from outside.
    public struct Surroundings {
        /// Seconds on a clock that never goes back.
        public var now: () -> Double
        /// Whether someone asked the run to stop; looked at after every step.
        public var shouldStop: () -> Bool
        /// Measured matrix-multiplication peak in FLOP/s for the compute dtype, if known.
        public var peakFLOPs: Double?
        /// Scores the validation windows after `step` steps, in these readings; no windows, no scores.
        public var validate: (_ step: Int, _ readings: [Reading]) throws(TrainingError) -> [Score]
        /// Tries tasks after `step` steps: accuracies, rewards.
        public var evaluate: (_ step: Int) throws(TrainingError) -> [(name: String, value: Double)]
        /// Tries ChatCORE after `step` steps.
        public var tryChatCORE:
            (_ step: Int) throws(TrainingError) -> [(name: String, value: Double)]
        /// Writes samples after `step` steps.
        public var sample: (_ step: Int) -> Void
        /// Where records go, in order.
        public var recorders: [any Recorder]
        /// Called with every record, for the console.
        public var show: (StepRecord) -> Void
        /// Called after a checkpoint.
        public var saved: (_ path: String) -> Void

        /// All of it.
        public init(
            now: @escaping () -> Double, shouldStop: @escaping () -> Bool, peakFLOPs: Double?,
            validate:
                @escaping (_ step: Int, _ readings: [Reading]) throws(TrainingError) -> [Score],
            evaluate:
                @escaping (_ step: Int) throws(TrainingError) -> [(name: String, value: Double)] =
                { (_: Int) throws(TrainingError) in [] },
            tryChatCORE:
                @escaping (_ step: Int) throws(TrainingError) -> [(name: String, value: Double)] =
                { (_: Int) throws(TrainingError) in [] },
            sample: @escaping (_ step: Int) -> Void, recorders: [any Recorder],
            show: @escaping (StepRecord) -> Void, saved: @escaping (_ path: String) -> Void
        ) {
            self.now = now
            self.shouldStop = shouldStop
            self.peakFLOPs = peakFLOPs
            self.validate = validate
            self.evaluate = evaluate
            self.tryChatCORE = tryChatCORE
            self.sample = sample
            self.recorders = recorders
            self.show = show
            self.saved = saved
        }
    }

    /// How the stage ended.
    public enum Ending: Hashable, Sendable {
        /// All steps were taken.
        case finished(checkpoint: String)
        /// It was asked to stop; the same command goes on from here.
        case stopped(checkpoint: String, step: Int)
    }

    /// The settings.
    public let experiment: Experiment
    private let trainer: Trainer
    private let folder: String
    private let surroundings: Surroundings
    private var objective: any StageObjective
    private var validationBitsPerByte: Double?
    private var tokensSeen: [String: Int]
    private var elapsedSeconds: Double
    private var waitedBefore = 0.0

    /// A stage from the beginning, or from `state` with the trainer's weights and moments restored.
    /// - Parameter objective: begins where `state` does.
    /// - Parameter checkpoints: the folder that checkpoints are saved in.
    public init(
        _ experiment: Experiment, objective: any StageObjective, trainer: Trainer,
        checkpoints: String, resuming state: Checkpoint.State?, surroundings: Surroundings
    ) {
        self.experiment = experiment
        self.objective = objective
        self.trainer = trainer
        folder = checkpoints
        self.surroundings = surroundings
        validationBitsPerByte = state?.validationBitsPerByte
        tokensSeen = state?.tokensSeen ?? [:]
        elapsedSeconds = state?.elapsedSeconds ?? 0
    }

    /// Trains to the end, or until asked to stop.
    public mutating func run() throws(TrainingError) -> Ending {
        let first = trainer.step
        let count = experiment.schedule.stepCount
        for step in first...count {
            let isLast = step == count
            var scalars: [(name: String, value: Double)] = []
            if isLast || falls(step, on: experiment.evalEvery) {
                FaultRecord.note("validation at step \(step)")
                scalars = try validate(step, everyReading: isLast)
            }
            if let metrics = experiment.taskMetrics,
                isLast || (falls(step, on: metrics.every) && isTried(step, first))
            {
                FaultRecord.note("tasks at step \(step)")
                scalars += try surroundings.evaluate(step)
            }
            if let core = experiment.chatCORE,
                isLast || (falls(step, on: core.every) && step > first)
            {
                FaultRecord.note("ChatCORE at step \(step)")
                scalars += try surroundings.tryChatCORE(step)
            }
            if isLast || (step > first && falls(step, on: experiment.sampleEvery)) {
                FaultRecord.note("samples at step \(step)")
                surroundings.sample(step)
            }
            if isLast || (step > first && falls(step, on: experiment.saveEvery)) {
                FaultRecord.note("checkpoint at step \(step)")
                let path = try save()
                if isLast {
                    try record(StepRecord(step: step, scalars: scalars))
                    try finish()
                    return .finished(checkpoint: path)
                }
            }
            FaultRecord.note("step \(step)")
            try takeStep(step, validation: scalars)
            // After the last step there is only the ending left, which is not put off.
            if step + 1 < count && surroundings.shouldStop() {
                let path = try save()
                try finish()
                return .stopped(checkpoint: path, step: trainer.step)
            }
        }
        preconditionFailure("the last step returns")
    }

    /// Whether tasks are tried at a step that is due: not again where the run goes on, and before the first step
    /// only where rewards are to rise from something.
    private func isTried(_ step: Int, _ first: Int) -> Bool {
        step > first || (step == 0 && experiment.phase == .rl)
    }

    private func falls(_ step: Int, on period: Int) -> Bool {
        period > 0 && step.isMultiple(of: period)
    }

    private mutating func takeStep(
        _ step: Int, validation: [(name: String, value: Double)]
    ) throws(TrainingError) {
        let begin = surroundings.now()
        let tokensEvery = experiment.logging?.tokensEvery ?? experiment.statisticsEvery
        let result: StageStep
        do throws(TrainingError) {
            result = try objective.step(
                trainer,
                observing: Trainer.Observation(
                    positions: falls(step, on: experiment.positionsEvery),
                    tokens: falls(step, on: tokensEvery),
                    layers: falls(step, on: experiment.statisticsEvery)))
        } catch {
            // What reads the run later must not take it for one that was merely stopped.
            if case .diverged = error {
                try record(
                    StepRecord(step: step, scalars: [(Metric.diverged, 1)] + validation))
                try finish()
            }
            throw error
        }
        for (reading, count) in result.tokensSeen {
            tokensSeen[reading.rawValue, default: 0] += count
        }
        let seconds = surroundings.now() - begin
        elapsedSeconds += seconds
        try record(
            StepRecord(
                step: step, scalars: scalars(of: result, step, seconds) + validation,
                positions: result.outcome?.positions, tokens: result.outcome?.tokens,
                layers: result.outcome?.layers ?? [], rollouts: result.rollouts))
    }

    private mutating func scalars(
        of result: StageStep, _ step: Int, _ seconds: Double
    ) -> [(name: String, value: Double)] {
        let rate = Double(result.positionCount) / seconds
        var scalars: [(name: String, value: Double)] = []
        if let outcome = result.outcome {
            scalars.append((Metric.loss, outcome.loss))
            if experiment.direction == .bidirectional {
                for (reading, loss) in outcome.lossByReading {
                    scalars.append(("\(reading.rawValue)_loss", loss))
                }
            }
            scalars += [
                (Metric.learningRateMultiplier, outcome.multiplier),
                (
                    Metric.learningRate,
                    experiment.optimizer.matrixLearningRate * outcome.multiplier
                ),
                ("momentum", outcome.momentum), (Metric.gradientNorm, outcome.gradientNorm),
                ("targets", Double(outcome.targetCount)),
            ]
        }
        let waited = objective.waitedSeconds
        scalars += [
            (Metric.stepSeconds, seconds),
            ("data_wait_seconds", waited - waitedBefore), (Metric.tokensPerSecond, rate),
            (Metric.elapsedSeconds, elapsedSeconds),
        ]
        waitedBefore = waited
        if let peak = surroundings.peakFLOPs {
            let fraction = rate * experiment.model.trainingFLOPsPerToken / peak
            scalars.append((Metric.gemmFraction, fraction))
        }
        return scalars + result.scalars
    }

    private mutating func validate(
        _ step: Int, everyReading: Bool
    ) throws(TrainingError) -> [(name: String, value: Double)] {
        let native = experiment.direction.readings
        let scores = try surroundings.validate(step, everyReading ? Reading.allCases : native)
        let nativeScores = scores.filter { native.contains($0.reading) }
        // Of a bidirectional model the mean of both; each reading has its own column too.
        let mean =
            nativeScores.reduce(0) { $0 + $1.bitsPerByte } / Double(max(1, nativeScores.count))
        if !nativeScores.isEmpty { validationBitsPerByte = mean }
        guard !scores.isEmpty else { return [] }
        var scalars = [(Metric.validationBitsPerByte, mean)]
        scalars += scores.map { ("val_bpb_\($0.reading.rawValue)", $0.bitsPerByte) }
        if experiment.stage != nil {
            // What the stage minimises: special tokens count, bytes do not.
            let loss = nativeScores.reduce(0) { $0 + $1.natsPerTarget }
            scalars.append((Metric.validationLoss, loss / Double(max(1, nativeScores.count))))
            scalars += scores.map { ("val_loss_\($0.reading.rawValue)", $0.natsPerTarget) }
        }
        return scalars
    }

    private func record(_ record: StepRecord) throws(TrainingError) {
        for recorder in surroundings.recorders {
            do { try recorder.record(record) } catch { throw .journal(error) }
        }
        surroundings.show(record)
    }

    private func finish() throws(TrainingError) {
        for recorder in surroundings.recorders {
            do { try recorder.finish() } catch { throw .journal(error) }
        }
    }

    private func save() throws(TrainingError) -> String {
        for recorder in surroundings.recorders {
            do { try recorder.sync() } catch { throw .journal(error) }
        }
        let state = Checkpoint.State(
            experiment: experiment, step: trainer.step, cursor: objective.cursor,
            validationBitsPerByte: validationBitsPerByte,
            updateCount: trainer.optimizer.stepCount, tokensSeen: tokensSeen,
            elapsedSeconds: elapsedSeconds)
        let path = try Checkpoint.save(trainer, state: state, in: folder)
        Checkpoint.prune(folder, keeping: experiment.keepCheckpoints)
        surroundings.saved(path)
        return path
    }
}
