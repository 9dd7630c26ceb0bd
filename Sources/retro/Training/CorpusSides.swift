import Arguments
import Corpus
import Evaluation
import Language
import Models
import Provenance
import Runs
import Training

/// Training and validation documents of a base run, whatever they come from.
struct CorpusSides: StageData {
    /// Documents to learn from.
    let training: any DocumentSource
    /// Documents to measure on.
    let validation: any DocumentSource
    /// Names the texts and their sides.
    let fingerprint: ContentHash

    /// Digests of what is read.
    var fingerprints: [String: ContentHash] { ["corpus": fingerprint] }

    /// The next token of documents; batches are made ahead on a thread of their own.
    func objective(
        for run: StageRun, model: GPT, from cursor: Cursor
    ) throws -> PreparedObjective {
        let experiment = run.experiment
        let layout = BatchLayout(
            rowCount: experiment.deviceBatchSize, columnCount: experiment.model.contextLength,
            direction: experiment.direction, packing: experiment.packing, crop: experiment.crop,
            mix: experiment.directionMix)
        func open(_ source: some DocumentSource) throws(BatchError) -> BatchPrefetcher {
            // One thread: the others belong to the training step.
            let documents = EncodedDocuments(source, tokenizer: run.tokenizer, threadCount: 1)
            let stream = try BatchStream(
                documents, vocabulary: Vocabulary(run.tokenizer), layout: layout,
                seed: Seed(experiment.seed)["corpus"], from: cursor)
            return BatchPrefetcher(stream, capacity: 8, seconds: run.world.seconds)
        }
        let batches = try open(training)
        return PreparedObjective(
            nextTokens: batches, microBatchCount: experiment.microBatchCount, from: cursor)
    }

    /// The fixed list of validation windows.
    func validation(for run: StageRun) throws -> (any MatchedList)? {
        let experiment = run.experiment
        func list(_ source: some DocumentSource) throws(BatchError) -> ValidationWindows {
            try ValidationWindows(
                EncodedDocuments(source, tokenizer: run.tokenizer, threadCount: 1),
                vocabulary: Vocabulary(run.tokenizer),
                columnCount: experiment.model.contextLength, maximumTokens: experiment.evalTokens)
        }
        let documents: any DocumentSource = validation
        let windows = try list(documents)
        return MatchedValidation(windows, rowCount: experiment.deviceBatchSize)
    }
}
