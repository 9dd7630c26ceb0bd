/// What the file system refused, where, and why.
public enum FileError: Error, Hashable, CustomStringConvertible {
    /// The file is absent or may not be read.
    case unreadable(path: String, reason: String)
    /// The file could not be written, synced or renamed (a full disk ends here).
    case unwritable(path: String, reason: String)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)."
        case .unwritable(let path, let reason):
            "cannot write '\(path)': \(reason). Free some space or choose another folder."
        }
    }
}
