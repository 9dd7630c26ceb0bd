import Experiments
import Foundation
import Testing

@Suite struct StudyTests {
    static func study(_ text: String) throws -> Study {
        let path = FileManager.default.temporaryDirectory.path + "/study-\(UUID()).json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Study(path: path)
    }

    @Test func runsAreAllCombinations() throws {
        let study = try Self.study(
            """
            {"question": "?", "axes": {"depth": ["1", "2"], "seed": ["3", "4"]}, "id": "d{depth}_s{seed}",
             "run": ["--phase=base"], "finish": [["analyze", "report", "{runs}", "--output", "x"]]}
            """)
        #expect(study.runs.map(\.id) == ["d1_s3", "d1_s4", "d2_s3", "d2_s4"])
        #expect(
            study.runs[1].command
                == ["run", "--experiment-id=d1_s4", "--phase=base", "--depth=1", "--seed=4"])
        #expect(
            study.finishing(["a", "b"]) == [["analyze", "report", "a", "b", "--output", "x"]])
    }

    @Test(arguments: [
        ("{", "not JSON"), ("{}", "no 'question'"),
        (#"{"question": 3}"#, "'question' is not a text"),
        (#"{"question": "?", "run": []}"#, "without 'id'"),
        (
            #"{"question": "?", "run": [], "id": "x", "axes": {"seed": ["1", "2"]}}"#,
            "gives two runs one name"
        ),
    ])
    func badFilesAreRefused(text: String, reason: String) throws {
        let fault = try #require(throws: Study.Fault.self) { try Self.study(text) }
        #expect(fault.description.contains(reason))
    }

    /// Those of the repository can be read, and say what they ask.
    @Test func theRepositorysAreStudies() throws {
        let folder =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/Studies"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count >= 5)
        for name in names { #expect(try Study(path: "\(folder)/\(name)").question.hasSuffix("?")) }
    }
}
