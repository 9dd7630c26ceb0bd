import Arguments
import Corpus
import Foundation
import Provenance
import Terminal

/// `retro data synth`: the built-in stories, and languages whose entropy is known.
enum DataSynth {
    /// What can be written.
    enum Kind: String, CaseIterable, OptionValue {
        case stories
        case markovReversible = "markov-reversible"
        case markovIrreversible = "markov-irreversible"
        case palindromes
        case linear
        case linearSwapped = "linear-swapped"
    }

    private static let kind = Option<Kind>(required: "kind", "what to write")
    private static let output = Option<Path>(
        required: "output", placeholder: "FILE", "file to write: .txt or .jsonl")
    private static let count = Option("count", default: 10_000, "documents")
    private static let symbolCount = Option(
        "symbols", default: 16, "markov, palindromes: number of symbols")
    private static let length = Option(
        "length", default: 128, "markov: symbols a document; palindromes: symbols a half")
    private static let bitCount = Option("bits", default: 32, "linear: bits of x and of y, 2 to 64")
    private static let extraOnes = Option(
        "extra-ones", default: 32, "linear: ones of the map off its diagonal")

    /// A symbol is written as an ASCII letter or digit.
    private static let mostSymbols = 62

    static let command = Command<World>(
        "synth", "Write synthetic documents: the built-in stories, or a language of known entropy.",
        details: """
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
                "data synth --kind=linear --bits=24 --seed=7 --output=linear.jsonl",
                "the positive control"),
        ],
        options: [
            OptionGroup("What", [kind.row, output.row, count.row, Common.seed.row]),
            OptionGroup(
                "Languages", [symbolCount.row, length.row, bitCount.row, extraOnes.row]),
            OptionGroup("Output", [Common.json.row, Common.quiet.row, Common.dryRun.row]),
        ], action: run)

    private struct Result: Encodable {
        let output: String
        let kind: String
        let seed: UInt64
        let documents: Int
        let bytes: Int
        /// What the best model pays for a document with its end; absent where nobody knows.
        let nats_per_document: Double?
    }

    private static func run(_ world: World, _ options: Options) throws -> ExitCode {
        try check(options)
        if try world.showedSettings(options) { return .success }
        let path = world.resolved(options[output])
        guard let format = CorpusFile.Format(path: path) else {
            throw CommandError.invalid("--output must end in .txt or .jsonl, not '\(path)'.")
        }
        let (source, nats) = source(options)
        let result = try write(source, nats, path, format, world, options)
        if options[Common.json] {
            try world.write(json: result)
        } else {
            let entropy = nats.map { "; \(Quantity.fixed($0, 3)) nats a document at best" } ?? ""
            world.output.line(
                "\(path): \(Quantity.grouped(result.documents)) documents,"
                    + " \(Quantity.bytes(Double(result.bytes)))\(entropy)")
        }
        return .success
    }

    private static func write(
        _ source: some DocumentSource, _ nats: Double?, _ path: String,
        _ format: CorpusFile.Format, _ world: World, _ options: Options
    ) throws -> Result {
        let progress = world.progress(
            "writing", total: options[count], unit: .things("documents"), options)
        let done = try CorpusFile.write(source, to: path, format: format) {
            progress.advance(to: $0.documentCount)
        }
        progress.finish(at: done.documentCount)
        return Result(
            output: path, kind: options[kind].rawValue, seed: options[Common.seed],
            documents: done.documentCount, bytes: done.byteCount, nats_per_document: nats)
    }

    /// The documents that the options describe, and what the best model pays for one.
    private static func source(_ options: Options) -> (any DocumentSource, nats: Double?) {
        let root = Seed(options[Common.seed])
        let seed = root["corpus/synthetic"]
        let (count, symbolCount, length) = (options[count], options[symbolCount], options[length])
        func text(_ language: some SyntheticLanguage) -> (any DocumentSource, nats: Double?) {
            (SyntheticText(language, count: count), language.natsPerDocument)
        }
        func map(_ order: SparseLinearMap.Order) -> (any DocumentSource, nats: Double?) {
            text(
                SparseLinearMap(
                    bitCount: options[bitCount], extraOnes: options[extraOnes], order: order,
                    seed: seed))
        }
        switch options[kind] {
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
    private static func check(_ options: Options) throws {
        func need(_ holds: Bool, _ sentence: String) throws {
            if !holds { throw CommandError.invalid(sentence) }
        }
        let bits = options[bitCount]
        try need(options[count] > 0, "--count must be at least 1.")
        try need(
            (3...mostSymbols).contains(options[symbolCount]),
            "--symbols must be 3 to \(mostSymbols).")
        try need((1...1_000_000).contains(options[length]), "--length must be 1 to 1,000,000.")
        try need((2...64).contains(bits), "--bits must be 2 to 64.")
        let most = bits * (bits - 1) / 2
        try need(
            (0...most).contains(options[extraOnes]),
            "--extra-ones must be 0 to \(most) for \(bits) bits.")
    }
}
