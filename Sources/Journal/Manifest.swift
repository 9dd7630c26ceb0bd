public import Foundation
public import Provenance

/// Where a run comes from: everything needed to trust it, find its inputs and repeat it.
public struct Manifest: Codable, Hashable, Sendable {
    /// One start of the process that trains.
    public struct Start: Codable, Hashable, Sendable {
        /// When it began.
        public var date: Date
        /// The command as typed.
        public var arguments: [String]
        /// Optimizer steps done before.
        public var step: Int
        /// The state of the source.
        public var source: GitState
        /// The computer.
        public var machine: Machine
        /// Versions of the libraries, by name.
        public var versions: [String: String]
        /// Threads of the training step; nil in runs of before it was kept.
        public var threadCount: Int?
        /// The options of the command by their names in snake case, paths from the root; nil in runs of before they
        /// were kept.
        public var settings: [String: [String]]?
        /// The folder that the command ran in; nil in runs of before it was kept.
        public var workingDirectory: String?
        /// What this start changed of the settings the run had before.
        public var changes: [SettingChange]?

        /// A start at `date` after `step` steps.
        public init(
            date: Date, arguments: [String], step: Int, source: GitState, machine: Machine,
            versions: [String: String], threadCount: Int? = nil,
            settings: [String: [String]]? = nil, workingDirectory: String? = nil
        ) {
            self.date = date
            self.arguments = arguments
            self.step = step
            self.source = source
            self.machine = machine
            self.versions = versions
            self.threadCount = threadCount
            self.settings = settings
            self.workingDirectory = workingDirectory
        }
    }

    /// Digest of the settings that make the run what it is.
    public var settingsHash: ContentHash
    /// The stage.
    public var phase: Phase
    /// The root of every random stream.
    public var seed: Seed
    /// Name of the run whose model this one began with.
    public var parent: String?
    /// Digests of what was read: shards, tokenizer, parent checkpoint, by path or name.
    public var dataFingerprints: [String: ContentHash]
    /// The first start.
    public var start: Start
    /// Later starts of the same run.
    public var resumptions: [Start] = []

    /// The manifest of a run that begins with `start`.
    public init(
        settingsHash: ContentHash, phase: Phase, seed: Seed, parent: String? = nil,
        dataFingerprints: [String: ContentHash], start: Start
    ) {
        self.settingsHash = settingsHash
        self.phase = phase
        self.seed = seed
        self.parent = parent
        self.dataFingerprints = dataFingerprints
        self.start = start
    }

    /// The last start.
    public var lastStart: Start { resumptions.last ?? start }
    /// The computer of the first start.
    public var machine: Machine { start.machine }
    /// The source of the first start.
    public var source: GitState { start.source }
}

/// A setting that a later start gave another value.
public struct SettingChange: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Its key in `config.json`, or the option's name.
    public var name: String
    /// The value before, as JSON or as typed; nil where there was none.
    public var was: String?
    /// The value now.
    public var now: String?

    /// The change of one setting.
    public init(name: String, was: String?, now: String?) {
        self.name = name
        self.was = was
        self.now = now
    }

    /// `matrix_lr was 0.02 and is now 0.03`.
    public var description: String {
        "\(name) was \(was ?? "not set") and is now \(now ?? "not set")"
    }
}

/// The run whose model a run began with; all `nil` for a base run.
public struct ParentLink: Codable, Hashable, Sendable {
    /// Name of the parent run.
    public var parent_experiment_id: String?
    /// The checkpoint that was read.
    public var parent_checkpoint_path: String?
    /// The parent's stage.
    public var parent_phase: Phase?
    /// Names from the first ancestor to the parent.
    public var inheritance_chain: [String]

    /// No parent.
    public static let none = ParentLink()

    private init() { inheritance_chain = [] }

    /// A child of `directory`, whose own link lengthens the chain.
    public init(
        to directory: RunDirectory, checkpoint: String, phase: Phase
    ) throws(JournalError) {
        let grandparents = try directory.readParentLink().inheritance_chain
        parent_experiment_id = directory.name
        parent_checkpoint_path = checkpoint
        parent_phase = phase
        inheritance_chain = grandparents + [directory.name]
    }

    /// Encodes absent parents as `null`, so that the keys are always there.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(parent_experiment_id, forKey: .parent_experiment_id)
        try container.encode(parent_checkpoint_path, forKey: .parent_checkpoint_path)
        try container.encode(parent_phase, forKey: .parent_phase)
        try container.encode(inheritance_chain, forKey: .inheritance_chain)
    }
}

/// How the records of a run are written as JSON.
public enum Journal {
    /// `value` with sorted keys and one key a line: equal values give equal bytes.
    public static func json(_ value: some Encodable) throws(JournalError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        do { return try encoder.encode(value) + Data("\n".utf8) } catch {
            // Only NaN or infinity in settings gets here, and settings are finite by their checks.
            throw .unfit(path: "\(type(of: value))", detail: "\(error)")
        }
    }

    /// The digest of `value` as `json` writes it.
    public static func hash(_ value: some Encodable) throws(JournalError) -> ContentHash {
        ContentHash(of: try json(value))
    }

    /// Version of the HDF5 library in use, for `Manifest.Start.versions`.
    public static var hdf5Version: String { HDF5.version }

    static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
