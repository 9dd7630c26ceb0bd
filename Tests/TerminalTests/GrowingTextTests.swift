import Terminal
import Testing

/// A screen just clever enough for what we send: `\r`, `\n`, cursor up and right, clear to the end.
struct TinyScreen {
    var lines: [[Character]] = [[]]
    var row = 0
    var column = 0

    mutating func send(_ text: String) {
        var rest = Array(text)[...]
        while let character = rest.popFirst() {
            switch character {
            case "\r": column = 0
            case "\n": (row, column) = (row + 1, 0)
            case "\r\n": (row, column) = (row + 1, 0)
            case "\u{1B}":
                _ = rest.popFirst()
                var digits = ""
                while let next = rest.first, next.isNumber {
                    digits.append(rest.removeFirst())
                    _ = next
                }
                let count = Int(digits) ?? 1
                switch rest.popFirst() {
                case "A": row = max(0, row - count)
                case "C": column += count
                case "J":
                    lines = Array(lines.prefix(row + 1))
                    if row < lines.count { lines[row] = Array(lines[row].prefix(column)) }
                default: break
                }
            default:
                while lines.count <= row { lines.append([]) }
                while lines[row].count <= column { lines[row].append(" ") }
                lines[row][column] = character
                column += 1
            }
            while lines.count <= row { lines.append([]) }
        }
    }

    var text: [String] { lines.map { String($0) } }
}

@Suite struct GrowingTextTests {
    @Test func textGrowsAtItsBeginning() {
        var (screen, text) = (TinyScreen(), GrowingText())
        screen.send("before\n")
        let whole = "It was late in the year.\nNobody came, and so they went home."
        for count in 1...whole.count {
            screen.send(text.redrawn(String(whole.suffix(count)), width: 20, height: 10))
        }
        #expect(
            screen.text == [
                "before", "It was late in the ", "year.", "Nobody came, and so", " they went home.",
            ])
        screen.send(text.finished("done", width: 20))
        #expect(screen.text == ["before", "done", ""])
    }

    @Test func aTextHigherThanTheScreenShowsWhereItGrows() {
        var text = GrowingText()
        var screen = TinyScreen()
        screen.send(text.redrawn("1\n2\n3\n4\n5\n6", width: 20, height: 5))
        #expect(screen.text == ["1", "2", "3", "…"])
    }

    @Test func nothingThatAModelWritesMovesTheCursor() {
        #expect(TextWidth.printable("a\u{1B}[2Jb\r\nc\rd\u{9B}e\u{7}") == "a[2Jb\nc\nde")
    }

    @Test func wideCharactersTakeTwoColumns() {
        #expect(TextWidth.lines(of: "日本語", width: 5) == ["日本", "語"])
        #expect(TextWidth.columns(of: "e\u{301}") == 1)
        #expect(TextWidth.lines(of: "\u{1B}[2mab\u{1B}[0mc", width: 4) == ["\u{1B}[2mab\u{1B}[0mc"])
    }

    @Test func theCursorStandsWhereItIs() {
        var (painter, screen, editor) = (LinePainter(), TinyScreen(), LineEditor())
        for character in "hello wide world" { _ = editor.handle(.character(character)) }
        _ = editor.handle(.home)
        screen.send(painter.drawn(editor, prompt: "> ", width: 10))
        #expect(screen.text == ["> hello w", "ide world"] && (screen.row, screen.column) == (0, 2))
        _ = editor.handle(.end)
        screen.send(painter.drawn(editor, prompt: "> ", width: 10))
        #expect(screen.text == ["> hello w", "ide world"] && (screen.row, screen.column) == (1, 9))
    }
}
