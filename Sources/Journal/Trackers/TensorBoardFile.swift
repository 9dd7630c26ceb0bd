internal import Foundation

/// An event file as TensorBoard reads it: records of length, checksum and one protocol-buffer message.
/// - Source: tensorflow/core/lib/io/record_writer.cc, tensorboard/compat/proto/event.proto.
public final class TensorBoardFile {
    private let file: AppendFile

    /// Begins the file `path`.
    /// - Parameter seconds: the calendar's time, since 1970.
    public init(path: String, seconds: Double) throws(JournalError) {
        file = try AppendFile(path: path, keeping: 0)
        try append(EventMessage.event(seconds: seconds, step: 0, version: "brain.Event:2"))
    }

    /// The name of a file begun at `seconds` since 1970.
    public static func name(seconds: Double, host: String, process: Int32) -> String {
        let place = String(
            host.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" })
        let digits = String(Int(seconds))
        let padded = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
        return "events.out.tfevents.\(padded).\(place).\(process)"
    }

    /// Writes the scalars of one step.
    public func record(
        _ scalars: [(name: String, value: Double)], step: Int, seconds: Double
    ) throws(JournalError) {
        try append(EventMessage.event(seconds: seconds, step: step, scalars: scalars))
    }

    /// Says that everything from `step` on is written anew; readers drop what they have of it.
    public func restart(at step: Int, seconds: Double) throws(JournalError) {
        try append(EventMessage.event(seconds: seconds, step: step, restarts: true))
    }

    private func append(_ message: [UInt8]) throws(JournalError) {
        try file.append(Self.framed(message))
    }

    /// `message` with its length and both checksums.
    package static func framed(_ message: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        EventMessage.append(fixed64: UInt64(message.count), to: &length)
        var record = length
        EventMessage.append(fixed32: CRC32C.masked(length), to: &record)
        record += message
        EventMessage.append(fixed32: CRC32C.masked(message), to: &record)
        return record
    }
}

/// The few messages of event files, in protocol buffers' wire format.
package enum EventMessage {
    package static func event(
        seconds: Double, step: Int, version: String? = nil,
        scalars: [(name: String, value: Double)] = [], restarts: Bool = false
    ) -> [UInt8] {
        var event: [UInt8] = []
        append(tag: 1, wire: 1, to: &event)
        append(fixed64: seconds.bitPattern, to: &event)
        if step != 0 {
            append(tag: 2, wire: 0, to: &event)
            append(varint: UInt64(bitPattern: Int64(step)), to: &event)
        }
        if let version { append(bytes: Array(version.utf8), tag: 3, to: &event) }
        if !scalars.isEmpty {
            var summary: [UInt8] = []
            for (name, value) in scalars {
                var entry: [UInt8] = []
                append(bytes: Array(name.utf8), tag: 1, to: &entry)
                append(tag: 2, wire: 5, to: &entry)
                append(fixed32: Float(value).bitPattern, to: &entry)
                append(bytes: entry, tag: 1, to: &summary)
            }
            append(bytes: summary, tag: 5, to: &event)
        }
        // SessionLog { status: START }
        if restarts { append(bytes: [8, 1], tag: 7, to: &event) }
        return event
    }

    static func append(tag: Int, wire: Int, to bytes: inout [UInt8]) {
        append(varint: UInt64(tag << 3 | wire), to: &bytes)
    }

    static func append(varint: UInt64, to bytes: inout [UInt8]) {
        var rest = varint
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    static func append(fixed32: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: fixed32 >> UInt32(shift)))
        }
    }

    static func append(fixed64: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: fixed64 >> UInt64(shift)))
        }
    }

    static func append(bytes content: [UInt8], tag: Int, to bytes: inout [UInt8]) {
        append(tag: tag, wire: 2, to: &bytes)
        append(varint: UInt64(content.count), to: &bytes)
        bytes += content
    }
}

/// Castagnoli's cyclic redundancy check.
package enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in
            crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1
        }
    }

    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { crc, byte in
            table[Int((crc ^ UInt32(byte)) & 0xff)] ^ crc >> 8
        }
    }

    /// The check as records hold it: rotated and shifted, so that a check of checks is not degenerate.
    static func masked(_ bytes: [UInt8]) -> UInt32 {
        let crc = checksum(bytes)
        return (crc >> 15 | crc << 17) &+ 0xa282_ead8
    }
}
