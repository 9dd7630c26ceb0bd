/// A struct whose properties are options: `@Option`, `@Flag`, `@Argument` and `@OptionGroup` declare each one's
/// name, default and help, and hold its value when the command runs.
///
/// ```swift
/// struct Model: ParsableArguments {
///     @Option(name: [.short, .long], help: "layers; the width and the heads follow")
///     var depth = 20
/// }
/// ```
///
/// What a struct does not declare cannot be read from it. The names are swift-argument-parser's.
public protocol ParsableArguments: Sendable {
    /// Every option at its default.
    init()
}

/// A verb: the options it takes, and what it does with them.
public protocol ParsableCommand<Context>: ParsableArguments {
    /// What the program hands to its commands.
    associatedtype Context

    /// The verb's name and its help.
    static var configuration: CommandConfiguration { get }

    /// Does it.
    func run(in context: Context) throws -> ExitCode
}

/// The name of a verb, and what help says of it.
public struct CommandConfiguration: Sendable {
    /// The word that is typed.
    public let commandName: String
    /// One line for the list of commands.
    public let abstract: String
    /// What the line cannot say.
    public let discussion: String
    /// Lines to copy, without the program's name, each with what it does.
    public let examples: [Example]

    /// Describes a verb.
    public init(
        commandName: String, abstract: String, discussion: String = "", examples: [Example] = []
    ) {
        self.commandName = commandName
        self.abstract = abstract
        self.discussion = discussion
        self.examples = examples
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
