internal import CHDF5

/// A number that datasets hold.
protocol HDF5Scalar {
    /// The library's name for the type in memory and, on the machines we know, on disk.
    static var hdf5Type: hid_t { get }
    static var zero: Self { get }
}

extension Float: HDF5Scalar { static var hdf5Type: hid_t { retrograde_h5_float32() } }
extension Double: HDF5Scalar { static var hdf5Type: hid_t { retrograde_h5_float64() } }
extension Int32: HDF5Scalar { static var hdf5Type: hid_t { retrograde_h5_int32() } }
extension Int64: HDF5Scalar { static var hdf5Type: hid_t { retrograde_h5_int64() } }
