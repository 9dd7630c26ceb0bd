/// A number as people read it: three figures and a unit.
public enum Quantity: Hashable, Sendable, CustomStringConvertible {
    /// Things: `999`, `12.3k`, `4.56M`.
    case count(Double)
    /// Memory or files, in powers of 1024: `512 B`, `1.50 GiB`.
    case bytes(Double)
    /// Time: `0.25 s`, `12.0 s`, `3:07`, `1:02:03`, `2d 03:04`.
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
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60)
        if days > 0 { return "\(days)d \(two(hours)):\(two(minutes))" }
        if hours > 0 { return "\(hours):\(two(minutes)):\(two(whole % 60))" }
        return "\(minutes):\(two(whole % 60))"
    }
}
