internal import Foundation
internal import Synchronization

/// Decompressed shards on disk, so that any block of them can be read at any time.
///
/// The file loses its name as it is made: nothing is left behind, however the process ends.
final class Spool: Sendable {
    private let descriptor: Int32
    private let folder: String
    private let end = Mutex(0)

    init(in folder: String) throws(ShardError) {
        var template = Array((folder + "/retrograde-spool-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        self.folder = folder
        guard descriptor >= 0 else {
            throw .unwritableSpool(folder: folder, reason: String(cString: strerror(errno)))
        }
        unlink(template)
    }

    deinit { close(descriptor) }

    /// Appends `bytes`; tells where they went.
    func append(_ bytes: UnsafeRawBufferPointer) throws(ShardError) -> Int {
        let start = end.withLock { end in
            defer { end += bytes.count }
            return end
        }
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
                off_t(start + done))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw .unwritableSpool(folder: folder, reason: String(cString: strerror(errno)))
            }
            done += count
        }
        return start
    }

    func read(_ range: Range<Int>) throws(ShardError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, done in
            while done < range.count {
                let count = pread(
                    descriptor, buffer.baseAddress?.advanced(by: done), range.count - done,
                    off_t(range.lowerBound + done))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    failure = count < 0 ? errno : EIO
                    return
                }
                done += count
            }
        }
        guard failure == 0 else {
            throw .unreadable(path: folder, reason: String(cString: strerror(failure)))
        }
        return bytes
    }
}
