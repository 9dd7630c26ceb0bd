/// Bytes as readable text and back: characters that print stand for themselves, the rest is escaped.
enum TokenSpelling {
    /// `bytes` with `\\` for a backslash and `\xNN` for every byte that does not print.
    static func escaped(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = 0
            while position < buffer.count {
                let length = UTF8Shape.length(at: position, in: base, end: buffer.count)
                let character = UnsafeBufferPointer(
                    rebasing: buffer[position..<position + max(length, 1)])
                position += max(length, 1)
                let scalar = length == 0 ? nil : String(decoding: character, as: UTF8.self).first
                if length == 1 && character[0] == UInt8(ascii: "\\") {
                    text += "\\\\"
                } else if let scalar, prints(character) {
                    text.append(scalar)
                } else {
                    for byte in character { text += "\\x" + hex(byte) }
                }
            }
        }
        return text
    }

    /// The bytes `text` stands for; `nil` where an escape is broken.
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\\"): bytes.append(byte)
            case UInt8(ascii: "x"):
                let digits = rest.prefix(2)
                guard digits.count == 2,
                    digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: return nil
            }
        }
        return bytes
    }

    /// Whether the character shows and cannot hide, join or turn its neighbours: printable ASCII,
    /// and letters and numbers beyond it.
    private static func prints(_ character: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = character.baseAddress else { return false }
        if character.count == 1 { return 0x20...0x7E ~= character[0] }
        let kind = CharacterClasses.table.character(at: 0, in: base, end: character.count).kind
        return kind == CharacterClass.letter || kind == CharacterClass.number
    }

    private static func hex(_ byte: UInt8) -> String {
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
}
