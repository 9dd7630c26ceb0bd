public import Foundation

/// Files that appear whole or not at all: written aside, synced, renamed, and the folder synced.
public enum AtomicFile {
    /// Replaces the file at `path` with `data`; on failure the former file is untouched.
    public static func write(_ data: Data, to path: String) throws(FileError) {
        let aside = path + ".part"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var written = 0
        while written < data.count {
            let count = data.withUnsafeBytes { buffer in
                Foundation.write(
                    descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let error = failure(path)
                close(descriptor)
                unlink(aside)
                throw error
            }
            written += count
        }
        let synced = fsync(descriptor) == 0
        let error = failure(path)
        guard close(descriptor) == 0, synced else {
            unlink(aside)
            throw error
        }
        try rename(aside, to: path)
    }

    /// Renames a finished file or folder into place and syncs the folder that holds it.
    public static func rename(_ aside: String, to path: String) throws(FileError) {
        guard Foundation.rename(aside, path) == 0 else { throw failure(path) }
        try syncFolder(holding: path)
    }

    /// Makes the directory entry of `path` durable.
    public static func syncFolder(holding path: String) throws(FileError) {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Flushes the bytes of an existing file to the disk.
    public static func sync(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> FileError {
        .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
}
