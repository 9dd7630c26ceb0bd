/// What can be told: names, nouns, phrases, openings, plots and sums, compiled once from the house's notation.
///
/// A passage is written line by line. `= slot: a | b` binds one of several texts, `= x; y: a; b | c; d`
/// binds texts that belong together, `= thing in toys` a noun, `= child in people` a further character,
/// `= n in 2...9` and `= m in 1..<n` numbers, `= sum is n + m` what follows from them. `- ` begins a
/// step, `| ` gives it an alternative, `+ ` begins a step left out half the time, `? question => answer`
/// asks about what was told, `/` begins a new line. A line indented by two spaces continues the former.
struct StoryGrammar: Sendable {
    /// Slots every passage knows; their order is the order of the values in a `StoryPen`.
    static let commonSlots = ["hero", "friend", "elder", "time", "when", "home"]

    let people: [StoryPerson]
    let elders: [StoryPerson]
    let homes: [[StoryPiece]]
    let times: [[StoryPiece]]
    let openings: [StoryPassage]
    let plots: [StoryPassage]
    let sums: [StoryPassage]
    let endings: [StoryPassage]
    let nouns: [String: [StoryNoun]]

    /// The grammar of the built-in corpus.
    static let english = StoryGrammar()

    private init() {
        people =
            Self.people(StoryLexicon.girls, female: true)
            + Self.people(StoryLexicon.boys, female: false)
        elders =
            Self.people(StoryLexicon.women, female: true)
            + Self.people(StoryLexicon.men, female: false)
        nouns = Self.nouns(StoryLexicon.nouns)
        let common = Dictionary(
            uniqueKeysWithValues: Self.commonSlots.enumerated().map { ($0.element, $0.offset) })
        let compiler = StoryCompiler(
            phrases: Self.phrases(StoryPhrases.source), slots: common)
        homes = StoryLexicon.homes.components(" | ").map(compiler.compiled)
        times = StoryLexicon.times.components(" | ").map(compiler.compiled)
        func passages(_ sources: [String]) -> [StoryPassage] {
            sources.map { StoryPassage($0, compiler: compiler) }
        }
        openings = passages(StoryOpenings.openings)
        endings = passages(StoryOpenings.endings)
        sums = passages(StorySums.all)
        plots = passages(
            StoryPlots.home + StoryPlots.outdoors + StoryPlots.village + StoryPlots.friends
                + StoryPlots.wonders)
        for passage in openings + endings + sums + plots {
            for case .noun(_, let category) in passage.bindings {
                precondition(nouns[category] != nil, "no nouns called '\(category)'")
            }
        }
    }

    private static func people(_ names: String, female: Bool) -> [StoryPerson] {
        names.components(", ").map { StoryPerson(name: Array($0.utf8), isFemale: female) }
    }

    /// Lines `category` and `  singular, plural: adjective, adjective`.
    private static func nouns(_ source: String) -> [String: [StoryNoun]] {
        var nouns: [String: [StoryNoun]] = [:]
        var category = ""
        for line in source.components("\n") {
            if !line.utf8.starts(with: "  ".utf8) {
                category = line
                continue
            }
            let parts = line.trimmed.components(": ")
            let forms = parts[0].components(", ")
            precondition(parts.count == 2 && forms.count == 2, "not a noun: \(line)")
            nouns[category, default: []].append(
                StoryNoun(
                    singular: Array(forms[0].utf8), plural: Array(forms[1].utf8),
                    adjectives: parts[1].components(", ").map { Array($0.utf8) }))
        }
        return nouns
    }

    /// Blocks `@name`, then `- ` and `| ` alternatives.
    private static func phrases(_ source: String) -> [String: String] {
        var phrases: [String: [String]] = [:]
        var name = ""
        for line in StoryPassage.joinedLines(source) {
            if line.utf8.first == UInt8(ascii: "@") {
                name = String(line.dropFirst())
            } else {
                phrases[name, default: []].append(String(line.dropFirst(2)))
            }
        }
        return phrases.mapValues { "[" + $0.joined(separator: "|") + "]" }
    }
}
