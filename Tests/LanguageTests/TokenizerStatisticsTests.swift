import Language
import Testing

@Suite struct TokenizerStatisticsTests {
    private func tokenizer() throws -> Tokenizer {
        // " t", "he", " the", and the two bytes of é, of which the first half of ê is no text.
        try Tokenizer(merges: [
            Merge(left: 32, right: 116), Merge(left: 104, right: 101),
            Merge(left: 256, right: 257), Merge(left: 0xC3, right: 0xA9),
            Merge(left: 32, right: 0xC3),
        ])
    }

    @Test func compressionCountsBytesCharactersAndTokens() throws {
        let compression = try tokenizer().compression(
            of: ["x the", "é"], named: "sample", threadCount: 2)
        #expect(compression.documentCount == 2)
        #expect(compression.byteCount == 7)
        #expect(compression.characterCount == 6)
        #expect(compression.tokenCount == 3)
        #expect(compression.bytesPerToken == 7.0 / 3)
        let empty = try tokenizer().compression(of: [], named: "empty", threadCount: 1)
        #expect(empty.bytesPerToken == 0 && empty.charactersPerToken == 0)
    }

    @Test func theSummaryCountsKindsAndLengths() throws {
        let summary = try tokenizer().summary
        #expect(summary.size == 256 + 5 + 11)
        #expect(summary.spacedCount == 3)
        #expect(summary.brokenCount == 1)
        #expect(summary.countByLength == [0, 256, 4, 0, 1])
        #expect(try tokenizer().longestTokens(3) == [258, 256, 257])
    }

    @Test func colouredTextKeepsLinesAndDisarmsControls() throws {
        let tokenizer = try tokenizer()
        let coloured = tokenizer.coloured(tokenizer.encode(" the\u{1B}[31m\nê\u{202E}"))
        let turning = try Tokenizer(merges: [
            Merge(left: 0xE2, right: 0x80), Merge(left: 256, right: 0xAE),
        ])
        #expect(turning.coloured([257]).contains(#"\xe2\x80\xae"#))
        let plain = coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(plain == #" the\x1b[31m⏎"# + "\n" + #"\xc3\xaa\xe2\x80\xae"#)
        #expect(tokenizer.spelling(of: tokenizer.bos) == "<|bos|>")
        #expect(tokenizer.spelling(of: 260) == #" \xc3"#)
    }
}
