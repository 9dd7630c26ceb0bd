internal import Synchronization

/// A place where text for people goes: standard output or standard error, or a test's buffer.
public struct Console: Sendable {
    /// Whether a person watches: live lines are drawn only there.
    public let isTerminal: Bool
    /// Whether colours may be used.
    public let usesColor: Bool

    private let columns: @Sendable () -> Int
    private let sink: @Sendable (String) -> Void
    private let live = LiveState()

    /// Whether the terminal's last line is one that will be drawn over.
    private final class LiveState: Sendable {
        let isOpen = Mutex(false)
    }

    /// Wraps something that takes text.
    /// - Parameter columnCount: asked anew for every live line, since windows change their size.
    public init(
        isTerminal: Bool, usesColor: Bool,
        columnCount: @autoclosure @escaping @Sendable () -> Int = 80,
        sink: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.usesColor = usesColor
        columns = columnCount
        self.sink = sink
    }

    /// Characters in a line, now.
    public var columnCount: Int { columns() }

    /// Writes text as it is, at once.
    public func write(_ text: String) { sink(text) }

    /// Writes a line; on a terminal in the place of the live line, if there is one.
    public func line(_ text: String = "") {
        live.isOpen.withLock { isOpen in
            sink((isOpen ? Self.startOver : "") + text + "\n")
            isOpen = false
        }
    }

    /// Draws the live line over the one before, cut where the terminal ends: a line that wraps
    /// could not be drawn over. Only for terminals.
    public func redraw(_ text: String) {
        live.isOpen.withLock { isOpen in
            sink(Self.startOver + Self.cut(text, to: max(1, columnCount - 1)))
            isOpen = true
        }
    }

    /// To the first column, and the rest of the line away.
    private static let startOver = "\r\u{1B}[K"

    /// The first `width` characters of a text; styles take no room, and are ended where one is cut.
    private static func cut(_ text: String, to width: Int) -> String {
        var kept = ""
        var room = width
        var isInStyle = false
        var isStyled = false
        for character in text {
            if character == "\u{1B}" { isInStyle = true }
            if isInStyle {
                kept.append(character)
                isInStyle = character != "m"
                isStyled = true
                continue
            }
            guard room > 0 else { break }
            kept.append(character)
            room -= 1
        }
        return room == 0 && isStyled ? kept + "\u{1B}[0m" : kept
    }

    /// How text can stand out.
    public enum Style: String, Sendable {
        /// Heavier.
        case bold = "1"
        /// Lighter.
        case dim = "2"
        /// What is wrong.
        case red = "31"
        /// What is right.
        case green = "32"
        /// What to look at.
        case yellow = "33"
    }

    /// The text in a style, where colours may be used.
    public func styled(_ text: String, _ style: Style) -> String {
        usesColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Whether colours may be used on a stream, by the environment's conventions
    /// (no-color.org, force-color.org, bixense.com/clicolors).
    public static func mayUseColor(isTerminal: Bool, environment: [String: String]) -> Bool {
        func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
        if isSet("NO_COLOR") { return false }
        for name in ["FORCE_COLOR", "CLICOLOR_FORCE"] where isSet(name) && environment[name] != "0"
        {
            return true
        }
        return isTerminal && environment["TERM"] != "dumb" && environment["CLICOLOR"] != "0"
    }
}
