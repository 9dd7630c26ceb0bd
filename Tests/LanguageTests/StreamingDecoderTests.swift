import Language
import Provenance
import Testing

@Suite struct StreamingDecoderTests {
    /// The pieces in natural order.
    private func pieces(
        _ ids: [Int32], _ tokenizer: Tokenizer, _ reading: Reading
    ) -> [String] {
        var decoder = StreamingDecoder(tokenizer, reading: reading)
        let pieces = reading.turned(ids).map { decoder.next($0) } + [decoder.finish()]
        return reading.turned(pieces)
    }

    @Test(arguments: Reading.allCases)
    func piecesOfTextAreWholeCharacters(reading: Reading) throws {
        let tokenizer = try Golden.tokenizer()
        let text = "é中🙂 <|bos|>\u{0} мир 👩‍👩‍👧‍👦e\u{301}"
        let ids = text.utf8.map { Int32($0) }  // one byte at a time: the worst case
        let pieces = pieces(ids, tokenizer, reading)
        #expect(pieces.joined().unicodeScalars.elementsEqual(text.unicodeScalars))
        #expect(!pieces.contains { $0.unicodeScalars.contains("\u{FFFD}") })
        // Nothing is held longer than needed: a character comes with its last byte to arrive.
        var decoder = StreamingDecoder(tokenizer, reading: reading)
        let first = reading.turned(Array("é".utf8)).map { decoder.next(Int32($0)) }
        #expect(first == ["", "é"])
    }

    @Test(arguments: Reading.allCases)
    func piecesOfAnyIdsJoinToTheDecodedText(reading: Reading) throws {
        let tokenizer = try Golden.tokenizer()
        var random = Seed(2)["streams"].generator()
        let high: [UInt8] = [
            0x80, 0x9F, 0xA0, 0xBF, 0xC1, 0xC3, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xFF,
        ]
        for _ in 0..<3000 {
            let ids = (0..<Int.random(in: 0..<16, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? Int32(high.randomElement(using: &random) ?? 0)
                    : Int32.random(in: 0..<Int32(tokenizer.vocabularySize), using: &random)
            }
            let joined = pieces(ids, tokenizer, reading).joined()
            #expect(
                Array(joined.unicodeScalars) == Array(tokenizer.decode(ids).unicodeScalars),
                "\(ids)")
        }
    }

    @Test func nothingIsHeldForEver() throws {
        let tokenizer = try Golden.tokenizer()
        var decoder = StreamingDecoder(tokenizer, reading: .backward)
        let pieces = (0..<9).map { _ in decoder.next(0x80) }
        #expect(pieces == ["", "", ""] + Array(repeating: "\u{FFFD}", count: 6))
        #expect(decoder.finish() == "\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect(decoder.finish() == "")
        // Half a surrogate can never become a character, so it is not waited for.
        var forward = StreamingDecoder(tokenizer, reading: .forward)
        #expect([0xED, 0xA0].map { forward.next($0) } == ["", "\u{FFFD}\u{FFFD}"])
    }
}
