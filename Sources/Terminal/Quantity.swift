/// A number as people read it: three figures and a unit.
public enum Quantity: Hashable, Sendable, CustomStringConvertible {
    /// Things: `999`, `12.3k`, `4.56M`.
    case count(Double)
    /// Memory or files, in powers of 1024: `512 B`, `1.50 GiB`.
    case bytes(Double)
    /// Time, in two units at most: `250 ms`, `12.0 s`, `3 min 7 s`, `1 h 2 min`, `2 days 3 h`,
    /// `80 days`, `6.8 years`.
    case seconds(Double)

    /// The spelling.
    public var description: String {
        switch self {
        case .count(let number):
            Self.scaled(number, by: 1000, ["", "k", "M", "G", "T", "P"])
        case .bytes(let number):
            Self.scaled(number, by: 1024, [" B", " KiB", " MiB", " GiB", " TiB", " PiB"])
        case .seconds(let number):
            Self.time(number)
        }
    }

    /// A whole number with its thousands marked: `1,234,567`.
    public static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A number with so many digits after the point.
    public static func fixed(_ number: Double, _ digits: Int) -> String {
        guard number.isFinite else { return "\(number)" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let shifted = (number.magnitude * scale).rounded()
        guard shifted < 1e15 else { return "\(number)" }
        let whole = Int(shifted)
        let sign = number < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let tail = String(whole % Int(scale))
        return "\(sign)\(whole / Int(scale))."
            + String(repeating: "0", count: digits - tail.count) + tail
    }

    private static func scaled(_ number: Double, by base: Double, _ units: [String]) -> String {
        guard number.isFinite else { return "\(number)" }
        var value = number
        var index = 0
        // 999.5 would be rounded to four figures.
        while value.magnitude >= (base == 1000 ? 999.5 : 1023.5), index + 1 < units.count {
            value /= base
            index += 1
        }
        if index == 0, value == value.rounded() { return fixed(value, 0) + units[0] }
        let digits = value.magnitude < 9.995 ? 2 : value.magnitude < 99.95 ? 1 : 0
        return fixed(value, digits) + units[index]
    }

    private static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "?" }
        if seconds < 0.9995 { return fixed(max(0, seconds) * 1000, 0) + " ms" }
        if seconds < 59.95 { return fixed(seconds, 1) + " s" }
        /// `amount` of the unit `first`, each of which is `share` of the unit `second`.
        func pair(_ amount: Double, _ first: String, _ share: Int, _ second: String) -> String {
            let parts = Int((amount * Double(share)).rounded())
            let rest = parts % share
            return "\(parts / share) \(first)" + (rest == 0 ? "" : " \(rest) \(second)")
        }
        // Each unit begins where the one before would be rounded up to it.
        if seconds < 3599.5 { return pair(seconds / 60, "min", 60, "s") }
        if seconds < 86_370 { return pair(seconds / 3600, "h", 60, "min") }
        let days = seconds / 86_400
        if days < 47.5 / 24 { return pair(days, "day", 24, "h") }
        if days < 59.98 { return pair(days, "days", 24, "h") }
        // A year of 365.25 days.
        if days < 730.5 { return "\(Int(days.rounded())) days" }
        let years = days / 365.25
        return grouped(years, under: 10) + " years"
    }

    /// A number with one digit after the point where it is small, else whole with its thousands marked.
    private static func grouped(_ number: Double, under limit: Double) -> String {
        number < limit ? fixed(number, 1) : grouped(Int(number.rounded()))
    }
}
