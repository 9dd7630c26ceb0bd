import Foundation
import Reporting
import Testing

@Suite struct JSONValueTests {
    @Test func keysKeepTheirOrder() {
        let value: JSONValue = ["z": 1, "a": 2, "m": [1, 2.5, nil, true]]
        #expect(
            value.text == """
                {
                  "z": 1,
                  "a": 2,
                  "m": [1, 2.5, null, true]
                }

                """)
    }

    @Test func whatJSONCannotSayIsNull() {
        let value: JSONValue = [.number(.nan), .number(.infinity), .number(-0.1)]
        #expect(value.text == "[null, null, -0.1]\n")
    }

    @Test func everyStringSurvives() throws {
        let hostile = "\"\\\n\t\u{0}\u{1f}é漢🙂</script>\u{2028}"
        let value: JSONValue = [.string(hostile)]
        for text in [value.text, value.scriptText] {
            let back = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String]
            #expect(back == [hostile])
        }
        #expect(!value.scriptText.contains("<"))
    }

    @Test func membersAreReplacedInPlace() {
        var value: JSONValue = ["a": 1, "b": 2]
        value["a"] = 3
        value["c"] = .null
        value["b"] = nil
        #expect(value == ["a": 3, "c": nil])
    }

    @Test func csvQuotesWhatItMust() {
        var table = DataTable(columns: ["name", "value"])
        table.append(["a,\"b\"\n", 1.5])
        table.append(["plain", .number(.nan)])
        #expect(table.csv == "name,value\n\"a,\"\"b\"\"\n\",1.5\nplain,\n")
    }
}
