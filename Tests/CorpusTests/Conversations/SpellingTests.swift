import Corpus
import Language
import Provenance
import Testing

@Suite struct SpellingTests {
    private let words = WordList.generated(count: 2000, seed: Seed(1))

    @Test func madeUpWordsAreManyAndStay() {
        #expect(words.words.count == 2000)
        #expect(Set(words.words).count == 2000)
        #expect(words == WordList.generated(count: 2000, seed: Seed(1)))
        #expect(WordList(["Ab", "ab", "a-b", "", "zé", "x"]).words == ["ab", "x"])
    }

    @Test func spellingIsRight() {
        let source = SimpleSpelling(count: 2500, words: words, seed: Seed(2))
        for index in [0, 1, 1999, 2000, 2499] {
            let messages = source.conversation(at: index).messages
            let word = String(messages[0].text.dropFirst("Spell the word: ".count))
            #expect(words.words.contains(word))
            #expect(messages[1].text == word + ":" + word.map(String.init).joined(separator: ","))
        }
        #expect(Set((0..<2000).map { source.conversation(at: $0) }).count == 2000)
    }

    @Test func lettersAreCountedAndTheNumberStandsAtTheEnd() {
        let bee = SpellingBee(count: 400, split: .train, words: words, seed: Seed(3))
        let test = SpellingBee(count: 400, split: .test, words: words, seed: Seed(3))
        for index in 0..<400 {
            let item = bee.item(at: index)
            let conversation = bee.conversation(at: index)
            let truth = item.word.filter { String($0) == item.letter }.count
            let answer = conversation.messages[1]
            #expect(item.letterCount == truth)
            #expect(GSM8KItem.result(in: answer.text) == ExactNumber(truth))
            #expect(answer.parts.map(\.kind) == [.text, .python, .pythonOutput, .text])
            #expect(answer.parts[1].text == "'\(item.word)'.count('\(item.letter)')")
            #expect(answer.parts[2].text == "\(truth)")
            #expect(item.question.contains(item.word) && !item.question.contains("{"))
            #expect(conversation == bee.conversation(at: index))
        }
        let held = Set((0..<400).map { test.item(at: $0).question })
        #expect((0..<400).count { held.contains(bee.item(at: $0).question) } < 20)
    }
}
