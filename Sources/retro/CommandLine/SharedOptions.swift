import Arguments
import Foundation
import Provenance
import Terminal

/// A verb of `retro`; every one says how its results and its progress are written.
protocol RetroCommand: ParsableCommand where Context == World {
    var writing: OutputOptions { get }

    /// Does it, in a world that speaks as the options ask.
    func perform(in world: World) throws -> ExitCode
}

extension RetroCommand {
    func run(in world: World) throws -> ExitCode { try perform(in: world.speaking(writing)) }
}

/// How results and progress are written.
struct OutputOptions: ParsableArguments {
    @Flag(help: "one JSON value on standard output, for machines")
    var json = false

    @Flag(name: .shortAndLong, help: "no progress; only results and errors")
    var quiet = false
}

/// The folder of everything that outlives a run.
struct HomeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("folder of tokenizers, data and stage checkpoints", valueName: "DIR"))
    var home: Path = "~/.cache/retrograde"

    /// The folder, from the root.
    func path(in world: World) -> String { world.absolute(home) }
}

/// The folder of experiments.
struct ExperimentsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("folder of experiments", valueName: "DIR"))
    var experimentsDir: Path = "./experiments"
}

/// The tokenizer that a command reads.
struct TokenizerOptions: ParsableArguments {
    @Option(
        help:
            "tokenizer folder or file; by default that of the run, or HOME/tokenizer where none is")
    var tokenizer: Path?

    @OptionGroup var home: HomeOptions

    /// Where the tokenizer lies.
    func path(in world: World) -> String {
        tokenizer.map(world.resolved) ?? home.path(in: world) + "/tokenizer"
    }
}

/// The root of a command's random streams.
struct SeedOptions: ParsableArguments {
    @Option(help: "root of every random stream")
    var seed: UInt64 = 42
}

/// How many threads a command uses.
struct ThreadOptions: ParsableArguments {
    @Option(help: "threads; by default all processors that may be used")
    var threads: Int?

    /// Threads to use.
    func count(in world: World) throws -> Int {
        let count = threads ?? world.processorCount
        // More than any machine has; libraries that cannot start a thread end the process.
        guard (1...1024).contains(count) else {
            throw CommandError.invalid("--threads must be 1 to 1024, not \(count).")
        }
        return count
    }
}

/// Showing what a command would do.
struct DryRunOptions: ParsableArguments {
    @Flag(help: "print the resolved settings with their origin, and stop")
    var dryRun = false

    /// Every option of the command.
    @ResolvedSettings var settings

    /// Prints the resolved settings where `--dry-run` asks for no more than that.
    func showedSettings(in world: World) throws -> Bool {
        guard dryRun else { return false }
        if world.wantsJSON {
            try world.write(json: settings.encodable)
        } else {
            for line in settings.table { world.output.line(line) }
        }
        return true
    }
}

extension [ResolvedSetting] {
    /// The resolved settings as lines, each with who said so.
    var table: [String] {
        var table = TextTable([("option", .left), ("value", .left), ("from", .left)])
        for setting in self where setting.name != "config" {
            table.add([
                "--" + setting.name,
                setting.words.isEmpty ? "-" : setting.words.joined(separator: " "),
                setting.origin.description,
            ])
        }
        return table.lines
    }

    /// The resolved settings for machines.
    var encodable: [String: PrintedSetting] {
        Dictionary(
            map { ($0.name, PrintedSetting(value: $0.words, origin: $0.origin.description)) },
            uniquingKeysWith: { first, _ in first })
    }
}

/// A setting as `--dry-run --json` prints it.
struct PrintedSetting: Encodable {
    let value: [String]
    let origin: String
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
