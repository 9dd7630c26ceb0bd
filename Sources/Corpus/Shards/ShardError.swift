public import Provenance

/// What can be wrong with the files of a corpus. Each description says what, where, and what to do.
public enum ShardError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, folder or address cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// The given paths hold no file of a known kind.
    case noShards(paths: [String])
    /// The name does not say what the file is.
    case unknownKind(path: String)
    /// The address names a store, or the file a feature, that this build of Arrow does not carry.
    case unsupported(path: String, reason: String)
    /// The folder for decompressed shards takes no more.
    case unwritableSpool(folder: String, reason: String)
    /// The shard has no column, or the line no field, of that name.
    case missingColumn(String, shard: String, line: Int?, has: [String])
    /// The column is there but holds no text.
    case notText(column: String, shard: String, line: Int?, type: String)
    /// The shard ends early: its download or copy was cut off.
    case truncated(shard: String, detail: String)
    /// The bytes contradict the format.
    case corrupt(shard: String, reason: String)
    /// A JSONL line is not one JSON object (lines count from one).
    case malformedLine(shard: String, line: Int, reason: String)
    /// The line is a conversation where a text was wanted (lines count from one).
    case conversation(shard: String, line: Int)
    /// The shard is text in another encoding than UTF-8.
    case notUTF8(shard: String, FileError)
    /// The shard has no document at all.
    case emptyShard(String)
    /// The shard changed while it was in use.
    case changed(shard: String)
    /// A corpus could not be written.
    case unwritable(path: String, reason: String)
    /// A document with a blank line inside cannot be told apart in plain text.
    case blankLine(document: Int, path: String)
    /// One side of the train/validation split came out without a document.
    case emptySplit(side: String, documentCount: Int, validationFraction: Double)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            return "cannot read '\(path)': \(reason)."
        case .noShards(let paths):
            let places = paths.isEmpty ? "no path" : paths.map { "'\($0)'" }.joined(separator: ", ")
            return "no shard found in \(places); name files or folders with .txt, .jsonl or "
                + ".parquet files (.txt.gz, .jsonl.zst and so on count too) in --data."
        case .unknownKind(let path):
            return "'\(path)' is of no known kind; rename it to end in .txt, .md, .jsonl or "
                + ".parquet (text and JSONL also with .gz or .zst behind)."
        case .unsupported(let path, let reason):
            return "cannot read '\(path)': \(reason); name plain local files instead."
        case .unwritableSpool(let folder, let reason):
            return
                "cannot keep decompressed text in '\(folder)': \(reason); free some space there or "
                + "decompress the files first."
        case .missingColumn(let column, let shard, let line, let has):
            let place = line.map { "line \($0) of '\(shard)'" } ?? "'\(shard)'"
            let found =
                has.isEmpty
                ? "it has no columns" : "it has " + has.map { "'\($0)'" }.joined(separator: ", ")
            return "\(place) has no column '\(column)'; \(found); name one with --text-column."
        case .notText(let column, let shard, let line, let type):
            let place = line.map { "line \($0) of '\(shard)'" } ?? "'\(shard)'"
            return "column '\(column)' of \(place) holds \(type), not text; name another with "
                + "--text-column."
        case .truncated(let shard, let detail):
            return "'\(shard)' is cut off (\(detail)); fetch or copy it again."
        case .corrupt(let shard, let reason):
            return "'\(shard)' is damaged: \(reason); fetch or copy it again."
        case .malformedLine(let shard, let line, let reason):
            return "line \(line) of '\(shard)' is not a JSON object: \(reason); correct or "
                + "remove it."
        case .conversation(let shard, let line):
            return "line \(line) of '\(shard)' is a conversation, not a text; see one with 'retro "
                + "tokenizer inspect --conversation \(shard)', learn from them with mid-train or chat-sft."
        case .notUTF8(_, let error):
            return error.description
        case .emptyShard(let shard):
            return "'\(shard)' has no document; remove it from --data."
        case .changed(let shard):
            return "'\(shard)' changed while it was in use; start again with the file at rest."
        case .unwritable(let path, let reason):
            return FileError.unwritable(path: path, reason: reason).description
        case .blankLine(let document, let path):
            return "document \(document) has a blank line, which ends a document in plain text; "
                + "give '\(path)' a name that ends in .jsonl."
        case .emptySplit(let side, let count, let fraction):
            return "no document of \(count) fell to the \(side) side with --val-fraction "
                + "\(fraction); choose another fraction or name files with --val-data."
        }
    }
}
