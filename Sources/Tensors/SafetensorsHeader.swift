internal import Foundation

extension Safetensors {
    /// A rule that a header breaks, in words.
    struct Broken: Error {
        var what: String
    }

    /// The part of a file before the elements: eight bytes of length, then JSON.
    struct Header {
        var entries: [Entry]
        var metadata: [String: String]
        /// Bytes before the first element.
        var byteCount: Int

        private static let dtypes: [(name: String, dtype: DType)] = [
            ("U8", .uint8), ("I32", .int32), ("I64", .int64), ("F16", .float16),
            ("F32", .float32), ("F64", .float64), ("BOOL", .bool), ("BF16", .bfloat16),
        ]

        /// Reads and checks a header against the whole file.
        init(parsing data: Data) throws(Broken) {
            guard data.count >= 8 else {
                throw Broken(what: "it has \(data.count) bytes, fewer than a header's length takes")
            }
            let start = data.startIndex
            let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[start + $1]) << (8 * $1) }
            guard length <= UInt64(largestHeader) else {
                throw Broken(what: "its header claims \(length) bytes, more than is allowed")
            }
            guard Int(length) <= data.count - 8 else {
                throw Broken(what: "its header claims \(length) bytes, the file ends before")
            }
            let json = data[(start + 8)..<(start + 8 + Int(length))]
            guard json.first == UInt8(ascii: "{") else {
                throw Broken(what: "its header does not begin with a brace")
            }
            guard String(data: json, encoding: .utf8) != nil else {
                throw Broken(what: "its header is not UTF-8")
            }
            var reader = JSONKeyReader(json)
            try reader.refuseDuplicateKeys()
            let decoder = JSONDecoder()
            guard let fields = try? decoder.decode([String: Field].self, from: json) else {
                throw Broken(what: "its header is not a JSON object of tensors")
            }
            byteCount = 8 + Int(length)
            metadata = [:]
            entries = []
            for (name, field) in fields.sorted(by: { $0.key < $1.key }) {
                switch (name == "__metadata__", field) {
                case (true, .metadata(let strings)): metadata = strings
                case (true, _): throw Broken(what: "its metadata are not all strings")
                case (false, .tensor(let raw)): entries.append(try Self.entry(name, raw))
                case (false, _):
                    throw Broken(what: "'\(name)' lacks a plain dtype, shape or data_offsets")
                }
            }
            try checkLayout(dataBytes: data.count - byteCount)
        }

        /// One tensor as the header states it.
        private struct RawEntry: Decodable {
            var dtype: String
            var shape: [Int]
            var data_offsets: [Int]
        }

        /// What a key of the header may hold.
        private enum Field: Decodable {
            case tensor(RawEntry)
            case metadata([String: String])
            case neither

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let entry = try? container.decode(RawEntry.self) {
                    self = .tensor(entry)
                } else if let strings = try? container.decode([String: String].self) {
                    self = .metadata(strings)
                } else {
                    self = .neither
                }
            }
        }

        private static func entry(_ name: String, _ raw: RawEntry) throws(Broken) -> Entry {
            let (dtypeName, shape, offsets) = (raw.dtype, raw.shape, raw.data_offsets)
            guard offsets.count == 2, (shape + offsets).allSatisfy({ $0 >= 0 }) else {
                throw Broken(what: "'\(name)' lacks a plain dtype, shape or data_offsets")
            }
            guard let dtype = dtypes.first(where: { $0.name == dtypeName })?.dtype else {
                throw Broken(what: "'\(name)' has dtype \(dtypeName), which is not supported here")
            }
            guard offsets[0] <= offsets[1] else {
                throw Broken(what: "'\(name)' ends before it begins")
            }
            var bytes = dtype.byteCount
            for size in shape {
                let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
                guard !overflow else {
                    throw Broken(what: "'\(name)' has a shape beyond all memory")
                }
                bytes = product
            }
            guard bytes == offsets[1] - offsets[0] else {
                throw Broken(
                    what: "'\(name)' needs \(bytes) bytes and has \(offsets[1] - offsets[0])")
            }
            return Entry(
                name: name, dtype: dtype, shape: shape, range: offsets[0]..<offsets[1])
        }

        /// Tensors in order of offset must cover the rest of the file without hole or overlap.
        private func checkLayout(dataBytes: Int) throws(Broken) {
            var end = 0
            let inOrder = entries.sorted {
                ($0.range.lowerBound, $0.range.upperBound)
                    < ($1.range.lowerBound, $1.range.upperBound)
            }
            for entry in inOrder {
                guard entry.range.lowerBound == end else {
                    throw Broken(
                        what: "'\(entry.name)' begins at byte \(entry.range.lowerBound), "
                            + "the one before it ends at \(end)")
                }
                end = entry.range.upperBound
            }
            guard end == dataBytes else {
                throw Broken(what: "its tensors end at byte \(end) of \(dataBytes)")
            }
        }

        /// The header of `tensors` in this order, padded with blanks so that elements are aligned.
        static func encoded(
            _ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]
        ) -> Data {
            var fields: [String] = []
            let pairs = metadata.sorted { $0.key < $1.key }
                .map { "\(quoted($0.key)):\(quoted($0.value))" }
            // "format":"pt" is what transformers' loaders insist on.
            let format = metadata["format"] == nil ? ["\"format\":\"pt\""] : []
            fields.append("\"__metadata__\":{\((format + pairs).joined(separator: ","))}")
            var offset = 0
            for (name, tensor) in tensors {
                guard let dtype = dtypes.first(where: { $0.dtype == tensor.dtype })?.name else {
                    preconditionFailure("safetensors has no \(tensor.dtype.name)")
                }
                let shape = tensor.shape.map(String.init).joined(separator: ",")
                let end = offset + tensor.byteCount
                fields.append(
                    "\(quoted(name)):{\"dtype\":\"\(dtype)\",\"shape\":[\(shape)],"
                        + "\"data_offsets\":[\(offset),\(end)]}")
                offset = end
            }
            var json = Data("{\(fields.joined(separator: ","))}".utf8)
            json.append(Data(repeating: 0x20, count: (8 - json.count % 8) % 8))
            var length = UInt64(json.count).littleEndian
            return Data(bytes: &length, count: 8) + json
        }

        private static func quoted(_ text: String) -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            guard let data = try? encoder.encode(text) else {
                preconditionFailure("a string is always valid JSON")
            }
            return String(decoding: data, as: UTF8.self)
        }
    }

    /// Finds what Foundation's parser hides: a key that occurs twice in one object, and nesting that
    /// would exhaust the stack.
    struct JSONKeyReader {
        private let bytes: [UInt8]
        private var index = 0

        init(_ json: Data) { bytes = Array(json) }

        mutating func refuseDuplicateKeys() throws(Broken) {
            var open: [(isObject: Bool, keys: Set<String>)] = []
            var previous: [UInt8]?
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                switch byte {
                case UInt8(ascii: "{"): open.append((true, []))
                case UInt8(ascii: "["): open.append((false, []))
                case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
                case UInt8(ascii: "\""): previous = try string()
                case UInt8(ascii: ":"):
                    guard let raw = previous, let last = open.indices.last else { continue }
                    guard open[last].keys.insert(try decoded(raw)).inserted else {
                        throw Broken(
                            what: "the key \(String(decoding: raw, as: UTF8.self)) "
                                + "occurs twice")
                    }
                default: break
                }
                guard open.count <= 8 else { throw Broken(what: "its header nests too deeply") }
            }
        }

        /// The raw bytes up to the closing quote.
        private mutating func string() throws(Broken) -> [UInt8] {
            let start = index
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "\\") {
                    index += 2
                } else if bytes[index] == UInt8(ascii: "\"") {
                    index += 1
                    return Array(bytes[start..<(index - 1)])
                } else {
                    index += 1
                }
            }
            throw Broken(what: "a string in its header has no end")
        }

        /// The key that raw bytes with escapes spell.
        private func decoded(_ raw: [UInt8]) throws(Broken) -> String {
            guard raw.contains(UInt8(ascii: "\\")) else {
                return String(decoding: raw, as: UTF8.self)
            }
            let quoted = Data([UInt8(ascii: "\"")] + raw + [UInt8(ascii: "\"")])
            guard let text = try? JSONDecoder().decode(String.self, from: quoted) else {
                throw Broken(what: "a key in its header has a broken escape")
            }
            return text
        }
    }
}
