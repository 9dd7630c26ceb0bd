import Corpus
import Foundation
import Provenance
import Testing

/// The JSONL scanner, through the shards it serves.
@Suite struct JSONTextFieldTests {
    @Test(arguments: [
        (
            #"{"text":"a\"b\\c\/d\b\f\n\r\té\u00e9\ud83c\udf03"}"#,
            "a\"b\\c/d\u{8}\u{c}\n\r\té\u{e9}🌃"
        ),
        (#" { "id" : -0.5e+10 , "text" : "spaced" } "#, "spaced"),
        (#"{"te\u0078t":"escaped name"}"#, "escaped name"),
        (#"{"text":"first","text":"last"}"#, "last"),
        (#"{"o":{"text":"inner","l":[[],{},[{"text":[1]}]]},"text":"outer"}"#, "outer"),
        (#"{"text":"then","a":[true,false,null,0,-1,1e5,2.25E-3,"x\"y"]}"#, "then"),
        (#"{"text":"\u0000"}"#, "\u{0}"),
    ])
    func theFieldIsFound(line: String, text: String) throws {
        let scratch = try ShardScratch()
        let (texts, complaint) = try scratch.line(line.utf8)
        #expect(texts == [text], "\(complaint ?? "")")
    }

    @Test(arguments: [
        #"{"text":"a"}}"#, #"{"text":"a"} x"#, #"{"text":"a",}"#, #"{"text":"a" "b":1}"#,
        #"{"text":"a","b":01}"#, #"{"text":"a","b":1.}"#, #"{"text":"a","b":.5}"#,
        #"{"text":"a","b":1e}"#, #"{"text":"a","b":+1}"#, #"{"text":"a","b":NaN}"#,
        #"{"text":"a","b":tru}"#, #"{"text":"a","b":[1,]}"#, #"{"text":"a","b":[1 2]}"#,
        #"{"text":"a","b":{1:2}}"#, #"{"text":"a","b":{"c"}}"#, #"{"text":"a","b":[}"#,
        #"{"text":"\x"}"#, #"{"text":"\u12g4"}"#, #"{"text":"\u123"}"#, #"{"text":"a"#,
        #"{"text":"a\"}"#, #"{text:"a"}"#, #"{'text':'a'}"#, #"["text"]"#, #""text""#, "text",
        "{\"text\":\"tab\there\"}", #"{"text"}"#, #"{"text":}"#, "{", "{\"text\":\"a\\",
    ])
    func whatIsNoObjectIsRefused(line: String) throws {
        let scratch = try ShardScratch()
        let (texts, complaint) = try scratch.line(line.utf8)
        #expect(complaint?.contains("is not a JSON object: ") == true, "read as \(texts)")
    }

    @Test func depthIsBounded() throws {
        let scratch = try ShardScratch()
        for (depth, isRead) in [(500, true), (100_000, false)] {
            let lists = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let (texts, complaint) = try scratch.line("{\"deep\":\(lists),\"text\":\"a\"}".utf8)
            #expect((texts == ["a"]) == isRead)
            #expect((complaint?.contains("too deep a nesting") == true) == !isRead)
        }
    }

    /// Random objects, and the same with one byte changed, read as Foundation reads them.
    ///
    /// ASCII only, without surrogates: what is not UTF-8 is a malformed line there, a skip here.
    @Test func agreesWithFoundation() throws {
        let scratch = try ShardScratch()
        var random = Seed(5)["json"].generator()
        let alphabet = Array(#"{}[]:,"\ntfu0123e+-. \"text"#.utf8)
        var (accepted, refused) = (0, 0)
        for round in 0..<800 {
            var line = Self.object(depth: 3, &random)
            if round % 4 != 0 {
                let place = Int(random.next() % UInt64(line.count))
                line[place] = alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            let object =
                (try? JSONSerialization.jsonObject(with: Data(line))).flatMap {
                    $0 as? [String: Any]
                }
            let (texts, complaint) = try scratch.line(line)
            let isObject = complaint?.contains("is not a JSON object") != true
            let shown = String(decoding: line, as: UTF8.self)
            #expect(isObject == (object != nil), "round \(round): \(shown): \(complaint ?? "")")
            if isObject { accepted += 1 } else { refused += 1 }
            if let text = object?["text"] as? String, !text.allSatisfy(\.isWhitespace) {
                #expect(texts == [text], "round \(round): \(shown)")
            }
        }
        #expect(accepted > 200 && refused > 200)
    }

    /// A random object that has a `text`, as JSON bytes.
    private static func object(depth: Int, _ random: inout RandomStream) -> [UInt8] {
        func draw(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        func string() -> String {
            let parts = [
                "a", "word", " ", #"\n"#, #"\""#, #"\\"#, #"\u00e9"#,
                #"\/"#, "12345678",
            ]
            return "\"" + (0..<draw(6)).map { _ in parts[draw(parts.count)] }.joined() + "\""
        }
        func value(_ depth: Int) -> String {
            switch draw(depth > 0 ? 8 : 6) {
            case 0: return "null"
            case 1: return ["true", "false"][draw(2)]
            case 2: return ["0", "-1", "12.5", "3e4", "-0.25E-2"][draw(5)]
            case 3, 4, 5: return string()
            case 6:
                return "[" + (0..<draw(4)).map { _ in value(depth - 1) }.joined(separator: ",")
                    + "]"
            default: return members(depth - 1, text: false)
            }
        }
        func members(_ depth: Int, text: Bool) -> String {
            var parts = (0..<draw(4)).map { "\"k\($0)\": " + value(depth) }
            if text { parts.insert("\"text\":" + string(), at: draw(parts.count + 1)) }
            return "{" + parts.joined(separator: ", ") + "}"
        }
        return Array(members(depth, text: true).utf8)
    }
}
