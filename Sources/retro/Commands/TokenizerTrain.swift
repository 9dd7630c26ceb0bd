import Arguments
import Corpus
import Language
import Provenance
import Terminal

/// `retro tokenizer train`: merges from shards.
struct TokenizerTrain: RetroCommand {
    private static let standard = BytePairSettings()
    @Option(help: "ids in all: bytes, merges and special tokens")
    var vocabSize = standard.vocabularySize

    @Option(help: "characters to read at most")
    var maxChars = standard.maximumCharacters

    @Option(help: "characters to read of one document at most")
    var docCap = standard.documentCap

    @Option(help: ArgumentHelp("folder to write; by default HOME/tokenizer", valueName: "DIR"))
    var output: Path?

    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a tokenizer on the training documents of shards.",
        discussion:
            "Documents that a training would keep for validation (1 in 100, chosen by content)"
            + " are left out here too. The result depends on the documents only, not on threads.",
        examples: [
            Example(
                "tokenizer train --data corpus/ --vocab-size=8192 --max-chars=1e9 --output=tokenizers/small",
                "8,192 ids from the shards in corpus/, at most a billion characters"),
            Example(
                "tokenizer train --data a.jsonl --max-chars=1e7",
                "from ten million characters, in seconds"),
        ])

    @OptionGroup(title: "Data") var text: TextOptions
    @OptionGroup(title: "Machine") var threads: ThreadOptions
    @OptionGroup(title: "Machine") var home: HomeOptions
    @OptionGroup(title: "Output") var dryRun: DryRunOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

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

    func perform(in world: World) throws -> ExitCode {
        if try dryRun.showedSettings(in: world) { return .success }
        var settings = BytePairSettings()
        settings.vocabularySize = vocabSize
        settings.maximumCharacters = maxChars
        settings.documentCap = docCap
        let folder =
            output.map(world.resolved) ?? home.path(in: world) + "/tokenizer"
        let documents = SplitDocuments(
            try text.shards(in: world), split: .standard, side: .training)

        let start = world.seconds()
        let reading = world.progress("reading", unit: .things("characters"))
        let merging = MergeReport(world, total: settings.vocabularySize)
        let trainer = try BytePairTrainer(
            settings, threadCount: try threads.count(in: world)
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
                    + " \(settings.vocabularySize).")
        }
        try training.tokenizer.save(to: folder)
        let seconds = world.seconds() - start
        let result = Result(
            output: folder, hash: training.tokenizer.hash.hex,
            vocab_size: training.tokenizer.vocabularySize, documents: training.documentCount,
            characters: training.characterCount, bytes: training.byteCount,
            distinct_chunks: training.distinctChunkCount, seconds: seconds,
            megabytes_per_second: Double(training.byteCount) / 1e6 / seconds)
        if world.wantsJSON {
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

        init(_ world: World, total: Int) {
            begin = {
                world.progress("merging", total: total, unit: .things("merges"))
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
