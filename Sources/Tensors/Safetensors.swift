internal import Foundation
public import Provenance

/// Named tensors in one file, by the safetensors format; every rule of the reference is enforced.
///
/// - Source: github.com/huggingface/safetensors, README "Format" and `tensor.rs`.
public enum Safetensors {
    /// The reference's own limit for the header.
    static let largestHeader = 100_000_000

    /// Where one tensor lies.
    struct Entry: Hashable {
        var name: String
        var dtype: DType
        var shape: [Int]
        /// Relative to the end of the header.
        var range: Range<Int>
    }

    /// What is wrong with a file.
    public enum Fault: Error, Hashable, CustomStringConvertible {
        case unreadable(FileError)
        case malformed(path: String, String)

        /// One sentence for the person at the terminal.
        public var description: String {
            switch self {
            case .unreadable(let error): error.description
            case .malformed(let path, let what):
                "'\(path)' is no sound safetensors file: \(what). "
                    + "It is damaged or cut short; take another copy or an earlier checkpoint."
            }
        }
    }

    /// The tensors of a file by name, on the CPU, with the file's own metadata.
    public static func read(
        _ path: String
    ) throws(Fault) -> (tensors: [String: Tensor], metadata: [String: String]) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw .unreadable(.unreadable(path: path, reason: FileError.reason(of: error)))
        }
        let header: Header
        do {
            header = try Header(parsing: data)
        } catch {
            throw .malformed(path: path, error.what)
        }
        var tensors: [String: Tensor] = [:]
        data.withUnsafeBytes { bytes in
            for entry in header.entries {
                let slice = UnsafeRawBufferPointer(
                    rebasing: bytes[
                        (header.byteCount + entry.range.lowerBound)..<(header.byteCount
                            + entry.range.upperBound)])
                tensors[entry.name] = Tensor(bytes: slice, shape: entry.shape, dtype: entry.dtype)
            }
        }
        return (tensors, header.metadata)
    }

    /// Writes `tensors` to `path`, which is not yet synced: the largest dtype first, then by name, so
    /// that the same tensors give the same bytes.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:],
        to path: String
    ) throws(FileError) {
        precondition(
            Set(tensors.map(\.name)).count == tensors.count, "a name occurs twice in \(path)")
        let ordered = tensors.sorted {
            ($1.tensor.dtype.byteCount, $0.name) < ($0.tensor.dtype.byteCount, $1.name)
        }
        let header = Header.encoded(ordered, metadata)
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
        defer { try? file.close() }
        do {
            try file.write(contentsOf: header)
            for (_, tensor) in ordered {
                var bytes = Data(count: tensor.byteCount)
                bytes.withUnsafeMutableBytes { tensor.copyBytes(to: $0) }
                try file.write(contentsOf: bytes)
            }
            try file.synchronize()
        } catch {
            throw .unwritable(path: path, reason: FileError.reason(of: error))
        }
    }
}
