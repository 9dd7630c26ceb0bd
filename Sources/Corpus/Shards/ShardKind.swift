/// What a shard's name says it is.
public struct ShardKind: Hashable, Sendable {
    /// How documents lie in the file.
    public enum Layout: String, Codable, Sendable {
        /// Texts separated by blank lines, or one text.
        case text
        /// One JSON object a line.
        case jsonl
        /// Columns in row groups.
        case parquet
    }

    /// How the file's bytes are packed.
    public enum Compression: String, Codable, Sendable {
        /// As they are.
        case none
        /// RFC 1952, one or more members.
        case gzip
        /// RFC 8878, one or more frames.
        case zstd
    }

    /// How documents lie in the file.
    public var layout: Layout
    /// How the file's bytes are packed; Parquet packs by itself.
    public var compression: Compression

    /// A kind put together by hand.
    public init(layout: Layout, compression: Compression = .none) {
        self.layout = layout
        self.compression = compression
    }

    /// The kind that the endings of `name` tell, "books.jsonl.zst"; `nil` if they tell none.
    public init?(name: String) {
        var path = name.lowercased()[...]
        // The options of a URI are no part of its name.
        if path.contains("://"), let question = path.firstIndex(of: "?") {
            path = path[..<question]
        }
        let file = path.split(separator: "/").last ?? ""
        var endings = file.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
        switch endings.last {
        case "gz", "gzip": compression = .gzip
        case "zst", "zstd": compression = .zstd
        default: compression = .none
        }
        if compression != .none { endings.removeLast() }
        switch endings.last {
        case "txt", "text", "md": layout = .text
        case "jsonl", "ndjson": layout = .jsonl
        case "parquet" where compression == .none: layout = .parquet
        default: return nil
        }
    }
}

/// How shards are read: part of what identifies a corpus.
public struct ShardOptions: Codable, Hashable, Sendable {
    /// What separates the documents of a plain text file.
    public enum TextDocuments: String, Codable, Sendable {
        /// One or more lines without anything but white space.
        case blankLine = "blank-line"
        /// Nothing: each file is one document.
        case file
    }

    /// The Parquet column or JSONL field that holds the text.
    public var textColumn = "text"
    /// What separates the documents of a plain text file.
    public var textDocuments = TextDocuments.blankLine
    /// Bytes of text or JSONL after which a block ends with its document. Epochs are shuffled by
    /// block, then within each, so small blocks mix better.
    public var blockByteCount = 1 << 19

    /// The usual: field `text`, blank lines, blocks of half a megabyte.
    public init() {}
}
