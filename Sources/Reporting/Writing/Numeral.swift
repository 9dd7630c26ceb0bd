internal import Foundation

/// Numbers as readers see them; what is not finite reads "n/a".
enum Numeral {
    /// Fixed digits after the point.
    static func fixed(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "n/a" }
        let text = String(format: "%.\(digits)f", abs(value))
        let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
        return value < 0 && !isZero ? "−" + text : text
    }

    /// Fixed digits with the sign always shown.
    static func signed(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "n/a" }
        let text = fixed(value, digits: digits)
        return text.hasPrefix("−") ? text : "+" + text
    }

    /// An integer with a comma every three digits.
    static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var output = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { output += "," }
            output.append(digit)
        }
        return (value < 0 ? "−" : "") + output
    }

    /// A p value; what rounds to nothing is below it.
    static func probability(_ value: Double) -> String {
        value < 0.00005 ? "< 0.0001" : fixed(value, digits: 4)
    }

    /// Both ends of an interval in brackets.
    static func interval(_ interval: Interval?, digits: Int, signed: Bool = false) -> String {
        guard let interval else { return "n/a" }
        let ends = [interval.lower, interval.upper].map {
            signed ? Self.signed($0, digits: digits) : fixed($0, digits: digits)
        }
        return "[\(ends[0]), \(ends[1])]"
    }
}
