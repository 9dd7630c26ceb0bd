/// Turns ids into text one at a time, in either reading, and never shows half a character.
///
/// A character is held back until its last byte is known. Joined in natural order, the pieces are
/// exactly `Tokenizer.decode` of all ids, also where bytes form no character.
public struct StreamingDecoder: Sendable {
    private let tokenizer: Tokenizer
    /// The order in which ids arrive, and the end at which pieces are joined.
    public let reading: Reading
    /// Bytes whose character is not whole yet, in natural order.
    private var pending: [UInt8] = []

    /// A decoder of ids that arrive in `reading` order.
    public init(_ tokenizer: Tokenizer, reading: Reading) {
        self.tokenizer = tokenizer
        self.reading = reading
    }

    /// The characters that `id` completes: to be put behind the text when reading forward, before
    /// it when reading backward. Special tokens stand for nothing.
    public mutating func next(_ id: Int32) -> String {
        let bytes = tokenizer.bytes(of: id)
        switch reading {
        case .forward:
            pending += bytes
            let whole = pending.count - Self.unfinishedSuffix(of: pending)
            defer { pending.removeFirst(whole) }
            return String(decoding: pending[..<whole], as: UTF8.self)
        case .backward:
            pending = bytes + pending
            let open = Self.openPrefix(of: pending)
            defer { pending.removeSubrange(open...) }
            return String(decoding: pending[open...], as: UTF8.self)
        }
    }

    /// What was held back, as U+FFFD, when no more ids come.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end are the beginning of a character that may still be completed.
    private static func unfinishedSuffix(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let tail = Array(bytes.suffix(length))
            guard tail[0] >= 0xC2 else {
                if UTF8Shape.isContinuation(tail[0]) { continue }
                return 0
            }
            let wanted = tail[0] < 0xE0 ? 2 : tail[0] < 0xF0 ? 3 : tail[0] < 0xF5 ? 4 : 0
            let fits = length < 2 || UTF8Shape.isSecond(tail[1], of: tail[0])
            return length < wanted && fits ? length : 0
        }
        return 0
    }

    /// How many bytes at the beginning may still get their first byte from the left: at most three
    /// continuation bytes; those behind them can belong to no character.
    private static func openPrefix(of bytes: [UInt8]) -> Int {
        bytes.prefix(3).prefix(while: UTF8Shape.isContinuation).count
    }
}
