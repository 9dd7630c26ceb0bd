/// A verb: its name, its table of options, and what it does.
///
/// A command with subcommands does nothing itself.
public struct Command<Context>: Sendable {
    /// What the command does.
    public typealias Action = @Sendable (Context, Options) throws -> ExitCode

    /// The word that is typed.
    public let name: String
    /// One line for the list of commands.
    public let summary: String
    /// What the line cannot say.
    public let details: String
    /// Lines to copy, without the program's name, each with what it does.
    public let examples: [Example]
    /// The table of options.
    public let groups: [OptionGroup]
    /// The words that belong to no option.
    public let positionals: Positionals
    /// The verbs below this one.
    public let subcommands: [Command]

    let action: Action?

    /// Describes a verb that does something.
    public init(
        _ name: String, _ summary: String, details: String = "", examples: [Example],
        positionals: Positionals = .none, options groups: [OptionGroup], action: @escaping Action
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.examples = examples
        self.groups = groups
        self.positionals = positionals
        self.action = action
        subcommands = []
    }

    /// Describes a verb that only gathers others.
    public init(
        _ name: String, _ summary: String, details: String = "", examples: [Example] = [],
        subcommands: [Command]
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.examples = examples
        self.subcommands = subcommands
        groups = []
        positionals = .none
        action = nil
    }

    /// Every option, in the order of help.
    public var rows: [OptionRow] { groups.flatMap(\.rows) }

    /// Those that help shows.
    var shownRows: [OptionRow] { groups.filter { !$0.isHidden }.flatMap(\.rows) }

    /// Does it.
    public func run(in world: Context, _ options: Options) throws -> ExitCode {
        guard let action else { preconditionFailure("\(name) only gathers other commands.") }
        return try action(world, options)
    }
}

/// A command line to copy.
public struct Example: Hashable, Sendable {
    /// The line, without the program's name.
    public let line: String
    /// What it does.
    public let effect: String

    /// Pairs a line with what it does.
    public init(_ line: String, _ effect: String) {
        self.line = line
        self.effect = effect
    }
}

/// How many words a command takes that belong to no option, and what they are called.
public struct Positionals: Hashable, Sendable {
    /// What stands for one in help, such as `ID`; empty for none.
    public let placeholder: String
    /// The fewest.
    public let minimum: Int
    /// The most.
    public let maximum: Int
    /// The only words taken; empty where any will do.
    public let choices: [String]

    /// Describes the words.
    public init(_ placeholder: String, minimum: Int, maximum: Int, choices: [String] = []) {
        self.placeholder = placeholder
        self.minimum = minimum
        self.maximum = maximum
        self.choices = choices
    }

    /// No words.
    public static let none = Positionals("", minimum: 0, maximum: 0)
}

/// What the program says to its caller when it ends.
public struct ExitCode: Hashable, Sendable {
    /// The number.
    public let rawValue: Int32

    /// Names a number.
    public init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// All is well.
    public static let success = ExitCode(0)
    /// It did not work.
    public static let failure = ExitCode(1)
    /// The command line makes no sense.
    public static let usage = ExitCode(2)
    /// Stopped on request; the same command goes on from here (EX_TEMPFAIL of sysexits.h).
    public static let resumable = ExitCode(75)

    /// Ended by a signal, as shells count it.
    public static func signal(_ number: Int32) -> ExitCode { ExitCode(128 + number) }
}
