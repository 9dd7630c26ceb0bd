/// An option without the type of its value: what parsing, help and completion need.
public struct OptionRow: Sendable {
    /// Lower case, words joined by dashes.
    public let name: String
    /// The letter that stands for the name.
    public let short: Character?
    /// One line.
    public let help: String
    /// What stands for the value in help.
    public let placeholder: String
    /// The only words taken; empty where any will do.
    public let choices: [String]
    /// How many words follow.
    public let arity: OptionArity
    /// Whether the words name files.
    public let namesFiles: Bool
    /// The default, spelled; empty for none.
    public let defaultWords: [String]
    /// Whether the command refuses to start without it.
    public let isRequired: Bool

    let expectation: String
    /// The elements of a list that one word spells.
    let pieces: @Sendable (String) -> [String]
    /// The words as the value itself spells them (`1e6` is `1000000`); nil where they spell none.
    public let canonical: @Sendable ([String]) -> [String]?

    /// The same option under another name, without a letter and without a default: for commands that pass it on.
    public func passedOn(as name: String) -> OptionRow {
        OptionRow(
            name: name, short: nil, help: help, placeholder: placeholder, choices: choices,
            arity: arity, namesFiles: namesFiles, defaultWords: [], isRequired: false,
            expectation: expectation, pieces: pieces, canonical: canonical)
    }

    /// The variable that sets the option, such as `RETRO_MAX_SEQ_LEN`.
    public func environmentName(prefix: String) -> String {
        prefix + name.replacing("-", with: "_").uppercased()
    }
}

/// A heading of help and the options under it.
public struct OptionSection: Sendable {
    /// The heading.
    public let title: String
    /// The options in the order of help.
    public let rows: [OptionRow]
    /// Whether help and completions leave it out, as what is said elsewhere.
    public let isHidden: Bool

    /// Gathers rows under a heading.
    public init(_ title: String, _ rows: [OptionRow], isHidden: Bool = false) {
        self.title = title
        self.rows = rows
        self.isHidden = isHidden
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
    /// What they are, in a line of help.
    public let help: String

    init(
        _ placeholder: String, minimum: Int, maximum: Int, choices: [String] = [],
        help: String = ""
    ) {
        self.placeholder = placeholder
        self.minimum = minimum
        self.maximum = maximum
        self.choices = choices
        self.help = help
    }

    /// No words.
    static let none = Positionals("", minimum: 0, maximum: 0)
}
