import Corpus
import Evaluation
import Foundation
import Journal
import Models
import Provenance
import Runs
import Tensors
import Training

/// What a stage reads: the part of a run that differs from stage to stage.
protocol StageData {
    /// Digests of what is read, by name.
    var fingerprints: [String: ContentHash] { get }

    /// What `model` learns from, beginning at `cursor`.
    func objective(for run: StageRun, model: GPT, from cursor: Cursor) throws -> PreparedObjective

    /// What the model is measured on while it trains; nil for a stage that is judged by its tasks only.
    func validation(for run: StageRun) throws -> (any MatchedList)?
}

/// An objective, and how to end what works for it behind the scenes.
struct PreparedObjective {
    let objective: any StageObjective
    let stop: () -> Void

    /// An objective that needs no ending.
    init(_ objective: any StageObjective, stop: @escaping () -> Void = {}) {
        self.objective = objective
        self.stop = stop
    }

    /// The next token of batches that are made ahead.
    init(nextTokens batches: BatchPrefetcher, microBatchCount: Int, from cursor: Cursor) {
        self.init(
            NextTokenObjective(
                microBatchCount: microBatchCount, from: cursor,
                nextBatch: { () throws(BatchError) in try batches.next() },
                waitedSeconds: { batches.waited.seconds }),
            stop: { batches.stop() })
    }
}

/// The run and checkpoint that a stage begins with.
struct StageParent {
    let run: RunDirectory
    let checkpoint: String
    let state: Checkpoint.State
    let modelHash: ContentHash

    /// Looks into the checkpoint at `path`; the weights are read when they are wanted.
    init(run: RunDirectory, checkpoint path: String) throws {
        self.run = run
        checkpoint = path
        state = try Checkpoint.state(of: path)
        modelHash = try ContentHash(ofFile: path + "/model.safetensors")
    }

    /// The weights by name, verified.
    func weights() throws -> [String: Tensor] {
        try Checkpoint(reading: checkpoint, withOptimizer: false).model
    }

    /// The link that the child's folder keeps.
    func link() throws -> ParentLink {
        try ParentLink(to: run, checkpoint: checkpoint, phase: state.experiment.phase)
    }

    /// What the child's settings say of it.
    var settings: StageSettings.Parent {
        StageSettings.Parent(
            run: run.name, phase: state.experiment.phase, step: state.step, modelHash: modelHash,
            direction: state.direction)
    }
}
