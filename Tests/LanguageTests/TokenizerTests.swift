import Foundation
import Language
import Provenance
import Testing

@Suite struct TokenizerTests {
    @Test func encodesLikeTiktoken() throws {
        let tokenizer = try Golden.tokenizer()
        for _ in 0..<2 {  // the second time from memory
            for golden in try Golden.learned().encoded {
                #expect(tokenizer.encode(golden.text) == golden.ids, "\(golden.text)")
            }
        }
    }

    @Test func repairsBrokenTextLikePython() throws {
        let tokenizer = try Golden.tokenizer()
        for golden in try Golden.learned().decoded {
            let text = tokenizer.decode(golden.ids)
            #expect(
                Array(text.unicodeScalars) == Array(golden.text.unicodeScalars), "\(golden.ids)")
        }
    }

    @Test func anyBytesSurviveTheRoundTrip() throws {
        let tokenizer = try Golden.tokenizer()
        var random = Seed(11)["round trip"].generator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(tokenizer.decodeBytes(tokenizer.encode(utf8: bytes)) == bytes)
        }
    }

    @Test func textNeverSpellsASpecialToken() throws {
        let tokenizer = try Golden.tokenizer()
        for special in SpecialToken.allCases {
            let ids = tokenizer.encode("a\(special.rawValue)b")
            #expect(ids.allSatisfy { tokenizer.special($0) == nil })
            #expect(tokenizer.decode(ids) == "a\(special.rawValue)b")
            #expect(tokenizer.special(tokenizer.id(of: special)) == special)
            #expect(tokenizer.bytes(of: tokenizer.id(of: special)).isEmpty)
        }
        #expect(tokenizer.bos == Int32(tokenizer.vocabularySize - 11))
        #expect(tokenizer.special(-1) == nil)
        #expect(tokenizer.special(Int32(tokenizer.vocabularySize)) == nil)
    }

    @Test func byteCountsAreThoseOfRawBytes() throws {
        let tokenizer = try Golden.tokenizer()
        #expect(tokenizer.byteCounts.count == tokenizer.vocabularySize)
        for id in 0..<Int32(tokenizer.vocabularySize) {
            #expect(Int(tokenizer.byteCounts[Int(id)]) == tokenizer.bytes(of: id).count)
        }
        #expect(tokenizer.byteCounts[0xC3] == 1)  // half a character is one byte, not three
        #expect(tokenizer.byteCounts.suffix(11).allSatisfy { $0 == 0 })
    }

    @Test(arguments: [1, 2, 5]) func threadsDoNotChangeTheIds(threadCount: Int) throws {
        let tokenizer = try Golden.tokenizer()
        let golden = try Golden.learned().encoded
        let ids = tokenizer.encodeBatch(golden.map(\.text), threadCount: threadCount)
        #expect(ids == golden.map(\.ids))
    }

    /// A long chunk goes through a queue, a short one by rescanning: both must agree.
    @Test func longChunksMergeLikeShortOnes() throws {
        let tokenizer = try Golden.tokenizer()
        var random = Seed(5)["long chunks"].generator()
        for _ in 0..<300 {
            let text = String(
                (0..<Int.random(in: 90..<400, using: &random)).map { _ in
                    "abnde".randomElement(using: &random) ?? "a"
                })
            #expect(tokenizer.encode(text) == slowly(text, tokenizer.merges))
        }
    }

    /// The definition: the earliest merge that applies, leftmost first, until none does.
    private func slowly(_ chunk: String, _ merges: [Merge]) -> [Int32] {
        let made = Dictionary(
            uniqueKeysWithValues: merges.enumerated().map { ($1, Int32(256 + $0)) })
        var ids = chunk.utf8.map { Int32($0) }
        while true {
            var best: (id: Int32, place: Int)?
            for place in ids.indices.dropLast() {
                let pair = Merge(left: ids[place], right: ids[place + 1])
                if let id = made[pair], id < best?.id ?? .max { best = (id, place) }
            }
            guard let best else { return ids }
            ids.replaceSubrange(best.place...best.place + 1, with: [best.id])
        }
    }

    @Test func aMegabyteOfOneLetterIsNoTrouble() throws {
        let tokenizer = try Golden.tokenizer()
        let text = String(repeating: "a", count: 1 << 20)
        #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }

    @Test func mergesThatFormNoVocabularyAreRefused() {
        #expect(throws: TokenizerError.self) { try Tokenizer(merges: [Merge(left: 256, right: 1)]) }
        #expect(throws: TokenizerError.self) { try Tokenizer(merges: [Merge(left: -1, right: 1)]) }
        let ab = Merge(left: 97, right: 98)
        #expect(throws: TokenizerError.self) { try Tokenizer(merges: [ab, ab]) }
        let doubling = (0..<40).map { Merge(left: Int32(255 + $0), right: Int32(255 + $0)) }
        #expect(throws: TokenizerError.self) { try Tokenizer(merges: doubling) }
    }
}
