import Foundation
import Language
import Testing

/// Fixtures of Tools/golden/tokenizer.py, made with the versions named in each file.
enum Golden {
    struct Splits: Decodable {
        struct Case: Decodable {
            let text: String
            let chunk_bytes: [Int]
        }
        let texts: [Case]
    }

    struct Learned: Decodable {
        struct Encoded: Decodable {
            let text: String
            let ids: [Int32]
        }
        let documents: [String]
        let merges: [[Int32]]
        let encoded: [Encoded]
        let decoded: [Encoded]
    }

    /// The folder of this package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Where the reference's answers at length lie, if someone made them.
    static let large = root.appending(path: ".build/golden")

    static func splits() throws -> Splits { try read("splits.json") }
    static func learned() throws -> Learned { try read("learned.json") }

    /// The tokenizer rustbpe learned.
    static func tokenizer() throws -> Tokenizer {
        try Tokenizer(merges: try learned().merges.map { Merge(left: $0[0], right: $0[1]) })
    }

    private static func read<Content: Decodable>(_ name: String) throws -> Content {
        let file = root.appending(path: "Tests/LanguageTests/Golden").appending(path: name)
        return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
    }
}

/// Byte lengths of the chunks of `text`.
func chunkLengths(_ text: String) -> [Int] {
    var text = text
    let ends = text.withUTF8 { SplitScanner().ends(in: $0) }
    return zip(ends, [0] + ends).map { $0 - $1 }
}
