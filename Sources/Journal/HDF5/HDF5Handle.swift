internal import CHDF5

/// One identifier of the HDF5 library, closed when it goes out of scope.
struct HDF5Handle: ~Copyable {
    let id: hid_t
    private let close: @convention(c) (hid_t) -> herr_t

    /// Takes over `id`, or throws what the library says if it is none.
    init(
        _ id: hid_t, closedBy close: @escaping @convention(c) (hid_t) -> herr_t,
        _ operation: @autoclosure () -> String, in path: String
    ) throws(JournalError) {
        guard id >= 0 else { throw HDF5.failure(operation(), in: path) }
        self.id = id
        self.close = close
    }

    deinit { _ = close(id) }
}

/// The library as a whole.
enum HDF5 {
    /// The version that is loaded, which may differ from the one compiled against.
    static var version: String {
        var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
        H5get_libversion(&major, &minor, &release)
        return "\(major).\(minor).\(release)"
    }

    /// The library's last error on this thread as one of ours.
    static func failure(_ operation: String, in path: String) -> JournalError {
        var text = [CChar](repeating: 0, count: 512)
        retrograde_h5_error(&text)
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return .hdf5(
            operation: operation, path: path, reason: String(decoding: bytes, as: UTF8.self))
    }

    /// Throws unless the library reported success.
    static func check(
        _ status: Int, _ operation: @autoclosure () -> String, in path: String
    ) throws(JournalError) {
        guard status >= 0 else { throw failure(operation(), in: path) }
    }
}
