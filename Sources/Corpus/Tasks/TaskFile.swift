internal import Foundation
public import Language
public import Provenance

/// The items of JSONL files (also .gz, .zst), read one at a time when asked for.
///
/// Holds where the lines are, not what they say.
public struct TaskFile<Item: TaskLine>: Sendable {
    /// What reports call it.
    public let name: String
    /// Names the content.
    public let fingerprint: ContentHash
    private let shards: [LineShard]
    /// Items before each file, and all of them.
    private let bounds: [Int]

    /// Opens the files at `paths`: files, folders, patterns.
    /// - Parameters:
    ///   - folder: what relative paths start from.
    ///   - dataset: what `retro data fetch` calls these files; told where one is missing.
    ///   - spoolFolder: takes the decompressed lines of `.gz` and `.zst` files, in a file without a name.
    public init(
        _ name: String, paths: [String], relativeTo folder: String, dataset: String? = nil,
        spoolFolder: String
    ) throws(SourceError) {
        var shards: [LineShard] = []
        var bounds = [0]
        var hasher = ContentHash.Hasher()
        do throws(ShardError) {
            let spool = try Spool(in: spoolFolder)
            var options = ShardOptions()
            options.blockByteCount = 1  // a block a line: every line can be read by itself
            for location in try ShardPaths.shards(paths, relativeTo: folder) {
                guard let kind = ShardKind(name: location), kind.layout == .jsonl else {
                    throw .unsupported(
                        path: location, reason: "conversations and tasks are read from .jsonl files"
                    )
                }
                let shard = try LineShard(location, kind: kind, options: options, spool: spool)
                guard !shard.blocks.isEmpty else { throw .emptyShard(location) }
                shards.append(shard)
                bounds.append(bounds[bounds.count - 1] + shard.blocks.count)
                hasher.update(Array(try ShardStore.fingerprint(location).hex.utf8))
            }
        } catch {
            if let dataset, case .unreadable(let path, _) = error,
                !FileManager.default.fileExists(atPath: path)
            {
                throw .missing(path: path, dataset: dataset)
            }
            throw .shard(error)
        }
        self.name = name
        self.shards = shards
        self.bounds = bounds
        fingerprint = hasher.finish()
    }

    /// Number of items.
    public var count: Int { bounds[bounds.count - 1] }

    /// Item number `index`, in the order of the lines.
    public func item(at index: Int) throws(SourceError) -> Item {
        precondition((0..<count).contains(index), "item \(index) of \(count)")
        let shard = bounds.lastIndex { $0 <= index } ?? 0
        let file = shards[shard]
        let line: (number: Int, bytes: [UInt8])
        do throws(ShardError) { line = try file.line(index - bounds[shard]) } catch {
            throw .shard(error)
        }
        do throws(TaskItemFault) { return try Item(json: line.bytes) } catch {
            throw .malformedLine(
                path: ShardStore.shown(file.location), line: line.number,
                reason: error.description)
        }
    }

    /// All items in memory: benchmarks, and a check of every line before a long run.
    public func items() throws(SourceError) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(count)
        for index in 0..<count { items.append(try item(at: index)) }
        return items
    }

    /// Reads every line and keeps none: a run should not meet a bad one after hours.
    public func check() throws(SourceError) {
        for index in 0..<count { _ = try item(at: index) }
    }
}

extension TaskFile: ConversationSource where Item: TaskItem {
    /// Item number `index` as a conversation.
    public func conversation(at index: Int) throws(SourceError) -> Conversation {
        try item(at: index).conversation
    }
}

extension LineShard {
    /// The one line with text of block `index` and its number, where blocks hold a line each.
    func line(_ index: Int) throws(ShardError) -> (number: Int, bytes: [UInt8]) {
        let block = blocks[index]
        let bytes = try bytes(of: block)
        let found = bytes.withUnsafeBufferPointer { buffer in
            Lines(buffer).enumerated().first { !Bytes.isBlank($0.element) }
                .map { (number: block.firstLine + $0.offset, bytes: Array($0.element)) }
        }
        guard let found else { throw .changed(shard: ShardStore.shown(location)) }
        return found
    }
}
