internal import CHDF5

/// An open group of a file: a folder of datasets and further groups.
struct HDF5Group: ~Copyable {
    private let handle: HDF5Handle
    /// The file, for messages.
    let path: String

    init(_ handle: consuming HDF5Handle, _ path: String) {
        self.handle = handle
        self.path = path
    }

    var id: hid_t { handle.id }

    /// Creates the group `name` and those above it that are missing.
    func create(_ name: String) throws(JournalError) -> HDF5Group {
        let links = try HDF5Handle(
            H5Pcreate(retrograde_h5_link_create()), closedBy: H5Pclose, "set up", in: path)
        H5Pset_create_intermediate_group(links.id, 1)
        let group = H5Gcreate2(
            id, name, links.id, retrograde_h5_default(), retrograde_h5_default())
        return HDF5Group(
            try HDF5Handle(group, closedBy: H5Gclose, "create group '\(name)'", in: path), path)
    }

    /// Opens the group `name`.
    func open(_ name: String) throws(JournalError) -> HDF5Group {
        HDF5Group(
            try HDF5Handle(
                H5Gopen2(id, name, retrograde_h5_default()), closedBy: H5Gclose,
                "open group '\(name)'", in: path), path)
    }

    /// Whether there is something called `name`; all groups above it must exist.
    func contains(_ name: String) -> Bool {
        H5Lexists(id, name, retrograde_h5_default()) > 0
    }

    /// Whether `name` is a group, as opposed to a dataset.
    func isGroup(_ name: String) -> Bool {
        let object = H5Oopen(id, name, retrograde_h5_default())
        guard object >= 0 else { return false }
        defer { H5Oclose(object) }
        return H5Iget_type(object) == H5I_GROUP
    }

    /// Names of what is in the group, sorted.
    func names() throws(JournalError) -> [String] {
        var info = H5G_info_t()
        try HDF5.check(Int(H5Gget_info(id, &info)), "list a group", in: path)
        var names: [String] = []
        for index in 0..<info.nlinks {
            let length = H5Lget_name_by_idx(
                id, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, retrograde_h5_default())
            try HDF5.check(length, "list a group", in: path)
            var name = [CChar](repeating: 0, count: length + 1)
            H5Lget_name_by_idx(
                id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, length + 1,
                retrograde_h5_default())
            let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
            names.append(String(decoding: bytes, as: UTF8.self))
        }
        return names
    }

    /// Shows the root of another file as the group `name`.
    /// - Parameter file: path relative to the folder of this file.
    func link(_ name: String, toFile file: String) throws(JournalError) {
        try HDF5.check(
            Int(
                H5Lcreate_external(
                    file, "/", id, name, retrograde_h5_default(), retrograde_h5_default())),
            "link '\(name)'", in: path)
    }

    /// Attaches the number `value` under `name`.
    func set(_ name: String, _ value: some HDF5Scalar) throws(JournalError) {
        let space = try HDF5Handle(
            H5Screate(H5S_SCALAR), closedBy: H5Sclose, "set up", in: path)
        try attach(name, type(of: value).hdf5Type, space) { attribute in
            withUnsafeBytes(of: value) {
                H5Awrite(attribute, type(of: value).hdf5Type, $0.baseAddress)
            }
        }
    }

    /// Attaches the text `value` under `name`; Python sees a `str`.
    func set(_ name: String, _ value: String) throws(JournalError) {
        let text = try HDF5Handle(
            H5Tcopy(retrograde_h5_c_string()), closedBy: H5Tclose, "set up", in: path)
        H5Tset_size(text.id, retrograde_h5_variable())
        H5Tset_cset(text.id, H5T_CSET_UTF8)
        let space = try HDF5Handle(
            H5Screate(H5S_SCALAR), closedBy: H5Sclose, "set up", in: path)
        let type = text.id
        try attach(name, type, space) { attribute in
            value.withCString { pointer in
                withUnsafeBytes(of: pointer) { H5Awrite(attribute, type, $0.baseAddress) }
            }
        }
    }

    private func attach(
        _ name: String, _ type: hid_t, _ space: borrowing HDF5Handle, _ write: (hid_t) -> herr_t
    ) throws(JournalError) {
        let attribute = try HDF5Handle(
            H5Acreate2(
                id, name, type, space.id, retrograde_h5_default(), retrograde_h5_default()),
            closedBy: H5Aclose, "create attribute '\(name)'", in: path)
        try HDF5.check(Int(write(attribute.id)), "write attribute '\(name)'", in: path)
    }

    /// The numbers attached to the group, sorted by name.
    func numbers() throws(JournalError) -> [(name: String, value: Double)] {
        var info = H5O_info_t()
        try HDF5.check(Int(H5Oget_info2(id, &info, H5O_INFO_NUM_ATTRS)), "list", in: path)
        var numbers: [(name: String, value: Double)] = []
        for index in 0..<info.num_attrs {
            let attribute = try HDF5Handle(
                H5Aopen_by_idx(
                    id, ".", H5_INDEX_NAME, H5_ITER_INC, index, retrograde_h5_default(),
                    retrograde_h5_default()), closedBy: H5Aclose, "open an attribute", in: path)
            var name = [CChar](repeating: 0, count: H5Aget_name(attribute.id, 0, nil) + 1)
            H5Aget_name(attribute.id, name.count, &name)
            var value = 0.0
            // Text does not convert to a number; it is not what the caller asked for.
            guard H5Aread(attribute.id, Double.hdf5Type, &value) >= 0 else { continue }
            let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
            numbers.append((String(decoding: bytes, as: UTF8.self), value))
        }
        return numbers
    }
}
