import Arguments
import Corpus
import Foundation

/// The options by which commands are told where text lies and how it is read.
enum ShardChoice {
    static let textColumn = Option(
        "text-column", default: "text", "Parquet column or JSONL field that holds the text")
    static let textDocuments = Option(
        "text-documents", default: TextDocuments.blankLine,
        "what separates the documents of a plain text file: blank lines, or nothing but its end")

    /// The spellings of `ShardOptions.TextDocuments`.
    enum TextDocuments: String, CaseIterable, OptionValue {
        case blankLine = "blank-line"
        case file
    }

    /// The rows of a command's table.
    static let rows = [Common.data.row, textColumn.row, textDocuments.row]
}

extension World {
    /// How the shards that the options name are to be read.
    func shardOptions(_ options: Options) -> ShardOptions {
        var shards = ShardOptions()
        shards.textColumn = options[ShardChoice.textColumn]
        shards.textDocuments =
            switch options[ShardChoice.textDocuments] {
            case .blankLine: .blankLine
            case .file: .file
            }
        return shards
    }

    /// Where files without a name may be made.
    var temporaryFolder: String {
        environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    /// Opens the shards that `--data` and the other words of the line name.
    func shards(_ options: Options) throws -> ShardSet {
        let paths = options[Common.data].map(resolved) + options.positionals
        guard !paths.isEmpty else {
            throw CommandError.invalid("name the shards to read with --data PATH….")
        }
        return try ShardSet(
            paths: paths, relativeTo: workingDirectory, options: shardOptions(options),
            spoolFolder: temporaryFolder)
    }
}
