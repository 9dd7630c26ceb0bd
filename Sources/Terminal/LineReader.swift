internal import Foundation
internal import Synchronization

/// Reads lines from a person at a terminal, with editing and history; from anything else as they come.
///
/// The terminal is in raw mode only while a line is read, and is put back however that ends.
public final class LineReader: Sendable {
    private let console: Console
    private let isTerminal: Bool
    private let saved = Mutex<termios?>(nil)
    private let editor = Mutex(LineEditor())

    /// A reader of standard input that draws on `console`.
    public init(console: Console) {
        self.console = console
        isTerminal = console.isTerminal && isatty(STDIN_FILENO) == 1
    }

    /// What reading led to.
    public enum Outcome: Hashable, Sendable {
        /// A line.
        case line(String)
        /// Control-C on an empty line.
        case interrupted
        /// There is no more.
        case ended
    }

    /// Whether a person types.
    public var isInteractive: Bool { isTerminal }

    /// The next line, asked for by `prompt`.
    public func line(prompt: String) -> Outcome {
        guard isTerminal, begin() else {
            return readLine(strippingNewline: true).map(Outcome.line) ?? .ended
        }
        defer { restore() }
        return editor.withLock { editor in edit(&editor, prompt) }
    }

    private func edit(_ editor: inout LineEditor, _ prompt: String) -> Outcome {
        var (parser, painter) = (KeyParser(), LinePainter())
        func draw() {
            console.write(
                painter.drawn(editor, prompt: prompt, width: console.columnCount))
        }
        draw()
        while true {
            var byte: UInt8 = 0
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return .ended }
            for key in parser.take(byte) {
                let shown = editor
                switch editor.handle(key) {
                case .editing: draw()
                case .clearScreen:
                    console.write("\u{1B}[H\u{1B}[2J")
                    painter = LinePainter()
                    draw()
                case .line(let line):
                    console.write(painter.left(shown, prompt: prompt, width: console.columnCount))
                    return .line(line)
                case .interrupted, .ended:
                    console.write(painter.left(shown, prompt: prompt, width: console.columnCount))
                    return key == .interrupt ? .interrupted : .ended
                }
            }
        }
    }

    /// Puts the terminal into raw mode, with pasted text marked as such.
    private func begin() -> Bool {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return false }
        saved.withLock { $0 = settings }
        cfmakeraw(&settings)
        // Lines that others write at the same time still begin at the left.
        settings.c_oflag |= tcflag_t(OPOST)
        guard tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) == 0 else { return false }
        console.write("\u{1B}[?2004h")
        return true
    }

    /// Puts the terminal back as it was; also from a signal's handler.
    public func restore() {
        saved.withLock { saved in
            guard var settings = saved else { return }
            console.write("\u{1B}[?2004l")
            tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
            saved = nil
        }
    }
}
