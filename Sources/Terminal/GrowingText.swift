/// A text that is redrawn as it grows at its beginning: what a backward model writes.
///
/// Says what to send to the terminal and remembers how many lines that took; draws nothing itself.
public struct GrowingText {
    private var drawnLineCount = 0

    /// Nothing drawn yet.
    public init() {}

    /// What replaces the text drawn before by `text`.
    ///
    /// A text with more lines than the terminal shows its beginning, where it grows.
    /// - Parameters:
    ///   - width: columns of the terminal.
    ///   - height: lines of the terminal.
    public mutating func redrawn(_ text: String, width: Int, height: Int) -> String {
        var lines = TextWidth.lines(of: text, width: width)
        let room = max(2, height - 1)
        if lines.count > room { lines = Array(lines.prefix(room - 1)) + ["…"] }
        return drawn(lines)
    }

    /// What replaces the text drawn before by all of `text`, whatever its length, and ends the line.
    public mutating func finished(_ text: String, width: Int) -> String {
        defer { drawnLineCount = 0 }
        // Lines are left to the terminal, which can break them anew when its window changes.
        return start + text + "\n"
    }

    /// Back to where the text began, and what was drawn away.
    private var start: String {
        let up = drawnLineCount > 1 ? "\u{1B}[\(drawnLineCount - 1)A" : ""
        return "\r" + up + "\u{1B}[J"
    }

    private mutating func drawn(_ lines: [String]) -> String {
        defer { drawnLineCount = lines.count }
        return start + lines.joined(separator: "\n")
    }
}
