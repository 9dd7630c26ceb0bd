import Arguments
import Foundation
import Testing

struct CompletionsTests {
    /// What bash offers at the end of these words; the last one may be begun.
    private func offered(_ words: [String]) throws -> [String] {
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let script =
            Sample.program.completions(for: .bash)
            + "\nCOMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1); _prog"
            + "\nprintf '%s\\n' \"${COMPREPLY[@]}\""
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["--norc", "-c", script]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        (["prog", "da"], ["data"]),
        (["prog", "data", ""], ["copy", "--help"]),
        (["prog", "base-train", "--de"], ["--depth"]),
        (["prog", "base-train", "--json", "--mat"], ["--matrix-lr"]),
        (["prog", "base-train", "--direction", "b"], ["backward", "both_ways"]),
        (["prog", "base-train", "--direction", "=", "f"], ["forward"]),
        (["prog", "base-train", "--direction", "="], ["forward", "backward", "both_ways"]),
        (["prog", "completions", "z"], ["zsh"]),
        (["prog", "base-train", "--depth", ""], []),
    ])
    func bashOffersWhatFits(words: [String], expected: [String]) throws {
        #expect(try offered(words) == expected)
    }

    @Test(arguments: Shell.allCases)
    func everyOptionAndVerbIsNamed(shell: Shell) {
        let script = Sample.program.completions(for: shell)
        for word in ["base-train", "copy", "depth", "matrix-lr", "both_ways", "output"] {
            #expect(script.contains(word))
        }
    }
}
