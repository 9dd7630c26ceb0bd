internal import Foundation

/// What the file system refused, where, and why.
public enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file is absent or may not be read.
    case unreadable(path: String, reason: String)
    /// The file could not be written, synced or renamed (a full disk ends here).
    case unwritable(path: String, reason: String)
    /// The file holds text in another encoding than UTF-8, or no text.
    case notText(path: String, reason: String)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read '\(path)': \(Self.open(reason))."
        case .unwritable(let path, let reason):
            "cannot write '\(path)': \(Self.open(reason)). "
                + (reason == String(cString: strerror(ENOSPC))
                    ? "Free some space or choose another folder."
                    : "Choose another place, or correct that one.")
        case .notText(let path, let reason):
            "'\(path)' is not text in UTF-8: \(reason)."
        }
    }

    /// The reason without its own full stop, which the system's sentences have and ours do not.
    private static func open(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }

    /// What an error of Foundation's says in the system's words: `No such file or directory`.
    public static func reason(of error: any Error) -> String {
        if let own = error as? FileError {
            switch own {
            case .unreadable(_, let reason), .unwritable(_, let reason), .notText(_, let reason):
                return reason
            }
        }
        let outer = error as NSError
        let inner = outer.userInfo[NSUnderlyingErrorKey] as? NSError
        for known in [inner, outer] {
            if let known, known.domain == NSPOSIXErrorDomain {
                return String(cString: strerror(Int32(truncatingIfNeeded: known.code)))
            }
        }
        return switch CocoaError.Code(rawValue: outer.code) {
        case .fileNoSuchFile, .fileReadNoSuchFile: String(cString: strerror(ENOENT))
        case .fileReadNoPermission, .fileWriteNoPermission: String(cString: strerror(EACCES))
        case .fileWriteOutOfSpace: String(cString: strerror(ENOSPC))
        case .fileWriteFileExists: String(cString: strerror(EEXIST))
        case .fileReadTooLarge: String(cString: strerror(EFBIG))
        case .fileReadUnknown, .fileWriteUnknown: "the system refuses it"
        default: "error \(outer.code) of the system"
        }
    }
}
