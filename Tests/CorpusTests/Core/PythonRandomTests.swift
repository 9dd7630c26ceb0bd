import Corpus
import Foundation
import Testing

/// Against CPython; `Tools/golden/core.py` wrote the file and names the version.
@Suite struct PythonRandomTests {
    struct Golden: Decodable {
        struct Draw: Decodable {
            var seed: UInt64
            var n: Int
            var k: Int
            var sample: [Int]
        }
        struct Random: Decodable {
            var shuffled: [Int]
            var samples: [Draw]
            var words: [UInt32]
        }
        var random: Random
    }

    static func folder() -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/Golden/core"
    }

    static func golden() throws -> Golden.Random {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder() + "/expected.json"))
        return try JSONDecoder().decode(Golden.self, from: data).random
    }

    @Test func wordsAreCPythons() throws {
        let golden = try Self.golden()
        var random = PythonRandom(seed: 20_251_124)
        let words = (0..<1300).map { _ in random.next() }
        #expect(Array(words.suffix(8)) == golden.words)
    }

    @Test func shufflesAreCPythons() throws {
        let golden = try Self.golden()
        var random = PythonRandom(seed: 1337)
        var elements = Array(0..<40)
        random.shuffle(&elements)
        #expect(elements == golden.shuffled)
    }

    @Test func samplesAreCPythons() throws {
        for draw in try Self.golden().samples {
            var random = PythonRandom(seed: draw.seed)
            #expect(random.sample(Array(0..<draw.n), count: draw.k) == draw.sample)
        }
    }
}
