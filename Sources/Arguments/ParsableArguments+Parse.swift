public import Foundation

extension ParsableCommand {
    /// The options that a line of this command gives.
    /// - Parameters:
    ///   - words: the line without the command's name.
    ///   - environment: variables that count; by default none has a say.
    ///   - prefix: what variables that set options begin with.
    ///   - readFile: gives the bytes of the settings file that `--config` names.
    public static func parse(
        _ words: [String], environment: [String: String] = [:], prefix: String = "",
        readFile: (String) throws -> Data = { _ in throw NoSettingsFile() }
    ) throws(UsageError) -> Self {
        let declarations = Declarations(of: Self())
        let config = Program<Context>.config
        let reader = OptionReader(
            rows: declarations.rows + [config], positionals: declarations.positionals,
            command: configuration.commandName, config: config, environmentPrefix: prefix)
        return try reader.read(words, environment: environment, readFile: readFile).filled(Self())
    }
}

/// A settings file was named where none can be read.
public struct NoSettingsFile: Error, CustomStringConvertible {
    /// Made where a file is asked for.
    public init() {}

    /// What happened.
    public var description: String { "settings files are read at the command line only." }
}
