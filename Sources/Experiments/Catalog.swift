internal import Dispatch
internal import Foundation
public import Journal
internal import Provenance
internal import Synchronization

/// One experiment as its files tell it.
public struct ExperimentRecord: Sendable {
    /// Name, which is its folder's path below the experiments.
    public let id: String
    /// Its folder.
    public let directory: RunDirectory
    /// Everything it says, by name: settings, manifest, results.
    public let fields: [String: FieldValue]
    /// Where its weights came from.
    public let parent: ParentLink?
    /// Name of the experiment that is; nil without a parent.
    public let parentID: String?
    /// How far it has come.
    public let progress: RunProgress

    /// Its stage.
    public var phase: Phase? {
        guard case .text(let name) = fields["phase"] else { return nil }
        return Phase(rawValue: name)
    }

    /// Whether its numbers are those of a whole training.
    public var isFinished: Bool { progress.isFinished }
}

/// All experiments of a folder.
public struct Catalog: Sendable {
    /// The folder.
    public let folder: String
    /// The experiments by name.
    public let experiments: [ExperimentRecord]
    /// Folders that look like experiments and cannot be read, with the reason.
    public let unreadable: [(path: String, reason: String)]

    /// Reads `folder`; one that is not there holds nothing.
    public init(folder: String) {
        self.folder = folder
        var places: [(directory: RunDirectory, id: String)] = []
        // An experiment is known by its settings, whatever it is called. The folders of its own that have
        // none (checkpoints, evaluations, figures, parts of the log) are passed over, those of others searched.
        func scan(_ path: String, _ id: String, depth: Int, inExperiment: Bool) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            let isExperiment = !id.isEmpty && names.contains("config.json")
            if isExperiment { places.append((RunDirectory(path: path), id)) }
            guard depth < 3, isExperiment || !inExperiment else { return }
            for name in names where !name.hasPrefix(".") {
                var isFolder: ObjCBool = false
                let below = "\(path)/\(name)"
                guard FileManager.default.fileExists(atPath: below, isDirectory: &isFolder),
                    isFolder.boolValue
                else { continue }
                scan(
                    below, id.isEmpty ? name : "\(id)/\(name)", depth: depth + 1,
                    inExperiment: isExperiment)
            }
        }
        scan(folder, "", depth: 0, inExperiment: false)
        let results = Self.read(places, in: folder)
        experiments = results.compactMap { try? $0.get() }.sorted { $0.id < $1.id }
        unreadable = zip(places, results).compactMap { place, result in
            guard case .failure(let error) = result else { return nil }
            return (place.directory.path, "\(error)")
        }.sorted { $0.0 < $1.0 }
    }

    /// Reads experiments on all processors: there may be a thousand.
    private static func read(
        _ places: [(directory: RunDirectory, id: String)], in folder: String
    ) -> [Result<ExperimentRecord, JournalError>] {
        let results = Mutex([Int: Result<ExperimentRecord, JournalError>]())
        DispatchQueue.concurrentPerform(iterations: places.count) { index in
            let place = places[index]
            let result = Result { () throws(JournalError) in
                try experiment(place.directory, id: place.id, in: folder)
            }
            results.withLock { $0[index] = result }
        }
        return results.withLock { known in places.indices.compactMap { known[$0] } }
    }

    /// The experiments that `pattern` names: a name, or one with `*` and `?`.
    public func matching(_ pattern: String) -> [ExperimentRecord] {
        experiments.filter { Glob.matches($0.id, pattern) }
    }

    /// The experiment called `id`.
    public subscript(id: String) -> ExperimentRecord? { experiments.first { $0.id == id } }

    /// The experiments whose weights came from one called `id`.
    public func children(of id: String) -> [ExperimentRecord] {
        experiments.filter { $0.parentID == id }
    }

    /// Names of all fields.
    public var fieldNames: Set<String> { Set(experiments.flatMap(\.fields.keys)) }

    // MARK: Reading

    private static func experiment(
        _ directory: RunDirectory, id: String, in folder: String
    ) throws(JournalError) -> ExperimentRecord {
        let reader = try RunReader(path: directory.path)
        var fields: [String: FieldValue] = [:]
        let settings = try object(directory.configuration, try reader.configuration())
        // What a run records is not read out of its settings, nor is what they say of its parent.
        let recorded = Set(Metric.table.map(\.name)).union(["status"])
        for (name, value) in FieldValue.flattened(settings, keepingWhole: ["stage.parent"])
        where !recorded.contains(name) {
            fields[name] = value
        }
        for (alias, name) in [
            ("depth", "n_layer"), ("width", "n_embd"), ("max_seq_len", "sequence_len"),
            ("iterations", "stepCount"),
        ] where fields[alias] == nil {
            fields[alias] = fields[name]
        }
        let manifest = try reader.manifest()
        for (name, words) in manifest.lastStart.settings ?? [:]
        where fields[name] == nil && !words.isEmpty && !recorded.contains(name) {
            fields[name] = FieldValue(spelled: words.joined(separator: " "))
        }
        fields["id"] = .text(id)
        fields["commit"] = manifest.source.commit.map { .text($0) }
        fields["host"] = .text(manifest.machine.host)
        fields["created"] = .text(manifest.start.date.ISO8601Format())
        fields["settings_hash"] = .text(manifest.settingsHash.hex)
        let parent = try? directory.readParentLink()
        let parentID = parent.flatMap { name(of: $0, in: folder) }
        if let parentID { fields["parent"] = .text(parentID) }
        // Later values win: the last steps, then what evaluations found.
        for (name, value) in lastValues(directory.metrics) { fields[name] = .number(value) }
        for (name, value) in results(directory) { fields[name] = value }
        let progress = try reader.progress()
        fields["status"] = .text(progress.status.rawValue)
        return ExperimentRecord(
            id: id, directory: directory, fields: fields, parent: parent, parentID: parentID,
            progress: progress)
    }

    /// The parent's name: its path below the experiments where it is among them, else what the link says.
    private static func name(of link: ParentLink, in folder: String) -> String? {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        if let path = link.parent_checkpoint_path, path.hasPrefix(prefix) {
            let below = path.dropFirst(prefix.count)
            if let end = below.range(of: "/checkpoints/", options: .backwards) {
                return String(below[..<end.lowerBound])
            }
        }
        return link.parent_experiment_id
    }

    private static func object(
        _ path: String, _ data: Data
    ) throws(JournalError) -> [String: Any] {
        guard let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw .corrupt(path: path, detail: "it is not a JSON object")
        }
        return object
    }

    /// The last value of each column, as far as the end of the file tells.
    private static func lastValues(_ path: String) -> [String: Double] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [:] }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        let start = size > 1 << 14 ? size - 1 << 14 : 0
        try? file.seek(toOffset: start)
        guard let data = try? file.readToEnd() else { return [:] }
        var lines = data.split(separator: UInt8(ascii: "\n"))
        if start > 0, !lines.isEmpty { lines.removeFirst() }
        var values: [String: Double] = [:]
        // A later line says what an earlier one said, but for what only validations say.
        for line in lines.suffix(3) {
            guard let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
            else { continue }
            for (name, value) in object {
                if let number = value as? NSNumber { values[name] = number.doubleValue }
            }
        }
        return values
    }

    /// Accuracies by task and reading, CORE and ChatCORE.
    private static func results(_ directory: RunDirectory) -> [String: FieldValue] {
        guard let data = FileManager.default.contents(atPath: directory.results),
            let object = try? JSONSerialization.jsonObject(with: data)
        else { return [:] }
        return FieldValue.flattened(object)
    }
}
