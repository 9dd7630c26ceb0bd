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
            "A line for each row, in the order of the rows, without special tokens; of a row that is"
            + " blank or no text the line is empty, and such rows are counted. With --json each line is"
            + " an array.",
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
            var rows = [[Int32]](repeating: [], count: shards.ordinals(inBlock: block).count)
            let first = shards.ordinals(inBlock: block).lowerBound
            let encoded = tokenizer.encodeBatch(documents.map(\.text), threadCount: threadCount)
            for (document, ids) in zip(documents, encoded) { rows[document.ordinal - first] = ids }
            write(rows)
        }
        if skips.total > 0 { world.say("rows without text: \(skips)") }
        return .success
    }
}
