public import Corpus
public import Journal
public import Language

/// What a stage learns from: its data and its objective, one optimizer step at a time.
///
/// The loop around it (when to validate, sample, save and stop) is the same for every stage.
public protocol StageObjective {
    /// Where the next step's data begin.
    var cursor: Cursor { get }
    /// Seconds spent so far waiting for data.
    var waitedSeconds: Double { get }

    /// Takes optimizer step number `trainer.step`.
    mutating func step(
        _ trainer: Trainer, observing observation: Trainer.Observation
    ) throws(TrainingError) -> StageStep
}

/// What one step of a stage gives.
public struct StageStep: Sendable {
    /// The optimizer's step; nil where there was nothing to learn and the weights stayed.
    public var outcome: Trainer.Outcome?
    /// Text and special tokens learnt from, by reading.
    public var tokensSeen: [Reading: Int]
    /// Input tokens of the step: what a rate counts.
    public var positionCount: Int
    /// What only this stage measures, in the order in which it is shown.
    public var scalars: [(name: String, value: Double)]
    /// Texts sampled for the step, where they are kept.
    public var rollouts: [RolloutRecord]

    /// A step with its outcome.
    public init(
        outcome: Trainer.Outcome?, tokensSeen: [Reading: Int], positionCount: Int,
        scalars: [(name: String, value: Double)] = [], rollouts: [RolloutRecord] = []
    ) {
        self.outcome = outcome
        self.tokensSeen = tokensSeen
        self.positionCount = positionCount
        self.scalars = scalars
        self.rollouts = rollouts
    }
}

/// The next token of every row, given those before it: base training, midtraining, fine-tuning.
public struct NextTokenObjective: StageObjective {
    /// Micro-batches of one step.
    public let microBatchCount: Int
    /// Where the next batch begins.
    public private(set) var cursor: Cursor

    private let nextBatch: () throws(BatchError) -> Batch
    private let waited: () -> Double

    /// Learns from `microBatchCount` batches a step.
    /// - Parameters:
    ///   - cursor: where `nextBatch` begins.
    ///   - nextBatch: the next batch; waits for it if it must.
    ///   - waitedSeconds: seconds spent so far waiting for batches.
    public init(
        microBatchCount: Int, from cursor: Cursor,
        nextBatch: @escaping () throws(BatchError) -> Batch,
        waitedSeconds: @escaping () -> Double = { 0 }
    ) {
        precondition(microBatchCount > 0, "a step of \(microBatchCount) batches")
        self.microBatchCount = microBatchCount
        self.cursor = cursor
        self.nextBatch = nextBatch
        waited = waitedSeconds
    }

    /// Seconds spent so far waiting for batches.
    public var waitedSeconds: Double { waited() }

    /// One step over the next batches, each weighted by its targets.
    public mutating func step(
        _ trainer: Trainer, observing observation: Trainer.Observation
    ) throws(TrainingError) -> StageStep {
        var batches: [Batch] = []
        for _ in 0..<microBatchCount {
            do { batches.append(try nextBatch()) } catch { throw .batches(error) }
        }
        let outcome = try trainer.step(batches, observing: observation)
        cursor = batches[batches.count - 1].next
        var tokensSeen: [Reading: Int] = [:]
        for batch in batches {
            for placement in batch.placements {
                tokensSeen[placement.reading, default: 0] += placement.window.count
            }
        }
        return StageStep(
            outcome: outcome, tokensSeen: tokensSeen, positionCount: outcome.positionCount,
            scalars: [
                (Metric.tokens, Double(trainer.step * outcome.positionCount)),
                ("epoch", Double(cursor.epoch)),
            ])
    }
}
