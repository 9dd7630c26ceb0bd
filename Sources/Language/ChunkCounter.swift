/// Counts how often each chunk of some text occurs; one thread's share.
///
/// Chunks of up to 15 bytes live in a table by themselves, two words and a count a slot; longer ones
/// are rare and keep their bytes in a common store.
final class ChunkCounter {
    private struct Short {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var count: Int64 = 0
    }

    private struct Long {
        var hash: UInt64 = 0
        var start = 0
        var length = 0
        var count: Int64 = 0
    }

    private let scanner = SplitScanner()
    private var shorts: UnsafeMutablePointer<Short>
    private var shortBits: UInt64 = 12
    private var shortCount = 0
    private var longs: UnsafeMutablePointer<Long>
    private var longBits: UInt64 = 8
    private var longCount = 0
    private var store: [UInt8] = []

    init() {
        shorts = Self.table(1 << Int(shortBits), of: Short())
        longs = Self.table(1 << Int(longBits), of: Long())
    }

    deinit {
        shorts.deallocate()
        longs.deallocate()
    }

    private static func table<Slot>(
        _ count: Int, of slot: Slot
    ) -> UnsafeMutablePointer<Slot> {
        let table = UnsafeMutablePointer<Slot>.allocate(capacity: count)
        table.initialize(repeating: slot, count: count)
        return table
    }

    /// Number of different chunks.
    var distinctCount: Int { shortCount + longCount }

    /// Cuts a text and counts its chunks; `room` bytes from its start may be read.
    func count(_ text: UnsafePointer<UInt8>, length: Int, room: Int) {
        var start = 0
        while start < length {
            let next = scanner.chunkEnd(from: start, in: text, end: length)
            add(text + start, next - start, room: room - start, times: 1)
            start = next
        }
    }

    /// Adds the counts of another share.
    func add(_ other: ChunkCounter) {
        other.forEach { chunk, count in
            if let base = chunk.baseAddress {
                add(base, chunk.count, room: chunk.count, times: count)
            }
        }
    }

    /// Every chunk with its count, in an order that means nothing.
    func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int64) -> Void) {
        for index in 0..<1 << Int(shortBits) where shorts[index].count > 0 {
            let slot = shorts[index]
            withUnsafeBytes(of: (slot.low.littleEndian, slot.high.littleEndian)) { bytes in
                let chunk = UnsafeRawBufferPointer(rebasing: bytes[..<Int(slot.high >> 56)])
                chunk.withMemoryRebound(to: UInt8.self) { body($0, slot.count) }
            }
        }
        store.withUnsafeBufferPointer { store in
            for index in 0..<1 << Int(longBits) where longs[index].count > 0 {
                let slot = longs[index]
                body(
                    UnsafeBufferPointer(rebasing: store[slot.start..<slot.start + slot.length]),
                    slot.count)
            }
        }
    }

    @inline(__always)
    private func add(
        _ chunk: UnsafePointer<UInt8>, _ length: Int, room: Int, times: Int64
    ) {
        if length > ShortChunk.longest { return addLong(chunk, length, times) }
        let key = ShortChunk(chunk, length, room: room)
        let mask = 1 << Int(shortBits) - 1
        var index = key.slot(bits: shortBits)
        while shorts[index].count > 0 {
            if shorts[index].low == key.low && shorts[index].high == key.high {
                shorts[index].count += times
                return
            }
            index = (index + 1) & mask
        }
        shorts[index] = Short(low: key.low, high: key.high, count: times)
        shortCount += 1
        if shortCount * 2 > mask { growShorts() }
    }

    @inline(never)
    private func growShorts() {
        let old = shorts
        let oldCount = 1 << Int(shortBits)
        shortBits += 1
        shorts = Self.table(1 << Int(shortBits), of: Short())
        let mask = 1 << Int(shortBits) - 1
        for slot in UnsafeBufferPointer(start: old, count: oldCount) where slot.count > 0 {
            var index = ShortChunk(low: slot.low, high: slot.high).slot(bits: shortBits)
            while shorts[index].count > 0 { index = (index + 1) & mask }
            shorts[index] = slot
        }
        old.deallocate()
    }

    @inline(never)
    private func addLong(_ chunk: UnsafePointer<UInt8>, _ length: Int, _ times: Int64) {
        let hash = ByteHash.of(chunk, length)
        let mask = 1 << Int(longBits) - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while longs[index].count > 0 {
            let slot = longs[index]
            if slot.hash == hash && slot.length == length && equal(chunk, slot) {
                longs[index].count += times
                return
            }
            index = (index + 1) & mask
        }
        longs[index] = Long(hash: hash, start: store.count, length: length, count: times)
        store.append(contentsOf: UnsafeBufferPointer(start: chunk, count: length))
        longCount += 1
        if longCount * 2 > mask { growLongs() }
    }

    private func equal(_ chunk: UnsafePointer<UInt8>, _ slot: Long) -> Bool {
        store.withUnsafeBufferPointer { store in
            for index in 0..<slot.length where store[slot.start + index] != chunk[index] {
                return false
            }
            return true
        }
    }

    private func growLongs() {
        let old = longs
        let oldCount = 1 << Int(longBits)
        longBits += 1
        longs = Self.table(1 << Int(longBits), of: Long())
        let mask = 1 << Int(longBits) - 1
        for slot in UnsafeBufferPointer(start: old, count: oldCount) where slot.count > 0 {
            var index = Int(truncatingIfNeeded: slot.hash) & mask
            while longs[index].count > 0 { index = (index + 1) & mask }
            longs[index] = slot
        }
        old.deallocate()
    }
}
