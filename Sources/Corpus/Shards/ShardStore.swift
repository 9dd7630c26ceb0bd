internal import CParquet
internal import Foundation
internal import Provenance

/// Files wherever they lie: local paths and `file://`, `s3://`, `gs://` addresses.
enum ShardStore {
    enum Kind { case missing, file(byteCount: Int), folder }

    /// The address without the user part, which may hold a secret: for messages and manifests.
    static func shown(_ location: String) -> String {
        guard let scheme = location.range(of: "://"),
            let at = location[scheme.upperBound...].firstIndex(of: "@"),
            !location[scheme.upperBound..<at].contains("/")
        else { return location }
        return String(location[..<scheme.upperBound] + location[location.index(after: at)...])
    }

    static func isAddress(_ location: String) -> Bool { location.contains("://") }

    /// What lies at `location`.
    static func kind(of location: String) throws(ShardError) -> Kind {
        var (byteCount, error): (Int64, CPError) = (0, CPError())
        let kind = Int(cp_kind(location, &byteCount, &error))
        try check(&error, location)
        switch kind {
        case CPKindFile: return .file(byteCount: Int(byteCount))
        case CPKindFolder: return .folder
        default: return .missing
        }
    }

    /// Files and folders in a folder, sorted by location.
    static func list(
        _ folder: String, recursive: Bool
    ) throws(ShardError) -> [(location: String, isFolder: Bool)] {
        var error = CPError()
        let listing = cp_list(folder, recursive, &error)
        try check(&error, folder)
        guard let listing else { return [] }
        defer { cp_listing_free(listing) }
        return (0..<cp_listing_count(listing)).map {
            (String(cString: cp_listing_location(listing, $0)), cp_listing_is_folder(listing, $0))
        }
    }

    /// The bytes `range` of the file; an end before `range`'s end is a file that changed.
    static func read(_ location: String, _ range: Range<Int>) throws(ShardError) -> [UInt8] {
        let file = try ShardFile(location)
        let bytes = try file.read(range)
        guard bytes.count == range.count else { throw .changed(shard: shown(location)) }
        return bytes
    }

    /// Names the content: all of it, or size and both ends for what is too large to read twice.
    static func fingerprint(_ location: String) throws(ShardError) -> ContentHash {
        let file = try ShardFile(location)
        let size = file.byteCount
        var hasher = ContentHash.Hasher()
        let whole = size <= (isAddress(location) ? 2 * piece : wholeFileLimit)
        hasher.update(Array("shard \(whole ? "whole" : "ends") \(size)\n".utf8))
        if whole {
            for start in stride(from: 0, to: size, by: piece) {
                hasher.update(try file.read(start..<min(start + piece, size)))
            }
        } else {
            hasher.update(try file.read(0..<piece))
            hasher.update(try file.read((size - piece)..<size))
        }
        return hasher.finish()
    }

    static let piece = 1 << 20
    /// About a second of hashing.
    private static let wholeFileLimit = 1 << 30

    /// Turns a filled error into ours and frees it.
    static func check(_ error: inout CPError, _ location: String) throws(ShardError) {
        guard Int(error.code) != CPErrorNone else { return }
        let place = shown(location)
        let message =
            error.message.map { String(cString: $0) }?.replacing(location, with: place)
            ?? "no reason given"
        let code = Int(error.code)
        cp_error_clear(&error)
        switch code {
        case CPErrorUnreadable: throw .unreadable(path: place, reason: message)
        case CPErrorTruncated: throw .truncated(shard: place, detail: message)
        case CPErrorUnsupported: throw .unsupported(path: place, reason: message)
        default: throw .corrupt(shard: place, reason: message)
        }
    }
}

/// A file opened for reads at any place.
final class ShardFile {
    private let file: CPFileRef
    private let location: String
    var byteCount: Int { Int(cp_file_size(file)) }

    init(_ location: String) throws(ShardError) {
        var error = CPError()
        let file = cp_file_open(location, &error)
        try ShardStore.check(&error, location)
        guard let file else { preconditionFailure("no file and no error") }
        self.file = file
        self.location = location
    }

    deinit { cp_file_close(file) }

    /// Fewer bytes than asked for only at the end.
    func read(_ range: Range<Int>) throws(ShardError) -> [UInt8] {
        var error = CPError()
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            guard let base = buffer.baseAddress, !range.isEmpty else { return }
            count = max(
                0,
                Int(cp_file_read(file, Int64(range.lowerBound), base, Int64(range.count), &error)))
        }
        try ShardStore.check(&error, location)
        return bytes
    }
}

/// The decompressed bytes of a file, in order.
final class ShardStream {
    private let stream: CPStreamRef
    private let location: String

    init(_ location: String, _ compression: ShardKind.Compression) throws(ShardError) {
        let code =
            switch compression {
            case .none: CPCompressionNone
            case .gzip: CPCompressionGzip
            case .zstd: CPCompressionZstd
            }
        var error = CPError()
        let stream = cp_stream_open(location, Int32(code), &error)
        try ShardStore.check(&error, location)
        guard let stream else { preconditionFailure("no stream and no error") }
        self.stream = stream
        self.location = location
    }

    deinit { cp_stream_close(stream) }

    /// Fills the front of `buffer` for the first time: with a whole byte order mark, if there is one.
    func readOpening(
        into buffer: UnsafeMutableBufferPointer<UInt8>
    ) throws(ShardError) -> Int {
        var count = 0
        while count < ByteOrderMark.longest {
            let more = try read(into: UnsafeMutableBufferPointer(rebasing: buffer[count...]))
            guard more > 0 else { break }
            count += more
        }
        return count
    }

    /// Fills the front of `buffer`; 0 at the end.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(ShardError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var error = CPError()
        let count = cp_stream_read(stream, base, Int64(buffer.count), &error)
        try ShardStore.check(&error, location)
        return Int(count)
    }
}
