/// What a command was told: a value for every option of its table, with its origin, and the words
/// that belong to no option.
public struct Options: Sendable {
    /// One line of the resolved settings.
    public struct Setting: Hashable, Sendable {
        /// The option's name.
        public let name: String
        /// The value, spelled.
        public let words: [String]
        /// Who said so.
        public let origin: Origin

        /// Puts the three together.
        public init(name: String, words: [String], origin: Origin) {
            self.name = name
            self.words = words
            self.origin = origin
        }
    }

    /// Every option in the table's order.
    public let settings: [Setting]
    /// The words that belong to no option, in order.
    public let positionals: [String]

    private let indices: [String: Int]

    init(settings: [Setting], positionals: [String]) {
        self.settings = settings
        self.positionals = positionals
        indices = Dictionary(
            uniqueKeysWithValues: settings.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// The value of an option in the command's table.
    public subscript<Value>(option: Option<Value>) -> Value {
        let setting = setting(option)
        if setting.origin == .standard, let value = option.defaultValue { return value }
        guard let value = Value(words: setting.words) else {
            preconditionFailure("--\(option.row.name) was read with another type.")
        }
        return value
    }

    /// Whether the option is in the command's table.
    public func has<Value>(_ option: Option<Value>) -> Bool { indices[option.row.name] != nil }

    /// Who said so.
    public func origin<Value>(of option: Option<Value>) -> Origin { setting(option).origin }

    /// What was said by the option called `name`; nil where nobody said anything, or there is none.
    public func given(_ name: String) -> [String]? {
        guard let index = indices[name], settings[index].origin != .standard else { return nil }
        return settings[index].words
    }

    /// Whether anyone gave the option.
    public func isGiven<Value>(_ option: Option<Value>) -> Bool {
        setting(option).origin != .standard
    }

    private func setting<Value>(_ option: Option<Value>) -> Setting {
        guard let index = indices[option.row.name] else {
            preconditionFailure("--\(option.row.name) is not in this command's table.")
        }
        return settings[index]
    }
}
