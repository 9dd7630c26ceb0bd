/// A command line, a variable or a settings file that makes no sense.
public enum UsageError: Error, Hashable, CustomStringConvertible {
    /// No such verb.
    case unknownCommand(String, nearest: String?, among: [String])
    /// A verb that only gathers others came alone.
    case missingSubcommand(of: String, among: [String])
    /// No such option.
    case unknownOption(String, nearest: String?, command: String)
    /// A key of the settings file that is no option.
    case unknownKey(String, nearest: String?, file: String)
    /// A name without the value it needs.
    case missingValue(option: String, expected: String)
    /// A value of another type, or a choice that does not exist.
    case badValue(String, option: String, expected: String, nearest: String?, origin: Origin)
    /// An option that has to be given.
    case missingOption(String, command: String)
    /// Words that belong to no option.
    case wrongPositionals(given: [String], expected: Positionals, command: String)
    /// An option before the verb.
    case optionBeforeCommand(String)
    /// A settings file that cannot be used.
    case badFile(String, reason: String)

    /// One sentence: what is wrong, and what would be right.
    public var description: String {
        switch self {
        case .unknownCommand(let word, let nearest, let names):
            "no command '\(word)'" + Self.suggestion(nearest, else: names)
        case .missingSubcommand(let command, let names):
            "'\(command)' needs one of: \(names.joined(separator: ", "))."
        case .unknownOption(let name, let nearest, let command):
            "'\(command)' has no option \(name)"
                + (nearest.map { "; did you mean --\($0)?" } ?? "; see \(command) --help.")
        case .unknownKey(let key, let nearest, let file):
            "\(file): no option is called '\(key)'"
                + (nearest.map { "; did you mean '\($0)'?" } ?? ".")
        case .missingValue(let option, let expected):
            "\(option) needs a value (\(expected))."
        case .badValue(let word, let option, let expected, let nearest, let origin):
            "--\(option) takes \(expected), not '\(word)'"
                + (origin == .commandLine ? "" : " (from \(origin))")
                + (nearest.map { "; did you mean '\($0)'?" } ?? ".")
        case .missingOption(let option, let command):
            "'\(command)' needs --\(option); see \(command) --help."
        case .wrongPositionals(let given, let expected, let command):
            Self.complaint(about: given, expected, command)
        case .optionBeforeCommand(let option):
            "\(option) stands before the command; options follow it."
        case .badFile(let path, let reason):
            "cannot read settings from \(path): \(reason)"
        }
    }

    private static func suggestion(_ nearest: String?, else names: [String]) -> String {
        nearest.map { "; did you mean '\($0)'?" } ?? "; there are \(names.joined(separator: ", "))."
    }

    private static func complaint(
        about given: [String], _ expected: Positionals, _ command: String
    ) -> String {
        if expected.maximum == 0 {
            return "'\(command)' takes options only, not '\(given.first ?? "")'; options begin"
                + " with --."
        }
        if !expected.choices.isEmpty,
            let bad = given.first(where: { !expected.choices.contains($0) })
        {
            return "'\(command)' takes one of \(expected.choices.joined(separator: ", ")), not"
                + " '\(bad)'."
        }
        let count =
            switch (expected.minimum, expected.maximum) {
            case (let low, let high) where low == high: "\(low)"
            case (let low, .max): "at least \(low)"
            case (let low, let high): "\(low) to \(high)"
            }
        return "'\(command)' takes \(count) \(expected.placeholder), and was given \(given.count)."
    }
}
