import Corpus
import Foundation
import Testing

/// Each way in which files can be wrong, as a person reads it.
@Suite struct ShardErrorTests {
    @Test func aMissingColumnListsWhatIsThere() throws {
        let scratch = try ShardScratch()
        let shard = GoldenShards.folder + "/other-name.parquet"
        #expect(
            scratch.complaint(shard)
                == "'\(shard)' has no column 'text'; it has 'id', 'body'; name one with "
                + "--text-column.")
        try scratch.write("a.jsonl", "{\"text\":\"x\"}\n\n{\"a\":1,\"b\\u0021\":{}}\n".utf8)
        #expect(
            scratch.complaint("a.jsonl")
                == "line 3 of 'a.jsonl' has no column 'text'; it has 'a', 'b!'; name one with "
                + "--text-column.")
        try scratch.write("b.jsonl", "{}".utf8)
        #expect(
            scratch.complaint("b.jsonl")
                == "line 1 of 'b.jsonl' has no column 'text'; it has no columns; name one with "
                + "--text-column.")
    }

    @Test func aColumnMustHoldText() throws {
        let scratch = try ShardScratch()
        let numbers = GoldenShards.folder + "/numbers.parquet"
        #expect(
            scratch.complaint(numbers)
                == "column 'text' of '\(numbers)' holds int32, not text; name another with "
                + "--text-column.")
        let nested = GoldenShards.folder + "/nested.parquet"
        #expect(scratch.complaint(nested)?.contains("holds list<element: string>") == true)
        for (value, type) in [
            ("12", "a number"), ("true", "a truth value"), ("[]", "a list"), ("{}", "an object"),
        ] {
            let complaint = try scratch.line("{\"text\":\(value)}".utf8).complaint
            #expect(
                complaint
                    == "column 'text' of line 1 of 'line.jsonl' holds \(type), not text; name "
                    + "another with --text-column.")
        }
    }

    @Test func aMalformedLineIsNamed() throws {
        let scratch = try ShardScratch()
        // Many blocks before it: the line is counted in the file, not in the block.
        let good = String(repeating: "{\"text\":\"good\"}\r\n\n", count: 50_000)
        try scratch.write("a.jsonl", (good + "{\"text\":\"bad\"\n").utf8)
        #expect(
            scratch.complaint("a.jsonl")
                == "line 100001 of 'a.jsonl' is not a JSON object: neither ',' nor '}' after a "
                + "value at byte 14; correct or remove it.")
    }

    @Test(arguments: [
        #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#,
        #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
    ])
    func conversationsAreToldFromTexts(line: String) throws {
        let complaint = try ShardScratch().line(line.utf8).complaint
        #expect(
            complaint
                == "line 1 of 'line.jsonl' is a conversation, not a text; see one with 'retro tokenizer "
                + "inspect --conversation line.jsonl', learn from them with mid-train or chat-sft.")
    }

    @Test func shardsWithoutDocumentsAreNamed() throws {
        let scratch = try ShardScratch()
        try scratch.write("empty.txt", [])
        try scratch.write("blank.jsonl", " \n\n\t\r\n".utf8)
        for name in ["empty.txt", "blank.jsonl"] {
            #expect(
                scratch.complaint(name) == "'\(name)' has no document; remove it from --data.")
        }
        let none = GoldenShards.folder + "/no-rows.parquet"
        #expect(scratch.complaint(none)?.contains("has no document") == true)
    }

    @Test func damagedArchivesAreNamed() throws {
        let scratch = try ShardScratch()
        try scratch.write("a.jsonl.gz", "not gzip at all".utf8)
        try scratch.write("a.jsonl.zst", "not zstandard".utf8)
        try scratch.write("a.parquet", "not a table at all".utf8)
        for name in ["a.jsonl.gz", "a.jsonl.zst", "a.parquet"] {
            let complaint = scratch.complaint(name)
            #expect(complaint?.hasPrefix("'\(name)' is damaged: ") == true, "\(complaint ?? "")")
            #expect(complaint?.hasSuffix("; fetch or copy it again.") == true)
        }
    }

    @Test func pathsWithoutShardsAreNamed() throws {
        let scratch = try ShardScratch()
        try scratch.write("folder/notes.pdf", "%PDF".utf8)
        #expect(
            scratch.complaint("absent.txt")
                == "cannot read 'absent.txt': no such file or folder.")
        #expect(scratch.complaint("folder")?.hasPrefix("no shard found in 'folder'; ") == true)
        #expect(scratch.complaint("*.jsonl")?.hasPrefix("no shard found in '*.jsonl'; ") == true)
        #expect(scratch.complaint()?.hasPrefix("no shard found in no path; ") == true)
        #expect(
            scratch.complaint("folder/notes.pdf")?.hasPrefix(
                "'folder/notes.pdf' is of no known kind; rename it") == true)
        #expect(scratch.complaint("ftp://host/a.txt")?.contains("name plain local files") == true)
    }

    @Test(.disabled(if: getuid() == 0, "root reads everything"))
    func aForbiddenFileIsNamed() throws {
        let scratch = try ShardScratch()
        try scratch.write("a.txt", "text".utf8)
        chmod(scratch.path + "/a.txt", 0)
        #expect(scratch.complaint("a.txt") == "cannot read 'a.txt': Permission denied.")
    }

    @Test func aSpoolFolderMustBeThere() throws {
        #expect(throws: ShardError.self) {
            try ShardSet(
                paths: [GoldenShards.folder], relativeTo: "/", spoolFolder: "/no/such/folder")
        }
    }

    @Test func aShardThatChangesIsNoticed() throws {
        let scratch = try ShardScratch()
        try scratch.write("a.txt", "one\n\ntwo\n\nthree".utf8)
        let set = try scratch.open("a.txt")
        try scratch.write("a.txt", "one".utf8)
        #expect(throws: ShardError.changed(shard: scratch.path + "/a.txt")) { try set.block(0) }
        try scratch.write("a.txt", "one  two\n\nthree".utf8)
        #expect(throws: ShardError.changed(shard: scratch.path + "/a.txt")) { try set.block(0) }
    }
}
