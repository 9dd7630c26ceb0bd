public import Journal
public import Provenance

/// What keeps a report from being made.
public enum ReportError: Error, Hashable, CustomStringConvertible {
    /// A run's scores are not those of the comparison's windows.
    case unmatchedScores(run: String, reading: String, scored: Int, expected: Int)
    /// A run's record has not what the analysis needs.
    case lacking(run: String, what: String, remedy: String)
    /// Losses of different validation windows cannot be compared.
    case differentWindows(run: String, hash: String, other: String, otherHash: String)
    /// Runs that the analysis cannot put beside each other.
    case unfit(String)
    /// An output whose ending names no format.
    case unknownEnding(path: String)
    /// A run's files cannot be read.
    case journal(JournalError)
    /// A file of the report could not be written.
    case file(FileError)
    /// The renderer could not be started or failed.
    case renderer(reason: String)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .unmatchedScores(let run, let reading, let scored, let expected):
            "run '\(run)' has scores of \(scored) windows in the \(reading) reading, but the "
                + "validation list has \(expected); evaluate it again on the same list."
        case .lacking(let run, let what, let remedy):
            "run '\(run)' has no \(what); \(remedy)."
        case .differentWindows(let run, let hash, let other, let otherHash):
            "'\(run)' was validated on the windows \(hash) and '\(other)' on \(otherHash), so their losses "
                + "cannot be compared; compare runs of one corpus, tokenizer, --max-seq-len and --eval-tokens."
        case .unfit(let sentence): sentence
        case .unknownEnding(let path):
            "'\(path)' does not say how to write it; end it in .png, .svg, .pdf, .html, .md, .csv or .json."
        case .journal(let error):
            "\(error.description) Where a file is damaged, restore it from a copy or leave the run out."
        case .file(let error): error.description
        case .renderer(let reason):
            "cannot draw the figures: \(reason) The specifications are written; run "
                + "'python3 Tools/figures/render.py FOLDER' where vl-convert-python is installed."
        }
    }
}
