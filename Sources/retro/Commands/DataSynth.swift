import Arguments
import Corpus
import Foundation
import Provenance
import Terminal

/// `retro data synth`: the built-in stories, and languages whose entropy is known.
struct DataSynth: RetroCommand {
    /// What can be written.
    enum Kind: String, CaseIterable, OptionValue {
        case stories
        case markovReversible = "markov-reversible"
        case markovIrreversible = "markov-irreversible"
        case palindromes
        case linear
        case linearSwapped = "linear-swapped"
    }

    @Option(help: "what to write")
    var kind: Kind

    @Option(help: ArgumentHelp("file to write: .txt or .jsonl", valueName: "FILE"))
    var output: Path

    @Option(help: "documents")
    var count = 10_000

    @Option(help: "markov, palindromes: number of symbols")
    var symbols = 16

    @Option(help: "markov: symbols a document; palindromes: symbols a half")
    var length = 128

    @Option(help: "linear: bits of x and of y, 2 to 64")
    var bits = 32

    @Option(help: "linear: ones of the map off its diagonal")
    var extraOnes = 32

    /// A symbol is written as an ASCII letter or digit.
    private static let mostSymbols = 62

    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract:
            "Write synthetic documents: the built-in stories, or a language of known entropy.",
        discussion: """
            stories: small-vocabulary English with causes before effects; the corpus of quickstart.
            markov-reversible, markov-irreversible: walks over symbols; both readings have the same \
            entropy, though the transition tables of the second differ.
            palindromes: each document reads the same both ways.
            linear: bits x, then y = A·x with a sparse A, which is easier forward than backward; \
            linear-swapped: y, then x.
            A document is a function of the seed and its number.
            """,
        examples: [
            Example(
                "data synth --kind=stories --count=20000 --output=stories.txt", "20,000 stories"),
            Example(
                "data synth --kind=linear --bits=24 --count=10000 --seed=7 --output=linear.jsonl",
                "the positive control: 10,000 documents that are easier one way"),
        ])

    @OptionGroup var seed: SeedOptions
    @OptionGroup(title: "Output") var dryRun: DryRunOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    private struct Result: Encodable {
        let output: String
        let kind: String
        let seed: UInt64
        let documents: Int
        let bytes: Int
        /// What the best model pays for a document with its end; absent where nobody knows.
        let nats_per_document: Double?
    }

    func perform(in world: World) throws -> ExitCode {
        try check()
        if try dryRun.showedSettings(in: world) { return .success }
        let path = world.resolved(output)
        guard let format = CorpusFile.Format(path: path) else {
            throw CommandError.invalid("--output must end in .txt or .jsonl, not '\(path)'.")
        }
        let (source, nats) = source()
        let result = try write(source, nats, path, format, world)
        if world.wantsJSON {
            try world.write(json: result)
        } else {
            let entropy = nats.map { "; \(Quantity.fixed($0, 3)) nats a document at best" } ?? ""
            world.output.line(
                "\(path): \(Quantity.grouped(result.documents)) documents,"
                    + " \(Quantity.bytes(Double(result.bytes)))\(entropy)")
        }
        return .success
    }

    private func write(
        _ source: some DocumentSource, _ nats: Double?, _ path: String,
        _ format: CorpusFile.Format, _ world: World
    ) throws -> Result {
        let progress = world.progress(
            "writing", total: count, unit: .things("documents"))
        let done = try CorpusFile.write(source, to: path, format: format) {
            progress.advance(to: $0.documentCount)
        }
        progress.finish(at: done.documentCount)
        return Result(
            output: path, kind: kind.rawValue, seed: seed.seed,
            documents: done.documentCount, bytes: done.byteCount, nats_per_document: nats)
    }

    /// The documents that the options describe, and what the best model pays for one.
    private func source() -> (any DocumentSource, nats: Double?) {
        let root = Seed(seed.seed)
        let seed = root["corpus/synthetic"]
        let (symbolCount, length) = (symbols, length)
        func text(_ language: some SyntheticLanguage) -> (any DocumentSource, nats: Double?) {
            (SyntheticText(language, count: count), language.natsPerDocument)
        }
        func map(_ order: SparseLinearMap.Order) -> (any DocumentSource, nats: Double?) {
            text(
                SparseLinearMap(
                    bitCount: bits, extraOnes: extraOnes, order: order,
                    seed: seed))
        }
        switch kind {
        case .stories:
            return (StoryCorpus(seed: root["corpus/stories"], count: count), nil)
        case .markovReversible:
            return text(
                MarkovSource.reversible(symbolCount: symbolCount, length: length, seed: seed))
        case .markovIrreversible:
            return text(
                MarkovSource.irreversible(symbolCount: symbolCount, length: length, seed: seed))
        case .palindromes:
            return text(
                PalindromeSource(
                    halves: .reversible(symbolCount: symbolCount, length: length, seed: seed)))
        case .linear: return map(.inputFirst)
        case .linearSwapped: return map(.outputFirst)
        }
    }

    /// What would trap in the library is a mistake of the user's here.
    private func check() throws {
        func need(_ holds: Bool, _ sentence: String) throws {
            if !holds { throw CommandError.invalid(sentence) }
        }
        let bits = bits
        try need(count > 0, "--count must be at least 1.")
        try need(
            (3...Self.mostSymbols).contains(symbols),
            "--symbols must be 3 to \(Self.mostSymbols).")
        try need((1...1_000_000).contains(length), "--length must be 1 to 1,000,000.")
        try need((2...64).contains(bits), "--bits must be 2 to 64.")
        let most = bits * (bits - 1) / 2
        try need(
            (0...most).contains(extraOnes),
            "--extra-ones must be 0 to \(most) for \(bits) bits.")
    }
}
