import Foundation
import Provenance
import Testing

@Suite struct TextFileTests {
    private func inFile<Result>(
        _ bytes: [UInt8], _ body: (String) throws -> Result
    ) throws -> Result {
        let path = FileManager.default.temporaryDirectory.path + "/text-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try body(path)
    }

    private func complaint(_ bytes: [UInt8]) throws -> String? {
        try inFile(bytes) { path in
            let error = #expect(throws: FileError.self) { try TextFile.text(at: path) }
            return error?.description.replacingOccurrences(of: path, with: "F")
        }
    }

    @Test(arguments: ["", "a", "é🎈\r\n", "\u{FEFF}"])
    func aMarkIsNoText(text: String) throws {
        for mark in [[], [0xef, 0xbb, 0xbf]] as [[UInt8]]
        where !(mark.isEmpty && text == "\u{FEFF}") {
            try inFile(mark + Array(text.utf8)) { path in
                let (found, data) = try (TextFile.text(at: path), TextFile.data(at: path))
                #expect(Array(found.utf8) == Array(text.utf8))
                #expect(Array(data) == Array(text.utf8))
            }
        }
    }

    @Test func otherEncodingsAreNamed() throws {
        for bytes in [[0xff, 0xfe], [0xfe, 0xff], [0xff, 0xfe, 0x61, 0]] as [[UInt8]] {
            #expect(
                try complaint(bytes)
                    == "'F' is not text in UTF-8: it is UTF-16; save it as UTF-8, as by iconv -f UTF-16 -t "
                    + "UTF-8.")
        }
        for bytes in [[0xff, 0xfe, 0, 0], [0, 0, 0xfe, 0xff]] as [[UInt8]] {
            #expect(try complaint(bytes)?.contains("it is UTF-32") == true)
        }
        #expect(
            try complaint([0x61, 0xe9])
                == "'F' is not text in UTF-8: some of its bytes are no characters.")
    }

    @Test func linesEndInEitherWay() {
        #expect(TextFile.lines(of: "") == [])
        #expect(TextFile.lines(of: "a") == ["a"])
        #expect(TextFile.lines(of: "a\nb\r\n\r\n\n c\r") == ["a", "b", "", "", " c"])
        #expect(TextFile.lines(of: "\r\n") == [""])
    }

    /// The system's words, whatever Foundation wraps them in.
    @Test func refusalsAreToldInTheSystemsWords() throws {
        let folder = FileManager.default.temporaryDirectory.path
        let missing = #expect(throws: FileError.self) { try TextFile.data(at: folder + "/no/such") }
        #expect(
            missing?.description
                == "cannot read '\(folder)/no/such': No such file or directory.")
        let isFolder = #expect(throws: FileError.self) { try TextFile.data(at: folder) }
        #expect(isFolder?.description == "cannot read '\(folder)': Is a directory.")
        func said(_ body: () throws -> Void) -> String {
            do { try body() } catch { return FileError.reason(of: error) }
            return "nothing"
        }
        #expect(
            said { try FileManager.default.removeItem(atPath: folder + "/no/such") }
                == "No such file or directory")
        #expect(
            said {
                try FileManager.default.createDirectory(
                    atPath: "/dev/null/x", withIntermediateDirectories: true)
            } == "the system refuses it")
        #expect(said { throw FileError.unwritable(path: "x", reason: "why") } == "why")
        #expect(said { throw CocoaError(.fileWriteOutOfSpace) } == "No space left on device")
        #expect(
            FileError.unwritable(path: "x", reason: String(cString: strerror(ENOSPC))).description
                .contains("Free some space"))
        #expect(
            !FileError.unwritable(path: "x", reason: "Not a directory").description
                .contains("space"))
    }
}

@Suite struct JSONFileTests {
    private struct Sample: Decodable {
        struct Inner: Decodable {
            var depth: Int
            var rates: [Double]
        }
        var name: String
        var isOn: Bool
        var inner: Inner
        var others: [Inner]?
    }

    /// What is wrong and where, in words, never in names of types.
    @Test(arguments: [
        ("", "it is not JSON"), ("{", "it is not JSON"), ("{\"name\": \"a\" 3}", "around"),
        ("[]", "it is not an object"), ("null", "it"), ("{}", "it has no 'name'"),
        (#"{"name": 3}"#, "'name' is not a text"),
        (#"{"name": null}"#, "'name' is nothing, where a text belongs"),
        (#"{"name": "a", "isOn": 1}"#, "'isOn' is not true or false"),
        (#"{"name": "a", "isOn": true, "inner": []}"#, "'inner' is not an object"),
        (#"{"name": "a", "isOn": true, "inner": {}}"#, "it has no 'inner.depth'"),
        (
            #"{"name": "a", "isOn": true, "inner": {"depth": "x"}}"#,
            "'inner.depth' is not a whole number"
        ),
        (#"{"name": "a", "isOn": true, "inner": {"depth": 1.5}}"#, "does not fit"),
        (#"{"name": "a", "isOn": true, "inner": {"depth": 1e99}}"#, "does not fit"),
        (
            #"{"name": "a", "isOn": true, "inner": {"depth": 1, "rates": [0, "y"]}}"#,
            "'inner.rates[1]' is not a number"
        ),
        (
            #"{"name": "a", "isOn": true, "inner": {"depth": 1, "rates": {}}}"#,
            "'inner.rates' is not a list"
        ),
        (String(repeating: "[", count: 100_000), "it is not JSON"),
    ])
    func faultsAreToldInWords(text: String, said: String) throws {
        let fault = #expect(throws: JSONFault.self) {
            try JSONFile.value(Sample.self, from: Data(text.utf8), path: "F")
        }
        let sentence = try #require(fault).description
        #expect(
            sentence.hasPrefix("'F' cannot be used: ") && sentence.contains(said), "\(sentence)")
        for word in ["Error", "Swift", "Int", "String", "Dictionary", "Array", "Any", "Sample"] {
            #expect(!sentence.contains(word), "\(sentence)")
        }
    }

    @Test func marksAreNoJSON() throws {
        let path = FileManager.default.temporaryDirectory.path + "/json-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data([0xef, 0xbb, 0xbf] + Array("[1,\r\n2]".utf8)).write(
            to: URL(fileURLWithPath: path))
        #expect(try JSONFile.value([Int].self, at: path) == [1, 2])
    }
}
