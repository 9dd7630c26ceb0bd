import Corpus
import Foundation
import Provenance
import Testing

@Suite struct ShardTests {
    @Test func textIsCutAtBlankLines() throws {
        let scratch = try ShardScratch()
        try scratch.write("a.txt", "\n\none\ntwo\n \t\n\nthree\r\nfour\r\n\r\nfive".utf8)
        let set = try scratch.open("a.txt")
        #expect(try set.texts() == ["one\ntwo", "three\r\nfour", "five"])
        #expect(set.ordinalCount == 3)
    }

    @Test func aFileCanBeOneDocument() throws {
        let scratch = try ShardScratch()
        try scratch.write("a.txt", "one\n\ntwo\r\n".utf8)
        #expect(try scratch.open("a.txt", documents: .file).texts() == ["one\n\ntwo\r\n"])
    }

    @Test func aByteOrderMarkIsNoText() throws {
        let scratch = try ShardScratch()
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        try scratch.write("a.txt", mark + Array("one\n\ntwo".utf8))
        try scratch.write("b.jsonl", mark + Array(#"{"text":"three"}"#.utf8))
        #expect(try scratch.open("a.txt", "b.jsonl").texts() == ["one", "two", "three"])
    }

    /// A mark before a blank line, before nothing, and twice, which is once a mark and once a character.
    @Test(arguments: ["a.txt", "a.txt.gz"])
    func aByteOrderMarkMayStandBeforeAnything(name: String) throws {
        let mark = "\u{FEFF}"
        for (text, expected) in [
            ("\nsecond\n\nthird\n", ["second", "third"]), ("\r\n\r\nx\r\ny\r\n", ["x\r\ny"]),
            (" \none", ["one"]), (mark + "one", [mark + "one"]),
        ] {
            let scratch = try ShardScratch()
            try scratch.write(name, packed(mark + text, name))
            #expect(try scratch.open(name).texts() == expected)
            #expect(
                try scratch.open(name, documents: .file).texts() == [text], "as one document")
        }
        for nothing in ["", "\n", "\r\n"] {
            let scratch = try ShardScratch()
            try scratch.write(name, packed(mark + nothing, name))
            #expect(scratch.complaint(name) == "'\(name)' has no document; remove it from --data.")
        }
    }

    /// The same lines however their file was saved.
    @Test(arguments: ["a.jsonl", "a.jsonl.gz"])
    func linesOfObjectsAreTheSameWithMarkAndCarriageReturns(name: String) throws {
        let lines = ["", #"{"text":"a"}"#, " ", #"{"text":"b\r\n"}"#, #"{"text":"c"}"#, ""]
        for mark in ["", "\u{FEFF}"] {
            for end in ["\n", "\r\n"] {
                for blockByteCount in [1, 1 << 19] {
                    let scratch = try ShardScratch()
                    try scratch.write(name, packed(mark + lines.joined(separator: end), name))
                    let set = try scratch.open(name, blockByteCount: blockByteCount)
                    #expect(try set.texts() == ["a", "b\r\n", "c"])
                }
            }
        }
    }

    @Test(arguments: [
        (String.Encoding.utf16LittleEndian, [0xff, 0xfe] as [UInt8], "UTF-16"),
        (.utf16BigEndian, [0xfe, 0xff], "UTF-16"),
        (.utf32LittleEndian, [0xff, 0xfe, 0, 0], "UTF-32"),
        (.utf32BigEndian, [0, 0, 0xfe, 0xff], "UTF-32"),
    ])
    func otherEncodingsAreNamed(encoding: String.Encoding, mark: [UInt8], name: String) throws {
        let scratch = try ShardScratch()
        for (file, text) in [("a.txt", "one\n\ntwo"), ("a.jsonl", #"{"text":"one"}"#)] {
            try scratch.write(file, mark + Array(try #require(text.data(using: encoding))))
            #expect(
                scratch.complaint(file)
                    == "'\(file)' is not text in UTF-8: it is \(name); save it as UTF-8, as by "
                    + "iconv -f \(name) -t UTF-8.")
        }
    }

    private func packed(_ text: String, _ name: String) -> [UInt8] {
        name.hasSuffix(".gz") ? Gzip.stored(Array(text.utf8)) : Array(text.utf8)
    }

    /// Blocks of any size hold the same documents, each in reach alone and in any order.
    @Test(arguments: [1, 7, 100, 5000, 1 << 22])
    func blocksDoNotChangeTheDocuments(blockByteCount: Int) throws {
        let scratch = try ShardScratch()
        var random = Seed(7)["documents"].generator()
        let texts = (0..<300).map { number in
            "\(number):" + String(repeating: "wörd\n", count: Int(random.uniform() * 30)) + "end"
        }
        try scratch.write("a.txt", texts.joined(separator: "\r\n\r\n\r\n").utf8)
        let lines = try texts.map { try JSONSerialization.data(withJSONObject: ["text": $0]) }
        try scratch.write("b.jsonl", lines.joined(separator: Data("\n \n".utf8)))
        let set = try scratch.open("a.txt", "b.jsonl", blockByteCount: blockByteCount)
        #expect(try set.texts() == texts + texts)
        #expect(try set.all().map(\.ordinal) == Array(0..<600))
        #expect(set.ordinalCount == 600)
        for index in (0..<set.blockCount).reversed() {
            #expect(try set.block(index).map(\.ordinal) == Array(set.ordinals(inBlock: index)))
            if index > 0 {
                let before = set.ordinals(inBlock: index - 1)
                #expect(before.upperBound == set.ordinals(inBlock: index).lowerBound)
            }
        }
        #expect((set.blockCount == 600) == (blockByteCount <= 7))
    }

    /// Lines longer than the pieces in which a file is read.
    @Test func longDocumentsCrossPieces() throws {
        let scratch = try ShardScratch()
        let texts = (1...4).map { String(repeating: "\($0)abcdefg", count: $0 * 150_000) }
        try scratch.write("a.txt", texts.joined(separator: "\n\n").utf8)
        try scratch.write(
            "b.jsonl", texts.map { "{\"text\":\"\($0)\"}" }.joined(separator: "\n").utf8)
        let set = try scratch.open("a.txt", "b.jsonl")
        #expect(try set.texts() == texts + texts)
        #expect(set.blockCount == 8)
    }

    @Test func unusableRowsAreCountedAndKeepTheirNumbers() throws {
        let scratch = try ShardScratch()
        let lines: [[UInt8]] = [
            Array(#"{"text":"a"}"#.utf8), Array(#"{"text":""}"#.utf8),
            Array(#"{"text":null}"#.utf8), Array(#"{"text":" \n\t"}"#.utf8),
            Array(#"{"text":"\ud83d!"}"#.utf8), Array(#"{"text":"\udf03"}"#.utf8),
            Array(#"{"text":"caf"#.utf8) + [0xe9] + Array(#""}"#.utf8),
            Array(#"{"text":"b"}"#.utf8),
        ]
        try scratch.write("a.jsonl", lines.joined(separator: [UInt8(ascii: "\n")]))
        let set = try scratch.open("a.jsonl")
        let (documents, skips) = try set.read(block: 0)
        #expect(documents.map(\.text) == ["a", "b"])
        #expect(documents.map(\.ordinal) == [0, 7])
        #expect((skips.emptyCount, skips.nullCount, skips.invalidUTF8Count) == (2, 1, 3))
        #expect(skips.description == "2 empty, 1 null, 3 not UTF-8")
    }

    /// The validity of two hundred thousand short byte strings, against the standard library's.
    @Test func onlyUTF8Passes() throws {
        let scratch = try ShardScratch()
        let interesting: [UInt8] = [
            0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
            0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
        ]
        var random = Seed(3)["bytes"].generator()
        var strings: [[UInt8]] = []
        for _ in 0..<200_000 {
            let count = Int(random.next() % 5) + 1
            let padding = [UInt8](repeating: 0x61, count: Int(random.next() % 9))
            let drawn = (0..<count).map { _ in
                interesting[Int(random.next() % UInt64(interesting.count))]
            }
            strings.append(padding + drawn)
        }
        try scratch.write("a.txt", strings.joined(separator: [0x0a, 0x0a]))
        let passed = try scratch.open("a.txt").all()
        let valid = strings.indices.filter { String(validating: strings[$0], as: UTF8.self) != nil }
        #expect(passed.map(\.ordinal) == valid)
        #expect(passed.map(\.utf8) == valid.map { strings[$0] })
        #expect(valid.count > 1000 && valid.count < 199_000)
    }

    @Test func manyThreadsReadTheSame() async throws {
        let names = [
            "one-frame.jsonl.zst", "codec-zstd.parquet", "dictionary.parquet", "direct.jsonl",
        ]
        let scratch = try ShardScratch()
        var options = ShardOptions()
        options.blockByteCount = 100
        let set = try ShardSet(
            paths: names, relativeTo: GoldenShards.folder, options: options,
            spoolFolder: scratch.path)
        let expected = try (0..<set.blockCount).map { try set.block($0) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for turn in 0..<200 {
                group.addTask {
                    let index = turn * 7 % expected.count
                    return try set.block(index) == expected[index]
                }
            }
            for try await same in group { #expect(same) }
        }
    }

    @Test func theFingerprintNamesContentNotPlace() throws {
        let scratch = try ShardScratch()
        try scratch.write("a/x.txt", "one\n\ntwo".utf8)
        try scratch.write("b/y.md", "one\n\ntwo".utf8)
        try scratch.write("c/x.txt", "one\n\ntwO".utf8)
        let first = try scratch.open("a").fingerprint
        #expect(try scratch.open("b").fingerprint == first)
        #expect(try scratch.open("c").fingerprint != first)
        #expect(try scratch.open("a", documents: .file).fingerprint != first)
        #expect(try scratch.open("a", blockByteCount: 2).fingerprint != first)
    }

    @Test func nothingStaysInTheSpoolFolder() throws {
        let scratch = try ShardScratch()
        let set = try ShardSet(
            paths: [GoldenShards.folder + "/one-frame.jsonl.zst"], relativeTo: "/",
            spoolFolder: scratch.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
        #expect(try set.texts().count == 7)
    }
}
