import Arguments
import Corpus
import Foundation
import Language
import Models
import Provenance
import Training

/// Training and validation documents of a run, whatever they come from.
struct CorpusSides {
    /// Documents to learn from.
    let training: any DocumentSource
    /// Documents to measure on.
    let validation: any DocumentSource
    /// Names the texts and their sides.
    let fingerprint: ContentHash

    /// Batches made ahead on a thread of their own, from a place in the data.
    func batches(
        of experiment: Experiment, tokenizer: Tokenizer, from cursor: Cursor,
        seconds: @escaping @Sendable () -> Double
    ) throws(BatchError) -> BatchPrefetcher {
        let layout = BatchLayout(
            rowCount: experiment.deviceBatchSize, columnCount: experiment.model.contextLength,
            direction: experiment.direction, packing: experiment.packing, crop: experiment.crop,
            mix: experiment.directionMix)
        func open(_ source: some DocumentSource) throws(BatchError) -> BatchPrefetcher {
            // One thread: the others belong to the training step.
            let documents = EncodedDocuments(source, tokenizer: tokenizer, threadCount: 1)
            let stream = try BatchStream(
                documents, vocabulary: Vocabulary(tokenizer), layout: layout,
                seed: Seed(experiment.seed)["corpus"], from: cursor)
            return BatchPrefetcher(stream, capacity: 8, seconds: seconds)
        }
        return try open(training)
    }

    /// The fixed list of validation windows.
    func validationWindows(
        of experiment: Experiment, tokenizer: Tokenizer
    ) throws(BatchError) -> ValidationWindows {
        func list(_ source: some DocumentSource) throws(BatchError) -> ValidationWindows {
            try ValidationWindows(
                EncodedDocuments(source, tokenizer: tokenizer, threadCount: 1),
                vocabulary: Vocabulary(tokenizer), columnCount: experiment.model.contextLength,
                maximumTokens: experiment.evalTokens)
        }
        return try list(validation)
    }
}
