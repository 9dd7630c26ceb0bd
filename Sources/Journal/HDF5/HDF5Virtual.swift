internal import CHDF5

/// Rows of a dataset in another file that appear in a virtual dataset.
struct HDF5Rows {
    /// Path relative to the folder of the file that shows the rows.
    var file: String
    /// First row they occupy in the virtual dataset.
    var first: Int
    /// How many: all that the source has.
    var count: Int
    /// Shape of a row in the source; the rest of a row that is wider in the virtual dataset stays unfilled.
    var rowShape: [Int] = []
}

extension HDF5Group {
    /// Presents rows of other files as the one dataset `name`; what no source fills is `fill`.
    /// - Parameters:
    ///   - shape: rows, then the shape of a row.
    ///   - dataset: name of the source in each file.
    func present<Element: HDF5Scalar>(
        _ sources: [HDF5Rows], of dataset: String, as name: String, shape: [Int], fill: Element
    ) throws(JournalError) {
        let list = try creation()
        withUnsafeBytes(of: fill) {
            _ = H5Pset_fill_value(list.id, Element.hdf5Type, $0.baseAddress)
        }
        let space = try dataspace(shape)
        let zeros = shape.dropFirst().map { _ in hsize_t(0) }
        for source in sources where source.count > 0 {
            let start = [hsize_t(source.first)] + zeros
            let extent = ([source.count] + source.rowShape).map { hsize_t($0) }
            H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, extent, nil)
            let whole = try dataspace([source.count] + source.rowShape)
            try HDF5.check(
                Int(H5Pset_virtual(list.id, space.id, source.file, dataset, whole.id)),
                "present '\(name)'", in: path)
        }
        H5Sselect_all(space.id)
        _ = try HDF5Handle(
            H5Dcreate2(
                id, name, Element.hdf5Type, space.id, retrograde_h5_default(), list.id,
                retrograde_h5_default()), closedBy: H5Dclose, "present '\(name)'", in: path)
    }
}
