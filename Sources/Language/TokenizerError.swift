public import Provenance

/// Why a tokenizer could not be read, written or made.
public enum TokenizerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no tokenizer where one was looked for.
    case missing(path: String)
    /// The disk refused.
    case file(FileError)
    /// The file is not a tokenizer of this program, or was damaged.
    case malformed(path: String, reason: String)
    /// The content does not have the hash the file states.
    case altered(path: String, stated: String, found: String)
    /// The file was made by a program whose text is cut differently.
    case foreignSplit(path: String, field: String, stated: String, expected: String)
    /// The merges do not form a vocabulary.
    case inconsistentMerges(reason: String)
    /// The vocabulary asked for cannot hold the bytes and the special tokens.
    case vocabularyTooSmall(asked: Int, minimum: Int)
    /// The vocabulary asked for is beyond what ids are packed into.
    case vocabularyTooLarge(asked: Int, maximum: Int)

    /// One or two sentences for the person at the terminal.
    public var description: String {
        switch self {
        case .missing(let path):
            "there is no tokenizer at '\(path)'. Make one with 'retro tokenizer train --data TEXT "
                + "--output DIR', or name one with --tokenizer DIR."
        case .file(let error): error.description
        case .malformed(let path, let reason):
            "'\(path)' is not a usable tokenizer: \(reason). "
                + "Copy it again or train one with 'retro tokenizer train'."
        case .altered(let path, let stated, let found):
            "'\(path)' states content hash \(stated) but hashes to \(found): it was edited or "
                + "damaged. Copy it again; a changed tokenizer is a new one and must be trained."
        case .foreignSplit(let path, let field, let stated, let expected):
            "'\(path)' was made with \(field) '\(stated)', but this program cuts text with "
                + "'\(expected)'. Use the program version that made it, or train a new tokenizer."
        case .inconsistentMerges(let reason):
            "the merges do not form a vocabulary: \(reason)."
        case .vocabularyTooLarge(let asked, let maximum):
            "a vocabulary of \(asked) is too large: ask for at most \(maximum) with --vocab-size."
        case .vocabularyTooSmall(let asked, let minimum):
            "a vocabulary of \(asked) is too small: 256 bytes and the special tokens need "
                + "\(minimum). Ask for more with --vocab-size."
        }
    }
}
