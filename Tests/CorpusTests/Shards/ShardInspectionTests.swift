import Corpus
import Foundation
import Testing

@Suite struct ShardInspectionTests {
    @Test func aShardIsCounted() throws {
        let scratch = try ShardScratch()
        let lines = ["größe", "a", "", "four", String(repeating: "🌃", count: 300)]
        try scratch.write("a.jsonl", lines.map { "{\"text\":\"\($0)\"}\n" }.joined().utf8)
        let set = try scratch.open("a.jsonl", blockByteCount: 10)
        let inspection = try ShardInspection(of: set.shards[0])
        #expect(inspection.documentCount == 4)
        #expect(inspection.characterCount == 5 + 1 + 4 + 300)
        #expect(inspection.byteCount == 7 + 1 + 4 + 1200)
        #expect(inspection.lengths?.min == 1)
        #expect(inspection.lengths?.median == 4)
        #expect(inspection.lengths?.max == 300)
        #expect(inspection.skipped.emptyCount == 1)
        #expect(inspection.sample == "größe")
        #expect(inspection.blockCount == set.blockCount)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = String(decoding: try encoder.encode(inspection), as: UTF8.self)
        #expect(json.contains(#""documents":4"#) && json.contains(#""skipped":{"empty":1,"#))
        #expect(
            try JSONDecoder().decode(ShardInspection.self, from: Data(json.utf8)) == inspection)
    }

    /// The counts that the data's own description gives.
    private static let english = URL(fileURLWithPath: GoldenShards.folder)
        .appending(path: "../../../../shared/data/text-en").standardizedFileURL.path

    @Test(.enabled(if: FileManager.default.fileExists(atPath: english)))
    func realEnglishIsReadWhole() throws {
        let scratch = try ShardScratch()
        let set = try ShardSet(
            paths: [Self.english], relativeTo: "/", spoolFolder: scratch.path)
        let inspections = try set.shards.map { shard throws(ShardError) in
            try ShardInspection(of: shard)
        }
        let counts = Dictionary(
            uniqueKeysWithValues: inspections.map {
                (($0.name as NSString).lastPathComponent.prefix { $0 != "." }, $0.documentCount)
            })
        #expect(
            counts == [
                "classic-books": 197, "onestopenglish": 754, "tech-peps-rustbook": 863,
                "wikipedia-en-2014-sample": 9337, "wikipedia-en-featured": 4012,
            ])
        #expect(inspections.allSatisfy { $0.skipped.total == 0 })
    }
}
