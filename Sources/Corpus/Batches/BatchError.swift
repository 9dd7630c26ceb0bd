/// Why rows cannot be made, and what to change.
public enum BatchError: Error, Hashable, CustomStringConvertible {
    /// Reading the corpus failed.
    case shard(ShardError)
    /// Reading conversations failed.
    case source(SourceError)
    /// The mixture has no conversation with something to learn.
    case noConversations
    /// T is too small for a question and an answer.
    case rowsTooShortForTurns(columnCount: Int)
    /// The corpus has no token to train on.
    case noTokens
    /// T is too small for BOS, a marker and text.
    case rowsTooShort(columnCount: Int)
    /// An optimizer step is not a whole number of batches.
    case unevenStep(rowsPerStep: Int, microBatch: Int)
    /// An optimizer step cannot hold equal numbers of rows each way.
    case unequalReadings(rowsPerStep: Int, microBatch: Int, mix: DirectionMix)
    /// The cursor points at a place that this corpus, tokenizer, T and seed do not have.
    case foreignCursor(Cursor)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .shard(let error):
            "\(error)"
        case .source(let error):
            "\(error)"
        case .noConversations:
            "the mixture holds no conversation with an answer to learn; give it some."
        case .rowsTooShortForTurns(let columnCount):
            """
            rows of \(columnCount) positions leave no room for a question and an answer; \
            set --max-seq-len to at least \(ChatLayout.minimumColumnCount).
            """
        case .noTokens:
            "the corpus holds no token to train on; give it documents with text."
        case .rowsTooShort(let columnCount):
            """
            rows of \(columnCount) positions leave no room for text; \
            set --max-seq-len to at least \(BatchLayout.minimumColumnCount).
            """
        case .unevenStep(let rowsPerStep, let microBatch):
            """
            a step of \(rowsPerStep) rows is not a whole number of batches of \(microBatch); \
            make --total-batch-size a multiple of --device-batch-size times --max-seq-len.
            """
        case .unequalReadings(let rowsPerStep, let microBatch, .batches):
            """
            \(rowsPerStep / microBatch) batches a step cannot be half forward and half backward; \
            set --total-batch-size so that a step has an even number of batches, \
            or use --direction-mix=rows.
            """
        case .unequalReadings(let rowsPerStep, _, let mix):
            """
            \(rowsPerStep) rows a step cannot be half forward and half backward \
            (--direction-mix=\(mix.rawValue)); make --total-batch-size an even number of rows.
            """
        case .foreignCursor(let cursor):
            """
            the checkpoint's place in the data (epoch \(cursor.epoch), document \(cursor.document), \
            row \(cursor.row)) does not exist; resume with the corpus, tokenizer, sequence length, \
            packing and seed the run began with.
            """
        }
    }
}
