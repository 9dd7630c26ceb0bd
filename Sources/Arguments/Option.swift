/// One option of a command, with the type of its value.
///
/// ```swift
/// static let depth = Option("depth", default: 20, "layers; everything else follows")
/// …
/// let layers = options[depth]
/// ```
public struct Option<Value: OptionValue>: Sendable {
    /// The row of the command's table.
    public let row: OptionRow
    /// What it is when nobody says otherwise; nil for an option that has to be given.
    public let defaultValue: Value?

    /// Describes an option that has a default.
    /// - Parameters:
    ///   - name: lower case, words joined by dashes; typed with two dashes before it.
    ///   - short: one letter, typed with one dash before it.
    ///   - placeholder: what stands for the value in help, when the type's word is too vague.
    ///   - help: one line; unit first, source last.
    public init(
        _ name: String, short: Character? = nil, default defaultValue: Value,
        placeholder: String? = nil, _ help: String
    ) {
        self.defaultValue = defaultValue
        row = OptionRow(
            name: name, short: short, help: help, placeholder: placeholder ?? Value.placeholder,
            choices: Value.choices, arity: Value.arity, namesFiles: Value.namesFiles,
            defaultWords: defaultValue.words, isRequired: false, expectation: Value.expectation,
            canonical: { Value(words: $0)?.words })
    }

    /// Describes an option that has to be given.
    public init(
        required name: String, short: Character? = nil, placeholder: String? = nil,
        _ help: String
    ) {
        defaultValue = nil
        row = OptionRow(
            name: name, short: short, help: help, placeholder: placeholder ?? Value.placeholder,
            choices: Value.choices, arity: Value.arity, namesFiles: Value.namesFiles,
            defaultWords: [], isRequired: true, expectation: Value.expectation,
            canonical: { Value(words: $0)?.words })
    }
}

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

    /// The same option under another name, without a letter and without a default: for commands that pass it on.
    public func passedOn(as name: String) -> OptionRow {
        OptionRow(
            name: name, short: nil, help: help, placeholder: placeholder, choices: choices,
            arity: arity, namesFiles: namesFiles, defaultWords: [], isRequired: false,
            expectation: expectation, canonical: canonical)
    }

    let expectation: String
    /// The words as the value itself spells them (`1e6` is `1000000`); nil where they spell none.
    let canonical: @Sendable ([String]) -> [String]?

    /// The variable that sets the option, such as `RETRO_MAX_SEQ_LEN`.
    public func environmentName(prefix: String) -> String {
        prefix + name.replacing("-", with: "_").uppercased()
    }
}

/// A heading of help and the options under it.
public struct OptionGroup: Sendable {
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
