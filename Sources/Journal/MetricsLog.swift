internal import Foundation
internal import Provenance

/// `metrics.jsonl`: one line a step. A killed run has whole lines and at most one torn one, which
/// resuming removes.
public final class MetricsLog: Recorder {
    private let file: AppendFile
    private var lastStep: Int

    /// Opens the file for appending, without a torn last line and without rows at or past `step`.
    /// - Parameter step: the first step that will be recorded; 0 begins anew.
    public init(path: String, resumingAt step: Int = 0) throws(JournalError) {
        var kept = 0
        var last = -1
        if step > 0, FileManager.default.fileExists(atPath: path) {
            for line in try MetricsFile(path: path).lines where line.step < step {
                (kept, last) = (line.end, line.step)
            }
        }
        file = try AppendFile(path: path, keeping: kept)
        lastStep = last
    }

    /// The file.
    public var path: String { file.path }

    /// Appends the scalars of `record`, whose step must follow the last one's.
    public func record(_ record: StepRecord) throws(JournalError) {
        precondition(record.step > lastStep, "step \(record.step) follows step \(lastStep)")
        try file.append(MetricsLine.encoded(record))
        lastStep = record.step
    }

    /// Makes the lines survive a power failure.
    public func sync() throws(JournalError) { try file.sync() }

    /// Makes the lines survive a power failure.
    public func finish() throws(JournalError) { try file.sync() }
}

/// The whole lines of a `metrics.jsonl`.
struct MetricsFile {
    struct Line {
        var step: Int
        var scalars: [(name: String, value: Double)]
        /// Offset behind the line's newline.
        var end: Int
    }
    let lines: [Line]

    /// Reads `path`; a last line that is torn is left out, any other bad line is an error.
    init(path: String) throws(JournalError) {
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) } catch
        {
            throw .file(.unreadable(path: path, reason: FileError.reason(of: error)))
        }
        var lines: [Line] = []
        var start = data.startIndex
        while let newline = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
            guard let line = MetricsLine(data[start..<newline]) else {
                // A power failure may leave zeros where the last pages were to come.
                if data[start...].firstIndex(of: UInt8(ascii: "{")) == nil { break }
                throw .corrupt(path: path, detail: "line \(lines.count + 1) is not a step's record")
            }
            start = newline + 1
            lines.append(Line(step: line.step, scalars: line.scalars, end: start))
        }
        self.lines = lines
    }
}
