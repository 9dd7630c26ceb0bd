public import Foundation
internal import Provenance

/// Reads a run back, finished, running or killed.
public struct RunReader: Sendable {
    /// The run's folder.
    public let directory: RunDirectory

    /// The run in the folder `path`.
    public init(path: String) throws(JournalError) {
        directory = RunDirectory(path: path)
        guard FileManager.default.fileExists(atPath: directory.metrics) || directory.exists else {
            throw .missing(path: path, what: "run (neither manifest.json nor metrics.jsonl)")
        }
    }

    /// Where the run comes from.
    public func manifest() throws(JournalError) -> Manifest { try directory.readManifest() }

    /// The run whose model this one began with.
    public func parentLink() throws(JournalError) -> ParentLink { try directory.readParentLink() }

    /// `config.json` as it stands.
    public func configuration() throws(JournalError) -> Data {
        let path = directory.configuration
        guard FileManager.default.fileExists(atPath: path) else {
            throw .missing(path: directory.path, what: "config.json")
        }
        return try JournalError.files { () throws(FileError) in try TextFile.data(at: path) }
    }

    /// The scalars of every step, up to the last whole line; empty before the first step.
    public func metrics() throws(JournalError) -> MetricsTable {
        var table = MetricsTable()
        guard FileManager.default.fileExists(atPath: directory.metrics) else { return table }
        for line in try MetricsFile(path: directory.metrics).lines {
            table.append(step: line.step, line.scalars)
        }
        return table
    }
}
