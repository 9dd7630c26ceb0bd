public import Provenance

/// What can be wrong with files of conversations and tasks. Each description says what, where, and what to do.
public enum SourceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be opened or read.
    case shard(ShardError)
    /// The file cannot be opened, or is no text.
    case file(FileError)
    /// The file of a task is not there.
    case missing(path: String, dataset: String)
    /// A line is not what the file should hold (lines count from one).
    case malformedLine(path: String, line: Int, reason: String)

    /// One or two sentences for the person at the terminal.
    public var description: String {
        switch self {
        case .shard(let error): error.description
        case .file(let error): error.description
        case .missing(let path, let dataset):
            "there is no '\(path)'; fetch it with 'retro data fetch \(dataset)' or name another file."
        case .malformedLine(let path, let line, let reason):
            "line \(line) of '\(path)' cannot be used: \(reason); correct or remove it."
        }
    }
}
