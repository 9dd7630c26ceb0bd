internal import Corpus

/// The tool that models call: arithmetic and counting letters, nothing else. Text is parsed, never run.
///
/// Results are Python's, because training texts were made so: integers have no end, `/` gives the nearest double,
/// and both are spelt as Python spells them.
public enum Calculator {
    /// Characters of an expression, at most.
    private static let longest = 200

    /// What `expression` gives; nil where it is no expression, has no finite value, or an integer is too large for
    /// the double that it has to become.
    ///
    /// Numbers with commas between digits, `+ - * / //`, parentheses, and `'word'.count('letters')`.
    /// - Source: karpathy/nanochat `engine.py`, `use_calculator`, which leaves the same expressions to Python; it
    ///   writes `inf` and `nan` where nothing is written here.
    public static func result(of expression: String) -> String? {
        guard expression.utf8.count <= longest else { return nil }
        var parser = Parser(Array(expression.unicodeScalars))
        if let count = parser.count() { return String(count) }
        parser = Parser(Array(expression.unicodeScalars.filter { $0 != "," }))
        guard let value = parser.sum(), parser.isAtEnd else { return nil }
        switch value {
        case .integer(let integer): return integer.description
        case .real(let real): return real.isFinite ? spelt(real) : nil
        }
    }

    /// As Python's `repr`: the fewest digits that tell the number from all others, with an exponent below 1e-4 and
    /// from 1e16 on.
    private static func spelt(_ real: Double) -> String {
        // Swift finds the same digits and sets the point by other rules.
        let parts = real.magnitude.description.split(separator: "e")
        let sides = parts[0].split(separator: ".")
        let all = sides.joined()
        let leading = all.prefix { $0 == "0" }.count
        var digits = all.dropFirst(leading)
        while digits.last == "0" { digits.removeLast() }
        let sign = real.sign == .minus ? "-" : ""
        guard !digits.isEmpty else { return sign + "0.0" }
        /// Digits before the point.
        let place = sides[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - leading
        func zeros(_ count: Int) -> String { String(repeating: "0", count: max(0, count)) }
        guard (-3...16).contains(place) else {
            let exponent = String((place - 1).magnitude)
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            return sign + digits.prefix(1) + fraction + (place < 1 ? "e-" : "e+")
                + zeros(2 - exponent.utf8.count) + exponent
        }
        guard place > 0 else { return sign + "0." + zeros(-place) + digits }
        let fraction = digits.dropFirst(place)
        return sign + digits.prefix(place) + zeros(place - digits.count) + "."
            + (fraction.isEmpty ? "0" : fraction)
    }

    private enum Value {
        case integer(BigInteger)
        case real(Double)

        /// The nearest double; nil of an integer that is too large for one.
        var real: Double? {
            switch self {
            case .integer(let integer): integer.rounded
            case .real(let real): real
            }
        }

        var isZero: Bool {
            switch self {
            case .integer(let integer): integer.isZero
            case .real(let real): real == 0
            }
        }

        /// Exact of two integers, rounded where one of them is a double.
        func combined(
            _ other: Value, _ exact: (BigInteger, BigInteger) -> BigInteger,
            _ rounded: (Double, Double) -> Double
        ) -> Value? {
            if case .integer(let a) = self, case .integer(let b) = other {
                return .integer(exact(a, b))
            }
            guard let a = real, let b = other.real else { return nil }
            return .real(rounded(a, b))
        }

        func divided(by other: Value) -> Value? {
            guard !other.isZero else { return nil }
            if case .integer(let a) = self, case .integer(let b) = other {
                return a.roundedQuotient(dividingBy: b).map(Value.real)
            }
            guard let a = real, let b = other.real else { return nil }
            return .real(a / b)
        }

        func floorDivided(by other: Value) -> Value? {
            guard !other.isZero else { return nil }
            return combined(other, { $0.floorQuotient(dividingBy: $1) }, Self.floorQuotient)
        }

        /// - Source: CPython `Objects/floatobject.c`, `_float_div_mod`.
        private static func floorQuotient(_ a: Double, _ b: Double) -> Double {
            let remainder = a.truncatingRemainder(dividingBy: b)
            var quotient = (a - remainder) / b
            if remainder != 0, (b < 0) != (remainder < 0) { quotient -= 1 }
            guard quotient != 0 else { return Double(signOf: a / b, magnitudeOf: 0) }
            let floor = quotient.rounded(.down)
            return quotient - floor > 0.5 ? floor + 1 : floor
        }
    }

    private struct Parser {
        private let scalars: [Unicode.Scalar]
        private var at = 0

        init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

        var isAtEnd: Bool {
            scalars[at...].allSatisfy { $0 == " " }
        }

        private mutating func next() -> Unicode.Scalar? {
            while at < scalars.count, scalars[at] == " " { at += 1 }
            return at < scalars.count ? scalars[at] : nil
        }

        private mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
            guard next() == scalar else { return false }
            at += 1
            return true
        }

        mutating func sum() -> Value? {
            guard var value = product() else { return nil }
            while let sign = next(), sign == "+" || sign == "-" {
                at += 1
                guard let other = product(),
                    let result = sign == "+"
                        ? value.combined(other, +, +) : value.combined(other, -, -)
                else { return nil }
                value = result
            }
            return value
        }

        private mutating func product() -> Value? {
            guard var value = factor() else { return nil }
            while let sign = next(), sign == "*" || sign == "/" {
                at += 1
                // `**` is Python's, and not ours.
                let isFloor = sign == "/" && at < scalars.count && scalars[at] == "/"
                if isFloor { at += 1 }
                guard let other = factor(),
                    let result = sign == "*"
                        ? value.combined(other, *, *)
                        : isFloor ? value.floorDivided(by: other) : value.divided(by: other)
                else { return nil }
                value = result
            }
            return value
        }

        /// Expressions are short, so signs and parentheses inside one another are few.
        private mutating func factor() -> Value? {
            if takes("+") { return factor() }
            if takes("-") {
                switch factor() {
                case .integer(let integer): return .integer(-integer)
                case .real(let real): return .real(-real)
                case nil: return nil
                }
            }
            if takes("(") {
                guard let value = sum(), takes(")") else { return nil }
                return value
            }
            return number()
        }

        private mutating func number() -> Value? {
            guard next() != nil else { return nil }
            var digits = ""
            var pointCount = 0
            while at < scalars.count, scalars[at] == "." || ("0"..."9").contains(scalars[at]) {
                pointCount += scalars[at] == "." ? 1 : 0
                digits.unicodeScalars.append(scalars[at])
                at += 1
            }
            guard pointCount <= 1, digits.contains(where: \.isNumber) else { return nil }
            if pointCount == 0 {
                // Python takes no number but zero with a zero before it.
                guard digits.first != "0" || digits.allSatisfy({ $0 == "0" }) else { return nil }
                return BigInteger(digits: digits).map(Value.integer)
            }
            let padded =
                (digits.hasPrefix(".") ? "0" : "") + digits + (digits.hasSuffix(".") ? "0" : "")
            return Double(padded).map(Value.real)
        }

        /// `'word'.count('letters')`, either in either kind of quotes.
        mutating func count() -> Int? {
            guard let word = quoted() else { return nil }
            for scalar in ".count(".unicodeScalars where !takes(scalar) { return nil }
            guard let sought = quoted(), takes(")"), isAtEnd else { return nil }
            // Nothing stands before every letter and behind the last.
            guard !sought.isEmpty else { return word.count + 1 }
            var count = 0
            var rest = word[...]
            while let found = rest.firstRange(of: sought) {
                count += 1
                rest = rest[found.upperBound...]
            }
            return count
        }

        private mutating func quoted() -> [Unicode.Scalar]? {
            guard let quote = next(), quote == "'" || quote == "\"" else { return nil }
            at += 1
            let start = at
            while at < scalars.count, scalars[at] != quote {
                // Escapes would need the rest of Python's rules.
                guard scalars[at] != "\\" else { return nil }
                at += 1
            }
            guard at < scalars.count else { return nil }
            defer { at += 1 }
            return Array(scalars[start..<at])
        }
    }
}
