import Arguments
import Corpus
import Foundation

/// Where text lies and how it is read.
struct TextOptions: ParsableArguments {
    @Option(
        help: "shards or folders of shards: text, JSONL (also .gz, .zst), Parquet")
    var data: [Path] = []

    @Option(help: "Parquet column or JSONL field that holds the text")
    var textColumn = "text"

    @Option(
        help:
            "what separates the documents of a plain text file: blank lines, or nothing but its end"
    )
    var textDocuments = TextDocuments.blankLine

    /// The spellings of `ShardOptions.TextDocuments`.
    enum TextDocuments: String, CaseIterable, OptionValue {
        case blankLine = "blank-line"
        case file
    }

    /// How the shards are to be read.
    var shardOptions: ShardOptions {
        var shards = ShardOptions()
        shards.textColumn = textColumn
        shards.textDocuments =
            switch textDocuments {
            case .blankLine: .blankLine
            case .file: .file
            }
        return shards
    }

    /// Opens the shards that `--data` and other words of the line name.
    func shards(_ words: [Path] = [], in world: World) throws -> ShardSet {
        let paths = (data + words).map(world.resolved)
        guard !paths.isEmpty else {
            throw CommandError.invalid("name the shards to read with --data PATH….")
        }
        return try ShardSet(
            paths: paths, relativeTo: world.workingDirectory, options: shardOptions,
            spoolFolder: world.temporaryFolder)
    }
}

/// Documents held out for validation.
struct ValidationTextOptions: ParsableArguments {
    @Option(help: "shards to validate on; by default a share of the documents")
    var valData: [Path] = []

    @Option(help: "share of the documents held out for validation")
    var valFraction = 0.01

    /// How documents are divided.
    func split() throws -> DocumentSplit {
        guard valFraction > 0, valFraction < 1 else {
            throw CommandError.invalid("--val-fraction must lie between 0 and 1.")
        }
        return DocumentSplit(validationFraction: valFraction)
    }
}

extension World {
    /// Where files without a name may be made.
    var temporaryFolder: String {
        environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }
}
