import Arguments
import Foundation
import Provenance

/// The options that many commands share, each described once.
enum Common {
    static let json = Option(
        "json", default: false, "one JSON value on standard output, for machines")
    static let quiet = Option(
        "quiet", short: "q", default: false, "no progress; only results and errors")
    static let home = Option<Path>(
        "home", default: "~/.cache/retrograde", placeholder: "DIR",
        "folder of tokenizers, data and stage checkpoints")
    static let experiments = Option<Path>(
        "experiments-dir", default: "./experiments", placeholder: "DIR", "folder of experiments")
    static let runDirectory = Option<Path?>(
        "run-dir", default: nil, placeholder: "DIR",
        "folder of the run, instead of one under HOME named by its tag")
    static let data = Option<[Path]>(
        "data", default: [], "shards or folders of shards: text, JSONL (also .gz, .zst), Parquet")
    static let tokenizer = Option<Path?>(
        "tokenizer", default: nil, "tokenizer folder or file; by default HOME/tokenizer")
    static let seed = Option<UInt64>("seed", default: 42, "root of every random stream")
    static let threads = Option<Int?>(
        "threads", default: nil, "threads; by default one for each core that may be used")
    static let dryRun = Option(
        "dry-run", default: false, "print the resolved settings with their origin, and stop")

    /// How results and progress are written.
    static let writing = OptionGroup("Output", [json.row, quiet.row])
}

extension World {
    /// The folder of everything that outlives a run.
    func home(_ options: Options) -> String { resolved(options[Common.home]) }

    /// Threads to use.
    func threadCount(_ options: Options) throws -> Int {
        let count = options[Common.threads] ?? processorCount
        // More than any machine has; libraries that cannot start a thread end the process.
        guard (1...1024).contains(count) else {
            throw CommandError.invalid("--threads must be 1 to 1024, not \(count).")
        }
        return count
    }

    /// The tokenizer that the options name.
    func tokenizerPath(_ options: Options) -> String {
        options[Common.tokenizer].map(resolved) ?? home(options) + "/tokenizer"
    }
}

/// What a command finds wrong that no module knows of.
enum CommandError: Error, Hashable, CustomStringConvertible {
    /// Options that make no sense together, or a value out of range.
    case invalid(String)
    /// Something that has to be there is not.
    case missing(String)

    var description: String {
        switch self {
        case .invalid(let sentence), .missing(let sentence): sentence
        }
    }
}
