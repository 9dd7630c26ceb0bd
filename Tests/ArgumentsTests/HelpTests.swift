import Arguments
import Foundation
import Testing

struct HelpTests {
    private func help(_ words: String...) throws -> String {
        let request = try Sample.program.request(words, environment: [:]) { _ in Data() }
        guard case .help(let text) = request else { return "" }
        return text
    }

    @Test func listsEveryVerb() throws {
        let text = try help()
        for name in ["base-train", "data", "completions", "PROG_NAME"] {
            #expect(text.contains(name))
        }
        #expect(try help("--help") == text)
    }

    @Test func listsEveryOptionWithDefaultAndExample() throws {
        let text = try help("base-train", "--depth=3", "--help")
        #expect(text.contains("-d, --depth N"))
        #expect(text.contains("layers (default 20)"))
        #expect(text.contains("--direction forward|backward|both_ways"))
        #expect(text.contains("default yes; --no-untie"))
        #expect(text.contains("prog base-train --depth=6"))
        #expect(text.contains("--config FILE"))
        #expect(try help("help", "base-train") == text)
    }

    @Test func helpAtEveryLevel() throws {
        #expect(try help("data", "--help").contains("copy"))
        #expect(try help("data", "copy", "-h").contains("--output PATH"))
        #expect(try help("data", "copy", "-h").contains("(required)"))
        #expect(try help("data", "copy", "-h").contains("usage: prog data copy ID… [options]"))
    }

    @Test func linesFitATerminal() throws {
        for line in try help("base-train", "-h").split(separator: "\n") {
            #expect(line.count <= 100)
        }
    }
}
