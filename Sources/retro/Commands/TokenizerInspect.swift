import Arguments
import Language
import Provenance
import Terminal

/// `retro tokenizer inspect`: what a vocabulary is made of, and how a text is cut.
struct TokenizerInspect: RetroCommand {
    @Option(help: "how many of the longest tokens to show")
    var longest = 20

    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a vocabulary is made of, and a text with each token in a colour.",
        examples: [
            Example(
                "tokenizer inspect --tokenizer=tokenizers/small --text='The cat sat.'",
                "the tokens of a sentence"),
            Example(
                "tokenizer inspect --conversation=chats.jsonl:3 --reading=backward --marker",
                "what a model learns of a conversation"),
            Example("tokenizer inspect --json", "the default tokenizer, for machines"),
        ])

    @Option(help: "text to look at")
    var text: String?

    @OptionGroup(title: "Conversation") var conversation: ConversationInspect
    @OptionGroup(title: "Tokenizer") var tokenizer: TokenizerOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    private struct Token: Encodable {
        let id: Int32
        let spelling: String
        let bytes: Int
    }

    private struct Result: Encodable {
        let path: String
        let hash: String
        let summary: VocabularySummary
        let special: [Token]
        let longest: [Token]
        let text: [Token]?
    }

    func perform(in world: World) throws -> ExitCode {
        guard longest >= 0 else {
            throw CommandError.invalid("--longest must not be negative.")
        }
        let tokenizer = try Tokenizer(contentsOf: tokenizer.path(in: world))
        if try conversation.show(tokenizer, in: world) { return .success }
        func token(_ id: Int32) -> Token {
            Token(
                id: id, spelling: tokenizer.spelling(of: id),
                bytes: Int(tokenizer.byteCounts[Int(id)]))
        }
        let ids = text.map { tokenizer.encode($0) }
        let result = Result(
            path: self.tokenizer.path(in: world), hash: tokenizer.hash.hex,
            summary: tokenizer.summary,
            special: SpecialToken.allCases.map { token(tokenizer.id(of: $0)) },
            longest: tokenizer.longestTokens(longest).map(token), text: ids?.map(token))
        if world.wantsJSON {
            try world.write(json: result)
            return .success
        }
        for line in lines(result) { world.output.line(line) }
        if let ids, let text {
            let bytes = Double(text.utf8.count)
            world.output.line()
            world.output.line(
                "\(ids.count) tokens, \(Quantity.fixed(bytes / Double(max(1, ids.count)), 2)) bytes"
                    + " a token")
            if world.output.usesColor { world.output.line(tokenizer.coloured(ids)) }
            for token in result.text ?? [] { world.output.line("\(token.id)\t\(token.spelling)") }
        }
        return .success
    }

    private func lines(_ result: Result) -> [String] {
        let summary = result.summary
        var lines = [
            "\(result.path), hash \(result.hash)",
            "\(Quantity.grouped(summary.size)) ids: \(summary.byteTokenCount) bytes,"
                + " \(Quantity.grouped(summary.mergeCount)) merges, \(summary.specialCount) special",
            "\(Quantity.grouped(summary.spacedCount)) merges begin with a space,"
                + " \(Quantity.grouped(summary.brokenCount)) are parts of characters",
            "", "bytes in a token:",
        ]
        var table = TextTable([("", .right), ("", .right), ("", .left)])
        let most = summary.countByLength.max() ?? 1
        for (length, count) in summary.countByLength.enumerated() where count > 0 {
            let bar = String(repeating: "▇", count: (40 * count + most - 1) / most)
            table.add(["\(length)", Quantity.grouped(count), bar])
        }
        lines += table.lines
        lines += [
            "",
            "special: " + result.special.map { "\($0.id) \($0.spelling)" }.joined(separator: "  "),
        ]
        if !result.longest.isEmpty {
            lines += ["", "longest:"] + result.longest.map { "\($0.id)\t\($0.spelling)" }
        }
        return lines
    }
}
