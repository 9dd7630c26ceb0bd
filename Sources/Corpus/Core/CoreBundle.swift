internal import Foundation
public import Provenance

/// CORE's evaluation bundle: a list of tasks, what guessing gets at each, and their items.
///
/// The folder holds `core.yaml`, `eval_meta_data.csv` and `eval_data/`, each file as it is or compressed (.gz,
/// .zst).
/// - Source: the layout of mosaicml/llm-foundry's "eval gauntlet", in the selection of arXiv:2406.11794.
public struct CoreBundle: Sendable {
    /// The tasks in the list's order.
    public let tasks: [CoreTask]
    private let folder: String

    /// Reads the list of tasks and the baselines.
    /// - Parameter folder: from the root.
    /// - Parameter baselines: a CSV to read instead of the bundle's `eval_meta_data.csv`.
    public init(folder: String, baselines: String? = nil) throws(BundleError) {
        self.folder = folder
        guard let list = Self.found("\(folder)/core.yaml") else {
            throw .missing(path: "\(folder)/core.yaml")
        }
        let drafts = try CoreList.drafts(in: Self.text(of: list), path: list)
        let table = baselines ?? "\(folder)/eval_meta_data.csv"
        guard let meta = Self.found(table) else { throw .missing(path: table) }
        let shares = try BaselineTable.shares(in: Self.text(of: meta), path: meta)
        var tasks: [CoreTask] = []
        for draft in drafts {
            guard let baseline = shares[draft.label] else {
                throw .malformed(path: meta, reason: "it has no line for '\(draft.label)'")
            }
            var task = draft
            task.baseline = baseline
            tasks.append(task)
        }
        self.tasks = tasks
    }

    /// The file of a task's items; nil where the bundle lacks it.
    public func path(of task: CoreTask) -> String? {
        Self.found("\(folder)/eval_data/\(task.file)")
    }

    /// At most `maximum` items of a task; nil where the bundle lacks its file.
    public func selection(
        of task: CoreTask, maximum: Int, spoolFolder: String
    ) throws(BundleError) -> CoreSelection? {
        guard let path = path(of: task) else { return nil }
        let file: TaskFile<CoreItem>
        do throws(SourceError) {
            file = try TaskFile(
                task.label, paths: [path], relativeTo: folder, spoolFolder: spoolFolder)
        } catch { throw .items(error) }
        return try CoreSelection(task, file, maximum: maximum)
    }

    /// `path`, or the same with the ending of a compressed file.
    private static func found(_ path: String) -> String? {
        [path, path + ".zst", path + ".gz"].first { FileManager.default.fileExists(atPath: $0) }
    }

    private static let longestFile = 1 << 24

    private static func text(of path: String) throws(BundleError) -> String {
        var bytes: [UInt8] = []
        do throws(ShardError) {
            let compression: ShardKind.Compression =
                path.hasSuffix(".zst") ? .zstd : path.hasSuffix(".gz") ? .gzip : .none
            let stream = try ShardStream(path, compression)
            let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: ShardStore.piece)
            defer { piece.deallocate() }
            while case let count = try stream.read(into: piece), count > 0 {
                bytes += piece[..<count]
                if bytes.count > longestFile { break }
            }
        } catch { throw .items(.shard(error)) }
        guard bytes.count <= longestFile else {
            throw .malformed(path: path, reason: "it is longer than \(longestFile) bytes")
        }
        do throws(FileError) { return try TextFile.text(bytes, path: path) } catch {
            throw .file(error)
        }
    }
}

/// What can be wrong with an evaluation bundle.
public enum BundleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file that every bundle has is not there.
    case missing(path: String)
    /// The list or the table is not what it should be.
    case malformed(path: String, reason: String)
    /// The list or the table is no text.
    case file(FileError)
    /// Items cannot be read.
    case items(SourceError)
    /// An item is of another kind than its task.
    case foreignItem(task: String, line: Int, kind: String, expected: String)
    /// There are no more items than shots.
    case tooFewItems(task: String, count: Int, shots: Int)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .missing(let path):
            "there is no '\(path)'; fetch the bundle with 'retro data fetch core' or name its "
                + "folder with --bundle."
        case .malformed(let path, let reason):
            "'\(path)' cannot be used: \(reason); correct it, or fetch the bundle again."
        case .file(let error): error.description
        case .items(let error): error.description
        case .foreignItem(let task, let line, let kind, let expected):
            "item \(line) of \(task) is \(kind), but the task is \(expected); fetch the bundle again."
        case .tooFewItems(let task, let count, let shots):
            "\(task) shows \(shots) solved examples before each item, so \(count) items are too "
                + "few; raise --max-per-task above \(shots)."
        }
    }
}

/// Reads `core.yaml`: a list of blocks of `key: value`, of which that is all the YAML there is.
package enum CoreList {
    /// The tasks of the list, without baselines.
    package static func drafts(in text: String, path: String) throws(BundleError) -> [CoreTask] {
        var blocks: [[String: String]] = []
        for (index, line) in TextFile.lines(of: text).enumerated() {
            var words = line.trimmingCharacters(in: .whitespaces)
            if words.isEmpty || words.hasPrefix("#") || words == "icl_tasks:" { continue }
            if words.hasPrefix("-") {
                blocks.append([:])
                words = words.dropFirst().trimmingCharacters(in: .whitespaces)
                if words.isEmpty { continue }
            }
            guard let colon = words.firstIndex(of: ":"), !blocks.isEmpty else {
                throw .malformed(path: path, reason: "line \(index + 1) is not 'key: value'")
            }
            let value = words[words.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            let name = String(words[..<colon])
            guard blocks[blocks.count - 1].updateValue(value, forKey: name) == nil else {
                throw .malformed(
                    path: path, reason: "line \(index + 1) gives one task a second '\(name)'")
            }
        }
        var tasks: [CoreTask] = []
        for (number, block) in blocks.enumerated() {
            let task = try task(block, number: number + 1, path: path)
            // Results are kept by this name.
            if let first = tasks.firstIndex(where: { $0.label == task.label }) {
                throw .malformed(
                    path: path,
                    reason: "tasks \(first + 1) and \(number + 1) are both called '\(task.label)'")
            }
            tasks.append(task)
        }
        guard !tasks.isEmpty else { throw .malformed(path: path, reason: "it names no task") }
        return tasks
    }

    private static func task(
        _ block: [String: String], number: Int, path: String
    ) throws(BundleError) -> CoreTask {
        func field(_ name: String) throws(BundleError) -> String {
            guard let value = block[name] else {
                throw .malformed(path: path, reason: "task \(number) has no '\(name)'")
            }
            return try unquoted(value, path: path)
        }
        let label = try field("label")
        let file = try field("dataset_uri")
        // Results are files of that name, and items are read from that path.
        guard !label.contains("/"), !label.hasPrefix("."), !label.isEmpty,
            !file.split(separator: "/").contains("..")
        else { throw .malformed(path: path, reason: "'\(label)' or '\(file)' is no file's name") }
        guard let kind = CoreItem.Kind(rawValue: try field("icl_task_type")) else {
            throw .malformed(
                path: path,
                reason: "'\(label)' is of type '\(try field("icl_task_type"))', which is not known")
        }
        let shots = try field("num_fewshot").trimmingCharacters(in: ["[", "]", " "])
        guard let count = Int(shots), (0...1000).contains(count) else {
            throw .malformed(
                path: path, reason: "'num_fewshot' of '\(label)' is not one number: '\(shots)'")
        }
        let delimiter = try block["continuation_delimiter"].map { value throws(BundleError) in
            try unquoted(value, path: path)
        }
        return CoreTask(
            label: label, file: file, kind: kind, shotCount: count, delimiter: delimiter ?? " ",
            baseline: 0)
    }

    /// A scalar in double quotes with its escapes, in single quotes, or bare.
    private static func unquoted(_ value: String, path: String) throws(BundleError) -> String {
        if value.count >= 2, value.hasPrefix("'"), value.hasSuffix("'") {
            return String(value.dropFirst().dropLast().replacing("''", with: "'"))
        }
        guard value.hasPrefix("\"") else { return value }
        // JSON's escapes are among YAML's.
        guard let text = try? JSONDecoder().decode(String.self, from: Data(value.utf8)) else {
            throw .malformed(path: path, reason: "\(value) is not a quoted text")
        }
        return text
    }
}

/// Reads `eval_meta_data.csv`: what guessing gets at each task, in percent.
package enum BaselineTable {
    /// The share of each task, by name.
    package static func shares(
        in text: String, path: String
    ) throws(BundleError) -> [String: Double] {
        let rows = records(in: text)
        guard let head = rows.first, let name = head.firstIndex(of: "Eval Task"),
            let baseline = head.firstIndex(of: "Random baseline")
        else {
            throw .malformed(
                path: path, reason: "it has no columns 'Eval Task' and 'Random baseline'")
        }
        var shares: [String: Double] = [:]
        for row in rows.dropFirst() where row.count > max(name, baseline) {
            guard let percent = Double(row[baseline]), (0..<100).contains(percent) else {
                throw .malformed(
                    path: path,
                    reason: "the baseline of '\(row[name])' is '\(row[baseline])', not a percentage"
                )
            }
            let share = 0.01 * percent
            if let other = shares.updateValue(share, forKey: row[name]), other != share {
                throw .malformed(
                    path: path, reason: "it gives '\(row[name])' two different baselines")
            }
        }
        return shares
    }

    /// The fields of every record, quotes removed.
    /// - Source: RFC 4180.
    package static func records(in text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        func close() {
            row.append(String(decoding: field, as: UTF8.self))
            field = []
        }
        var bytes = Array(text.utf8).makeIterator()
        var next = bytes.next()
        while let byte = next {
            next = bytes.next()
            switch (byte, isQuoted) {
            case (UInt8(ascii: "\""), true) where next == UInt8(ascii: "\""):
                field.append(byte)
                next = bytes.next()
            case (UInt8(ascii: "\""), _): isQuoted.toggle()
            case (UInt8(ascii: ","), false): close()
            case (UInt8(ascii: "\r"), false): break
            case (UInt8(ascii: "\n"), false):
                close()
                if row != [""] { rows.append(row) }
                row = []
            default: field.append(byte)
            }
        }
        if !field.isEmpty || !row.isEmpty {
            close()
            rows.append(row)
        }
        return rows
    }
}
