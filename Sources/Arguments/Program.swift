public import Foundation

/// All verbs of an executable, and how its command line is read.
public struct Program<Context>: Sendable {
    /// The word that starts it.
    public let name: String
    /// One line.
    public let summary: String
    /// What `NAME` in the environment begins with, such as `RETRO_`.
    public let environmentPrefix: String
    /// Flags of whatever starts the executable, such as `--yes`: a verb without an option of that
    /// name passes them over.
    public let launcherFlags: Set<String>
    /// The verbs, in the order of help.
    public let commands: [Command<Context>]

    /// Gathers the verbs of an executable.
    public init(
        name: String, summary: String, environmentPrefix: String, launcherFlags: Set<String> = [],
        commands: [Command<Context>]
    ) {
        self.name = name
        self.summary = summary
        self.environmentPrefix = environmentPrefix
        self.launcherFlags = launcherFlags
        self.commands = commands
    }

    /// The variable that names a settings file which wins over flags.
    public var overridesVariable: String { environmentPrefix + OptionReader.overridesName }

    /// What a command line asks for.
    public enum Request: Sendable {
        /// To do something; `path` is the verb with those above it.
        case run(Command<Context>.Action, path: [String])
        /// To be told how.
        case help(String)
        /// To be told which version this is.
        case version
    }

    /// Reads a command line, without the program's own name.
    ///
    /// Values come from the option's default, then the file that `--config` names, then the
    /// environment, then the command line, then the file that the variable `OVERRIDES` names: the
    /// last one wins.
    /// - Parameter readFile: gives the bytes of a settings file; its errors are reported by their
    ///   description.
    public func request(
        _ arguments: [String], environment: [String: String],
        readFile: (String) throws -> Data
    ) throws(UsageError) -> Request {
        var rest = arguments[...]
        var early: [String] = []
        var level = commands
        var path: [String] = []
        while true {
            guard let word = rest.popFirst() else {
                if path.isEmpty { return .help(help()) }
                throw .missingSubcommand(
                    of: path.joined(separator: " "), among: level.map(\.name))
            }
            switch word {
            case "--help", "-h", "help": return .help(try help(path + rest.prefix { $0 != "--" }))
            case "--version" where path.isEmpty: return .version
            // Flags of nearly every verb, which people put first out of habit.
            case "--quiet", "--json": early.append(word)
            case let word where launcherFlags.contains(word): continue
            case let option where option.hasPrefix("-"): throw .optionBeforeCommand(option)
            default:
                let wanted = word.replacing("_", with: "-")
                guard let command = level.first(where: { $0.name == wanted }) else {
                    let names = level.map(\.name)
                    throw .unknownCommand(
                        (path + [word]).joined(separator: " "),
                        nearest: nearestName(to: wanted, among: names), among: names)
                }
                path.append(command.name)
                guard command.subcommands.isEmpty else {
                    level = command.subcommands
                    continue
                }
                let words = early + withoutLauncherFlags(rest, command)
                if words.prefix(while: { $0 != "--" }).contains(where: {
                    $0 == "--help" || $0 == "-h"
                }) {
                    return .help(command.help(path: [name] + path, environmentPrefix))
                }
                let reader = OptionReader(
                    rows: command.rows + [Self.config], positionals: command.positionals,
                    command: ([name] + path).joined(separator: " "), config: Self.config,
                    environmentPrefix: environmentPrefix)
                let options = try reader.read(words, environment: environment, readFile: readFile)
                return .run(command.action(options), path: path)
            }
        }
    }

    /// No option's value begins with two dashes, so that each of these words is a flag.
    private func withoutLauncherFlags(
        _ words: ArraySlice<String>, _ command: Command<Context>
    ) -> [String] {
        let own = Set(command.rows.map { "--" + $0.name })
        let end = words.firstIndex(of: "--") ?? words.endIndex
        return words[..<end].filter { !launcherFlags.contains($0) || own.contains($0) }
            + words[end...]
    }

    /// Variables that begin like ours and set nothing, each with the nearest name there is.
    /// - Parameter known: names that others read, such as the launcher.
    public func unknownVariables(
        _ environment: [String: String], known: Set<String>
    ) -> [(name: String, nearest: String?)] {
        var names = known
        func gather(_ commands: [Command<Context>]) {
            for command in commands {
                names.formUnion(command.rows.map { $0.environmentName(prefix: environmentPrefix) })
                gather(command.subcommands)
            }
        }
        gather(commands)
        names.insert(Self.config.environmentName(prefix: environmentPrefix))
        names.insert(overridesVariable)
        return environment.keys.filter { $0.hasPrefix(environmentPrefix) && !names.contains($0) }
            .sorted().map { ($0, nearestName(to: $0, among: names.sorted())) }
    }

    /// Every command understands this one.
    static var config: OptionRow {
        Declarations(of: SettingsFileOption()).rows[0]
    }

    private func help(_ words: [String]) throws(UsageError) -> String {
        var level = commands
        var path: [String] = []
        var found: Command<Context>?
        for word in words where !word.hasPrefix("-") {
            let wanted = word.replacing("_", with: "-")
            guard let command = level.first(where: { $0.name == wanted }) else {
                if found != nil && level.isEmpty { break }
                let names = level.map(\.name)
                throw .unknownCommand(
                    word, nearest: nearestName(to: wanted, among: names), among: names)
            }
            found = command
            path.append(command.name)
            level = command.subcommands
        }
        return found?.help(path: [name] + path, environmentPrefix) ?? help()
    }
}

private struct SettingsFileOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "JSON object of option names and values; the environment and flags win over it",
            valueName: "FILE"))
    var config: Path?
}
