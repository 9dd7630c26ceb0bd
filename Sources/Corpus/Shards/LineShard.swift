internal import Language
internal import Provenance

/// A text or JSONL file whose blocks are known.
struct LineShard: Sendable {
    let location: String
    let kind: ShardKind
    let options: ShardOptions
    let blocks: [BlockIndex.Block]
    /// Holds the blocks where the file is compressed.
    private let spool: Spool?

    /// Reads the file once to find its blocks; a compressed one goes to `spool` on the way.
    init(
        _ location: String, kind: ShardKind, options: ShardOptions, spool: Spool
    ) throws(ShardError) {
        self.location = location
        self.kind = kind
        self.options = options
        self.spool = kind.compression == .none ? nil : spool
        let rule: BlockIndex.Rule =
            switch (kind.layout, options.textDocuments) {
            case (.jsonl, _): .line
            case (_, .blankLine): .lineAfterBlank
            case (_, .file): .file
            }
        let stream = try ShardStream(location, kind.compression)
        let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: ShardStore.piece)
        defer { piece.deallocate() }
        var count = try stream.readOpening(into: piece)
        var start = try Self.markLength(piece[..<count], location)
        var index = BlockIndex(rule: rule, blockByteCount: options.blockByteCount, start: start)
        var gathered = GatheredBlocks(spool: self.spool, start: start)
        while count > 0 {
            let bytes = UnsafeBufferPointer(rebasing: piece[start..<count])
            index.append(bytes)
            try gathered.append(bytes, closed: index.blocks)
            start = 0
            count = try stream.read(into: piece)
        }
        index.finish()
        try gathered.finish(closed: index.blocks)
        blocks = gathered.placed(index.blocks)
    }

    func read(block index: Int, into sieve: inout RowSieve) throws(ShardError) {
        let block = blocks[index]
        let bytes = try bytes(of: block)
        let before = sieve.nextOrdinal
        try bytes.withUnsafeBufferPointer { buffer throws(ShardError) in
            switch (kind.layout, options.textDocuments) {
            case (.jsonl, _): try readObjects(buffer, firstLine: block.firstLine, &sieve)
            case (_, .blankLine): readTexts(buffer, &sieve)
            case (_, .file): sieve.take(bytes)
            }
        }
        guard sieve.nextOrdinal - before == block.rowCount else {
            throw .changed(shard: ShardStore.shown(location))
        }
    }

    /// The bytes of a block, decompressed.
    func bytes(of block: BlockIndex.Block) throws(ShardError) -> [UInt8] {
        let range = block.offset..<(block.offset + block.byteCount)
        return if let spool { try spool.read(range) } else { try ShardStore.read(location, range) }
    }

    private static func markLength(
        _ opening: Slice<UnsafeMutableBufferPointer<UInt8>>, _ location: String
    ) throws(ShardError) -> Int {
        let shard = ShardStore.shown(location)
        do throws(FileError) { return try ByteOrderMark.length(before: opening, path: shard) } catch
        {
            throw .notUTF8(shard: shard, error)
        }
    }

    private func readObjects(
        _ bytes: UnsafeBufferPointer<UInt8>, firstLine: Int, _ sieve: inout RowSieve
    ) throws(ShardError) {
        let name = Array(options.textColumn.utf8)
        let shard = ShardStore.shown(location)
        var number = firstLine - 1
        for line in Lines(bytes) {
            number += 1
            if Bytes.isBlank(line) { continue }
            let value: JSONTextField.Value
            do { value = try JSONTextField.value(of: name, in: line) } catch {
                if Self.isConversation(line) { throw .conversation(shard: shard, line: number) }
                throw .malformedLine(shard: shard, line: number, reason: "\(error)")
            }
            switch value {
            case .text(let utf8): sieve.take(utf8)
            case .null: sieve.takeNull()
            case .unencodable: sieve.takeUnencodable()
            case .missing(let has):
                if has.contains("messages") { throw .conversation(shard: shard, line: number) }
                throw .missingColumn(options.textColumn, shard: shard, line: number, has: has)
            case .other(let type):
                throw .notText(
                    column: options.textColumn, shard: shard, line: number, type: type)
            }
        }
    }

    /// Whether the line is a list of messages, as conversations are also written.
    private static func isConversation(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        (try? Conversation(line: Array(line))) != nil
    }

    /// Runs of lines that are not blank, without the last line's end.
    private func readTexts(_ bytes: UnsafeBufferPointer<UInt8>, _ sieve: inout RowSieve) {
        var start: Int?
        var (position, end) = (0, 0)
        for line in Lines(bytes) {
            if Bytes.isBlank(line) {
                if let start { sieve.take(Array(bytes[start..<end])) }
                start = nil
            } else {
                start = start ?? position
                end = position + line.count
                if line.last == UInt8(ascii: "\r") { end -= 1 }
            }
            position += line.count + 1
        }
        if let start { sieve.take(Array(bytes[start..<end])) }
    }
}

/// The lines of some bytes, without their `\n`; what follows the last `\n` is a line if it is not empty.
struct Lines: Sequence, IteratorProtocol {
    private var rest: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes }

    mutating func next() -> UnsafeBufferPointer<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = Bytes.firstIndex(of: UInt8(ascii: "\n"), in: rest) ?? rest.count
        defer { rest = .init(rebasing: rest[Swift.min(end + 1, rest.count)...]) }
        return .init(rebasing: rest[..<end])
    }
}

/// Carries the bytes of a compressed file into the spool, block by block, so that each is in one piece.
private struct GatheredBlocks {
    private let spool: Spool?
    /// Bytes of the file from `start` on that are not in the spool yet.
    private var pending: [UInt8] = []
    private var start: Int
    private var offsets: [Int] = []

    init(spool: Spool?, start: Int) {
        self.spool = spool
        self.start = start
    }

    mutating func append(
        _ bytes: UnsafeBufferPointer<UInt8>, closed: [BlockIndex.Block]
    ) throws(ShardError) {
        guard spool != nil else { return }
        pending.append(contentsOf: bytes)
        try finish(closed: closed)
    }

    /// Writes out the blocks that have been closed since.
    mutating func finish(closed: [BlockIndex.Block]) throws(ShardError) {
        guard let spool, offsets.count < closed.count else { return }
        var done = 0
        for block in closed[offsets.count...] {
            let first = block.offset - start
            let range = first..<(first + block.byteCount)
            let offset = try pending.withUnsafeBufferPointer { bytes throws(ShardError) in
                try spool.append(
                    UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])))
            }
            offsets.append(offset)
            done = range.upperBound
        }
        pending.removeFirst(done)
        start += done
    }

    /// The blocks where they now lie.
    func placed(_ blocks: [BlockIndex.Block]) -> [BlockIndex.Block] {
        guard spool != nil else { return blocks }
        return zip(blocks, offsets).map { block, offset in
            var block = block
            block.offset = offset
            return block
        }
    }
}
