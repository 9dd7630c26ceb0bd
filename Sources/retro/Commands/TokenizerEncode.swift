import Arguments
import Corpus
import Language
import Terminal

/// `retro tokenizer encode`: one line of ids a document.
enum TokenizerEncode {
    static let command = Command<World>(
        "encode", "Print the ids of a text or of every document of shards, a line each.",
        details: "Documents come in their order, without special tokens; rows that are no text are"
            + " left out and counted. With --json each line is an array.",
        examples: [
            Example(
                "tokenizer encode --tokenizer=tokenizers/small --data docs.jsonl --json",
                "one array a document"),
            Example("tokenizer encode --text='Hello there'", "one line of ids"),
        ],
        options: [
            OptionGroup("Tokenizer", [Common.tokenizer.row, Common.home.row]),
            OptionGroup("Data", [TokenizerCommands.text.row] + ShardChoice.rows),
            OptionGroup("Machine", [Common.threads.row]), Common.writing,
        ], action: run)

    private static func run(_ world: World, _ options: Options) throws -> ExitCode {
        let tokenizer = try world.tokenizer(options)
        let threadCount = try world.threadCount(options)
        func write(_ documents: [[Int32]]) {
            var text = ""
            for ids in documents {
                let words = ids.map(String.init)
                text +=
                    options[Common.json]
                    ? "[" + words.joined(separator: ",") + "]\n"
                    : words.joined(separator: " ") + "\n"
            }
            world.output.write(text)
        }
        if let text = options[TokenizerCommands.text] {
            guard options[Common.data].isEmpty else {
                throw CommandError.invalid("give either --text or --data, not both.")
            }
            write([tokenizer.encode(text)])
            return .success
        }
        let shards = try world.shards(options)
        var skips = SkipReport()
        for block in 0..<shards.blockCount {
            let (documents, skipped) = try shards.read(block: block)
            skips = skips + skipped
            write(tokenizer.encodeBatch(documents.map(\.text), threadCount: threadCount))
        }
        if skips.total > 0 { world.say("left out: \(skips)", options) }
        return .success
    }
}
