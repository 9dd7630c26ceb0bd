internal import Foundation
internal import Provenance

/// A file that grows by whole records, each appended by one `write` (so killing the process tears
/// at most the last one) and taken back if the disk refuses part of it.
final class AppendFile {
    let path: String
    private let descriptor: Int32
    private(set) var length: Int

    /// Opens `path`, cutting it to its first `length` bytes.
    init(path: String, keeping length: Int) throws(JournalError) {
        self.path = path
        self.length = length
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw refusal() }
        // A device such as /dev/full cannot be cut, but nothing is lost by that.
        guard ftruncate(descriptor, off_t(length)) == 0 || errno == EINVAL,
            lseek(descriptor, off_t(length), SEEK_SET) >= 0
        else { throw refusal() }
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(JournalError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let refusal = refusal()
                ftruncate(descriptor, off_t(length))
                lseek(descriptor, off_t(length), SEEK_SET)
                throw refusal
            }
            written += count
        }
        length += bytes.count
    }

    /// Makes the records survive a power failure.
    func sync() throws(JournalError) {
        guard fsync(descriptor) == 0 else { throw refusal() }
    }

    private func refusal() -> JournalError {
        .file(.unwritable(path: path, reason: String(cString: strerror(errno))))
    }
}
