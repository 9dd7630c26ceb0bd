/// Cuts text into the chunks of nanochat's split pattern, by hand and over UTF-8 bytes.
///
/// Equal to a backtracking engine on the pattern because its alternatives can be told apart by the
/// first two characters; only white space looks further. Bytes that are not UTF-8 are cut like
/// punctuation, so every input is covered without loss.
/// - Source: karpathy/nanochat `tokenizer.py`, `SPLIT_PATTERN`.
public struct SplitScanner: Sendable {
    /// The pattern the scanner stands for, saved with every tokenizer.
    public static let pattern =
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]++[\r\n]*"#
        + #"|\s*[\r\n]|\s+(?!\S)|\s+"#

    /// The Unicode version of the character sets in the pattern.
    public static let unicodeVersion = SplitClasses.unicodeVersion

    let classes = CharacterClasses.table

    /// A scanner; it has no state.
    public init() {}

    /// The chunks of `text`, in order; together they are the text.
    public func chunks(of text: String) -> [String] {
        var text = text
        return text.withUTF8 { utf8 in
            ends(in: utf8).reduce(into: (start: 0, chunks: [String]())) { state, end in
                state.chunks.append(String(decoding: utf8[state.start..<end], as: UTF8.self))
                state.start = end
            }.chunks
        }
    }

    /// Where each chunk of `utf8` ends.
    public func ends(in utf8: UnsafeBufferPointer<UInt8>) -> [Int] {
        guard let text = utf8.baseAddress else { return [] }
        var ends: [Int] = []
        var start = 0
        while start < utf8.count {
            start = chunkEnd(from: start, in: text, end: utf8.count)
            ends.append(start)
        }
        return ends
    }

    /// The end of the chunk that starts at `start`; `start` is below `end` and a chunk's beginning.
    @inline(__always)
    func chunkEnd(from start: Int, in text: UnsafePointer<UInt8>, end: Int) -> Int {
        let (kind, length) = classes.character(at: start, in: text, end: end)
        let next = start + length
        switch kind {
        case CharacterClass.letter:
            return lettersEnd(from: next, in: text, end: end)
        case CharacterClass.number:
            guard next < end else { return next }
            let (second, secondLength) = classes.character(at: next, in: text, end: end)
            return second == CharacterClass.number ? next + secondLength : next
        case CharacterClass.newline:
            return whiteSpaceEnd(from: start, in: text, end: end)
        case CharacterClass.space:
            guard next < end else { return next }
            let (second, secondLength) = classes.character(at: next, in: text, end: end)
            if second == CharacterClass.letter {
                return lettersEnd(from: next + secondLength, in: text, end: end)
            }
            if second == CharacterClass.other && text[start] == 0x20 {
                return othersEnd(from: next + secondLength, in: text, end: end)
            }
            return whiteSpaceEnd(from: start, in: text, end: end)
        default:
            if text[start] == 0x27 {
                let contraction = contractionEnd(from: next, in: text, end: end)
                if contraction > next { return contraction }
            }
            guard next < end else { return next }
            let (second, secondLength) = classes.character(at: next, in: text, end: end)
            if second == CharacterClass.letter {
                return lettersEnd(from: next + secondLength, in: text, end: end)
            }
            return othersEnd(from: next, in: text, end: end)
        }
    }

    /// The end of `\p{L}*`.
    @inline(__always)
    private func lettersEnd(from start: Int, in text: UnsafePointer<UInt8>, end: Int) -> Int {
        var position = start
        while position < end {
            let kind = classes.bytes[Int(text[position])]
            if kind == CharacterClass.letter {
                position += 1
                continue
            }
            guard kind == CharacterClass.wide else { return position }
            let (wide, length) = classes.wideCharacter(at: position, in: text, end: end)
            guard wide == CharacterClass.letter else { return position }
            position += length
        }
        return position
    }

    /// The end of `[^\s\p{L}\p{N}]*[\r\n]*`.
    private func othersEnd(from start: Int, in text: UnsafePointer<UInt8>, end: Int) -> Int {
        var position = start
        while position < end {
            let (kind, length) = classes.character(at: position, in: text, end: end)
            guard kind == CharacterClass.other else { break }
            position += length
        }
        while position < end, classes.bytes[Int(text[position])] == CharacterClass.newline {
            position += 1
        }
        return position
    }

    /// The end of `'(?i:[sdmt]|ll|ve|re)` behind its apostrophe, or `start` where it does not match.
    private func contractionEnd(
        from start: Int, in text: UnsafePointer<UInt8>, end: Int
    ) -> Int {
        guard start < end else { return start }
        let first = text[start] | 0x20
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "d"), UInt8(ascii: "m"), UInt8(ascii: "t"):
            // Setting bit 5 turns only letters into these letters among bytes 0x40...0x5F, and
            // control codes into none of them.
            return start + 1
        case UInt8(ascii: "l"), UInt8(ascii: "v"), UInt8(ascii: "r"):
            guard start + 1 < end else { return start }
            let second: UInt8 = first == UInt8(ascii: "l") ? UInt8(ascii: "l") : UInt8(ascii: "e")
            return text[start + 1] | 0x20 == second ? start + 2 : start
        default:
            // U+017F, the long s, is an s under case folding.
            let isLongS = text[start] == 0xC5 && start + 1 < end && text[start + 1] == 0xBF
            return isLongS ? start + 2 : start
        }
    }

    /// The end of `\s*[\r\n]|\s+(?!\S)|\s+` at a white-space character.
    private func whiteSpaceEnd(from start: Int, in text: UnsafePointer<UInt8>, end: Int) -> Int {
        var position = start
        var lastStart = start
        var newlineEnd = start
        while position < end {
            let (kind, length) = classes.character(at: position, in: text, end: end)
            guard kind == CharacterClass.space || kind == CharacterClass.newline else { break }
            lastStart = position
            position += length
            if kind == CharacterClass.newline { newlineEnd = position }
        }
        if newlineEnd > start { return newlineEnd }
        if position == end || lastStart == start { return position }
        return lastStart
    }
}
