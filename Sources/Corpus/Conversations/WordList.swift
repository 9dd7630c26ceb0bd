internal import Foundation
public import Provenance

/// Words to be spelt.
public struct WordList: Hashable, Sendable {
    /// The words, each once: lower-case letters a to z.
    public let words: [String]
    /// Names the content.
    public let fingerprint: ContentHash

    /// The usable ones of `words`: lower-cased, letters a to z only, each once.
    public init(_ words: some Sequence<String>) {
        var seen = Set<String>()
        let usable = words.lazy.map { $0.lowercased() }
            .filter { !$0.isEmpty && $0.utf8.allSatisfy { (0x61...0x7a).contains($0) } }
            .filter { seen.insert($0).inserted }
        self.words = Array(usable)
        fingerprint = ContentHash(of: Array(self.words.joined(separator: "\n").utf8))
    }

    /// The list in the file at `path`, a word a line.
    public init(contentsOf path: String) throws(SourceError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw .missing(path: path, dataset: "words")
        }
        let text: String
        do throws(FileError) { text = try TextFile.text(at: path) } catch { throw .file(error) }
        self.init(TextFile.lines(of: text).lazy.map { $0.trimmingCharacters(in: .whitespaces) })
        guard !words.isEmpty else {
            throw .malformedLine(path: path, line: 1, reason: "the file holds no word of a to z")
        }
    }

    /// `count` made-up words that can be pronounced: what spelling needs when no list is at hand.
    public static func generated(count: Int, seed: Seed) -> WordList {
        precondition((1...1_000_000).contains(count), "\(count) made-up words")
        var random = seed["words"].generator()
        var seen = Set<String>()
        var words: [String] = []
        while words.count < count {
            let word = Self.word(&random)
            if seen.insert(word).inserted { words.append(word) }
        }
        return WordList(words)
    }

    private static func word(_ random: inout RandomStream) -> String {
        var word = ""
        for syllable in 0...(1 + random.draw(3)) {
            // An onset may be missing at the beginning only: vowels do not pile up.
            if syllable > 0 || random.draw(4) > 0 { word += random.pick(onsets) }
            word += random.pick(vowels)
            if random.draw(3) == 0 { word += random.pick(codas) }
        }
        return random.draw(3) == 0 ? word + random.pick(endings) : word
    }

    private static let onsets = [
        "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z",
        "bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "pl", "pr", "qu", "sh", "sk",
        "sl", "sm", "sn", "sp", "st", "str", "sw", "th", "tr", "wh",
    ]
    private static let vowels = [
        "a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "ee", "ie", "oa", "oo", "ou", "y",
    ]
    private static let codas = [
        "b", "ck", "d", "ff", "g", "l", "ll", "m", "mp", "n", "nd", "ng", "nt", "p", "r", "rd",
        "rn", "rt", "s", "ss", "st", "t", "tt", "x",
    ]
    private static let endings = [
        "ing", "er", "ed", "ly", "ness", "tion", "able", "ful", "less", "ment", "ity", "ous",
    ]
}

extension RandomStream {
    /// One of `elements`.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[draw(elements.count)] }
}
