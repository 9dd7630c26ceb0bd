import Arguments
import Corpus
import Language
import Terminal

/// `retro tokenizer encode`: one line of ids a document.
struct TokenizerEncode: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Print the ids of a text or of every document of shards, a line each.",
        discussion:
            "Documents come in their order, without special tokens; rows that are no text are"
            + " left out and counted. With --json each line is an array.",
        examples: [
            Example(
                "tokenizer encode --tokenizer=tokenizers/small --data docs.jsonl --json",
                "one array a document"),
            Example("tokenizer encode --text='Hello there'", "one line of ids"),
        ])

    @Option(help: "text to encode, instead of shards")
    var text: String?

    @OptionGroup(title: "Tokenizer") var tokenizer: TokenizerOptions
    @OptionGroup(title: "Data") var shards: TextOptions
    @OptionGroup(title: "Machine") var threads: ThreadOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let tokenizer = try Tokenizer(contentsOf: tokenizer.path(in: world))
        let threadCount = try threads.count(in: world)
        func write(_ documents: [[Int32]]) {
            var text = ""
            for ids in documents {
                let words = ids.map(String.init)
                text +=
                    world.wantsJSON
                    ? "[" + words.joined(separator: ",") + "]\n"
                    : words.joined(separator: " ") + "\n"
            }
            world.output.write(text)
        }
        if let text {
            guard shards.data.isEmpty else {
                throw CommandError.invalid("give either --text or --data, not both.")
            }
            write([tokenizer.encode(text)])
            return .success
        }
        let shards = try shards.shards(in: world)
        var skips = SkipReport()
        for block in 0..<shards.blockCount {
            let (documents, skipped) = try shards.read(block: block)
            skips = skips + skipped
            write(tokenizer.encodeBatch(documents.map(\.text), threadCount: threadCount))
        }
        if skips.total > 0 { world.say("left out: \(skips)") }
        return .success
    }
}
