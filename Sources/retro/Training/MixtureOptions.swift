import Arguments
import Corpus
import Foundation
import Language
import Provenance
import Terminal

/// The options that say which conversations a stage reads.
enum MixtureOptions {
    static let words = Option<Path?>(
        "words", default: nil, placeholder: "FILE",
        "words to spell, one a line; by default made-up ones")
    static let validationData = Option<[Path]>(
        "val-data", default: [],
        "conversations to validate on (JSONL); by default a share of every file")
    static let validationFraction = Option(
        "val-fraction", default: 0.01,
        "share of the conversations held out where there is no --val-data")

    /// Made-up words, where no list is given: enough that training and test questions differ.
    private static let generatedWordCount = 20_000

    /// What the shares name, opened, the first of each kind of file checked line by line.
    /// - Parameter shares: of the mixture; `--data` adds conversations.
    static func open(
        _ shares: [MixtureShare], _ options: Options, seed: Seed, in world: World
    ) throws -> (parts: [Mixture.Part], heldOut: [any ConversationSource]) {
        var parts: [Mixture.Part] = []
        var heldOut: [any ConversationSource] = []
        let holdsOut = options[validationData].isEmpty
        let fraction = options[validationFraction]
        guard fraction > 0, fraction < 1 else {
            throw CommandError.invalid("--val-fraction must lie between 0 and 1.")
        }
        let benchmarks = BenchmarkFiles(options, in: world)
        let listed = options[words].map(world.resolved)
        for share in shares {
            let source = try share.source(benchmarks, words: listed, seed: seed, in: world)
            guard share.kind.isFile && holdsOut else {
                parts.append(share.part(of: source))
                continue
            }
            let progress = world.progress(
                "reading \(source.name)", total: source.count, unit: .things("conversations"),
                options)
            let split = try ConversationSplit(
                source, split: DocumentSplit(validationFraction: fraction),
                progress: { progress.advance(to: $0) })
            progress.finish(at: source.count)
            parts.append(share.part(of: split.training))
            if split.validation.count > 0 { heldOut.append(split.validation) }
        }
        for path in options[validationData] {
            heldOut.append(
                try TaskFile<Conversation>(
                    name(ofFile: path.string), paths: [world.resolved(path)],
                    relativeTo: world.workingDirectory, spoolFolder: world.temporaryFolder))
        }
        return (parts, heldOut)
    }

    /// A file's name without folder and endings.
    static func name(ofFile path: String) -> String {
        let file = (path as NSString).lastPathComponent
        return file.split(separator: ".").first.map(String.init) ?? file
    }

    /// The words that spelling questions are about.
    static func wordList(_ path: String?, seed: Seed) throws -> WordList {
        if let path { return try WordList(contentsOf: path) }
        return .generated(count: generatedWordCount, seed: seed)
    }
}
