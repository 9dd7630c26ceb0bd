internal import CHDF5
internal import Foundation
internal import Provenance
internal import Synchronization

/// An open HDF5 file.
///
/// Files are built in memory and written by us: the library then never meets a full disk, which it
/// survives badly, and a file appears whole or not at all.
struct HDF5File: ~Copyable {
    private let handle: HDF5Handle
    private let path: String

    /// The library may be built without threads in mind, so one thread at a time is in it.
    private static let turn = Mutex(())

    private init(_ handle: consuming HDF5Handle, _ path: String) {
        self.handle = handle
        self.path = path
    }

    /// Builds a file with `body` and puts it at `path`, replacing what was there; returns its size.
    @discardableResult
    static func write(
        _ path: String, _ body: (borrowing HDF5Group) throws(JournalError) -> Void
    ) throws(JournalError) -> Int {
        let image = try turn.withLock { (_) throws(JournalError) -> Data in
            try build(path, body)
        }
        try JournalError.files { () throws(FileError) in try AtomicFile.write(image, to: path) }
        return image.count
    }

    /// Reads the file at `path` with `body`, which must not keep handles.
    static func read<Value: ~Copyable>(
        _ path: String, _ body: (borrowing HDF5Group) throws(JournalError) -> sending Value
    ) throws(JournalError) -> sending Value {
        try turn.withLock { (_) throws(JournalError) -> sending Value in
            let file = try HDF5File(reading: path)
            return try body(file.root())
        }
    }

    private static func access(_ path: String) throws(JournalError) -> HDF5Handle {
        retrograde_h5_silence()
        return try HDF5Handle(
            H5Pcreate(retrograde_h5_file_access()), closedBy: H5Pclose, "set up", in: path)
    }

    /// The bytes of the file that `body` builds.
    private static func build(
        _ path: String, _ body: (borrowing HDF5Group) throws(JournalError) -> Void
    ) throws(JournalError) -> Data {
        let image = UnsafeMutablePointer<retrograde_h5_image>.allocate(capacity: 1)
        image.initialize(to: retrograde_h5_image(bytes: nil))
        defer { image.deallocate() }
        var size = 0
        do throws(JournalError) {
            let file = try HDF5File(path, leavingBytesIn: image)
            try body(file.root())
            try HDF5.check(
                Int(H5Fflush(file.handle.id, H5F_SCOPE_GLOBAL)), "finish the file", in: path)
            // What the library uses; the memory behind it is rounded up.
            size = H5Fget_file_image(file.handle.id, nil, 0)
            try HDF5.check(size, "measure the file", in: path)
        } catch {
            free(image.pointee.bytes)
            throw error
        }
        guard let bytes = image.pointee.bytes else { throw HDF5.failure("close", in: path) }
        return Data(bytesNoCopy: bytes, count: size, deallocator: .free)
    }

    private init(
        _ path: String, leavingBytesIn image: UnsafeMutablePointer<retrograde_h5_image>
    ) throws(JournalError) {
        let access = try Self.access(path)
        // The newer formats spend a third of the bytes of the oldest on a small dataset, and h5py
        // has read them for years.
        H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110)
        try HDF5.check(
            Int(retrograde_h5_keep_image(access.id, image)), "set up a file", in: path)
        let id = H5Fcreate(path, retrograde_h5_truncate(), retrograde_h5_default(), access.id)
        self.init(try HDF5Handle(id, closedBy: H5Fclose, "create a file", in: path), path)
    }

    private init(reading path: String) throws(JournalError) {
        let access = try Self.access(path)
        // Our files never change in place, and some network file systems have no locks.
        H5Pset_file_locking(access.id, false, true)
        let id = H5Fopen(path, retrograde_h5_read_only(), access.id)
        self.init(try HDF5Handle(id, closedBy: H5Fclose, "open the file", in: path), path)
    }

    private func root() throws(JournalError) -> HDF5Group {
        HDF5Group(
            try HDF5Handle(
                H5Gopen2(handle.id, "/", retrograde_h5_default()), closedBy: H5Gclose,
                "open the root", in: path), path)
    }
}
