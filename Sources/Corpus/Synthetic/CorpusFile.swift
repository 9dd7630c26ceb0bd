internal import Foundation
internal import Provenance

/// Writes documents to a file that other programs, and our own shard readers, can read.
public enum CorpusFile {
    /// How documents are told apart.
    public enum Format: String, Codable, Hashable, CaseIterable, Sendable {
        /// Plain text, a blank line between documents.
        case text
        /// One JSON object a line, the document in its field `text`.
        case jsonl

        /// The format that the name of `path` asks for, if it does.
        public init?(path: String) {
            switch (path as NSString).pathExtension.lowercased() {
            case "txt", "text", "md": self = .text
            case "jsonl", "ndjson": self = .jsonl
            default: return nil
            }
        }
    }

    /// How far a file has come.
    public struct Progress: Hashable, Sendable {
        /// Documents written.
        public var documentCount: Int
        /// Documents there will be at most.
        public var documentTotal: Int
        /// Bytes written.
        public var byteCount: Int
    }

    /// Writes all documents of `source` to `path`, aside first, so that the file appears whole or not at all;
    /// its folder is made if need be.
    /// - Parameter progress: called after each block.
    /// - Returns: what was written.
    @discardableResult
    public static func write(
        _ source: some DocumentSource, to path: String, format: Format,
        progress: (Progress) -> Void = { _ in }
    ) throws(ShardError) -> Progress {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw .unwritable(path: path, reason: FileError.reason(of: error))
            }
        }
        let aside = path + ".part"
        var done = Progress(documentCount: 0, documentTotal: source.ordinalCount, byteCount: 0)
        guard FileManager.default.createFile(atPath: aside, contents: nil),
            let file = FileHandle(forWritingAtPath: aside)
        else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
        var finished = false
        defer {
            try? file.close()
            if !finished { unlink(aside) }
        }
        for block in 0..<source.blockCount {
            let documents = try source.block(block)
            var bytes: [UInt8] = []
            for document in documents {
                switch format {
                case .text:
                    guard isOneParagraph(document.utf8) else {
                        throw .blankLine(document: document.ordinal, path: path)
                    }
                    if done.byteCount > 0 || !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
                    bytes += document.utf8
                    bytes.append(UInt8(ascii: "\n"))
                case .jsonl: appendLine(document.utf8, to: &bytes)
                }
            }
            do {
                try file.write(contentsOf: Data(bytes))
                if block == source.blockCount - 1 { try file.synchronize() }
            } catch {
                throw .unwritable(path: path, reason: FileError.reason(of: error))
            }
            done.documentCount += documents.count
            done.byteCount += bytes.count
            progress(done)
        }
        do {
            try AtomicFile.rename(aside, to: path)
        } catch {
            throw .unwritable(path: path, reason: error.description)
        }
        finished = true
        return done
    }

    /// Whether a reader of plain text would give `text` back as it is.
    private static func isOneParagraph(_ text: [UInt8]) -> Bool {
        var lineHasInk = false
        for byte in text {
            if byte == UInt8(ascii: "\n") {
                if !lineHasInk { return false }
                lineHasInk = false
            } else if byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t")
                && byte != UInt8(ascii: "\r")
            {
                lineHasInk = true
            }
        }
        return lineHasInk
    }

    /// Appends `{"text": …}` and a newline; bytes above 0x7F stay as they are.
    /// - Source: RFC 8259, §7: quotation mark, backslash and controls are escaped.
    private static func appendLine(_ text: [UInt8], to line: inout [UInt8]) {
        line += Array(#"{"text": ""#.utf8)
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): line += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): line += Array(#"\n"#.utf8)
            case UInt8(ascii: "\r"): line += Array(#"\r"#.utf8)
            case UInt8(ascii: "\t"): line += Array(#"\t"#.utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                line += Array(#"\u00"#.utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: line.append(byte)
            }
        }
        line += Array("\"}\n".utf8)
    }
}
