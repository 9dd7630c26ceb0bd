import Corpus
import Foundation
import Provenance
import Testing

@Suite struct CorpusFileTests {
    private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("corpus-file-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }

    @Test func theFolderIsMade() throws {
        try withFolder { folder in
            let path = folder + "/new/dir/x.txt"
            try CorpusFile.write(
                DocumentList(["one"], documentsPerBlock: 1), to: path, format: .text)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\n")
            let error = #expect(throws: ShardError.self) {
                try CorpusFile.write(
                    DocumentList(["one"], documentsPerBlock: 1), to: path + "/y.txt",
                    format: .text)
            }
            #expect(
                error?.description.contains("free some space") == false,
                "\(String(describing: error))")
            #expect(error?.description.contains(path + "/y.txt") == true)
        }
    }

    @Test func jsonLinesGiveEveryTextBack() throws {
        let texts = [
            "plain", "two\nlines\n\nand a blank one", #"quotes " and \ slashes"#,
            "tab\t, return\r, bell \u{7}, nul \u{0}, Zoë 🎈",
        ]
        try withFolder { folder in
            let path = folder + "/texts.jsonl"
            let done = try CorpusFile.write(
                DocumentList(texts, documentsPerBlock: 3), to: path, format: .jsonl)
            #expect(done.documentCount == 4)
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(done.byteCount == data.count)
            let read = try data.split(separator: UInt8(ascii: "\n")).map {
                try JSONDecoder().decode([String: String].self, from: $0)["text"]
            }
            #expect(read == texts)
        }
    }

    @Test func plainTextIsSeparatedByBlankLines() throws {
        let stories = StoryCorpus(seed: Seed(3), count: 1100)
        try withFolder { folder in
            let path = folder + "/stories.txt"
            var reports: [CorpusFile.Progress] = []
            try CorpusFile.write(stories, to: path, format: .text) { reports.append($0) }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let parts = text.dropLast().components(separatedBy: "\n\n")
            #expect(parts == (0..<1100).map { stories.document($0) })
            #expect(reports.map(\.documentCount) == [1024, 1100])
            #expect(reports.last?.byteCount == text.utf8.count)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left == ["stories.txt"])
        }
    }

    @Test(arguments: ["a\n\nb", "\na", "a\n \nb", "a\n", "  "])
    func whatPlainTextCannotHoldIsRefused(text: String) throws {
        try withFolder { folder in
            let path = folder + "/texts.txt"
            #expect(throws: ShardError.blankLine(document: 1, path: path)) {
                try CorpusFile.write(DocumentList(["fine", text]), to: path, format: .text)
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    @Test func anUnwritablePlaceIsAnError() {
        #expect(throws: ShardError.self) {
            try CorpusFile.write(DocumentList(["a"]), to: "/dev/null/folder/a.txt", format: .text)
        }
    }

    @Test func theNameSaysTheFormat() {
        #expect(CorpusFile.Format(path: "a/b.jsonl") == .jsonl)
        #expect(CorpusFile.Format(path: "b.TXT") == .text)
        #expect(CorpusFile.Format(path: "b.parquet") == nil)
    }
}
