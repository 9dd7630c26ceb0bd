import Corpus
import Foundation
import Provenance
import Testing

/// Shards written by other programs: each must give the texts, and fail cleanly when damaged.
@Suite struct GoldenShardTests {
    @Test func everyShardHoldsItsTexts() throws {
        let golden = try GoldenShards.load().shards
        #expect(golden.count >= 20)
        for (name, expected) in golden.sorted(by: { $0.key < $1.key }) {
            let scratch = try ShardScratch()
            let set = try scratch.open(
                GoldenShards.folder + "/" + name,
                column: name.hasPrefix("other-name") ? "body" : "text")
            #expect(try set.texts() == expected.texts, "\(name)")
            let skips = try (0..<set.blockCount).map { try set.read(block: $0).skips }
                .reduce(SkipReport(), +)
            #expect(skips.nullCount == expected.null, "\(name)")
            #expect(skips.emptyCount == expected.empty, "\(name)")
            #expect(skips.invalidUTF8Count == expected.invalid_utf8, "\(name)")
            #expect(set.ordinalCount == expected.texts.count + skips.total, "\(name)")
        }
    }

    @Test func aRowGroupIsABlock() throws {
        let scratch = try ShardScratch()
        let set = try scratch.open(GoldenShards.folder + "/codec-zstd.parquet")
        #expect((0..<set.blockCount).map { set.ordinals(inBlock: $0) } == [0..<4, 4..<8, 8..<10])
    }

    /// Wherever an archive is cut, the cut is found when it is opened.
    @Test(arguments: ["one-member.jsonl.gz", "one-frame.jsonl.zst", "codec-zstd.parquet"])
    func cutsAreFound(name: String) throws {
        let bytes = try GoldenShards.bytes(name)
        let scratch = try ShardScratch()
        for count in bytes.indices.dropFirst() where count < 20 || count % 7 == 0 {
            try scratch.write(name, bytes[..<count])
            let complaint = scratch.complaint(name)
            let isNamed = name.hasSuffix(".parquet") && count < 5 ? "damaged" : "cut off"
            #expect(complaint?.contains(isNamed) == true, "\(count) bytes: \(complaint ?? "read")")
        }
    }

    /// Flipped bits give an error or other texts, never a crash. (Every byte was tried once by hand;
    /// one in eleven is enough to notice a new way to crash.)
    @Test(arguments: [
        "one-member.jsonl.gz", "one-frame.jsonl.zst", "codec-snappy.parquet",
        "dictionary.parquet", "delta-encoding.parquet", "page-v2-checksum.parquet",
        "string-view.parquet", "binary.parquet",
    ])
    func flippedBitsNeverCrash(name: String) throws {
        let bytes = try GoldenShards.bytes(name)
        var random = Seed(11)[name].generator()
        let scratch = try ShardScratch()
        var complaints = 0
        for place in stride(from: Int(random.next() % 11), to: bytes.count, by: 11) {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8(random.next() % 8)
            try scratch.write(name, flipped)
            if scratch.complaint(name) != nil { complaints += 1 }
        }
        #expect(complaints > 0)
    }

    /// A gzip member's checksum catches every flip that changes a text.
    @Test func flippedBitsInGzipAreFound() throws {
        let bytes = try GoldenShards.bytes("one-member.jsonl.gz")
        let texts = try GoldenShards.load().shards["one-member.jsonl.gz"]?.texts
        let scratch = try ShardScratch()
        for place in stride(from: 10, to: bytes.count, by: 3) {
            var flipped = bytes
            flipped[place] ^= 0x10
            try scratch.write("a.jsonl.gz", flipped)
            let isSame = try? scratch.open("a.jsonl.gz").texts() == texts
            #expect(isSame != false, "byte \(place)")
        }
    }
}
