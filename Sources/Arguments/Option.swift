import Synchronization

/// One option of a command: its name, help and default where it is declared, its value where the command runs.
///
/// The name is the property's in lower case, words joined by dashes, unless another is given. An option without a
/// default has to be given, unless its type is optional.
@propertyWrapper
public struct Option<Value: OptionValue>: Sendable {
    private let name: NameSpecification
    private let help: ArgumentHelp
    private let defaultValue: Value?
    private var cell = Cell<Value>()

    /// Declares an option that has a default.
    public init(
        wrappedValue: Value, name: NameSpecification = .long, help: ArgumentHelp
    ) {
        self.name = name
        self.help = help
        defaultValue = wrappedValue
    }

    /// Declares an option without a default.
    public init(name: NameSpecification = .long, help: ArgumentHelp) {
        self.name = name
        self.help = help
        defaultValue = Value.absent
    }

    /// The value that was given, or the default.
    public var wrappedValue: Value {
        get {
            guard let value = cell.value ?? defaultValue else {
                preconditionFailure("an option that has to be given was read before any line was")
            }
            return value
        }
        set {
            cell = Cell()
            cell.fill(newValue, .commandLine)
        }
    }

    /// Where the value comes from.
    public var projectedValue: Origin { cell.origin }
}

/// An option that is said by its name alone; `--no-name` says the opposite.
public typealias Flag = Option<Bool>

extension Option: DeclaredArgument {
    func declare(_ label: String, in declarations: inout Declarations) {
        declarations.add(row(label))
    }

    func fill(_ label: String, from parsed: ParsedOptions) {
        let row = row(label)
        let setting = parsed[row.name]
        if setting.origin == .standard { return }
        guard let value = Value(words: setting.words) else {
            preconditionFailure("--\(row.name) is declared twice, with different types")
        }
        cell.fill(value, setting.origin)
    }

    private func row(_ label: String) -> OptionRow {
        OptionRow(
            name: name.long ?? kebabCase(label),
            short: name.short ?? (name.hasDerivedShort ? label.first : nil),
            help: help.abstract, placeholder: help.valueName ?? Value.placeholder,
            choices: Value.choices, arity: Value.arity, namesFiles: Value.namesFiles,
            defaultWords: defaultValue?.words ?? [], isRequired: defaultValue == nil,
            expectation: Value.expectation, pieces: Value.pieces,
            canonical: { Value(words: $0)?.words })
    }
}

/// The words of a line that belong to no option. A command has one such argument at most.
@propertyWrapper
public struct Argument<Value: OptionValue>: Sendable {
    private let help: ArgumentHelp
    private let counts: ClosedRange<Int>
    private let defaultValue: Value?
    private var cell = Cell<Value>()

    /// Declares a list of words.
    /// - Parameter count: how many there may be.
    public init<Element>(
        wrappedValue: Value = [], help: ArgumentHelp, count: ClosedRange<Int> = 0...Int.max
    ) where Value == [Element] {
        self.help = help
        counts = count
        defaultValue = wrappedValue
    }

    /// Declares one word; it may be left out where its type is optional.
    public init(help: ArgumentHelp) {
        self.help = help
        defaultValue = Value.absent
        counts = (defaultValue == nil ? 1 : 0)...1
    }

    /// The words.
    public var wrappedValue: Value {
        get {
            guard let value = cell.value ?? defaultValue else {
                preconditionFailure("an argument was read before any line was")
            }
            return value
        }
        set {
            cell = Cell()
            cell.fill(newValue, .commandLine)
        }
    }
}

extension Argument: DeclaredArgument {
    func declare(_ label: String, in declarations: inout Declarations) {
        precondition(declarations.positionals.maximum == 0, "a command takes one argument")
        declarations.positionals = Positionals(
            help.valueName ?? kebabCase(label).uppercased(), minimum: counts.lowerBound,
            maximum: counts.upperBound, choices: Value.choices, help: help.abstract)
    }

    func fill(_ label: String, from parsed: ParsedOptions) {
        guard !parsed.positionals.isEmpty else { return }
        guard let value = Value(words: parsed.positionals) else {
            preconditionFailure("the words of \(label) were not checked")
        }
        cell.fill(value, .commandLine)
    }
}

/// Options that several commands share, under a heading of help.
///
/// The same group may stand in two groups of one command: its options are declared once and hold one value.
@propertyWrapper
public struct OptionGroup<Group: ParsableArguments>: Sendable {
    private let title: String?
    /// The options.
    public var wrappedValue: Group

    /// Gathers the options of a struct.
    /// - Parameter title: the heading; by default that of the group around it.
    public init(title: String? = nil) {
        self.title = title
        wrappedValue = Group()
    }
}

extension OptionGroup: DeclaredArgument {
    func declare(_ label: String, in declarations: inout Declarations) {
        declarations.add(Declarations(of: wrappedValue), under: title)
    }

    func fill(_ label: String, from parsed: ParsedOptions) { _ = parsed.filled(wrappedValue) }
}

/// Every setting of the line with its origin, as `--dry-run` shows them.
@propertyWrapper
public struct ResolvedSettings: Sendable {
    private var cell = Cell<[ResolvedSetting]>()

    /// Nothing until a line was read.
    public init() {}

    /// Every option in the order of help.
    public var wrappedValue: [ResolvedSetting] { cell.value ?? [] }
}

extension ResolvedSettings: DeclaredArgument {
    func declare(_ label: String, in declarations: inout Declarations) {}
    func fill(_ label: String, from parsed: ParsedOptions) {
        cell.fill(parsed.settings, .commandLine)
    }
}

/// Options of other commands that this one takes and hands on, without defaults of its own.
@propertyWrapper
public struct PassedOptions: Sendable {
    private let sections: [OptionSection]
    private var cell = Cell<[ResolvedSetting]>()

    /// Declares the options under their headings.
    public init(_ sections: [OptionSection]) { self.sections = sections }

    /// The options that somebody gave, in the order of help.
    public var wrappedValue: [ResolvedSetting] { cell.value ?? [] }
}

extension PassedOptions: DeclaredArgument {
    func declare(_ label: String, in declarations: inout Declarations) {
        for section in sections { declarations.add(section) }
    }

    func fill(_ label: String, from parsed: ParsedOptions) {
        let own = Set(sections.flatMap(\.rows).map(\.name))
        cell.fill(
            parsed.settings.filter { own.contains($0.name) && $0.origin != .standard },
            .commandLine)
    }
}

/// The value of a declared option, filled once when a line was read.
///
/// A copy of a wrapper shares its cell until it is assigned, which gives it one of its own.
final class Cell<Value: Sendable>: Sendable {
    private let content = Mutex<(value: Value?, origin: Origin)>((nil, .standard))

    var value: Value? { content.withLock { $0.value } }
    var origin: Origin { content.withLock { $0.origin } }

    func fill(_ value: Value, _ origin: Origin) {
        content.withLock { $0 = (value, origin) }
    }
}
