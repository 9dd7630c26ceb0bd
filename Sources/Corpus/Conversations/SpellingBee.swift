public import Language
public import Provenance

/// "How many r are in strawberry?", counted by hand and again with the tool, the number behind `####`.
///
/// Held-out questions come from another stream than those that are trained on.
/// - Source: karpathy/nanochat `tasks/spellingbee.py`; words of questions and answers are our own.
public struct SpellingBee: ConversationSource {
    /// Which side of the split.
    public enum Split: String, Codable, Hashable, Sendable {
        /// To train on.
        case train
        /// To be measured on.
        case test
    }

    /// A question and what is right.
    public struct Item: Hashable, Sendable {
        /// What the user asks.
        public let question: String
        /// The word asked about.
        public let word: String
        /// The letter asked for.
        public let letter: String
        /// How often it is in the word.
        public let letterCount: Int
    }

    /// What reports call it.
    public let name = "SpellingBee"
    /// Number of questions.
    public let count: Int
    private let words: WordList
    private let seed: Seed
    private let split: Split

    /// `count` questions about `words`.
    public init(count: Int, split: Split, words: WordList, seed: Seed) {
        precondition(count >= 0 && !words.words.isEmpty, "\(count) questions about no word")
        self.count = count
        self.split = split
        self.words = words
        self.seed = seed["spelling bee"][split.rawValue]
    }

    /// Names the content.
    public var fingerprint: ContentHash {
        ContentHash(of: Array("bee \(count) \(seed.value) \(words.fingerprint.hex)".utf8))
    }

    /// Question number `index`.
    public func item(at index: Int) -> Item {
        precondition((0..<count).contains(index), "question \(index) of \(count)")
        var random = seed[index].generator()
        let word = random.pick(words.words)
        let letters = word.map(String.init)
        // One in ten letters is any of the alphabet, so that the answer may be zero.
        let letter =
            random.draw(10) == 0
            ? String(UnicodeScalar(UInt8(97 + random.draw(26)))) : random.pick(letters)
        var template = random.pick(SpellingQuestions.all)
        if random.draw(10) < 3 { template = template.lowercased() }
        let letterQuote = random.pick(["", "'", "\""])
        let wordQuote = random.pick(["", "'", "\""])
        var question =
            template
            .replacing("{l}", with: letterQuote + letter + letterQuote)
            .replacing("{w}", with: wordQuote + word + wordQuote)
        if random.draw(2) == 0 { question += "?" }
        return Item(
            question: question, word: word, letter: letter,
            letterCount: letters.reduce(0) { $0 + ($1 == letter ? 1 : 0) })
    }

    /// Conversation number `index`.
    public func conversation(at index: Int) -> Conversation {
        let item = item(at: index)
        var text = "We count the letter '\(item.letter)' in '\(item.word)', first by hand.\n\n"
        text += "The word spelt out:\n\(item.word):\(SimpleSpelling.spelt(item.word))\n\n"
        text += "Letter by letter:\n"
        var found = 0
        for (position, letter) in item.word.enumerated() {
            text += "\(position + 1):\(letter)"
            if String(letter) == item.letter {
                found += 1
                text += " hit! count=\(found)"
            }
            text += "\n"
        }
        text += "\nThat makes \(found). Python shall check it:\n\n"
        return Conversation(
            question: item.question,
            answer: [
                Message.Part(.text, text),
                Message.Part(.python, "'\(item.word)'.count('\(item.letter)')"),
                Message.Part(.pythonOutput, "\(found)"),
                Message.Part(
                    .text, "\n\nPython finds \(found). So the answer is:\n\n#### \(found)"),
            ])
    }
}
