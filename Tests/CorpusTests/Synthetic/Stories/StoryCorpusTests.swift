import Corpus
import Foundation
import Provenance
import Testing

@Suite struct StoryCorpusTests {
    private static let stories = StoryCorpus(seed: Seed(1)["corpus/stories"], count: 2000)
    private static let documents = (0..<stories.count).map { stories.document($0) }

    private func matches(_ pattern: String, in text: String) throws -> [String] {
        let expression = try NSRegularExpression(pattern: pattern)
        let whole = NSRange(text.startIndex..., in: text)
        return expression.matches(in: text, range: whole).compactMap {
            Range($0.range, in: text).map { String(text[$0]) }
        }
    }

    @Test func aDocumentIsAFunctionOfSeedAndIndex() {
        let again = StoryCorpus(seed: Seed(1)["corpus/stories"], count: 5000)
        for index in stride(from: 1999, through: 0, by: -37) {
            #expect(again.document(index) == Self.documents[index])
        }
        let other = StoryCorpus(seed: Seed(2)["corpus/stories"], count: 50)
        #expect((0..<50).allSatisfy { other.document($0) != Self.documents[$0] })
        #expect(Set(Self.documents).count == 2000)
    }

    /// The text is data that results refer to, so a change to it has to be meant.
    @Test func theCorpusIsTheOneThatWasPublished() {
        let digest = ContentHash(of: Data(Self.documents.joined(separator: "\n\n").utf8))
        #expect(digest.short == "778dcbda6d4d")
    }

    @Test func blocksHoldEveryStoryOnce() {
        let documents = (0..<Self.stories.blockCount).flatMap { Self.stories.block($0) }
        #expect(documents.map(\.ordinal) == Array(0..<2000))
        #expect(documents.map(\.text) == Self.documents)
    }

    @Test func lengthsStayWithinBounds() {
        for document in Self.documents {
            let words = document.split(whereSeparator: \.isWhitespace).count
            #expect(StoryCorpus.wordRange.contains(words))
        }
    }

    @Test func sentencesAreManyAndWordsAreFew() throws {
        var sentences = Set<String>()
        var words = Set<String>()
        for document in Self.documents {
            for line in document.split(separator: "\n") {
                for sentence in try matches(#"[^.!?]+[.!?]+"#, in: String(line)) {
                    sentences.insert(sentence.trimmingCharacters(in: .whitespaces))
                }
            }
            for word in document.lowercased().split(whereSeparator: { !$0.isLetter }) {
                words.insert(String(word))
            }
        }
        #expect(sentences.count > 15_000)
        #expect((1200...2500).contains(words.count))
    }

    @Test(arguments: [
        ("blanks in a row", #"  |\n\n|^\s|\s$|[ \t]\n|\n[ \t]"#),
        ("a before a vowel", #"\b[Aa] [aeiouAEIOU]\w*"#),
        ("an before a consonant", #"\b[Aa]n (?!hour)[^aeiouAEIOU\W]\w*"#),
        ("unresolved notation", #"[\[\]{}<>|$@]"#),
        ("blank before a mark", #"\s[,.!?;:]"#),
        ("marks in a row", #"[.!?,]{2,}"#),
        ("a word twice", #"\b(\w+) \1\b"#),
        ("small letter after a full stop", #"[.] "?[a-z]"#),
        ("small letter at a line's start", #"(?m)^"?[a-z]"#),
        ("line without an end", #"[\w,;:]\n"#),
        ("one of many", #"\b(?:[Oo]ne|1) (?:cookies|coins|eggs|shells|days|hours)\b"#),
        ("comma before a quotation's end and a capital verb", #"," (?:Said|Asked|Called)\b"#),
    ])
    func nothingUngrammatical(_ name: String, _ pattern: String) throws {
        for (index, document) in Self.documents.enumerated() {
            let found = try matches(pattern, in: document)
            #expect(found.isEmpty, "\(name) in story \(index)")
        }
    }

    @Test func quotationsClose() {
        for (index, document) in Self.documents.enumerated() {
            let marks = document.utf8.count { $0 == UInt8(ascii: "\"") }
            #expect(marks.isMultiple(of: 2), "story \(index)")
        }
    }

    @Test func sumsAreRight() throws {
        let all = Self.documents.joined(separator: "\n")
        var checked = 0
        for sum in try matches(#"\b\d+ (?:plus|minus|times) \d+ is \d+"#, in: all) {
            let words = sum.split(separator: " ")
            let numbers = [words[0], words[2], words[4]].compactMap { Int($0) }
            try #require(numbers.count == 3)
            let result =
                switch words[1] {
                case "plus": numbers[0] + numbers[1]
                case "minus": numbers[0] - numbers[1]
                default: numbers[0] * numbers[1]
                }
            #expect(result == numbers[2], "\(sum)")
            checked += 1
        }
        #expect(checked > 500)
    }

    @Test func peopleKeepTheirPronouns() throws {
        // Sentences with one name and one pronoun that can only mean it.
        let girls = Set(
            "Mia Anna Lily Zoë Ella Nora Ruby Clara Ivy Lucy Emma".split(separator: " "))
        let boys = Set("Tom Ben Max Sam Leo José Finn Noah Omar Jack Tim".split(separator: " "))
        let pattern = #"\b\w+ was so \w+ that (?:she|he)\b|\b\w+ hung (?:her|his)\b"#
        var checked = 0
        for document in Self.documents {
            for match in try matches(pattern, in: document) {
                checked += 1
                let words = match.split(separator: " ")
                let last = String(words.last ?? "")
                if girls.contains(words[0]) { #expect(last == "she" || last == "her", "\(match)") }
                if boys.contains(words[0]) { #expect(last == "he" || last == "his", "\(match)") }
            }
        }
        #expect(checked > 100)
    }
}
