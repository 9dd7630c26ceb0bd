import Terminal
import Testing

@Suite struct LineEditorTests {
    /// What a line becomes when these bytes are typed, and what the last key led to.
    static func typed(
        _ text: String, history: [String] = []
    ) -> (editor: LineEditor, outcomes: [LineEditor.Outcome]) {
        var (parser, editor) = (KeyParser(), LineEditor(history: history))
        var outcomes: [LineEditor.Outcome] = []
        for byte in Array(text.utf8) {
            for key in parser.take(byte) { outcomes.append(editor.handle(key)) }
        }
        return (editor, outcomes)
    }

    @Test(arguments: [
        ("abc", "abc", 3), ("abc\u{7F}", "ab", 2), ("ac\u{1B}[Db", "abc", 2),
        ("bc\u{01}a", "abc", 1), ("ab\u{1B}[H\u{1B}[3~", "b", 0), ("ab cd\u{17}", "ab ", 3),
        ("ab cd\u{1B}[D\u{0B}", "ab c", 4), ("ab cd\u{1B}[D\u{15}", "d", 0),
        ("ab cd\u{1B}b\u{1B}bX", "Xab cd", 1), ("añ日本\u{7F}", "añ日", 3),
        ("e\u{301}x\u{7F}\u{7F}", "", 0), ("ab\u{03}cd", "cd", 2), ("\u{1B}[1;5Cx", "x", 1),
        ("\u{1B}[99~x", "x", 1), ("\u{FF}x", "ÿx", 2),
    ])
    func keysEditTheLine(bytes: String, text: String, cursor: Int) {
        let (editor, _) = Self.typed(bytes)
        #expect(editor.text == text)
        #expect(editor.cursor == cursor)
    }

    @Test func linesEndAndAreRemembered() {
        let (editor, outcomes) = Self.typed("one\rtwo\rtwo\r  \r")
        #expect(
            outcomes.filter { $0 != .editing } == ["one", "two", "two", "  "].map { .line($0) })
        #expect(editor.history == ["one", "two"])
        #expect(editor.text == "")
    }

    @Test func historyIsWalkedAndTheDraftKept() {
        let up = "\u{1B}[A"
        let down = "\u{1B}[B"
        #expect(Self.typed("dr" + up, history: ["a", "b"]).editor.text == "b")
        #expect(Self.typed("dr" + up + up + up, history: ["a", "b"]).editor.text == "a")
        #expect(Self.typed("dr" + up + up + down + down, history: ["a", "b"]).editor.text == "dr")
        #expect(Self.typed(down, history: ["a"]).editor.text == "")
    }

    @Test func controlsOnAnEmptyLineEndOrInterrupt() {
        #expect(Self.typed("\u{03}").outcomes == [.interrupted])
        #expect(Self.typed("\u{04}").outcomes == [.ended])
        #expect(Self.typed("a\u{04}").outcomes == [.editing, .editing])
        #expect(Self.typed("\u{0C}").outcomes == [.clearScreen])
    }

    @Test func aPasteKeepsItsLines() {
        let (editor, outcomes) = Self.typed("a\u{1B}[200~b\r\nc\rd\u{1B}[201~e")
        #expect(editor.text == "ab\nc\nde")
        #expect(outcomes.allSatisfy { $0 == .editing })
    }

    @Test func anyBytesAreSurvived() {
        var random = SystemRandomNumberGenerator()
        var (parser, editor) = (KeyParser(), LineEditor())
        for _ in 0..<50_000 {
            let byte =
                Bool.random(using: &random)
                ? UInt8.random(in: 0...255, using: &random)
                : [0x1B, 0x5B, 0x41, 0x7E, 0x32, 0x30].randomElement(using: &random) ?? 0x1B
            for key in parser.take(byte) { _ = editor.handle(key) }
            #expect((0...editor.characters.count).contains(editor.cursor))
        }
    }
}
