import Foundation
import Language
import Provenance
import Testing

@Suite struct TokenizerFileTests {
    private func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test func whatIsSavedIsReadBack() throws {
        try inFolder { folder in
            let tokenizer = try Golden.tokenizer()
            try tokenizer.save(to: folder.path)
            let byFolder = try Tokenizer(contentsOf: folder.path)
            let byFile = try Tokenizer(contentsOf: folder.appending(path: "tokenizer.json").path)
            #expect(byFolder.merges == tokenizer.merges)
            #expect(byFile.hash == tokenizer.hash)
            let text = "Größe, 東京 and <|bos|>\u{0}\u{7F}\\x41"
            #expect(byFolder.encode(text) == tokenizer.encode(text))
        }
    }

    /// The second value is SHA-256 of the content as another program (Python's hashlib) finds it.
    @Test func theHashNamesTheMerges() throws {
        let ab = Merge(left: 97, right: 98)
        let ba = Merge(left: 98, right: 97)
        #expect(try Tokenizer(merges: [ab, ba]).hash != Tokenizer(merges: [ba, ab]).hash)
        #expect(
            try Tokenizer(merges: [ab]).hash.hex
                == "4689907aea536530c6040738c5b45a8cb5ae2b65b00242f4002e089363bd725e")
    }

    /// Every change to the file is refused with an error or leaves the merges as they were.
    @Test func damageIsNoticedAndNeverCrashes() throws {
        try inFolder { folder in
            let tokenizer = try Golden.tokenizer()
            try tokenizer.save(to: folder.path)
            let file = folder.appending(path: "tokenizer.json")
            let whole = try Data(contentsOf: file)
            var random = Seed(3)["damage"].generator()
            for trial in 0..<400 {
                var damaged = whole
                if trial % 4 == 0 {
                    damaged = whole.prefix(Int.random(in: 0..<whole.count - 2, using: &random))
                } else {
                    let place = Int.random(in: 0..<whole.count, using: &random)
                    damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                try damaged.write(to: file)
                do {
                    let read = try Tokenizer(contentsOf: file.path)
                    #expect(read.hash == tokenizer.hash, "trial \(trial)")
                } catch let error as TokenizerError {
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }

    @Test(arguments: [
        "", "[]", "null", "{}", "{\"format\": 3}", "\u{FEFF}{",
        String(repeating: "[", count: 100_000),
    ])
    func otherFilesAreRefused(content: String) throws {
        try inFolder { folder in
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            let file = folder.appending(path: "tokenizer.json")
            try Data(content.utf8).write(to: file)
            #expect(throws: TokenizerError.self) { try Tokenizer(contentsOf: file.path) }
        }
    }

    /// Each lie is refused for its own reason, before the hash would tell.
    @Test(arguments: [
        ("\"version\": 1", "\"version\": 2", "format"),
        ("\"vocabulary_size\": 268", "\"vocabulary_size\": 9", "holds 268"),
        ("\"unicode_version\": \"16.0\"", "\"unicode_version\": \"9.0\"", "9.0"),
        ("<|bos|>", "<|BOS|>", "special tokens"),
        ("[\"a\", \"b\"]", "[\"a\", \"bc\"]", "no earlier token"),
        ("[\"a\", \"b\"]", "[\"a\"]", "not a pair"),
        ("[\"a\", \"b\"]", "[\"a\", \"\\\\xZ\"]", "not a pair"),
        ("[\"a\", \"b\"]", "[\"a\", 7]", "is not a text"),
        ("[\"a\", \"b\"]", "[\"b\", \"a\"]", "hashes to"),
        ("\"format\"", "\"extra\": 1, \"format\"", "extra"),
        ("\"content_hash\"", "\"content_hush\"", "content_hush"),
    ])
    func liesAreNamed(honest: String, lie: String, said: String) throws {
        try inFolder { folder in
            try Tokenizer(merges: [Merge(left: 97, right: 98)]).save(to: folder.path)
            let file = folder.appending(path: "tokenizer.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.contains(honest))
            try Data(text.replacingOccurrences(of: honest, with: lie).utf8).write(to: file)
            let error = #expect(throws: TokenizerError.self) {
                try Tokenizer(contentsOf: file.path)
            }
            #expect(error?.description.contains(said) == true, "\(String(describing: error))")
        }
    }

    @Test func anAbsentFileIsAnError() {
        #expect(throws: TokenizerError.self) { try Tokenizer(contentsOf: "/nowhere/at/all") }
    }
}
