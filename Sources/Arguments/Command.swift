/// A verb of the program's table: one that does something, or one that only gathers others.
public struct Command<Context>: Sendable {
    /// A command that has read its options.
    public typealias Action = @Sendable (Context) throws -> ExitCode

    /// The name and the help.
    public let configuration: CommandConfiguration
    /// The verbs below this one.
    public let subcommands: [Command]
    /// What it declares.
    let declarations: Declarations
    /// Reads the options of a line.
    private let prepare: (@Sendable (ParsedOptions) -> Action)?

    /// The verb that `type` describes.
    public init<Body: ParsableCommand>(_ type: Body.Type) where Body.Context == Context {
        configuration = type.configuration
        subcommands = []
        declarations = Declarations(of: Body())
        prepare = { parsed in
            let body = parsed.filled(Body())
            return { try body.run(in: $0) }
        }
    }

    /// A verb that only gathers others.
    public init(_ commandName: String, _ abstract: String, subcommands: [Command]) {
        configuration = CommandConfiguration(commandName: commandName, abstract: abstract)
        self.subcommands = subcommands
        declarations = Declarations()
        prepare = nil
    }

    /// The word that is typed.
    public var name: String { configuration.commandName }

    /// Every option, in the order of help.
    public var rows: [OptionRow] { declarations.rows }

    /// Those that help shows.
    var shownRows: [OptionRow] { declarations.sections.filter { !$0.isHidden }.flatMap(\.rows) }

    /// The words that belong to no option.
    var positionals: Positionals { declarations.positionals }

    func action(_ parsed: ParsedOptions) -> Action {
        guard let prepare else { preconditionFailure("\(name) only gathers other commands.") }
        return prepare(parsed)
    }
}
