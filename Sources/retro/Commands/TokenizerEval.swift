import Arguments
import Corpus
import Language
import Terminal

/// `retro tokenizer eval`: how much text a token holds, beside other tokenizers.
enum TokenizerEval {
    private static let against = Option<[Path]>(
        "against", default: [], "other tokenizers to compare with")
    private static let maximumCharacters = Option(
        "max-chars", default: 10_000_000, "characters to read of the shards at most")

    static let command = Command<World>(
        "eval", "Measure compression on built-in samples and on shards, beside other tokenizers.",
        details: "Bytes a token: more is better; 1 is a tokenizer without merges. Of the shards,"
            + " validation documents are measured where there are any.",
        examples: [
            Example("tokenizer eval --tokenizer=tokenizers/small", "on the built-in samples"),
            Example(
                "tokenizer eval --tokenizer=a --against b c --data corpus/ --json",
                "three tokenizers, on shards too"),
        ],
        options: [
            OptionGroup("Tokenizer", [Common.tokenizer.row, Common.home.row, against.row]),
            OptionGroup("Data", ShardChoice.rows + [maximumCharacters.row]),
            OptionGroup("Machine", [Common.threads.row]), Common.writing,
        ], action: run)

    private struct Row: Encodable {
        let sample: String
        let tokenizer: String
        let vocab_size: Int
        let documents: Int
        let bytes: Int
        let tokens: Int
        let bytes_per_token: Double
    }

    private static func run(_ world: World, _ options: Options) throws -> ExitCode {
        let threadCount = try world.threadCount(options)
        let paths = [world.tokenizerPath(options)] + options[against].map(world.resolved)
        var tokenizers: [(name: String, tokenizer: Tokenizer)] = []
        for path in paths { tokenizers.append((path, try Tokenizer(contentsOf: path))) }
        var samples = TokenizerSamples.all.map { (name: $0.name, texts: [$0.text]) }
        if !options[Common.data].isEmpty {
            samples.append(try shardSample(world, options))
        }
        var rows: [Row] = []
        for sample in samples {
            for (name, tokenizer) in tokenizers {
                let measured = tokenizer.compression(
                    of: sample.texts, named: sample.name, threadCount: threadCount)
                rows.append(
                    Row(
                        sample: sample.name, tokenizer: name, vocab_size: tokenizer.vocabularySize,
                        documents: measured.documentCount, bytes: measured.byteCount,
                        tokens: measured.tokenCount, bytes_per_token: measured.bytesPerToken))
            }
        }
        if options[Common.json] {
            try world.write(json: rows)
        } else {
            for line in lines(rows, tokenizers.map(\.name)) { world.output.line(line) }
        }
        return .success
    }

    private static func shardSample(
        _ world: World, _ options: Options
    ) throws -> (name: String, texts: [String]) {
        let whole = try world.shards(options)
        let held = SplitDocuments(whole, split: .standard, side: .validation)
        let hasHeld = try held.hasDocuments()
        let source: any DocumentSource = hasHeld ? held : whole
        var texts: [String] = []
        var count = 0
        reading: for block in 0..<source.blockCount {
            for document in try source.block(block) {
                texts.append(document.text)
                count += document.utf8.count
                if count >= options[maximumCharacters] { break reading }
            }
        }
        return (hasHeld ? "shards (validation)" : "shards (all)", texts)
    }

    private static func lines(_ rows: [Row], _ names: [String]) -> [String] {
        var table = TextTable(
            [("sample", .left), ("bytes", .right)]
                + names.flatMap { [($0, .right), ("tokens", .right)] })
        for start in stride(from: 0, to: rows.count, by: names.count) {
            let group = rows[start..<(start + names.count)]
            table.add(
                [rows[start].sample, Quantity.grouped(rows[start].bytes)]
                    + group.flatMap {
                        [Quantity.fixed($0.bytes_per_token, 3), Quantity.grouped($0.tokens)]
                    })
        }
        return ["bytes a token (more is better)"] + table.lines
    }
}
