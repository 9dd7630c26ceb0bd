internal import Foundation
internal import Provenance

/// Where the parts of a run stand in its folder.
public struct RunDirectory: Hashable, Sendable {
    /// The folder.
    public let path: String

    /// The run in the folder `path`; nothing is read or written.
    public init(path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The run called `identifier` among those of `experiments`.
    public init(_ identifier: RunIdentifier, in experiments: String) {
        self.init(path: experiments + "/" + identifier.name)
    }

    /// The run's name: that of its folder.
    public var name: String { (path as NSString).lastPathComponent }
    /// The settings of the run, complete.
    public var configuration: String { path + "/config.json" }
    /// Where the run comes from.
    public var manifest: String { path + "/manifest.json" }
    /// The run whose model this one began with.
    public var parentLink: String { path + "/parent_link.json" }
    /// One line a step.
    public var metrics: String { path + "/metrics.jsonl" }
    /// The HDF5 log of `phase`.
    public func researchLog(_ phase: Phase) -> String { path + "/" + phase.researchLogName }
    /// Where checkpoints are kept.
    public var checkpoints: String { path + "/checkpoints" }
    /// The checkpoint after `step` optimizer steps.
    public func checkpoint(after step: Int) -> String {
        checkpoints + "/step_" + padded(step)
    }
    /// The tokenizer that the model was trained with.
    public var tokenizer: String { path + "/tokenizer" }
    /// Where evaluations are kept.
    public var evaluations: String { path + "/evaluations" }
    /// Where the evaluations of `phase` in one reading (`forward`, `backward`) are kept.
    public func evaluations(_ phase: Phase, reading: String) -> String {
        evaluations + "/\(phase.rawValue)_phase/\(reading)_direction"
    }
    /// Where figures are kept.
    public var figures: String { path + "/figures" }
    /// What evaluations found, in few numbers by name.
    public var results: String { path + "/results.json" }
    /// The report in Markdown.
    public var report: String { path + "/RESEARCH_REPORT.md" }
    /// The report as one self-contained page.
    public var page: String { path + "/report.html" }
    /// Held by the process that writes.
    var lock: String { path + "/.lock" }

    /// Whether the folder holds a run.
    public var exists: Bool { FileManager.default.fileExists(atPath: manifest) }

    /// Whether a step was recorded or a checkpoint saved. A run that ended before either has nothing to keep.
    public var holdsTraining: Bool {
        let manager = FileManager.default
        if manager.fileExists(atPath: checkpoints) {
            guard let names = try? manager.contentsOfDirectory(atPath: checkpoints),
                names.allSatisfy({ $0.hasSuffix(".part") })
            else { return true }
        }
        guard manager.fileExists(atPath: metrics) else { return false }
        // A record that cannot be read is still one.
        guard let record = try? MetricsFile(path: metrics) else { return true }
        return !record.lines.isEmpty
    }

    /// The manifest on disk.
    public func readManifest() throws(JournalError) -> Manifest {
        try decode(Manifest.self, from: manifest)
    }

    /// The parent link on disk.
    public func readParentLink() throws(JournalError) -> ParentLink {
        try decode(ParentLink.self, from: parentLink)
    }

    private func decode<T: Decodable>(_ type: T.Type, from file: String) throws(JournalError) -> T {
        guard FileManager.default.fileExists(atPath: file) else {
            throw .missing(path: path, what: (file as NSString).lastPathComponent)
        }
        do throws(JSONFault) {
            return try JSONFile.value(type, at: file, decoder: Journal.decoder())
        } catch {
            switch error {
            case .file(let error): throw .file(error)
            case .malformed(_, let what): throw .corrupt(path: file, detail: what)
            }
        }
    }
}

/// `step` with the leading zeros that make names sort by number.
func padded(_ step: Int) -> String {
    let digits = String(step)
    return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
}
