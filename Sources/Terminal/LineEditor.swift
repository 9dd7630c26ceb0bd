/// A line that is being typed: text, cursor and the lines before it. Knows nothing of terminals.
public struct LineEditor {
    /// What a key led to.
    public enum Outcome: Hashable, Sendable {
        /// The line goes on.
        case editing
        /// It is finished.
        case line(String)
        /// Control-C on an empty line.
        case interrupted
        /// Control-D on an empty line.
        case ended
        /// The screen is to be cleared.
        case clearScreen
    }

    /// The characters of the line.
    public private(set) var characters: [Character] = []
    /// Characters before the cursor.
    public private(set) var cursor = 0
    /// Finished lines, the oldest first.
    public private(set) var history: [String]
    /// Which line of the history is shown; its count for the new one.
    private var place: Int
    /// The new line while an old one is shown.
    private var draft: [Character] = []

    /// An empty line behind `history`.
    public init(history: [String] = []) {
        self.history = history
        place = history.count
    }

    /// The line.
    public var text: String { String(characters) }

    /// Lets a key act.
    public mutating func handle(_ key: Key) -> Outcome {
        switch key {
        case .character(let character): insert([character])
        case .tab: insert([" "])
        case .paste(let text): insert(Array(text))
        case .enter: return finish()
        case .backspace: remove(cursor - 1..<cursor)
        case .delete: remove(cursor..<cursor + 1)
        case .endOfInput:
            if characters.isEmpty { return .ended }
            remove(cursor..<cursor + 1)
        case .interrupt:
            if characters.isEmpty { return .interrupted }
            replace([])
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(characters.count, cursor + 1)
        case .home: cursor = 0
        case .end: cursor = characters.count
        case .wordLeft: cursor = wordStart
        case .wordRight: cursor = wordEnd
        case .killToEnd: remove(cursor..<characters.count)
        case .killToStart: remove(0..<cursor)
        case .killWord: remove(wordStart..<cursor)
        case .up: show(place - 1)
        case .down: show(place + 1)
        case .clearScreen: return .clearScreen
        }
        return .editing
    }

    private mutating func insert(_ new: [Character]) {
        // Put together as text: a mark that is typed alone joins the letter before it.
        let before = String(characters[..<cursor]) + String(new)
        let after = String(characters[cursor...])
        characters = Array(before + after)
        cursor = min(characters.count, before.count)
    }

    private mutating func remove(_ range: Range<Int>) {
        let kept = range.clamped(to: 0..<characters.count)
        guard !kept.isEmpty else { return }
        characters.removeSubrange(kept)
        cursor = min(cursor, kept.lowerBound)
    }

    private mutating func replace(_ new: [Character]) {
        characters = new
        cursor = new.count
    }

    private mutating func finish() -> Outcome {
        let line = text
        if !line.allSatisfy(\.isWhitespace), history.last != line { history.append(line) }
        place = history.count
        draft = []
        replace([])
        return .line(line)
    }

    private mutating func show(_ wanted: Int) {
        guard wanted >= 0, wanted <= history.count, wanted != place else { return }
        if place == history.count { draft = characters }
        place = wanted
        replace(wanted == history.count ? draft : Array(history[wanted]))
    }

    private var wordStart: Int {
        var index = cursor
        while index > 0, characters[index - 1].isWhitespace { index -= 1 }
        while index > 0, !characters[index - 1].isWhitespace { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        var index = cursor
        while index < characters.count, characters[index].isWhitespace { index += 1 }
        while index < characters.count, !characters[index].isWhitespace { index += 1 }
        return index
    }
}

/// Draws a line that is being typed, however many lines of the terminal it takes.
public struct LinePainter {
    private var cursorLine = 0

    /// Nothing drawn yet.
    public init() {}

    /// What draws `prompt` and the editor's line over what was drawn before, with the cursor in its place.
    public mutating func drawn(_ editor: LineEditor, prompt: String, width: Int) -> String {
        let before = TextWidth.lines(
            of: prompt + String(editor.characters[..<editor.cursor]), width: width)
        let all = TextWidth.lines(of: prompt + editor.text, width: width)
        let up = cursorLine > 0 ? "\u{1B}[\(cursorLine)A" : ""
        cursorLine = before.count - 1
        let column = TextWidth.columns(of: before[cursorLine])
        let back = all.count - 1 - cursorLine
        return "\r" + up + "\u{1B}[J" + all.joined(separator: "\r\n")
            + (back > 0 ? "\u{1B}[\(back)A" : "") + "\r" + (column > 0 ? "\u{1B}[\(column)C" : "")
    }

    /// What leaves the line as it stands and goes on below it.
    public mutating func left(_ editor: LineEditor, prompt: String, width: Int) -> String {
        var end = editor
        _ = end.handle(.end)
        let text = drawn(end, prompt: prompt, width: width)
        cursorLine = 0
        return text + "\r\n"
    }
}
