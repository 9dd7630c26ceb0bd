/// How numbers are written in answers: the one grammar of every judge, and so of every reward.
///
/// ```
/// answer   = { "*" | "_" | "`" } [ sign ] [ currency ] [ sign ] amount
/// amount   = integer [ "." digits ] [ "e" [ sign ] digits ] | "." digits …
///          | integer ("/" | "⁄") digits | integer " " digits "/" digits | [ integer ] "½" …
/// integer  = digits | 1 to 3 digits { separator 3 digits }      separator = "," or a space that does not break
/// ```
///
/// Signs are `-`, `+` and their typographic kin. A unit may follow, in words or symbols; a percent sign is one, since
/// questions about percentages are answered by the bare number. A second number may not follow: `12:30`, `3-4`,
/// `10^3`, `5 or 6` and `3 hours 20 minutes` are no number. Neither is what cannot be read in one way only: `1,5`,
/// `1.2.3`, `5 million`.
struct WrittenNumber {
    private let scalars: [Unicode.Scalar]
    private var at = 0

    /// Digits of a part, and size of an exponent, at most: beyond them lies no answer.
    private static let longest = 100

    private init(_ text: some StringProtocol) {
        // Spaces at either end, and the breaks of lines, mean nothing.
        let all = Array(text.unicodeScalars)
        guard let first = all.firstIndex(where: { !Self.isSpace($0) }),
            let last = all.lastIndex(where: { !Self.isSpace($0) })
        else {
            scalars = []
            return
        }
        scalars = Array(all[first...last])
    }

    /// The number that `line` states, units and words behind it or not; nil where it states none, or several.
    static func stated(in line: some StringProtocol) -> ExactNumber? {
        var reader = WrittenNumber(line)
        guard let number = reader.number(), reader.endsInWords() else { return nil }
        return number
    }

    /// The number that `text` is, with nothing behind it but a full stop.
    static func alone(in text: some StringProtocol) -> ExactNumber? {
        var reader = WrittenNumber(text)
        guard let number = reader.number() else { return nil }
        reader.skip(while: Self.isEmphasis)
        reader.skip { $0 == "." }
        reader.skip(while: Self.isEmphasis)
        return reader.isAtEnd ? number : nil
    }

    /// Whether `line` begins as a number does, be it one or not.
    static func begins(_ line: some StringProtocol) -> Bool {
        var reader = WrittenNumber(line)
        reader.skip(while: isEmphasis)
        return reader.next.map {
            isDigit($0) || vulgar[$0] != nil || isMinus($0) || isPlus($0) || isCurrency($0)
                || $0 == "." || $0 == "\\"
        } ?? false
    }

    // MARK: Characters

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace
    }

    /// Hyphens, dashes and minus signs that stand before numbers.
    private static func isMinus(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}", "\u{FE63}",
            "\u{FF0D}":
            true
        default: false
        }
    }

    private static func isPlus(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "+" || scalar == "\u{FF0B}"
    }

    private static func isCurrency(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .currencySymbol
    }

    /// Marks of bold, italic and code.
    private static func isEmphasis(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "*" || scalar == "_" || scalar == "`"
    }

    private static func isSlash(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "/" || scalar == "\u{2044}" || scalar == "\u{2215}"
    }

    /// Spaces that keep the groups of a number together.
    private static func isGroupSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{A0}" || scalar == "\u{2009}" || scalar == "\u{202F}"
    }

    /// Fractions that are one character.
    private static let vulgar: [Unicode.Scalar: (Int, Int)] = [
        "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
        "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8),
        "⅝": (5, 8), "⅞": (7, 8), "⅑": (1, 9), "⅒": (1, 10),
    ]

    // MARK: Reading

    private var isAtEnd: Bool { at == scalars.count }
    private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }
    private func peek(_ offset: Int) -> Unicode.Scalar? {
        at + offset < scalars.count ? scalars[at + offset] : nil
    }

    private mutating func skip(while matches: (Unicode.Scalar) -> Bool) {
        while let scalar = next, matches(scalar) { at += 1 }
    }

    private mutating func takes(_ matches: (Unicode.Scalar) -> Bool) -> Bool {
        guard let scalar = next, matches(scalar) else { return false }
        at += 1
        return true
    }

    private mutating func digits() -> String {
        var digits = String.UnicodeScalarView()
        while let scalar = next, Self.isDigit(scalar) {
            digits.append(scalar)
            at += 1
        }
        return String(digits)
    }

    private mutating func number() -> ExactNumber? {
        skip(while: Self.isEmphasis)
        var isSigned = false
        var isNegative = false
        var hasCurrency = false
        while let scalar = next {
            if Self.isMinus(scalar) || Self.isPlus(scalar), !isSigned {
                (isSigned, isNegative) = (true, Self.isMinus(scalar))
            } else if Self.isCurrency(scalar), !hasCurrency {
                hasCurrency = true
            } else if scalar == "\\", let symbol = peek(1), Self.isCurrency(symbol), !hasCurrency {
                // As Markdown and TeX want it.
            } else {
                break
            }
            at += 1
            skip(while: Self.isSpace)
        }
        guard let amount = amount() else { return nil }
        return isNegative ? -amount : amount
    }

    private mutating func amount() -> ExactNumber? {
        let start = at
        guard let whole = integer() else { return nil }
        let isPlain = scalars[start..<at].allSatisfy(Self.isDigit)
        var value = ExactNumber(BigInteger(digits: whole) ?? BigInteger(0))
        if !whole.isEmpty, isPlain, let fraction = fraction(of: value) { return fraction }
        if let (above, below) = next.flatMap({ Self.vulgar[$0] }) {
            at += 1
            return value + ExactNumber(BigInteger(above), over: BigInteger(below))
        }
        if next == ".", let digit = peek(1), Self.isDigit(digit) {
            at += 1
            let places = digits()
            guard places.utf8.count <= Self.longest, let part = BigInteger(digits: places) else {
                return nil
            }
            value =
                value + ExactNumber(part, over: BigInteger.powerOfTen(places.utf8.count))
        } else if whole.isEmpty {
            return nil
        }
        return power(of: value)
    }

    /// The digits of an integer, separators left out; empty where there are none, nil where groups are none.
    private mutating func integer() -> String? {
        var all = digits()
        guard all.utf8.count <= Self.longest else { return nil }
        guard let separator = next, separator == "," || Self.isGroupSpace(separator),
            let digit = peek(1), Self.isDigit(digit)
        else { return all }
        guard (1...3).contains(all.utf8.count), all.utf8.first != UInt8(ascii: "0") else {
            return nil
        }
        while next == separator, let digit = peek(1), Self.isDigit(digit) {
            at += 1
            let group = digits()
            guard group.utf8.count == 3 else { return nil }
            all += group
        }
        return all.utf8.count <= Self.longest ? all : nil
    }

    /// A fraction, or a whole number and a fraction, whose first number `first` has been read; nil, with nothing
    /// read, where none follows.
    private mutating func fraction(of first: ExactNumber) -> ExactNumber? {
        let start = at
        if let denominator = denominator() {
            return ExactNumber(first.numerator, over: denominator)
        }
        at = start
        let spaces = at
        skip { $0 == " " }
        if at > spaces {
            if let (above, below) = next.flatMap({ Self.vulgar[$0] }) {
                at += 1
                return first + ExactNumber(BigInteger(above), over: BigInteger(below))
            }
            if let above = BigInteger(digits: digits()), let below = denominator(), above < below {
                return first + ExactNumber(above, over: below)
            }
        }
        at = start
        return nil
    }

    /// What stands behind a slash, where that is the rest of a fraction.
    private mutating func denominator() -> BigInteger? {
        skip { $0 == " " }
        guard takes(Self.isSlash) else { return nil }
        skip { $0 == " " }
        let digits = digits()
        guard digits.utf8.count <= Self.longest, let value = BigInteger(digits: digits),
            !value.isZero
        else { return nil }
        return value
    }

    /// `value` with the exponent that may follow.
    private mutating func power(of value: ExactNumber) -> ExactNumber? {
        guard next == "e" || next == "E" else { return value }
        let start = at
        at += 1
        let isNegative = next.map(Self.isMinus) ?? false
        _ = takes { Self.isMinus($0) || Self.isPlus($0) }
        guard let exponent = Int(digits()) else {
            // The first letter of a unit.
            at = start
            return value
        }
        guard exponent <= Self.longest else { return nil }
        let power = BigInteger.powerOfTen(exponent)
        return value
            * (isNegative
                ? ExactNumber(BigInteger(1), over: power) : ExactNumber(power))
    }

    // MARK: What may follow

    /// Words that make another number of the one before them.
    private static let scales: Set<String> = [
        "hundred", "thousand", "million", "billion", "trillion", "dozen", "half", "k", "bn",
    ]

    /// Whether nothing but units and words follows.
    private mutating func endsInWords() -> Bool {
        skip(while: Self.isEmphasis)
        let rest = scalars[at...]
        let words = rest.split(whereSeparator: Self.isSpace)
        guard !words.isEmpty else { return true }
        var later = words[...]
        if let first = rest.first, !Self.isSpace(first) {
            guard Self.mayBeAttached(later.removeFirst()) else { return false }
        }
        return later.allSatisfy(Self.isWord)
    }

    /// Whether `word` may follow a number without a space: a unit, marks of a sentence.
    private static func mayBeAttached(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = word.first, isWord(word) else { return false }
        let symbols: Set<Unicode.Scalar> = [
            "%", "‰", "°", "'", "\"", "’", "”", "′", "″", ".", ",", ";", ":", "!", "?", "…", "—",
            ")",
            "]", "}", "\\",
        ]
        // "5-year", "5/hour"; a dash or slash that leads nowhere is a mark of the sentence.
        let leads = isMinus(first) || isSlash(first)
        return first.properties.isAlphabetic || isCurrency(first) || symbols.contains(first)
            || isEmphasis(first)
            || (leads && (word.dropFirst().first?.properties.isAlphabetic ?? true))
    }

    /// Whether `word` says nothing of a number.
    private static func isWord(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
        var letters = ""
        for (place, scalar) in zip(word.indices, word) {
            letters.unicodeScalars.append(scalar.properties.isAlphabetic ? scalar : " ")
            switch scalar.properties.numericType {
            case nil, .digit?: continue  // superscripts of units
            case .decimal? where place > word.startIndex:
                // "m2" and "CO2" are units; "x10" and "e3" belong to a number.
                let before = word[word.startIndex..<place]
                guard let first = before.first, first.properties.isAlphabetic,
                    !["x", "X", "e", "E"].contains(first) || before.count > 1
                else { return false }
            default: return false
            }
        }
        return !letters.lowercased().split(separator: " ").contains { scales.contains(String($0)) }
    }
}
