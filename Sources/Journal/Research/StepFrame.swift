/// A step's record as bytes, for the open tail of a research log.
///
/// Numbers stand as the machine holds them: a tail is read by the machine that wrote it, or not at
/// all. The checksum tells a torn record from a whole one.
enum StepFrame {
    private static let magic: UInt32 = 0x5052_5354
    private static let headerSize = 16

    static func encoded(_ record: StepRecord) -> [UInt8] {
        var writer = ByteWriter(headerSize: headerSize)
        writer.append(Int64(record.step))
        writer.append(Int64(record.scalars.count))
        for (name, value) in record.scalars {
            writer.append(name)
            writer.append(value)
        }
        writer.append(Int64(record.positions == nil ? 0 : 1))
        if let positions = record.positions {
            writer.append(positions.lossMean)
            writer.append(positions.lossStandardDeviation)
            writer.append(positions.accuracy)
            writer.append(positions.lossByContext)
        }
        writer.append(Int64(record.tokens == nil ? 0 : 1))
        if let tokens = record.tokens {
            writer.append(Int64(tokens.rowCount))
            writer.append(Int64(tokens.columnCount))
            writer.append(tokens.losses)
            writer.append(tokens.predictions)
            writer.append(tokens.targets)
        }
        writer.append(Int64(record.layers.count))
        for layer in record.layers {
            writer.append(layer.kind.rawValue)
            writer.append(Int64(layer.layer))
            writer.append(layer.part)
            writer.append(Int64(layer.statistics.count))
            for (name, value) in layer.statistics {
                writer.append(name)
                writer.append(value)
            }
            writer.append(layer.histogramRange.lower)
            writer.append(layer.histogramRange.width)
            writer.append(layer.histogram)
        }
        writer.append(Int64(record.rollouts.count))
        for rollout in record.rollouts {
            writer.append(Int64(rollout.question))
            writer.append(rollout.reading)
            writer.append(rollout.prompt)
            writer.append(rollout.text)
            writer.append(rollout.reward)
            writer.append(rollout.advantage)
            writer.append(Int64(rollout.length))
            writer.append(Int64(rollout.isFinished ? 1 : 0))
        }
        return writer.finish { payload in
            (magic, UInt32(payload.count), checksum(payload))
        }
    }

    /// The whole records at the beginning of `bytes`; what follows the first bad one is torn.
    static func decoded(_ bytes: UnsafeRawBufferPointer) -> [StepRecord] {
        var records: [StepRecord] = []
        var at = 0
        while at + headerSize <= bytes.count {
            let size = Int(bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self))
            guard bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self) == magic,
                at + headerSize + size <= bytes.count
            else { break }
            let payload = UnsafeRawBufferPointer(
                rebasing: bytes[(at + headerSize)..<(at + headerSize + size)])
            guard
                bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self) == checksum(payload),
                let record = record(payload)
            else { break }
            records.append(record)
            at += headerSize + size
        }
        return records
    }

    private static func record(_ payload: UnsafeRawBufferPointer) -> StepRecord? {
        var reader = ByteReader(bytes: payload)
        var record = StepRecord(step: reader.integer())
        record.scalars = reader.list { ($0.text(), $0.number()) }
        if reader.integer() == 1 {
            let columns: [[Float]] = [
                reader.array(), reader.array(), reader.array(), reader.array(),
            ]
            guard Set(columns.map(\.count)).count == 1 else { return nil }
            record.positions = PositionRecord(
                lossMean: columns[0], lossStandardDeviation: columns[1], accuracy: columns[2],
                lossByContext: columns[3])
        }
        if reader.integer() == 1 {
            let (rows, columns) = (reader.integer(), reader.integer())
            let losses: [Float] = reader.array()
            let predictions: [Int32] = reader.array()
            let targets: [Int32] = reader.array()
            guard !reader.failed, rows >= 0, columns >= 0,
                case let (count, isTooLarge) = rows.multipliedReportingOverflow(by: columns),
                !isTooLarge, losses.count == count,
                predictions.count == losses.count, targets.count == losses.count
            else { return nil }
            record.tokens = TokenRecord(
                rowCount: rows, columnCount: columns, losses: losses, predictions: predictions,
                targets: targets)
        }
        record.layers = reader.list { reader in
            LayerRecord(
                kind: LayerRecord.Kind(rawValue: reader.text()) ?? .gradients,
                layer: reader.integer(), part: reader.text(),
                statistics: reader.list { ($0.text(), $0.real()) },
                histogramRange: (reader.real(), reader.real()), histogram: reader.array())
        }
        // Records of before there were rollouts end here.
        if !reader.isAtEnd {
            record.rollouts = reader.list { reader in
                RolloutRecord(
                    question: reader.integer(), reading: reader.text(), prompt: reader.text(),
                    text: reader.text(), reward: reader.real(), advantage: reader.real(),
                    length: Int32(truncatingIfNeeded: reader.integer()),
                    isFinished: reader.integer() == 1)
            }
        }
        return reader.failed ? nil : record
    }

    /// FNV-1a over words of eight bytes; it guards against tearing, not against an adversary.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var at = 0
        while at + 8 <= bytes.count {
            hash =
                (hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                &* 0x0000_0100_0000_01b3
            hash ^= hash >> 29
            at += 8
        }
        for byte in bytes[at...] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash
    }
}

/// Appends values as the machine holds them.
private struct ByteWriter {
    private var bytes: [UInt8]
    private let headerSize: Int

    init(headerSize: Int) {
        self.headerSize = headerSize
        bytes = [UInt8](repeating: 0, count: headerSize)
    }

    mutating func append<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        append(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append<Element: BitwiseCopyable>(_ values: [Element]) {
        append(Int64(values.count))
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// All bytes behind the header that `header` makes of them.
    consuming func finish(
        _ header: (UnsafeRawBufferPointer) -> (UInt32, UInt32, UInt64)
    ) -> [UInt8] {
        bytes.withUnsafeMutableBytes { buffer in
            let (magic, size, sum) = header(
                UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[headerSize...]))
            buffer.storeBytes(of: magic, toByteOffset: 0, as: UInt32.self)
            buffer.storeBytes(of: size, toByteOffset: 4, as: UInt32.self)
            buffer.storeBytes(of: sum, toByteOffset: 8, as: UInt64.self)
        }
        return bytes
    }
}

/// Takes values back; past the end it gives nothing and remembers that it failed.
private struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var failed = false
    private var at = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func take<Value: BitwiseCopyable>(_ zero: Value) -> Value {
        guard at + MemoryLayout<Value>.size <= bytes.count else {
            failed = true
            return zero
        }
        defer { at += MemoryLayout<Value>.size }
        return bytes.loadUnaligned(fromByteOffset: at, as: Value.self)
    }

    var isAtEnd: Bool { at >= bytes.count }

    mutating func integer() -> Int { Int(take(Int64(0))) }
    mutating func number() -> Double { take(0) }
    mutating func real() -> Float { take(0) }

    /// A count of things of `size` bytes that can still follow.
    private mutating func count(of size: Int) -> Int {
        let count = integer()
        guard count >= 0, count <= (bytes.count - at) / size else {
            failed = true
            return 0
        }
        return count
    }

    mutating func text() -> String {
        let size = count(of: 1)
        defer { at += size }
        return String(decoding: bytes[at..<(at + size)], as: UTF8.self)
    }

    mutating func array<Element: BitwiseCopyable>() -> [Element] {
        let count = count(of: MemoryLayout<Element>.size)
        let size = count * MemoryLayout<Element>.size
        defer { at += size }
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[at..<(at + size)]))
            initialized = count
        }
    }

    mutating func list<Item>(_ item: (inout ByteReader) -> Item) -> [Item] {
        let count = count(of: 1)
        var items: [Item] = []
        items.reserveCapacity(count)
        for _ in 0..<count where !failed { items.append(item(&self)) }
        return items
    }
}
