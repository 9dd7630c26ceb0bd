public import Provenance

/// What keeps a report from being made.
public enum ReportError: Error, Hashable, CustomStringConvertible {
    /// A run's scores are not those of the comparison's windows.
    case unmatchedScores(run: String, reading: String, scored: Int, expected: Int)
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
        case .file(let error): error.description
        case .renderer(let reason):
            "cannot draw the figures: \(reason) The specifications are written; run "
                + "'python3 Tools/figures/render.py FOLDER' where vl-convert-python is installed."
        }
    }
}
