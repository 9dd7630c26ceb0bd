/// A type that an option can have: how it is read from a word, shown, and completed.
public protocol OptionValue: Sendable {
    /// The value that these words spell; nil where they spell none.
    ///
    /// Everything but a list is given exactly one word.
    init?(words: [String])

    /// The words that spell the value, as `--dry-run` prints it.
    var words: [String] { get }

    /// What stands for the value in help, such as `N`.
    static var placeholder: String { get }

    /// The only words taken, where there are few.
    static var choices: [String] { get }

    /// How many words follow the name.
    static var arity: OptionArity { get }

    /// Whether the words name files, which shells complete.
    static var namesFiles: Bool { get }

    /// The elements of a list that one word spells: `a,b` is two numbers or names, and one text.
    static func pieces(of word: String) -> [String]

    /// What an option of this type is when nobody says anything; nil where it has to be given.
    static var absent: Self? { get }
}

/// How many words an option takes.
public enum OptionArity: Hashable, Sendable {
    /// None: the name itself says yes, `--no-name` no, `--name=false` too.
    case flag
    /// Exactly one.
    case one
    /// All that follow, to the next name; and the name may be given again.
    case many
}

extension OptionValue {
    /// Any word will do.
    public static var choices: [String] { [] }
    /// One word follows.
    public static var arity: OptionArity { .one }
    /// Shells have nothing to complete.
    public static var namesFiles: Bool { false }
    /// Free text and paths keep their commas.
    public static func pieces(of word: String) -> [String] { [word] }
    /// It has to be given.
    public static var absent: Self? { nil }

    /// A word at its commas.
    static func split(_ word: String) -> [String] { word.split(separator: ",").map(String.init) }
    static var pieces: @Sendable (String) -> [String] { { pieces(of: $0) } }

    /// What a value must look like, for an error.
    static var expectation: String {
        switch (choices.isEmpty, arity) {
        case (false, .many): "some of \(choices.joined(separator: ", "))"
        case (false, _): "one of \(choices.joined(separator: ", "))"
        case (true, _): placeholder
        }
    }
}

extension Int: OptionValue {
    /// Reads whole numbers, also written `1e6`, `1_000` or `2.5e9`.
    public init?(words: [String]) {
        guard let word = words.first, words.count == 1 else { return nil }
        let digits = word.filter { $0 != "_" }
        if let exact = Int(digits) {
            self = exact
        } else if digits.contains(where: { $0 == "e" || $0 == "E" }), let number = Double(digits),
            let exact = Int(exactly: number)
        {
            self = exact
        } else {
            return nil
        }
    }

    /// The digits.
    public var words: [String] { [String(self)] }
    /// A whole number.
    public static var placeholder: String { "N" }
    /// Between commas.
    public static func pieces(of word: String) -> [String] { split(word) }
}

extension UInt64: OptionValue {
    /// Reads whole numbers that are not negative.
    public init?(words: [String]) {
        if let word = words.first, words.count == 1, let exact = UInt64(word) {
            self = exact
        } else if let number = Int(words: words), number >= 0 {
            self = UInt64(number)
        } else {
            return nil
        }
    }

    /// The digits.
    public var words: [String] { [String(self)] }
    /// A whole number.
    public static var placeholder: String { "N" }
    /// Between commas.
    public static func pieces(of word: String) -> [String] { split(word) }
}

extension Double: OptionValue {
    /// Reads finite numbers.
    public init?(words: [String]) {
        guard let word = words.first, words.count == 1,
            let number = Double(word.filter { $0 != "_" }), number.isFinite
        else { return nil }
        self = number
    }

    /// The shortest spelling that reads back to the same number.
    public var words: [String] { [description] }
    /// A number.
    public static var placeholder: String { "X" }
    /// Between commas.
    public static func pieces(of word: String) -> [String] { split(word) }
}

extension Bool: OptionValue {
    /// Reads yes and no in the spellings of shells, JSON and Python.
    public init?(words: [String]) {
        switch words.first?.lowercased() {
        case "true", "1", "yes", "on": self = true
        case "false", "0", "no", "off": self = false
        default: return nil
        }
    }

    /// `true` or `false`.
    public var words: [String] { [String(self)] }
    /// Yes or no.
    public static var placeholder: String { "true|false" }
    /// The name is enough.
    public static var arity: OptionArity { .flag }
}

extension String: OptionValue {
    /// Takes the word as it is.
    public init?(words: [String]) {
        guard let word = words.first, words.count == 1 else { return nil }
        self = word
    }

    /// The text.
    public var words: [String] { [self] }
    /// Any text.
    public static var placeholder: String { "TEXT" }
}

/// A path as the user typed it; commas belong to it, and shells complete it.
public struct Path: OptionValue, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The path.
    public let string: String

    /// Names a path.
    public init(_ string: String) { self.string = string }

    /// Names a path.
    public init(stringLiteral string: String) { self.string = string }

    /// Takes the word as it is; an empty one names nothing.
    public init?(words: [String]) {
        guard let word = words.first, words.count == 1, !word.isEmpty else { return nil }
        string = word
    }

    /// The path.
    public var words: [String] { [string] }
    /// The path.
    public var description: String { string }
    /// A file or folder.
    public static var placeholder: String { "PATH" }
    /// Shells complete it.
    public static var namesFiles: Bool { true }
}

/// A name: of an experiment, a task, a metric. Unlike free text it has no comma, so a word may hold several.
public struct Name: OptionValue, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name.
    public let string: String

    /// Takes a word.
    public init(_ string: String) { self.string = string }

    /// Takes a word.
    public init(stringLiteral string: String) { self.string = string }

    /// Takes a word; an empty one names nothing.
    public init?(words: [String]) {
        guard let word = words.first, words.count == 1, !word.isEmpty else { return nil }
        string = word
    }

    /// The name.
    public var words: [String] { [string] }
    /// The name.
    public var description: String { string }
    /// A name.
    public static var placeholder: String { "NAME" }
    /// Between commas.
    public static func pieces(of word: String) -> [String] { split(word) }
}

extension OptionValue where Self: CaseIterable & RawRepresentable, RawValue == String {
    /// Reads the name of a case; dashes and underscores are the same.
    public init?(words: [String]) {
        guard let word = words.first, words.count == 1 else { return nil }
        let wanted = word.replacing("_", with: "-")
        guard
            let match = Self.allCases.first(where: {
                $0.rawValue.replacing("_", with: "-") == wanted
            })
        else { return nil }
        self = match
    }

    /// The case's name.
    public var words: [String] { [rawValue] }
    /// The names.
    public static var placeholder: String { choices.joined(separator: "|") }
    /// The names of all cases.
    public static var choices: [String] { allCases.map(\.rawValue) }
    /// Between commas.
    public static func pieces(of word: String) -> [String] { split(word) }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    /// Reads a value that is there.
    public init?(words: [String]) {
        guard let wrapped = Wrapped(words: words) else { return nil }
        self = .some(wrapped)
    }

    /// The value's words; none without a value.
    public var words: [String] { map(\.words) ?? [] }
    /// As of the value.
    public static var placeholder: String { Wrapped.placeholder }
    /// As of the value.
    public static var choices: [String] { Wrapped.choices }
    /// As of the value.
    public static var arity: OptionArity { Wrapped.arity }
    /// As of the value.
    public static var namesFiles: Bool { Wrapped.namesFiles }
    /// As of the value.
    public static func pieces(of word: String) -> [String] { Wrapped.pieces(of: word) }
    /// No value.
    public static var absent: Wrapped?? { .some(nil) }
}

extension Array: OptionValue where Element: OptionValue {
    /// Reads each word, and each piece of it where the element's type has pieces.
    public init?(words: [String]) {
        self = []
        for word in words.flatMap(Element.pieces(of:)) {
            guard let element = Element(words: [word]) else { return nil }
            append(element)
        }
    }

    /// The words of all.
    public var words: [String] { flatMap(\.words) }
    /// As of one, repeated.
    public static var placeholder: String { Element.placeholder + "…" }
    /// As of one.
    public static var choices: [String] { Element.choices }
    /// Any number.
    public static var arity: OptionArity { .many }
    /// As of one.
    public static var namesFiles: Bool { Element.namesFiles }
    /// As of one.
    public static func pieces(of word: String) -> [String] { Element.pieces(of: word) }
}
