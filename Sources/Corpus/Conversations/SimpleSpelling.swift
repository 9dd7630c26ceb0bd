public import Language
public import Provenance

/// "Spell the word: apple" and its answer "apple:a,p,p,l,e".
/// - Source: karpathy/nanochat `tasks/spellingbee.py`, `SimpleSpelling`.
public struct SimpleSpelling: ConversationSource {
    /// What reports call it.
    public let name = "SimpleSpelling"
    /// Number of conversations.
    public let count: Int
    private let words: WordList
    private let permutation: Permutation
    private let seed: Seed

    /// `count` words of `words` in the order that `seed` names, again from the beginning where they run out.
    public init(count: Int, words: WordList, seed: Seed) {
        precondition(count >= 0 && !words.words.isEmpty, "\(count) spellings of no word")
        self.count = count
        self.words = words
        self.seed = seed
        permutation = Permutation(count: words.words.count, seed: seed["spelling"])
    }

    /// Names the content.
    public var fingerprint: ContentHash {
        ContentHash(
            of: Array("spelling \(count) \(seed.value) \(words.fingerprint.hex)".utf8))
    }

    /// Conversation number `index`.
    public func conversation(at index: Int) -> Conversation {
        let word = words.words[permutation[index % permutation.count]]
        return Conversation(
            question: "Spell the word: \(word)",
            answer: [Message.Part(.text, "\(word):\(Self.spelt(word))")])
    }

    /// The letters of `word`, commas between.
    static func spelt(_ word: String) -> String { word.map(String.init).joined(separator: ",") }
}
