public import Foundation
public import Provenance

/// The right to write into a run directory, held by one process at a time and lost when it dies.
public final class RunClaim: Sendable {
    /// The folder.
    public let directory: RunDirectory
    /// The manifest on disk.
    public let manifest: Manifest
    /// Whether the folder held this run before.
    public let isResumed: Bool
    private let lock: FileLock

    /// Creates the run, or continues the one in the folder.
    ///
    /// A folder that holds a run with other settings is refused and left as it was, unless these settings are said
    /// to replace its own, or that run ended before its first step: then this one takes its place. A continued run
    /// keeps its first manifest; this start is added to its `resumptions`.
    /// - Parameters:
    ///   - configuration: `config.json` as it will stand on disk; see `Journal.json`.
    ///   - replaced: digest of the settings that these may replace; the change is in `manifest.start.changes`.
    public init(
        _ directory: RunDirectory, configuration: Data, manifest: Manifest, parent: ParentLink,
        replacing replaced: ContentHash? = nil
    ) throws(JournalError) {
        self.directory = directory
        try Self.makeFolder(directory.path)
        lock = try FileLock(
            directory.lock, folder: directory.path,
            owner:
                "process \(ProcessInfo.processInfo.processIdentifier) on \(manifest.machine.host)"
        )
        // A run that died between these writes has no manifest, so it starts over.
        let known = directory.exists ? try directory.readManifest() : nil
        if var former = known,
            former.settingsHash == manifest.settingsHash || former.settingsHash == replaced
        {
            let isSame = former.settingsHash == manifest.settingsHash
            var start = manifest.start
            try Self.file(
                &start.source, as: "diff-\(former.resumptions.count + 2).patch", in: directory)
            former.resumptions.append(start)
            if !isSame {
                former.settingsHash = manifest.settingsHash
                former.dataFingerprints = manifest.dataFingerprints
                former.parent = manifest.parent
                try Self.write(configuration, to: directory.configuration)
                try Self.write(try Journal.json(parent), to: directory.parentLink)
            }
            self.manifest = former
            isResumed = true
        } else {
            if let known {
                guard !directory.holdsTraining else {
                    throw .differentRun(
                        path: directory.path, found: known.settingsHash.short,
                        wanted: manifest.settingsHash.short)
                }
                try Self.clear(directory)
            }
            var first = manifest
            try Self.file(&first.start.source, as: "diff.patch", in: directory)
            self.manifest = first
            isResumed = false
            try Self.write(configuration, to: directory.configuration)
            try Self.write(try Journal.json(parent), to: directory.parentLink)
            for folder in [directory.checkpoints, directory.evaluations, directory.figures] {
                try Self.makeFolder(folder)
            }
        }
        try Self.write(try Journal.json(self.manifest), to: directory.manifest)
    }

    /// Removes what a run that never trained has left: its patches, and trials of the model it began with.
    private static func clear(_ directory: RunDirectory) throws(JournalError) {
        do {
            let manager = FileManager.default
            for name in try manager.contentsOfDirectory(atPath: directory.path)
            where name == "diff.patch" || (name.hasPrefix("diff-") && name.hasSuffix(".patch")) {
                try manager.removeItem(atPath: "\(directory.path)/\(name)")
            }
            if manager.fileExists(atPath: directory.evaluations) {
                try manager.removeItem(atPath: directory.evaluations)
            }
        } catch {
            throw .file(.unwritable(path: directory.path, reason: error.localizedDescription))
        }
    }

    /// Moves a patch into a file of its own: manifests are read often, and people apply patches.
    private static func file(
        _ source: inout GitState, as name: String, in directory: RunDirectory
    ) throws(JournalError) {
        guard !source.diff.isEmpty else { return }
        try write(Data(source.diff.utf8), to: "\(directory.path)/\(name)")
        source.diff = ""
        source.diffFile = name
    }

    private static func makeFolder(_ path: String) throws(JournalError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(.unwritable(path: path, reason: FileError.reason(of: error)))
        }
    }

    private static func write(_ data: Data, to path: String) throws(JournalError) {
        try JournalError.files { () throws(FileError) in try AtomicFile.write(data, to: path) }
    }
}

/// An advisory lock that the kernel releases with the process, so that none outlives a crash.
private struct FileLock: ~Copyable, Sendable {
    private let descriptor: Int32

    init(_ path: String, folder: String, owner: String) throws(JournalError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .file(.unwritable(path: path, reason: String(cString: strerror(errno))))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            var name = [UInt8](repeating: 0, count: 512)
            let count = max(0, read(descriptor, &name, name.count))
            guard reason == EWOULDBLOCK else {
                throw .file(.unwritable(path: path, reason: String(cString: strerror(reason))))
            }
            let holder = String(decoding: name.prefix(count), as: UTF8.self)
            throw .busy(path: folder, owner: holder.isEmpty ? "another process" : holder)
        }
        let bytes = Array(owner.utf8)
        ftruncate(descriptor, 0)
        // Who holds it is a courtesy to the reader of the error; the lock itself is the flock.
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }

    deinit { close(descriptor) }
}
