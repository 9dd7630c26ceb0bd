/// What an option is called on the command line.
public struct NameSpecification: ExpressibleByArrayLiteral, Sendable {
    /// One of its spellings.
    public enum Element: Hashable, Sendable {
        /// The property's name, words joined by dashes.
        case long
        /// The property's first letter.
        case short
        /// A name of its own, without the dashes before it.
        case customLong(String)
        /// A letter of its own.
        case customShort(Character)
    }

    private let elements: [Element]

    /// Gathers spellings.
    public init(arrayLiteral elements: Element...) { self.elements = elements }

    /// The property's name.
    public static let long: NameSpecification = [.long]
    /// The property's name, and its first letter.
    public static let shortAndLong: NameSpecification = [.short, .long]

    /// A name of its own.
    public static func customLong(_ name: String) -> NameSpecification { [.customLong(name)] }

    var long: String? {
        for case .customLong(let name) in elements { return name }
        return nil
    }

    var short: Character? {
        for case .customShort(let letter) in elements { return letter }
        return nil
    }

    var hasDerivedShort: Bool { elements.contains(.short) }
}

/// What help says of an option.
public struct ArgumentHelp: ExpressibleByStringInterpolation, Sendable {
    /// One line: unit first, source last.
    public let abstract: String
    /// What stands for the value, where the type's own word is too vague.
    public let valueName: String?

    /// Describes an option.
    public init(_ abstract: String, valueName: String? = nil) {
        self.abstract = abstract
        self.valueName = valueName
    }

    /// Describes an option.
    public init(stringLiteral abstract: String) { self.init(abstract) }
}

/// `maxSeqLen` as `max-seq-len`.
func kebabCase(_ label: String) -> String {
    var name = ""
    for character in label {
        if character.isUppercase {
            name += "-" + character.lowercased()
        } else {
            name.append(character)
        }
    }
    return name
}
