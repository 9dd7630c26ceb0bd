/// A property wrapper that declares something of a command line.
protocol DeclaredArgument {
    /// Adds what is declared to a command's table.
    func declare(_ label: String, in declarations: inout Declarations)
    /// Takes what was given.
    func fill(_ label: String, from parsed: ParsedOptions)
}

/// The table of a command, read off its properties.
struct Declarations: Sendable {
    /// Options under their headings.
    private(set) var sections: [OptionSection] = []
    /// The words that belong to no option.
    var positionals = Positionals.none

    init() {}

    /// What `arguments` declares, in the order of its properties.
    init(of arguments: some ParsableArguments) {
        for (label, wrapper) in wrappers(in: arguments) { wrapper.declare(label, in: &self) }
    }

    /// Every option.
    var rows: [OptionRow] { sections.flatMap(\.rows) }

    mutating func add(_ row: OptionRow) {
        add(OptionSection("", [row]))
    }

    /// Adds what is not there yet; an option that two groups share is one.
    mutating func add(_ section: OptionSection) {
        let known = Set(rows.map(\.name))
        let new = section.rows.filter { !known.contains($0.name) }
        guard !new.isEmpty else { return }
        let index = sections.firstIndex {
            $0.title == section.title && $0.isHidden == section.isHidden
        }
        if let index {
            sections[index] = OptionSection(
                section.title, sections[index].rows + new, isHidden: section.isHidden)
        } else {
            sections.append(OptionSection(section.title, new, isHidden: section.isHidden))
        }
    }

    mutating func add(_ other: Declarations, under title: String?) {
        for section in other.sections {
            let heading = section.title.isEmpty ? title ?? "" : section.title
            add(OptionSection(heading, section.rows, isHidden: section.isHidden))
        }
        if other.positionals.maximum > 0 { positionals = other.positionals }
    }
}

/// The wrappers among the properties of `arguments`, by name.
private func wrappers(
    in arguments: some ParsableArguments
) -> [(label: String, wrapper: any DeclaredArgument)] {
    Mirror(reflecting: arguments).children.compactMap { child in
        guard let label = child.label, let wrapper = child.value as? any DeclaredArgument else {
            return nil
        }
        return (label.hasPrefix("_") ? String(label.dropFirst()) : label, wrapper)
    }
}

/// A line that was read: a value for every option of the table, and the words that belong to none.
struct ParsedOptions: Sendable {
    /// Every option in the table's order.
    let settings: [ResolvedSetting]
    /// The words that belong to no option, in order.
    let positionals: [String]

    private let indices: [String: Int]

    init(settings: [ResolvedSetting], positionals: [String]) {
        self.settings = settings
        self.positionals = positionals
        indices = Dictionary(
            settings.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: min)
    }

    subscript(name: String) -> ResolvedSetting {
        guard let index = indices[name] else {
            preconditionFailure("--\(name) was not in the table that the line was read against")
        }
        return settings[index]
    }

    /// `arguments` with the values of this line; it must be fresh.
    func filled<Arguments: ParsableArguments>(_ arguments: Arguments) -> Arguments {
        for (label, wrapper) in wrappers(in: arguments) { wrapper.fill(label, from: self) }
        return arguments
    }
}

/// One line of the resolved settings.
public struct ResolvedSetting: Hashable, Sendable {
    /// The option's name.
    public let name: String
    /// The value, spelled.
    public let words: [String]
    /// Who said so.
    public let origin: Origin
    /// Whether the words name files.
    public let namesFiles: Bool

    /// Puts them together.
    public init(name: String, words: [String], origin: Origin, namesFiles: Bool = false) {
        self.name = name
        self.words = words
        self.origin = origin
        self.namesFiles = namesFiles
    }
}
