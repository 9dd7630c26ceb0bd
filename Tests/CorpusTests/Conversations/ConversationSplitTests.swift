import Corpus
import Language
import Provenance
import Testing

@Suite struct ConversationSplitTests {
    static func source() -> ConversationList {
        // Every conversation twice: copies must stay together.
        ConversationList(
            "copies",
            (0..<400).map {
                Conversation(
                    question: "What is \($0 / 2)?", answer: [Message.Part(.text, "\($0 / 2)")])
            })
    }

    @Test func copiesStayOnOneSide() throws {
        let split = try ConversationSplit(
            Self.source(), split: DocumentSplit(validationFraction: 0.2))
        func questions(_ side: ConversationSelection) throws -> [String: Int] {
            var counts: [String: Int] = [:]
            for index in 0..<side.count {
                counts[try side.conversation(at: index).messages[0].text, default: 0] += 1
            }
            return counts
        }
        let training = try questions(split.training)
        let validation = try questions(split.validation)
        #expect(split.training.count + split.validation.count == 400)
        #expect(Set(training.keys).isDisjoint(with: validation.keys))
        #expect((Array(training.values) + Array(validation.values)).allSatisfy { $0 == 2 })
        // 200 texts, a fifth of them: 40 expected, deviation 5.7; five deviations of room.
        #expect((12...68).contains(validation.count))
    }

    @Test func sidesAreNamedByContentAndShare() throws {
        let fingerprints = try [0.2, 0.3].flatMap { share in
            let split = try ConversationSplit(
                Self.source(), split: DocumentSplit(validationFraction: share))
            return [split.training.fingerprint, split.validation.fingerprint]
        }
        #expect(Set(fingerprints).count == 4)
    }
}
