/// What the file system refused, where, and why.
public enum FileError: Error, Hashable, CustomStringConvertible {
    /// The file is absent or may not be read.
    case unreadable(path: String, reason: String)
    /// The file could not be written, synced or renamed (a full disk ends here).
    case unwritable(path: String, reason: String)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read '\(path)': \(Self.open(reason))."
        case .unwritable(let path, let reason):
            "cannot write '\(path)': \(Self.open(reason)). Free some space or choose another folder."
        }
    }

    /// The reason without its own full stop, which the system's sentences have and ours do not.
    private static func open(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }
}
