/// A key, or what a terminal makes of one.
public enum Key: Hashable, Sendable {
    case character(Character)
    /// Text that was pasted whole.
    case paste(String)
    case enter, backspace, delete, tab
    case left, right, up, down, home, end, wordLeft, wordRight
    /// Control-K, -U, -W, -L, -C, -D.
    case killToEnd, killToStart, killWord, clearScreen, interrupt, endOfInput
}

/// Makes keys of the bytes that a terminal in raw mode sends, one at a time.
public struct KeyParser {
    private var pending: [UInt8] = []
    private var pasted: [UInt8]?

    private static let pasteEnd = Array("\u{1B}[201~".utf8)
    /// Bytes of an escape sequence, at most; longer ones are none that we know.
    private static let longestSequence = 8

    /// Before the first byte.
    public init() {}

    /// The keys that are complete with `byte`.
    public mutating func take(_ byte: UInt8) -> [Key] {
        if var text = pasted {
            text.append(byte)
            guard text.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) else {
                pasted = text
                return []
            }
            pasted = nil
            text.removeLast(Self.pasteEnd.count)
            let whole = String(decoding: text, as: UTF8.self)
                .replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            return [.paste(whole)]
        }
        pending.append(byte)
        if pending[0] == 0x1B { return escape() }
        if pending[0] >= 0x80 { return character() }
        defer { pending = [] }
        return control(byte).map { [$0] } ?? []
    }

    private func control(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x01: .home
        case 0x02: .left
        case 0x03: .interrupt
        case 0x04: .endOfInput
        case 0x05: .end
        case 0x06: .right
        case 0x08, 0x7F: .backspace
        case 0x09: .tab
        case 0x0A, 0x0D: .enter
        case 0x0B: .killToEnd
        case 0x0C: .clearScreen
        case 0x0E: .down
        case 0x10: .up
        case 0x15: .killToStart
        case 0x17: .killWord
        case 0x20..<0x7F: .character(Character(UnicodeScalar(byte)))
        default: nil
        }
    }

    private mutating func character() -> [Key] {
        let wanted = pending[0] >= 0xF0 ? 4 : pending[0] >= 0xE0 ? 3 : pending[0] >= 0xC0 ? 2 : 1
        guard pending.count >= wanted else { return [] }
        defer { pending = [] }
        // Bytes that form no character are nothing that was typed.
        guard let text = String(validating: pending, as: UTF8.self) else { return [] }
        return text.map(Key.character)
    }

    private mutating func escape() -> [Key] {
        guard pending.count > 1 else { return [] }
        if pending.count == 2, pending[1] != UInt8(ascii: "["), pending[1] != UInt8(ascii: "O") {
            defer { pending = [] }
            switch pending[1] {
            case UInt8(ascii: "b"): return [.wordLeft]
            case UInt8(ascii: "f"): return [.wordRight]
            default: return []
            }
        }
        guard pending.count > 2 else { return [] }
        let last = pending[pending.count - 1]
        guard (0x40...0x7E).contains(last) else {
            if pending.count > Self.longestSequence { pending = [] }
            return []
        }
        let sequence = String(decoding: pending.dropFirst(2), as: UTF8.self)
        pending = []
        switch sequence {
        case "A": return [.up]
        case "B": return [.down]
        case "C": return [.right]
        case "D": return [.left]
        case "H", "1~", "7~": return [.home]
        case "F", "4~", "8~": return [.end]
        case "3~": return [.delete]
        case "1;5C", "1;3C": return [.wordRight]
        case "1;5D", "1;3D": return [.wordLeft]
        case "200~":
            pasted = []
            return []
        default: return []
        }
    }
}
