/// A chunk of at most 15 bytes in two words: its bytes, and its length in the last.
struct ShortChunk {
    /// The most bytes that fit beside the length.
    static let longest = 15

    /// Bytes 0…7, the first lowest.
    let low: UInt64
    /// Bytes 8…14, and the length on top; never zero.
    let high: UInt64

    @inline(__always)
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The first `length` bytes of `chunk`; `room` bytes may be read.
    @inline(__always)
    init(_ chunk: UnsafePointer<UInt8>, _ length: Int, room: Int) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        if room >= 16 {
            let raw = UnsafeRawPointer(chunk)
            low = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
            high = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            if length <= 8 {
                low &= ~0 &>> UInt64(truncatingIfNeeded: 64 &- 8 &* length)
                high = 0
            } else {
                high &= ~0 &>> UInt64(truncatingIfNeeded: 128 &- 8 &* length)
            }
        } else {
            for index in 0..<min(length, 8) { low |= UInt64(chunk[index]) << (8 * UInt64(index)) }
            for index in stride(from: 8, to: length, by: 1) {
                high |= UInt64(chunk[index]) << (8 * UInt64(index - 8))
            }
        }
        self.low = low
        self.high = high | UInt64(truncatingIfNeeded: length) &<< 56
    }

    /// Its home in a table of `1 << bits` slots.
    @inline(__always)
    func slot(bits: UInt64) -> Int {
        let mixed = (low ^ (high &* 0xd6e8_feb8_6659_fd93)) &* 0x9e37_79b9_7f4a_7c15
        let spread = (mixed ^ mixed >> 32) &* 0xd6e8_feb8_6659_fd93
        return Int(truncatingIfNeeded: spread &>> (64 &- bits))
    }
}

/// A hash of bytes for tables in memory; never stored.
enum ByteHash {
    static func of(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: length) &* 0x9e37_79b9_7f4a_7c15
        let raw = UnsafeRawPointer(bytes)
        var index = 0
        while index + 8 <= length {
            hash ^= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            hash = (hash ^ hash >> 32) &* 0xd6e8_feb8_6659_fd93
            index += 8
        }
        while index < length {
            hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
            index += 1
        }
        return (hash ^ hash >> 32) &* 0xd6e8_feb8_6659_fd93 ^ hash >> 29
    }
}
