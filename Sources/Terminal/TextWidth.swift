/// How many columns of a terminal text takes.
public enum TextWidth {
    /// Columns of one character: 0 for marks and controls, 2 for wide ones.
    /// - Source: Unicode's East Asian Width, by blocks; emoji count as wide.
    public static func columns(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        return wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    /// Columns of a text without line breaks.
    public static func columns(of text: String) -> Int {
        text.reduce(0) { $0 + columns(of: $1) }
    }

    /// The lines that `text` takes in a terminal of `width` columns, broken at its line ends and wherever a
    /// line is full. The last column stays free: terminals differ in what a full line does.
    public static func lines(of text: String, width: Int) -> [String] {
        let room = max(2, width - 1)
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var current = ""
            var used = 0
            var isInStyle = false
            for character in line {
                // Styles take no room.
                if character == "\u{1B}" { isInStyle = true }
                if isInStyle {
                    current.append(character)
                    isInStyle = character != "m"
                    continue
                }
                let columns = columns(of: character)
                if used + columns > room {
                    lines.append(current)
                    (current, used) = ("", 0)
                }
                // A tab would move by another amount wherever the line begins.
                current.append(character == "\t" ? " " : character)
                used += character == "\t" ? 1 : columns
            }
            lines.append(current)
        }
        return lines
    }

    /// `text` as a terminal may be given it: line ends as one character, and nothing that could move the cursor
    /// or change colours, whoever wrote it.
    public static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A: result.append(scalar)
            case 0x0D: result.append("\n")
            case 0..<0x20, 0x7F..<0xA0: break
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
        0x20000...0x3FFFD,
    ]
}
