internal import CHDF5
internal import Foundation

extension HDF5Group {
    /// Writes texts as the dataset `name`: strings of any length, UTF-8.
    func write(_ texts: [String], as name: String) throws(JournalError) {
        let type = try Self.textType(in: path)
        let space = try dataspace([texts.count])
        let dataset = try HDF5Handle(
            H5Dcreate2(
                id, name, type.id, space.id, retrograde_h5_default(), retrograde_h5_default(),
                retrograde_h5_default()), closedBy: H5Dclose, "create '\(name)'", in: path)
        // C strings end at a zero, which texts may hold; it is shown as the picture of one.
        let copies = texts.map { strdup($0.replacing("\0", with: "␀")) }
        defer { for copy in copies { free(copy) } }
        guard !texts.isEmpty else { return }
        let status = copies.withUnsafeBytes { buffer in
            H5Dwrite(
                dataset.id, type.id, retrograde_h5_all(), retrograde_h5_all(),
                retrograde_h5_default(), buffer.baseAddress)
        }
        try HDF5.check(Int(status), "write '\(name)'", in: path)
    }

    /// Reads what `write` wrote.
    func texts(_ name: String) throws(JournalError) -> [String] {
        let type = try Self.textType(in: path)
        let dataset = try HDF5Handle(
            H5Dopen2(id, name, retrograde_h5_default()), closedBy: H5Dclose, "open '\(name)'",
            in: path)
        let space = try HDF5Handle(
            H5Dget_space(dataset.id), closedBy: H5Sclose, "measure '\(name)'", in: path)
        let count = Int(H5Sget_simple_extent_npoints(space.id))
        try HDF5.check(count, "measure '\(name)'", in: path)
        guard count > 0 else { return [] }
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        let status = pointers.withUnsafeMutableBytes { buffer in
            H5Dread(
                dataset.id, type.id, retrograde_h5_all(), retrograde_h5_all(),
                retrograde_h5_default(), buffer.baseAddress)
        }
        try HDF5.check(Int(status), "read '\(name)'", in: path)
        defer {
            _ = pointers.withUnsafeMutableBytes { buffer in
                H5Dvlen_reclaim(type.id, space.id, retrograde_h5_default(), buffer.baseAddress)
            }
        }
        return pointers.map { $0.map { String(cString: $0) } ?? "" }
    }

    private static func textType(in path: String) throws(JournalError) -> HDF5Handle {
        let type = try HDF5Handle(
            H5Tcopy(retrograde_h5_c_string()), closedBy: H5Tclose, "make a text type", in: path)
        try HDF5.check(
            Int(H5Tset_size(type.id, retrograde_h5_variable())), "make a text type", in: path)
        try HDF5.check(Int(H5Tset_cset(type.id, H5T_CSET_UTF8)), "make a text type", in: path)
        return type
    }
}
