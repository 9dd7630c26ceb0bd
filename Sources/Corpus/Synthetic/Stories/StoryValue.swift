/// A character: a name and the pronouns that stand for it.
struct StoryPerson: Sendable {
    var name: [UInt8]
    var isFemale: Bool

    /// The words `she`, `her`, `her`, `herself`, `girl`, or their counterparts.
    func pronoun(_ form: StoryForm) -> StaticString? {
        switch form {
        case .subject: isFemale ? "she" : "he"
        case .capitalSubject: isFemale ? "She" : "He"
        case .object: isFemale ? "her" : "him"
        case .possessive: isFemale ? "her" : "his"
        case .capitalPossessive: isFemale ? "Her" : "His"
        case .reflexive: isFemale ? "herself" : "himself"
        case .kind: isFemale ? "girl" : "boy"
        default: nil
        }
    }
}

/// A countable thing with the adjectives that suit it.
struct StoryNoun: Sendable {
    var singular: [UInt8]
    var plural: [UInt8]
    var adjectives: [[UInt8]]
}

/// What a slot of a story holds while the story is told.
enum StoryValue: Sendable {
    case person(StoryPerson)
    /// The adjective is chosen once, so that a red ball stays red.
    case noun(StoryNoun, adjective: [UInt8])
    case text([UInt8])
    case number(Int)
}

/// The form in which a slot is written; the raw value is its spelling in the grammar.
enum StoryForm: String, Sendable {
    case plain = ""
    case subject = "he"
    case capitalSubject = "He"
    case object = "him"
    case possessive = "his"
    case capitalPossessive = "His"
    case reflexive = "self"
    case kind = "kind"
    case plural = "s"
    case adjective = "adj"
    case full = "full"
    case fullPlural = "fulls"
    case digits = "d"
}
