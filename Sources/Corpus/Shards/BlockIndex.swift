/// Where the blocks of a text or JSONL shard lie, found in one pass over its bytes.
struct BlockIndex {
    struct Block: Hashable, Sendable {
        /// Place of the first byte: in the file, or in the spool where the shard is compressed.
        var offset: Int
        var byteCount: Int
        /// Number of the first document in its shard.
        var firstRow: Int
        var rowCount: Int
        /// Line of the first byte, counted from one.
        var firstLine: Int
    }

    /// What begins a document.
    enum Rule { case line, lineAfterBlank, file }

    private(set) var blocks: [Block] = []
    private let rule: Rule
    private let blockByteCount: Int

    private var current: Block
    private var position: Int
    private var line = 1
    private var lineStart: Int
    private var lineHasText = false
    private var insideDocument = false

    /// - Parameter start: where the text begins: behind a byte order mark.
    init(rule: Rule, blockByteCount: Int, start: Int = 0) {
        precondition(blockByteCount > 0, "a block holds at least one byte")
        self.rule = rule
        self.blockByteCount = blockByteCount
        current = Block(offset: start, byteCount: 0, firstRow: 0, rowCount: 0, firstLine: 1)
        position = start
        lineStart = start
    }

    /// Documents seen.
    var rowCount: Int { current.firstRow + current.rowCount }

    /// Takes the next bytes of the shard.
    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) {
        guard rule != .file else {
            position += piece.count
            if !piece.isEmpty { current.rowCount = 1 }
            return
        }
        var rest = piece
        while !rest.isEmpty {
            let newline = Bytes.firstIndex(of: UInt8(ascii: "\n"), in: rest)
            let end = newline ?? rest.count
            if !lineHasText { lineHasText = !Bytes.isBlank(.init(rebasing: rest[..<end])) }
            let taken = newline == nil ? end : end + 1
            position += taken
            rest = .init(rebasing: rest[taken...])
            if newline != nil { closeLine() }
        }
    }

    /// Takes note that the shard ends here.
    mutating func finish() {
        if position > lineStart { closeLine() }
        closeBlock(at: position)
    }

    private mutating func closeLine() {
        if lineHasText && (rule == .line || !insideDocument) {
            // A mark counts in the first block, as it always has: blocks decide the order of epochs.
            let blockStart = blocks.isEmpty ? 0 : current.offset
            if lineStart - blockStart >= blockByteCount && current.rowCount > 0 {
                closeBlock(at: lineStart)
            }
            current.rowCount += 1
        }
        insideDocument = lineHasText
        line += 1
        lineStart = position
        lineHasText = false
    }

    private mutating func closeBlock(at end: Int) {
        current.byteCount = end - current.offset
        if current.rowCount > 0 { blocks.append(current) }
        current = Block(
            offset: end, byteCount: 0, firstRow: rowCount, rowCount: 0, firstLine: line)
    }
}
