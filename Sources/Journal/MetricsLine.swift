import Foundation

/// One line of `metrics.jsonl`: a flat object of numbers whose first key is `step`.
///
/// JSON has no NaN: it is written `null`, which every table reader takes for a missing value.
/// Infinities are written as the strings `"Infinity"` and `"-Infinity"`.
struct MetricsLine {
    var step: Int
    var scalars: [(name: String, value: Double)]

    /// The line with its newline, in UTF-8.
    static func encoded(_ record: StepRecord) -> [UInt8] {
        var text = "{\"step\":\(record.step)"
        text.reserveCapacity(32 + 32 * record.scalars.count)
        for (name, value) in record.scalars {
            text += ",\(quoted(name)):\(number(value))"
        }
        text += "}\n"
        return Array(text.utf8)
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "null" }
        if value.isInfinite { return value < 0 ? "\"-Infinity\"" : "\"Infinity\"" }
        // Counts read better without a fraction; 2^53 is where doubles stop being exact integers.
        if value == value.rounded(), abs(value) < 0x1p53, !(value == 0 && value.sign == .minus) {
            return String(Int64(value))
        }
        return value.description  // the shortest digits that read back to the same bits
    }

    private static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    /// The line read back, or `nil` if it is not a flat object with a `step`.
    ///
    /// Keys whose value is neither a number, `null` nor an infinity are left out: another program
    /// may have added them.
    init?(_ bytes: some ContiguousBytes) {
        var scanner = bytes.withUnsafeBytes { FlatObjectScanner(Array($0)) }
        guard let fields = scanner.fields(), let first = fields.first(where: { $0.name == "step" }),
            let step = Int(exactly: first.value)
        else { return nil }
        self.step = step
        scalars = fields.filter { $0.name != "step" }
    }
}

/// Reads `{"name": number, …}`; ten times as fast as a general parser, which matters at 10^5 lines.
private struct FlatObjectScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes + [0] }  // strtod needs an end

    mutating func fields() -> [(name: String, value: Double)]? {
        var fields: [(name: String, value: Double)] = []
        guard take("{") else { return nil }
        if take("}") { return atEnd ? fields : nil }
        repeat {
            guard let name = string(), take(":") else { return nil }
            switch value() {
            case .number(let value): fields.append((name, value))
            case .other: continue
            case nil: return nil
            }
        } while take(",")
        guard take("}"), atEnd else { return nil }
        return fields
    }

    private enum Value { case number(Double), other }

    private mutating func value() -> Value? {
        skipSpace()
        switch bytes[at] {
        case UInt8(ascii: "\""):
            switch string() {
            case "Infinity": return .number(.infinity)
            case "-Infinity": return .number(-.infinity)
            case nil: return nil
            default: return .other
            }
        case UInt8(ascii: "n"): return word("null") ? .number(.nan) : nil
        case UInt8(ascii: "t"): return word("true") ? .other : nil
        case UInt8(ascii: "f"): return word("false") ? .other : nil
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return bytes.withUnsafeBufferPointer { buffer -> Value? in
                guard let base = buffer.baseAddress else { return nil }
                let start = UnsafeRawPointer(base + at).assumingMemoryBound(to: CChar.self)
                var end: UnsafeMutablePointer<CChar>?
                let number = strtod(start, &end)
                guard let end, number.isFinite else { return nil }
                at += UnsafePointer(end) - start
                return .number(number)
            }
        default: return nil
        }
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = at
        while bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] == UInt8(ascii: "\\") { return escapedString(from: start) }
            if bytes[at] < 0x20 { return nil }
            at += 1
        }
        defer { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// Rare, so the general parser does it.
    private mutating func escapedString(from start: Int) -> String? {
        while bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] < 0x20 { return nil }
            at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
            if at >= bytes.count { return nil }
        }
        at += 1
        let literal = Data([UInt8(ascii: "[")] + bytes[(start - 1)..<at] + [UInt8(ascii: "]")])
        return (try? JSONSerialization.jsonObject(with: literal) as? [String])?.first
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func word(_ word: String) -> Bool {
        guard bytes[at...].starts(with: word.utf8) else { return false }
        at += word.utf8.count
        return true
    }

    private var atEnd: Bool {
        mutating get {
            skipSpace()
            return at == bytes.count - 1
        }
    }

    private mutating func skipSpace() {
        while bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0d { at += 1 }
    }
}
