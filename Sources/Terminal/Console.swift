/// A place where text for people goes: standard output or standard error, or a test's buffer.
public struct Console: Sendable {
    /// Whether a person watches: live lines are drawn only there.
    public let isTerminal: Bool
    /// Whether colours may be used.
    public let usesColor: Bool
    /// Characters in a line.
    public let columnCount: Int

    private let sink: @Sendable (String) -> Void

    /// Wraps something that takes text.
    public init(
        isTerminal: Bool, usesColor: Bool, columnCount: Int = 80,
        sink: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.usesColor = usesColor
        self.columnCount = columnCount
        self.sink = sink
    }

    /// Writes text as it is, at once.
    public func write(_ text: String) { sink(text) }

    /// Writes a line.
    public func line(_ text: String = "") { sink(text + "\n") }

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
