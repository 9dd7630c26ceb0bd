import Arguments
import Corpus
import Foundation
import Language
import Provenance
import Terminal

/// The words that spelling questions are about.
struct WordListOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("words to spell, one a line; by default made-up ones", valueName: "FILE")
    )
    var words: Path?

    /// Made-up words, where no list is given: enough that training and test questions differ.
    private static let generatedCount = 20_000

    /// The words.
    func list(seed: Seed, in world: World) throws -> WordList {
        if let words { return try WordList(contentsOf: world.resolved(words)) }
        return .generated(count: Self.generatedCount, seed: seed)
    }
}

/// Which conversations a stage reads and which it validates on, beside its mixture.
struct ConversationOptions: ParsableArguments {
    @Option(help: "conversations of your own, one a line (JSONL)")
    var data: [Path] = []

    @Option(help: "conversations to validate on (JSONL); by default a share of every file")
    var valData: [Path] = []

    @Option(help: "share of the conversations held out where there is no --val-data")
    var valFraction = 0.01

    @OptionGroup var benchmarks: BenchmarkOptions
    @OptionGroup var words: WordListOptions

    /// What the shares name, opened, the first of each kind of file checked line by line.
    /// - Parameter shares: of the mixture; `--data` adds conversations.
    func open(
        _ shares: [MixtureShare], _ benchmarks: BenchmarkFiles, seed: Seed, in world: World
    ) throws -> (parts: [Mixture.Part], heldOut: [any ConversationSource]) {
        var parts: [Mixture.Part] = []
        var heldOut: [any ConversationSource] = []
        let holdsOut = valData.isEmpty
        guard valFraction > 0, valFraction < 1 else {
            throw CommandError.invalid("--val-fraction must lie between 0 and 1.")
        }
        for share in shares {
            let source = try share.source(benchmarks, words: words, seed: seed, in: world)
            guard share.kind.isFile && holdsOut else {
                parts.append(share.part(of: source))
                continue
            }
            let progress = world.progress(
                "reading \(source.name)", total: source.count, unit: .things("conversations"))
            let split = try ConversationSplit(
                source, split: DocumentSplit(validationFraction: valFraction),
                progress: { progress.advance(to: $0) })
            progress.finish(at: source.count)
            parts.append(share.part(of: split.training))
            if split.validation.count > 0 { heldOut.append(split.validation) }
        }
        for path in valData {
            heldOut.append(
                try TaskFile<Conversation>(
                    Self.name(ofFile: path.string), paths: [world.resolved(path)],
                    relativeTo: world.workingDirectory, spoolFolder: world.temporaryFolder))
        }
        return (parts, heldOut)
    }

    /// A file's name without folder and endings.
    static func name(ofFile path: String) -> String {
        let file = (path as NSString).lastPathComponent
        return file.split(separator: ".").first.map(String.init) ?? file
    }
}
