public import Provenance

/// What kept a run's record from being written or read.
public enum JournalError: Error, Hashable, CustomStringConvertible {
    /// The file system refused.
    case file(FileError)
    /// The folder holds another run.
    case differentRun(path: String, found: String, wanted: String)
    /// Another process writes into the folder.
    case busy(path: String, owner: String)
    /// A name that cannot be a folder of runs.
    case badIdentifier(String)
    /// The folder holds no run, or not that part of one.
    case missing(path: String, what: String)
    /// A file is not what this program wrote.
    case corrupt(path: String, detail: String)
    /// The HDF5 library refused.
    case hdf5(operation: String, path: String, reason: String)
    /// A value that cannot be written.
    case unfit(path: String, detail: String)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .differentRun(let path, let found, let wanted):
            "'\(path)' holds a run with settings \(found), not \(wanted). "
                + "Choose another --experiment-id, or repeat the settings that run began with."
        case .busy(let path, let owner):
            "'\(path)' is being written by \(owner). Wait for it, stop it, or choose another folder."
        case .badIdentifier(let name):
            "'\(name)' cannot name a run. Use letters, digits, '_', '-', '.' and '+', "
                + "beginning with a letter or digit."
        case .missing(let path, let what):
            "'\(path)' has no \(what). Check the folder, or run the stage that writes it."
        case .corrupt(let path, let detail):
            "'\(path)' is damaged: \(detail). Restore it from a copy or remove the run."
        case .hdf5(let operation, let path, let reason):
            "HDF5 could not \(operation) in '\(path)': \(reason)."
        case .unfit(let path, let detail):
            "'\(path)' cannot be written: \(detail)."
        }
    }

    /// Runs `body`, turning what the file system refuses into a `JournalError`.
    static func files<T>(_ body: () throws(FileError) -> T) throws(JournalError) -> T {
        do { return try body() } catch { throw .file(error) }
    }
}
