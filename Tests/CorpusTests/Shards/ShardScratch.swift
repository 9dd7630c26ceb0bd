import Corpus
import Foundation
import Testing

/// A folder that goes when the test does.
final class ShardScratch {
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

    /// The shards that `paths` name.
    func open(
        _ paths: String..., blockByteCount: Int = 1 << 19, column: String = "text",
        documents: ShardOptions.TextDocuments = .blankLine
    ) throws(ShardError) -> ShardSet {
        var options = ShardOptions()
        options.blockByteCount = blockByteCount
        options.textColumn = column
        options.textDocuments = documents
        return try ShardSet(paths: paths, relativeTo: path, options: options, spoolFolder: path)
    }

    /// What a person reads when `paths` are opened and read to the end; `nil` where all is well.
    func complaint(_ paths: String..., column: String = "text") -> String? {
        do throws(ShardError) {
            var options = ShardOptions()
            options.textColumn = column
            let set = try ShardSet(
                paths: paths, relativeTo: path, options: options, spoolFolder: path)
            for block in 0..<set.blockCount { _ = try set.block(block) }
            return nil
        } catch {
            return error.description.replacing(path + "/", with: "")
        }
    }

    /// The documents of a JSONL line, or the complaint about it.
    func line(_ line: some Sequence<UInt8>) throws -> (texts: [String], complaint: String?) {
        try write("line.jsonl", Array(line) + [UInt8(ascii: "\n")])
        do throws(ShardError) {
            return (try open("line.jsonl").texts(), nil)
        } catch {
            return ([], error.description.replacing(path + "/", with: ""))
        }
    }
}

/// Archives made without a library.
enum Gzip {
    /// `bytes`, at most 65,535 of them, as one member that is not compressed.
    /// - Source: RFC 1952; RFC 1951, section 3.2.4.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        func little(_ number: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
        }
        var sum: UInt32 = 0xffff_ffff
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        let size = UInt32(bytes.count)
        return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(size, 2) + little(~size, 2)
            + bytes + little(~sum, 4) + little(size, 4)
    }
}

extension DocumentSource {
    /// Every document, in order.
    func all() throws(ShardError) -> [Document] {
        var all: [Document] = []
        for index in 0..<blockCount { all += try block(index) }
        return all
    }

    /// Every document's text, in order.
    func texts() throws(ShardError) -> [String] { try all().map(\.text) }
}

/// Shards made by other programs: Tests/Golden/corpus, by Tools/golden/shards.py.
struct GoldenShards: Decodable {
    struct Shard: Decodable {
        var texts: [String]
        var null: Int
        var empty: Int
        var invalid_utf8: Int
    }

    var shards: [String: Shard]

    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/corpus").path

    static func load() throws -> GoldenShards {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json"))
        return try JSONDecoder().decode(GoldenShards.self, from: data)
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }
}
