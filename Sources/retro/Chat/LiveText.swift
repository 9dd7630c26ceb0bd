import Arguments
import Language
import Terminal

/// Text that appears while a model writes it: forward at its end, backward at its beginning.
struct LiveText {
    private let console: Console
    private let reading: Reading
    private let lineCount: () -> Int
    private var growing = GrowingText()
    private var shown = ""

    /// Text on `console`, which shows `lineCount` lines.
    init(on console: Console, reading: Reading, lineCount: @escaping () -> Int) {
        self.console = console
        self.reading = reading
        self.lineCount = lineCount
    }

    /// Shows `text`, all of it so far in natural order; a character that is not whole yet is left out.
    mutating func show(_ text: String) {
        let whole = trimmed(text)
        guard whole != shown else { return }
        if reading == .forward, whole.hasPrefix(shown) {
            console.write(String(whole.dropFirst(shown.count)))
        } else {
            console.write(
                growing.redrawn(whole, width: console.columnCount, height: lineCount()))
        }
        shown = whole
    }

    /// Ends with all of `text` in natural order.
    mutating func finish(_ text: String) {
        if reading == .forward, text.hasPrefix(shown) {
            console.write(String(text.dropFirst(shown.count)) + "\n")
        } else {
            console.write(growing.finished(text, width: console.columnCount))
        }
        shown = ""
    }

    private func trimmed(_ text: String) -> String {
        var rest = text[...]
        switch reading {
        case .forward: while rest.last == "\u{FFFD}" { rest.removeLast() }
        case .backward: while rest.first == "\u{FFFD}" { rest.removeFirst() }
        }
        return String(rest)
    }
}
