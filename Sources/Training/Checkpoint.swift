public import Corpus
internal import Foundation
public import Language
internal import Models
public import Provenance
public import Runs
public import Tensors

/// A model, its optimizer and its place in the data, in a folder that appears whole or not at all.
///
/// `model.safetensors`, `optimizer.safetensors`, `state.json`, and `checksums.json` with the digest of
/// each. Written aside, synced, renamed; a folder by its final name is therefore complete, and every
/// byte of it is checked before it is used.
public struct Checkpoint {
    /// Everything but the tensors.
    public struct State: Codable, Hashable, Sendable {
        /// Which way the model reads.
        public var direction: Direction
        /// The model's shape.
        public var modelConfiguration: ModelConfiguration
        /// All settings of the run.
        public var experiment: Experiment
        /// Steps completed.
        public var step: Int
        /// Updates of the optimizer, where they are not as many as steps.
        public var updateCount: Int?
        /// Bits per byte of the last validation in the native reading (the first one).
        public var validationBitsPerByte: Double?
        /// Digest of the tokenizer.
        public var tokenizerHash: ContentHash
        /// Where the next batch begins.
        public var cursor: Cursor
        /// Random streams by name.
        public var randomStreams: [String: RandomStream]
        /// Text and special tokens learnt from, by reading.
        public var tokensSeen: [String: Int]
        /// Seconds of training so far, pauses left out.
        public var elapsedSeconds: Double

        enum CodingKeys: String, CodingKey {
            case direction, step, cursor
            case modelConfiguration = "model_config"
            case experiment = "user_config"
            case validationBitsPerByte = "val_bpb"
            case tokenizerHash = "tokenizer_hash"
            case updateCount = "optimizer_updates"
            case randomStreams = "random_streams"
            case tokensSeen = "tokens_seen"
            case elapsedSeconds = "elapsed_seconds"
        }

        /// The state of `experiment` after `step` steps.
        public init(
            experiment: Experiment, step: Int, cursor: Cursor, validationBitsPerByte: Double? = nil,
            updateCount: Int? = nil, randomStreams: [String: RandomStream] = [:],
            tokensSeen: [String: Int] = [:],
            elapsedSeconds: Double = 0
        ) {
            direction = experiment.direction
            modelConfiguration = experiment.model
            self.experiment = experiment
            self.step = step
            self.updateCount = updateCount == step ? nil : updateCount
            self.validationBitsPerByte = validationBitsPerByte
            tokenizerHash = experiment.tokenizerHash
            self.cursor = cursor
            self.randomStreams = randomStreams
            self.tokensSeen = tokensSeen
            self.elapsedSeconds = elapsedSeconds
        }
    }

    /// Everything but the tensors.
    public var state: State
    /// Parameters by name.
    public var model: [String: Tensor]
    /// Moments by name.
    public var optimizer: [String: Tensor]

    private static let tensorFiles = ["model.safetensors", "optimizer.safetensors"]
    private static let stateFile = "state.json"
    private static let checksumFile = "checksums.json"
    private static let prefix = "step_"
    private static let aside = ".part"

    /// Saves `trainer` as `folder/step_NNNNNN` and returns the path. An interrupted save leaves
    /// nothing but a folder that the next one removes.
    @discardableResult
    public static func save(
        _ trainer: Trainer, state: State, in folder: String
    ) throws(TrainingError) -> String {
        let path = self.path(of: state.step, in: folder)
        let part = path + aside
        do {
            removeUnfinished(in: folder)
            try FileManager.default.createDirectory(
                atPath: part, withIntermediateDirectories: true)
        } catch {
            throw .file(.unwritable(path: part, reason: FileError.reason(of: error)))
        }
        do {
            try write(trainer, state, to: part)
            if (try? Checkpoint(reading: path, withOptimizer: false)) != nil {
                // The same step of the same run was saved before; what is sound stays.
                try? FileManager.default.removeItem(atPath: part)
            } else {
                // Damaged, so nothing is lost by its going before the new one stands.
                try? FileManager.default.removeItem(atPath: path)
                try AtomicFile.rename(part, to: path)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw .file(error)
        }
        return path
    }

    private static func write(
        _ trainer: Trainer, _ state: State, to part: String
    ) throws(FileError) {
        let parameters = trainer.model.parameters.map { (name: $0.name, tensor: $0.value) }
        let metadata = [
            "direction": state.direction.rawValue, "step": String(state.step),
            "tokenizer": state.tokenizerHash.hex,
        ]
        try Safetensors.write(parameters, metadata: metadata, to: "\(part)/\(tensorFiles[0])")
        try Safetensors.write(
            trainer.optimizer.state, metadata: metadata, to: "\(part)/\(tensorFiles[1])")
        try AtomicFile.write(json(state), to: "\(part)/\(stateFile)")
        var checksums: [String: ContentHash] = [:]
        for file in tensorFiles + [stateFile] {
            checksums[file] = try ContentHash(ofFile: "\(part)/\(file)")
        }
        try AtomicFile.write(json(checksums), to: "\(part)/\(checksumFile)")
    }

    private static func json(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a checkpoint's state is numbers and strings")
        }
        return data
    }

    /// Reads and verifies the checkpoint at `path`.
    /// - Parameter withOptimizer: whether the moments are wanted; they are verified in any case.
    public init(
        reading path: String, withOptimizer: Bool = true
    ) throws(TrainingError) {
        let sums: [String: ContentHash] = try Self.decode("\(path)/\(Self.checksumFile)", of: path)
        for file in Self.tensorFiles + [Self.stateFile] {
            guard let sum = sums[file] else {
                throw .damagedCheckpoint(path: path, "'\(file)' has no checksum")
            }
            let found: ContentHash
            do { found = try ContentHash(ofFile: "\(path)/\(file)") } catch {
                throw .damagedCheckpoint(path: path, "\(error)")
            }
            guard found == sum else {
                throw .damagedCheckpoint(path: path, "'\(file)' is not what was written")
            }
        }
        state = try Self.state(of: path)
        do {
            model = try Safetensors.read("\(path)/\(Self.tensorFiles[0])").tensors
            optimizer =
                withOptimizer ? try Safetensors.read("\(path)/\(Self.tensorFiles[1])").tensors : [:]
        } catch {
            throw .tensors(error)
        }
    }

    /// What the checkpoint at `path` says of itself; the tensors are not looked at.
    public static func state(of path: String) throws(TrainingError) -> State {
        let state: State = try decode("\(path)/\(stateFile)", of: path)
        guard state.experiment.isCountable, state.step >= 0 else {
            throw .damagedCheckpoint(path: path, "its batch and its steps cannot be counted")
        }
        return state
    }

    private static func decode<Value: Decodable>(
        _ file: String, of path: String
    ) throws(TrainingError) -> Value {
        let name = (file as NSString).lastPathComponent
        do throws(JSONFault) { return try JSONFile.value(Value.self, at: file) } catch {
            switch error {
            case .file(let error):
                throw .damagedCheckpoint(
                    path: path, "'\(name)' cannot be read (\(FileError.reason(of: error)))")
            case .malformed(_, let what):
                throw .damagedCheckpoint(path: path, "of '\(name)', \(what)")
            }
        }
    }
}

extension Checkpoint {
    /// The folder of the checkpoint after `step` steps.
    public static func path(of step: Int, in folder: String) -> String {
        let digits = String(step)
        let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
        return "\(folder)/\(prefix)\(zeros)\(digits)"
    }

    /// The steps of the complete checkpoints in `folder`, rising.
    public static func steps(in folder: String) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            // `step_5` or `step_-1` is not how a step's folder is called.
            guard name.hasPrefix(prefix), let step = Int(name.dropFirst(prefix.count)), step >= 0
            else { return nil }
            return path(of: step, in: folder) == "\(folder)/\(name)" ? step : nil
        }.sorted()
    }

    /// Keeps the newest `count` checkpoints of `folder`; 0 keeps all.
    public static func prune(_ folder: String, keeping count: Int) {
        guard count > 0 else { return }
        for step in steps(in: folder).dropLast(count) {
            discard(path(of: step, in: folder))
        }
    }

    /// Removes a checkpoint. Its final name goes first: killed in between, half a checkpoint must not
    /// look like one.
    private static func discard(_ path: String) {
        let gone = path + aside
        let isRenamed = (try? FileManager.default.moveItem(atPath: path, toPath: gone)) != nil
        try? FileManager.default.removeItem(atPath: isRenamed ? gone : path)
    }

    /// Removes what interrupted saves left.
    private static func removeUnfinished(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(prefix) && name.hasSuffix(aside) {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }
}
