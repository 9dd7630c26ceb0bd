import Corpus
import Foundation
import Testing

@Suite struct ShardPathsTests {
    private func names(_ set: ShardSet, below folder: String) -> [String] {
        set.shards.map { $0.name.replacing(folder + "/", with: "") }
    }

    private func tree() throws -> ShardScratch {
        let scratch = try ShardScratch()
        for name in [
            "b.txt", "a.jsonl", "sub/c.md", "sub/deep/d.ndjson", "sub/notes.pdf", ".hidden/e.txt",
            "sub/.f.txt", "with space/100%.txt",
        ] {
            try scratch.write(
                name, name.contains("js") ? #"{"text":"x"}"#.utf8 : "\(name)".utf8)
        }
        return scratch
    }

    @Test func foldersAreSearchedInOrder() throws {
        let scratch = try tree()
        let set = try scratch.open(".")
        #expect(
            names(set, below: scratch.path)
                == ["a.jsonl", "b.txt", "sub/c.md", "sub/deep/d.ndjson", "with space/100%.txt"])
    }

    @Test(arguments: [
        ("*.txt", ["b.txt"]),
        ("*", ["a.jsonl", "b.txt", "sub/c.md", "sub/deep/d.ndjson", "with space/100%.txt"]),
        ("sub/*", ["sub/c.md", "sub/deep/d.ndjson"]), ("[ab].*", ["a.jsonl", "b.txt"]),
        ("**/*.md", ["sub/c.md"]),
        ("**/?.*", ["a.jsonl", "b.txt", "sub/c.md", "sub/deep/d.ndjson"]),
        ("s?b/**/d*", ["sub/deep/d.ndjson"]),
    ])
    func patternsAreExpanded(pattern: String, expected: [String]) throws {
        let scratch = try tree()
        #expect(names(try scratch.open(pattern), below: scratch.path) == expected)
    }

    /// What Spark leaves in a folder of its output, and a folder of its partitions.
    @Test func whatOtherToolsWriteBesideTheirDataIsNoText() throws {
        let scratch = try ShardScratch()
        for name in [
            "part-0.txt", "year=1/part-0.txt", "_lang=de/part-0.txt", "_SUCCESS", "_SUCCESS.txt",
            "._SUCCESS.crc", ".part-0.txt.crc", "part-0.txt.crc", "_temporary/0/part-9.txt",
            "_delta_log/0.txt", ".ipynb_checkpoints/a.txt", "sub/_committed_1.txt", "._part-0.txt",
        ] {
            try scratch.write(name, "x \(name)".utf8)
        }
        let data = ["_lang=de/part-0.txt", "part-0.txt", "year=1/part-0.txt"]
        #expect(names(try scratch.open("."), below: scratch.path) == data)
        #expect(names(try scratch.open("**/*.txt"), below: scratch.path) == data)
        #expect(names(try scratch.open("*.txt"), below: scratch.path) == ["part-0.txt"])
        // Named, it is meant.
        let named = try scratch.open("_temporary/0/part-9.txt", "_SUCCESS.*")
        #expect(
            names(named, below: scratch.path) == ["_temporary/0/part-9.txt", "_SUCCESS.txt"])
    }

    @Test func pathsKeepTheirOrderAndCountOnce() throws {
        let scratch = try tree()
        let set = try scratch.open("sub", "b.txt", "./b.txt", "*.txt", "a.jsonl")
        #expect(
            names(set, below: scratch.path)
                == ["sub/c.md", "sub/deep/d.ndjson", "b.txt", "a.jsonl"])
    }

    @Test func addressesOfFilesWork() throws {
        let scratch = try tree()
        let escaped = "file://" + scratch.path + "/with%20space/100%25.txt"
        #expect(try scratch.open(escaped).texts() == ["with space/100%.txt"])
        #expect(try scratch.open("file://" + scratch.path).shards.count == 5)
    }

    @Test func aNameWithSignsOfAPatternIsFirstAName() throws {
        let scratch = try ShardScratch()
        try scratch.write("odd[1]*.txt", "odd".utf8)
        #expect(try scratch.open("odd[1]*.txt").texts() == ["odd"])
    }

    @Test(
        arguments: [
            ("a.txt", ShardKind(layout: .text)), ("a.MD", ShardKind(layout: .text)),
            ("a.b.jsonl.gz", ShardKind(layout: .jsonl, compression: .gzip)),
            ("x/y.ndjson.zst", ShardKind(layout: .jsonl, compression: .zstd)),
            ("s3://bucket/a.parquet?region=x.y", ShardKind(layout: .parquet)),
            ("a.parquet.gz", nil), ("txt", nil), ("a.jsonl/file", nil), ("a.gz", nil), ("", nil),
        ] as [(String, ShardKind?)])
    func namesTellKinds(name: String, kind: ShardKind?) {
        #expect(ShardKind(name: name) == kind)
    }
}
