import Corpus
import Evaluation
import Models
import Provenance
import Tensors
import Training

/// What reinforcement reads: the questions of a task.
struct ReinforcementData: StageData {
    let task: any GradedTask
    let fingerprint: ContentHash
    let settings: ReinforcementSettings

    /// Digests of what is read.
    var fingerprints: [String: ContentHash] { ["questions": fingerprint] }

    /// Answers of the model's own, rewarded.
    func objective(
        for run: StageRun, model: GPT, from cursor: Cursor
    ) throws -> PreparedObjective {
        var reference: GPT?
        if settings.divergenceWeight > 0, let parent = run.parent {
            let frozen = GPT(
                run.experiment.model, seed: Seed(run.experiment.seed)["model/init"],
                device: run.compute.device, computeDType: model.computeDType)
            try frozen.load(try parent.weights())
            reference = frozen
        }
        return PreparedObjective(
            PolicyGradientObjective(
                settings, task: task, direction: run.experiment.direction,
                tokenizer: run.tokenizer, seed: Seed(run.experiment.seed)["reinforcement"],
                rowCount: run.experiment.deviceBatchSize, parent: reference,
                step: cursor.rowsServed))
    }

    /// Rewards tell; there is no text to validate on.
    func validation(for run: StageRun) throws -> (any MatchedList)? { nil }
}
