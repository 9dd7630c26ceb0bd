internal import CHDF5

/// The numbers of a dataset, row by row.
struct HDF5Array<Element: HDF5Scalar> {
    var values: [Element]
    /// Lengths of the dimensions; none for a single number.
    var shape: [Int]
}

extension HDF5Group {
    /// Writes `values` as the dataset `name`, shuffled and gzipped when it is large enough to gain.
    /// - Parameter shape: the number of values by default.
    func write<Element: HDF5Scalar>(
        _ values: [Element], as name: String, shape: [Int]? = nil
    ) throws(JournalError) {
        let shape = shape ?? [values.count]
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values are not \(shape)")
        let space = try dataspace(shape)
        let layout = try layout(
            shape, byteCount: values.count * MemoryLayout<Element>.stride, Element.self)
        let dataset = try HDF5Handle(
            H5Dcreate2(
                id, name, Element.hdf5Type, space.id, retrograde_h5_default(), layout.id,
                retrograde_h5_default()), closedBy: H5Dclose, "create '\(name)'", in: path)
        let status = values.withUnsafeBytes { buffer in
            buffer.isEmpty
                ? 0
                : H5Dwrite(
                    dataset.id, Element.hdf5Type, retrograde_h5_all(), retrograde_h5_all(),
                    retrograde_h5_default(), buffer.baseAddress)
        }
        try HDF5.check(Int(status), "write '\(name)'", in: path)
    }

    /// Writes one number as the dataset `name`.
    func write<Element: HDF5Scalar>(_ value: Element, as name: String) throws(JournalError) {
        try write([value], as: name, shape: [])
    }

    /// Reads the dataset `name`, converting its numbers to `Element`.
    func read<Element: HDF5Scalar>(
        _ name: String, as type: Element.Type = Element.self
    ) throws(JournalError) -> HDF5Array<Element> {
        let dataset = try HDF5Handle(
            H5Dopen2(id, name, retrograde_h5_default()), closedBy: H5Dclose, "open '\(name)'",
            in: path)
        let space = try HDF5Handle(
            H5Dget_space(dataset.id), closedBy: H5Sclose, "measure '\(name)'", in: path)
        let rank = Int(H5Sget_simple_extent_ndims(space.id))
        try HDF5.check(rank, "measure '\(name)'", in: path)
        var sizes = [hsize_t](repeating: 0, count: rank)
        if rank > 0 { H5Sget_simple_extent_dims(space.id, &sizes, nil) }
        let shape = sizes.map { Int(clamping: $0) }
        // A damaged header asks for any amount; no log has tables of this size.
        let count = shape.reduce(1.0) { $0 * Double($1) }
        guard count < 0x1p32 else {
            throw .corrupt(path: path, detail: "'\(name)' claims \(count) values")
        }
        var values = [Element](repeating: .zero, count: shape.reduce(1, *))
        let status = values.withUnsafeMutableBytes { buffer in
            buffer.isEmpty
                ? 0
                : H5Dread(
                    dataset.id, Element.hdf5Type, retrograde_h5_all(), retrograde_h5_all(),
                    retrograde_h5_default(), buffer.baseAddress)
        }
        try HDF5.check(Int(status), "read '\(name)'", in: path)
        return HDF5Array(values: values, shape: shape)
    }

    func dataspace(_ shape: [Int]) throws(JournalError) -> HDF5Handle {
        let sizes = shape.map { hsize_t($0) }
        let id =
            sizes.isEmpty
            ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(sizes.count), sizes, nil)
        return try HDF5Handle(id, closedBy: H5Sclose, "shape a dataset", in: path)
    }

    /// A creation list without timestamps, so that equal records give equal files.
    func creation() throws(JournalError) -> HDF5Handle {
        let list = try HDF5Handle(
            H5Pcreate(retrograde_h5_dataset_create()), closedBy: H5Pclose, "set up", in: path)
        H5Pset_obj_track_times(list.id, false)
        return list
    }

    private func layout<Element: HDF5Scalar>(
        _ shape: [Int], byteCount: Int, _: Element.Type
    ) throws(JournalError) -> HDF5Handle {
        let list = try creation()
        // Small arrays stand in the object's header: one read, and no chunk index to pay for.
        if byteCount <= 1024 {
            H5Pset_layout(list.id, H5D_COMPACT)
        } else {
            let rowBytes = shape.dropFirst().reduce(MemoryLayout<Element>.stride, *)
            // A quarter of HDF5's chunk cache, so that a reader of slices unpacks each chunk once.
            let rows = min(shape[0], max(1, (1 << 18) / max(1, rowBytes)))
            let chunk = ([rows] + shape.dropFirst()).map { hsize_t(max(1, $0)) }
            H5Pset_chunk(list.id, Int32(chunk.count), chunk)
            H5Pset_shuffle(list.id)
            H5Pset_deflate(list.id, 1)
        }
        return list
    }
}
