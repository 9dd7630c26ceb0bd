import Foundation
import Language
import Provenance
import Reporting
import Testing

/// Names and samples come from users and models; none may become markup.
@Suite struct HostileTextTests {
    static let script = "<script>alert(1)</script>"
    static let hostile = "x | y `z` **b** [l](http://e) \(script)\n# head & \u{202e}$m$ '\""

    static func report() throws -> ComparisonReport {
        var input = ComparisonTests.tiny()
        input.title = hostile
        input.runs[0].name = hostile
        input.runs[0].settings.dataFingerprints = ["``` \(hostile) ```"]
        input.runs[0].samples = [
            TextSample(
                reading: .forward, prompt: "```\n</pre>", text: "````\n\(script)", isComplete: false
            )
        ]
        input.remarks = ["# not a heading", "1. not a list", "- nor this", hostile]
        input.commands = ["echo '```' > \(script)"]
        return ComparisonReport(on: try Comparison(of: input))
    }

    @Test func htmlHoldsNoForeignElement() throws {
        let html = try Self.report().html
        #expect(!html.contains("<script>alert"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.components(separatedBy: "<pre>").count == 3)
        #expect(html.components(separatedBy: "</pre>").count == 3)
        #expect(!html.contains("\u{202e}") && html.contains("\\u{202e}"))
    }

    @Test func markdownKeepsItsShape() throws {
        let markdown = try Self.report().markdown
        let headings = markdown.split(separator: "\n").filter { $0.hasPrefix("# ") }
        #expect(headings.count == 1)
        #expect(markdown.contains("- \\# not a heading"))
        #expect(markdown.contains("- 1\\. not a list"))
        #expect(markdown.contains("- \\- nor this"))
        #expect(markdown.contains("\\[l](http://e)"))
        // Outside the fences no element can open.
        var fence: String?
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            let ticks = String(line.prefix { $0 == "`" })
            if let open = fence {
                if ticks == open && line.count == ticks.count { fence = nil }
            } else if ticks.count >= 3 {
                fence = ticks
            } else {
                for place in line.indices where line[place] == "<" {
                    let isEscaped =
                        place > line.startIndex && line[line.index(before: place)] == "\\"
                    let isCode = line[..<place].filter { $0 == "`" }.count % 2 == 1
                    #expect(isEscaped || isCode || line.contains("````"), "\(line)")
                }
            }
        }
        #expect(fence == nil)
    }

    @Test func tableRowsKeepTheirCells() throws {
        let markdown = try Self.report().markdown
        let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("| x ") }
        #expect(!rows.isEmpty)
        for row in rows {
            let bars = row.replacing("\\|", with: "").filter { $0 == "|" }.count
            #expect(bars == 4, "\(row)")  // run, direction, manifest
        }
    }
}
