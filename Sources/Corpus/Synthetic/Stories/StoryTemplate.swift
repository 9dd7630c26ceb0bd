/// One piece of a compiled sentence.
enum StoryPiece: Sendable {
    case literal([UInt8])
    case slot(Int, StoryForm)
    /// A number followed by a noun in the number's grammatical number.
    case counted(number: Int, noun: Int, form: StoryForm)
    /// `a` or `an`, as the next word asks.
    case article
    /// One of several continuations, equally likely.
    case choice([[StoryPiece]])
}

/// Compiles the grammar's notation.
///
/// `[x|y|]` is one of its parts, `{slot}` and `{slot.form}` a slot, `{n of thing}` a counted noun, `{a}` the
/// indefinite article, `<phrase>` and `<phrase:slot>` a named phrase with `$` replaced by the slot's name.
/// Mistakes in the grammar are ours, so they trap when the grammar is first used.
struct StoryCompiler {
    /// Named phrases, each already in bracket notation.
    var phrases: [String: String]
    /// Slots known here, by name.
    var slots: [String: Int]

    /// The pieces of `source`.
    func compiled(_ source: String) -> [StoryPiece] {
        var rest = Array(source.utf8)[...]
        let pieces = sequence(&rest, nested: false, in: source)
        precondition(rest.isEmpty, "stray bracket in story grammar: \(source)")
        return pieces
    }

    private func sequence(
        _ rest: inout ArraySlice<UInt8>, nested: Bool, in source: String
    ) -> [StoryPiece] {
        var pieces: [StoryPiece] = []
        var literal: [UInt8] = []
        func flushed(_ piece: StoryPiece?) {
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = []
            if let piece { pieces.append(piece) }
        }
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "["):
                rest.removeFirst()
                flushed(choice(&rest, in: source))
            case UInt8(ascii: "|"), UInt8(ascii: "]"):
                precondition(nested, "stray '|' or ']' in story grammar: \(source)")
                flushed(nil)
                return pieces
            case UInt8(ascii: "{"):
                flushed(slot(enclosed(&rest, by: UInt8(ascii: "}"), in: source), in: source))
            case UInt8(ascii: "<"):
                flushed(nil)
                pieces += phrase(enclosed(&rest, by: UInt8(ascii: ">"), in: source), in: source)
            default:
                literal.append(byte)
                rest.removeFirst()
            }
        }
        flushed(nil)
        return pieces
    }

    private func choice(_ rest: inout ArraySlice<UInt8>, in source: String) -> StoryPiece {
        var alternatives: [[StoryPiece]] = []
        while true {
            alternatives.append(sequence(&rest, nested: true, in: source))
            precondition(!rest.isEmpty, "unclosed '[' in story grammar: \(source)")
            if rest.removeFirst() == UInt8(ascii: "]") { return .choice(alternatives) }
        }
    }

    private func enclosed(
        _ rest: inout ArraySlice<UInt8>, by close: UInt8, in source: String
    ) -> String {
        guard let end = rest.firstIndex(of: close) else {
            preconditionFailure("unclosed slot in story grammar: \(source)")
        }
        let inner = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
        rest = rest[(end + 1)...]
        return inner
    }

    private func slot(_ text: String, in source: String) -> StoryPiece {
        if text == "a" { return .article }
        let parts = text.components(" of ")
        let dotted = parts[0].components(".")
        guard let index = slots[dotted[0]],
            let form = StoryForm(rawValue: dotted.count > 1 ? dotted[1] : "")
        else { preconditionFailure("no slot '\(text)' for: \(source)") }
        guard parts.count > 1 else { return .slot(index, form) }
        guard let noun = slots[parts[1]] else {
            preconditionFailure("no noun '\(text)' for: \(source)")
        }
        return .counted(number: index, noun: noun, form: form)
    }

    private func phrase(_ text: String, in source: String) -> [StoryPiece] {
        let parts = text.components(":")
        guard let phrase = phrases[parts[0]] else {
            preconditionFailure("no phrase '\(text)' for: \(source)")
        }
        guard parts.count > 1 else { return compiled(phrase) }
        return compiled(phrase.components("$").joined(separator: parts[1]))
    }
}

extension String {
    /// The parts between occurrences of `separator`, never none.
    func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var part: [UInt8] = []
        let bytes = Array(utf8)
        let mark = Array(separator.utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: mark) {
                parts.append(String(decoding: part, as: UTF8.self))
                part = []
                index += mark.count
            } else {
                part.append(bytes[index])
                index += 1
            }
        }
        return parts + [String(decoding: part, as: UTF8.self)]
    }

    /// The text without spaces at its ends.
    var trimmed: String {
        var bytes = Array(utf8)[...]
        while bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
        while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
