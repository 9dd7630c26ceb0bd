/// The tool that models call: arithmetic and counting letters, nothing else. Text is parsed, never run.
///
/// Results are spelt as Python spells them, because training texts were made so.
public enum Calculator {
    /// Characters of an expression, at most.
    private static let longest = 200
    /// Parentheses and signs inside one another, at most.
    private static let deepest = 32

    /// What `expression` gives; nil where it is no expression, has no finite value, or an integer leaves
    /// 64 bits.
    ///
    /// Numbers with commas between digits, `+ - * /`, parentheses, and `'word'.count('letters')`.
    public static func result(of expression: String) -> String? {
        guard expression.utf8.count <= longest else { return nil }
        var parser = Parser(Array(expression.unicodeScalars))
        if let count = parser.count() { return String(count) }
        parser = Parser(Array(expression.unicodeScalars.filter { $0 != "," }))
        guard let value = parser.sum(depth: 0), parser.isAtEnd else { return nil }
        switch value {
        case .integer(let integer): return String(integer)
        case .real(let real): return real.isFinite ? spelt(real) : nil
        }
    }

    /// As Python's `repr`, which goes over to exponents at 1e16.
    private static func spelt(_ real: Double) -> String {
        let text = real.description
        guard abs(real) >= 1e16, !text.contains("e") else { return text }
        let isNegative = text.hasPrefix("-")
        var digits = Array(text.drop { $0 == "-" }.prefix { $0 != "." })
        let exponent = digits.count - 1
        while digits.count > 1 && digits.last == "0" { digits.removeLast() }
        let fraction = digits.count > 1 ? "." + String(digits.dropFirst()) : ""
        return (isNegative ? "-" : "") + String(digits[0]) + fraction + "e+\(exponent)"
    }

    private enum Value {
        case integer(Int)
        case real(Double)

        var real: Double {
            switch self {
            case .integer(let integer): Double(integer)
            case .real(let real): real
            }
        }

        func combined(
            _ other: Value, _ exact: (Int) -> (Int) -> (Int, Bool),
            _ rounded: (Double, Double) -> Double
        ) -> Value? {
            if case .integer(let a) = self, case .integer(let b) = other {
                let (value, isOverflow) = exact(a)(b)
                return isOverflow ? nil : .integer(value)
            }
            return .real(rounded(real, other.real))
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

        mutating func sum(depth: Int) -> Value? {
            guard var value = product(depth: depth) else { return nil }
            while let sign = next(), sign == "+" || sign == "-" {
                at += 1
                guard let other = product(depth: depth) else { return nil }
                let result =
                    sign == "+"
                    ? value.combined(other, Int.addingReportingOverflow, +)
                    : value.combined(other, Int.subtractingReportingOverflow, -)
                guard let result else { return nil }
                value = result
            }
            return value
        }

        private mutating func product(depth: Int) -> Value? {
            guard var value = factor(depth: depth) else { return nil }
            while let sign = next(), sign == "*" || sign == "/" {
                at += 1
                // `**` and `//` are Python's, and not ours.
                guard at < scalars.count, scalars[at] != sign,
                    let other = factor(depth: depth)
                else { return nil }
                if sign == "/" {
                    guard other.real != 0 else { return nil }
                    value = .real(value.real / other.real)
                } else {
                    guard
                        let result = value.combined(other, Int.multipliedReportingOverflow, *)
                    else { return nil }
                    value = result
                }
            }
            return value
        }

        private mutating func factor(depth: Int) -> Value? {
            guard depth < Calculator.deepest else { return nil }
            if takes("+") { return factor(depth: depth + 1) }
            if takes("-") {
                switch factor(depth: depth + 1) {
                case .integer(let integer):
                    return integer == .min ? nil : .integer(-integer)
                case .real(let real): return .real(-real)
                case nil: return nil
                }
            }
            if takes("(") {
                guard let value = sum(depth: depth + 1), takes(")") else { return nil }
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
                return Int(digits).map(Value.integer)
            }
            let padded =
                (digits.hasPrefix(".") ? "0" : "") + digits + (digits.hasSuffix(".") ? "0" : "")
            return Double(padded).map(Value.real)
        }

        /// `'word'.count('letters')`, either in either kind of quotes.
        mutating func count() -> Int? {
            guard let word = quoted() else { return nil }
            for scalar in ".count(".unicodeScalars where !takes(scalar) { return nil }
            guard let sought = quoted(), !sought.isEmpty, takes(")"), isAtEnd else { return nil }
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
