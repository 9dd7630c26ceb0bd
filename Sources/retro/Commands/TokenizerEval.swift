import Arguments
import Corpus
import Language
import Terminal

/// `retro tokenizer eval`: how much text a token holds, beside other tokenizers.
struct TokenizerEval: RetroCommand {
    @Option(help: "other tokenizers to compare with")
    var against: [Path] = []

    @Option(help: "characters to read of the shards at most")
    var maxChars = 10_000_000

    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure compression on built-in samples and on shards, beside other tokenizers.",
        discussion: "Bytes a token: more is better; 1 is a tokenizer without merges. Of the shards,"
            + " validation documents are measured where there are any.",
        examples: [
            Example("tokenizer eval --tokenizer=tokenizers/small", "on the built-in samples"),
            Example(
                "tokenizer eval --tokenizer=a --against b c --data corpus/ --json",
                "three tokenizers, on shards too"),
        ])

    @OptionGroup(title: "Tokenizer") var tokenizer: TokenizerOptions
    @OptionGroup(title: "Data") var text: TextOptions
    @OptionGroup(title: "Machine") var threads: ThreadOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    private struct Row: Encodable {
        let sample: String
        let tokenizer: String
        let vocab_size: Int
        let documents: Int
        let bytes: Int
        let tokens: Int
        let bytes_per_token: Double
    }

    func perform(in world: World) throws -> ExitCode {
        let threadCount = try threads.count(in: world)
        let paths = [tokenizer.path(in: world)] + against.map(world.resolved)
        var tokenizers: [(name: String, tokenizer: Tokenizer)] = []
        for path in paths { tokenizers.append((path, try Tokenizer(contentsOf: path))) }
        var samples = TokenizerSamples.all.map { (name: $0.name, texts: [$0.text]) }
        if !text.data.isEmpty {
            samples.append(try shardSample(world))
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
        if world.wantsJSON {
            try world.write(json: rows)
        } else {
            for line in lines(rows, tokenizers.map(\.name)) { world.output.line(line) }
        }
        return .success
    }

    private func shardSample(
        _ world: World
    ) throws -> (name: String, texts: [String]) {
        let whole = try text.shards(in: world)
        let held = SplitDocuments(whole, split: .standard, side: .validation)
        let hasHeld = try held.hasDocuments()
        let source: any DocumentSource = hasHeld ? held : whole
        var texts: [String] = []
        var count = 0
        reading: for block in 0..<source.blockCount {
            for document in try source.block(block) {
                texts.append(document.text)
                count += document.utf8.count
                if count >= maxChars { break reading }
            }
        }
        return (hasHeld ? "shards (validation)" : "shards (all)", texts)
    }

    private func lines(_ rows: [Row], _ names: [String]) -> [String] {
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
