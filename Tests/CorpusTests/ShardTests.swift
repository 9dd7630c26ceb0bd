import Corpus
import Foundation
import Provenance
import Testing

/// A folder that goes when the test does.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/shards-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file below the folder, making folders on the way.
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
    }

    /// The shards that `paths` name, read with small blocks where asked.
    func open(
        _ paths: String..., blockByteCount: Int = 1 << 19, column: String = "text",
        documents: ShardOptions.TextDocuments = .blankLine
    ) throws(ShardError) -> ShardSet {
        var options = ShardOptions()
        options.blockByteCount = blockByteCount
        options.textColumn = column
        options.textDocuments = documents
        return try ShardSet(
            paths: paths, relativeTo: path, options: options, spoolFolder: path)
    }
}

extension DocumentSource {
    /// Every document, in order.
    func all() throws -> [Document] { try (0..<blockCount).flatMap { try block($0) } }
    /// Every document's text, in order.
    func texts() throws -> [String] { try all().map(\.text) }
}

@Suite struct ShardTests {
    @Test func textIsCutAtBlankLines() throws {
        let scratch = try Scratch()
        try scratch.write("a.txt", "\n\none\ntwo\n \t\n\nthree\r\nfour\r\n\r\nfive".utf8)
        let set = try scratch.open("a.txt")
        #expect(try set.texts() == ["one\ntwo", "three\r\nfour", "five"])
        #expect(set.ordinalCount == 3)
        #expect(try scratch.open("a.txt", documents: .file).texts().count == 1)
    }
}
