internal import Provenance

/// Writes compiled pieces as text: chooses, fills slots, and keeps articles, capitals and spaces right.
struct StoryPen {
    /// The text so far, UTF-8.
    private(set) var text: [UInt8] = []
    /// The values of the slots in use.
    var values: [StoryValue] = []

    private var random: RandomStream
    private var capitalNext = true
    /// Where `n` goes if the next word begins with a vowel.
    private var articleEnd: Int?
    private var insideQuotation = false

    init(random: RandomStream) {
        self.random = random
        text.reserveCapacity(4096)
    }

    /// A number in `0..<count`, each equally likely up to 2⁻⁵⁶; fixed by this file, not by the toolchain.
    mutating func draw(_ count: Int) -> Int {
        Int(random.next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// One of `elements`.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[draw(elements.count)]
    }

    /// Writes `pieces` as one or more whole sentences after what stands there.
    mutating func write(sentence pieces: [StoryPiece]) {
        let start = text.count
        if let last = text.last, last != UInt8(ascii: "\n") { put(UInt8(ascii: " ")) }
        capitalNext = true
        let begin = text.count
        write(pieces)
        if text.count == begin { text.removeLast(begin - start) }  // an alternative may be empty
    }

    /// Begins a new line unless one has just begun.
    mutating func breakLine() {
        while text.last == UInt8(ascii: " ") { text.removeLast() }
        if let last = text.last, last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
    }

    /// What `pieces` come to when written alone and in lower case, for slots that stay fixed in a story.
    mutating func rendered(_ pieces: [StoryPiece]) -> [UInt8] {
        let start = text.count
        let capital = capitalNext
        capitalNext = false
        // A letter before it, so that nothing looks like the start of a sentence.
        text.append(UInt8(ascii: "x"))
        write(pieces)
        let result = Array(text[(start + 1)...])
        text.removeLast(text.count - start)
        capitalNext = capital
        return result
    }

    private mutating func write(_ pieces: [StoryPiece]) {
        for piece in pieces {
            switch piece {
            case .literal(let bytes): for byte in bytes { put(byte) }
            case .slot(let index, let form): write(values[index], form)
            case .counted(let number, let noun, let form):
                guard case .number(let count) = values[number] else {
                    preconditionFailure("slot \(number) holds no number")
                }
                write(values[number], form)
                put(UInt8(ascii: " "))
                write(values[noun], count == 1 ? .plain : .plural)
            case .article:
                put(UInt8(ascii: "a"))
                articleEnd = text.count
            case .choice(let alternatives): write(alternatives[draw(alternatives.count)])
            }
        }
    }

    private mutating func write(_ value: StoryValue, _ form: StoryForm) {
        switch value {
        case .text(let bytes): for byte in bytes { put(byte) }
        case .number(let number):
            if form == .digits || number >= Self.numerals.count || number < 0 {
                for byte in String(number).utf8 { put(byte) }
            } else {
                put(Self.numerals[number])
            }
        case .person(let person):
            if let pronoun = person.pronoun(form) {
                put(pronoun)
            } else {
                for byte in person.name { put(byte) }
            }
        case .noun(let noun, let adjective):
            if form == .adjective || form == .full || form == .fullPlural {
                for byte in adjective { put(byte) }
                if form == .adjective { return }
                put(UInt8(ascii: " "))
            }
            let isPlural = form == .plural || form == .fullPlural
            for byte in isPlural ? noun.plural : noun.singular { put(byte) }
        }
    }

    private mutating func put(_ word: StaticString) {
        word.withUTF8Buffer { for byte in $0 { put(byte) } }
    }

    private mutating func put(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: " "):
            guard let last = text.last, last != byte, last != UInt8(ascii: "\n") else { return }
            if last == UInt8(ascii: ".") || last == UInt8(ascii: "!") || last == UInt8(ascii: "?") {
                capitalNext = true
            } else if last == UInt8(ascii: "\""), text.dropLast().last == UInt8(ascii: ".") {
                capitalNext = true  // after `!"` and `?"` a verb of saying may follow
            }
            text.append(byte)
        case UInt8(ascii: "\n"): breakLine()
        case UInt8(ascii: "\""):
            insideQuotation.toggle()
            if insideQuotation { capitalNext = true }
            text.append(byte)
        case UInt8(ascii: "a")...UInt8(ascii: "z"):
            settleArticle(before: byte)
            text.append(capitalNext ? byte & 0xdf : byte)
            capitalNext = false
        default:
            settleArticle(before: byte)
            if byte > UInt8(ascii: "9") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                capitalNext = false
            }
            text.append(byte)
        }
    }

    /// Assumption: the lexicon avoids words whose first letter misleads (hour, useful).
    private mutating func settleArticle(before byte: UInt8) {
        guard let end = articleEnd else { return }
        articleEnd = nil
        switch byte | 0x20 {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"),
            UInt8(ascii: "u"):
            text.insert(UInt8(ascii: "n"), at: end)
        default: break
        }
    }

    private static let numerals: [StaticString] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
        "nineteen", "twenty",
    ]
}
