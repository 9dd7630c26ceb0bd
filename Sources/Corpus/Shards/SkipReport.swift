/// Rows that are no usable text and were left out, counted by reason.
public struct SkipReport: Codable, Hashable, Sendable {
    /// Nothing, or nothing but white space.
    public var emptyCount = 0
    /// A null where a text should stand.
    public var nullCount = 0
    /// Bytes that are not UTF-8, or half a surrogate pair in JSON.
    public var invalidUTF8Count = 0

    /// Nothing skipped.
    public init() {}

    /// All skips.
    public var total: Int { emptyCount + nullCount + invalidUTF8Count }

    /// The skips of both.
    public static func + (a: SkipReport, b: SkipReport) -> SkipReport {
        var sum = a
        sum.emptyCount += b.emptyCount
        sum.nullCount += b.nullCount
        sum.invalidUTF8Count += b.invalidUTF8Count
        return sum
    }

    private enum CodingKeys: String, CodingKey {
        case emptyCount = "empty"
        case nullCount = "null"
        case invalidUTF8Count = "invalid_utf8"
    }
}

extension SkipReport: CustomStringConvertible {
    /// "3 empty, 1 not UTF-8", or "none".
    public var description: String {
        let parts = [
            emptyCount > 0 ? "\(emptyCount) empty" : nil,
            nullCount > 0 ? "\(nullCount) null" : nil,
            invalidUTF8Count > 0 ? "\(invalidUTF8Count) not UTF-8" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}

/// Rows on their way to documents: numbers them, drops the unusable, counts what was dropped.
struct RowSieve {
    private(set) var documents: [Document] = []
    private(set) var skips = SkipReport()
    private(set) var nextOrdinal: Int

    init(firstOrdinal: Int) { nextOrdinal = firstOrdinal }

    mutating func take(_ utf8: [UInt8]) {
        defer { nextOrdinal += 1 }
        let (isBlank, isUTF8) = utf8.withUnsafeBufferPointer {
            (Bytes.isBlank($0), Bytes.isUTF8($0))
        }
        if isBlank {
            skips.emptyCount += 1
        } else if !isUTF8 {
            skips.invalidUTF8Count += 1
        } else {
            documents.append(Document(ordinal: nextOrdinal, utf8: utf8))
        }
    }

    mutating func takeNull() {
        skips.nullCount += 1
        nextOrdinal += 1
    }

    mutating func takeUnencodable() {
        skips.invalidUTF8Count += 1
        nextOrdinal += 1
    }
}
