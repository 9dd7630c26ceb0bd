import Arguments
import Corpus
import Language
import Provenance
import Terminal

/// `retro tokenizer train`: merges from shards.
enum TokenizerTrain {
    private static let standard = BytePairSettings()
    private static let vocabularySize = Option(
        "vocab-size", default: standard.vocabularySize,
        "ids in all: bytes, merges and special tokens")
    private static let maximumCharacters = Option(
        "max-chars", default: standard.maximumCharacters, "characters to read at most")
    private static let documentCap = Option(
        "doc-cap", default: standard.documentCap, "characters to read of one document at most")
    private static let output = Option<Path?>(
        "output", default: nil, placeholder: "DIR", "folder to write; by default HOME/tokenizer")

    static let command = Command<World>(
        "train", "Train a tokenizer on the training documents of shards.",
        details: "Documents that a training would keep for validation (1 in 100, chosen by content)"
            + " are left out here too. The result depends on the documents only, not on threads.",
        examples: [
            Example(
                "tokenizer train --data corpus/ --vocab-size=8192 --output=tokenizers/small",
                "8,192 ids from every shard in corpus/"),
            Example("tokenizer train --data a.jsonl --max-chars=1e7", "a quick one"),
        ],
        options: [
            OptionGroup("Data", ShardChoice.rows),
            OptionGroup(
                "Tokenizer",
                [vocabularySize.row, maximumCharacters.row, documentCap.row, output.row]),
            OptionGroup("Machine", [Common.threads.row, Common.home.row]),
            OptionGroup("Output", [Common.json.row, Common.quiet.row, Common.dryRun.row]),
        ], action: run)

    private struct Result: Encodable {
        let output: String
        let hash: String
        let vocab_size: Int
        let documents: Int
        let characters: Int
        let bytes: Int
        let distinct_chunks: Int
        let seconds: Double
        let megabytes_per_second: Double
    }

    private static func run(_ world: World, _ options: Options) throws -> ExitCode {
        if try world.showedSettings(options) { return .success }
        var settings = BytePairSettings()
        settings.vocabularySize = options[vocabularySize]
        settings.maximumCharacters = options[maximumCharacters]
        settings.documentCap = options[documentCap]
        let folder =
            options[output].map(world.resolved) ?? world.home(options) + "/tokenizer"
        let documents = SplitDocuments(
            try world.shards(options), split: .standard, side: .training)

        let start = world.seconds()
        let reading = world.progress("reading", unit: .things("characters"), options)
        let merging = MergeReport(world, options, total: settings.vocabularySize)
        let trainer = try BytePairTrainer(
            settings, threadCount: try world.threadCount(options)
        ) { step in
            switch step {
            case .reading(let documents, let characters):
                reading.advance(
                    to: characters, note: "\(Quantity.grouped(documents)) documents")
            case .merging(let done, _): merging.advance(to: done)
            }
        }
        reading: for block in 0..<documents.blockCount {
            for document in try documents.block(block) where !trainer.add(document.text) {
                break reading
            }
        }
        let training = try trainer.finish()
        reading.finish(
            at: training.characterCount,
            note: "\(Quantity.grouped(training.documentCount)) documents")
        merging.finish(at: training.tokenizer.merges.count)
        guard training.documentCount > 0 else {
            throw CommandError.missing("the shards hold no training document; give more text.")
        }
        if training.missingMergeCount > 0 {
            let size = training.tokenizer.vocabularySize
            world.say(
                "the text has no more pairs to merge: \(size) ids instead of"
                    + " \(settings.vocabularySize).", options)
        }
        try training.tokenizer.save(to: folder)
        let seconds = world.seconds() - start
        let result = Result(
            output: folder, hash: training.tokenizer.hash.hex,
            vocab_size: training.tokenizer.vocabularySize, documents: training.documentCount,
            characters: training.characterCount, bytes: training.byteCount,
            distinct_chunks: training.distinctChunkCount, seconds: seconds,
            megabytes_per_second: Double(training.byteCount) / 1e6 / seconds)
        if options[Common.json] {
            try world.write(json: result)
        } else {
            world.output.line(
                "\(folder): \(Quantity.grouped(result.vocab_size)) ids from"
                    + " \(Quantity.grouped(result.documents)) documents,"
                    + " \(Quantity.grouped(result.characters)) characters, in"
                    + " \(Quantity.seconds(seconds)); hash \(training.tokenizer.hash.short)")
        }
        return .success
    }

    /// Progress that begins when the first merge is told, so that its rate is that of merging.
    private final class MergeReport {
        private let begin: () -> ProgressLine
        private var progress: ProgressLine?

        init(_ world: World, _ options: Options, total: Int) {
            begin = {
                world.progress("merging", total: total, unit: .things("merges"), options)
            }
        }

        func advance(to amount: Int) {
            let progress = self.progress ?? begin()
            self.progress = progress
            progress.advance(to: amount)
        }

        func finish(at amount: Int) { progress?.finish(at: amount) }
    }
}
