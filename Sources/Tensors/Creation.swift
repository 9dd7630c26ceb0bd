internal import CTorch

extension Tensor {
    /// Uninitialised elements.
    public static func empty(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        shape.withInt64 { sizes, rank in
            made(file, line) { ct_empty(sizes, rank, dtype.rawValue, device.raw, $0) }
        }
    }

    /// `value` everywhere.
    public static func full(
        _ shape: [Int], _ value: Double, dtype: DType = .float32, device: Device = .cpu,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        shape.withInt64 { sizes, rank in
            made(file, line) { ct_full(sizes, rank, value, dtype.rawValue, device.raw, $0) }
        }
    }

    /// Zeros.
    public static func zeros(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { full(shape, 0, dtype: dtype, device: device, file: file, line: line) }

    /// Ones.
    public static func ones(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { full(shape, 1, dtype: dtype, device: device, file: file, line: line) }

    /// `start`, `start + step`, … below `end`.
    public static func range(
        from start: Int = 0, to end: Int, by step: Int = 1, dtype: DType = .int64,
        device: Device = .cpu, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) {
            ct_arange(Int64(start), Int64(end), Int64(step), dtype.rawValue, device.raw, $0)
        }
    }

    /// A copy of row-major host elements.
    public init<Scalar: TensorScalar>(
        _ scalars: some Collection<Scalar>, shape: [Int], device: Device = .cpu,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        let elements = ContiguousArray(scalars)
        self = elements.withUnsafeBytes { bytes in
            Tensor(bytes: bytes, shape: shape, dtype: Scalar.dtype, device: device, file, line)
        }
    }

    /// A copy of row-major elements in raw memory.
    package init(
        bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType, device: Device = .cpu,
        _ file: StaticString = #fileID, _ line: UInt = #line
    ) {
        var nothing: UInt8 = 0
        self = withUnsafeBytes(of: &nothing) { none in
            guard let base = bytes.baseAddress ?? none.baseAddress else {
                preconditionFailure("memory has an address")
            }
            return shape.withInt64 { sizes, rank in
                made(file, line) {
                    ct_from_bytes(
                        base, bytes.count, sizes, rank, dtype.rawValue, device.raw, $0)
                }
            }
        }
    }

    /// The elements, row-major, on the host. The dtype must be the scalar's own.
    public func scalars<Scalar: TensorScalar>(
        _ type: Scalar.Type, file: StaticString = #fileID, line: UInt = #line
    ) -> [Scalar] {
        guard dtype == Scalar.dtype else {
            fatalError(
                "asked for \(Scalar.dtype.name) of a \(dtype.name) tensor; cast first", file: file,
                line: line)
        }
        return [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
            copyBytes(to: UnsafeMutableRawBufferPointer(buffer), file, line)
            initialized = count
        }
    }

    /// Copies the elements, row-major, into `bytes`, which must have exactly their size.
    package func copyBytes(
        to bytes: UnsafeMutableRawBufferPointer, _ file: StaticString = #fileID,
        _ line: UInt = #line
    ) {
        guard let base = bytes.baseAddress, bytes.count > 0 else {
            precondition(count == 0, "no room for \(count) elements")
            return
        }
        checked(file, line) { ct_copy_to_host(ref, base, bytes.count, $0) }
    }

    /// The elements as 32-bit floats, whatever the dtype.
    public func floats(file: StaticString = #fileID, line: UInt = #line) -> [Float] {
        (dtype == .float32 ? self : cast(to: .float32, file: file, line: line))
            .scalars(Float.self, file: file, line: line)
    }

    /// The only element, as a Double: a wait for the device and a copy.
    public func item(file: StaticString = #fileID, line: UInt = #line) -> Double {
        guard count == 1 else {
            fatalError("a tensor of shape \(shape) is no single number", file: file, line: line)
        }
        let wide = dtype == .float64 ? self : cast(to: .float64, file: file, line: line)
        return wide.scalars(Double.self, file: file, line: line)[0]
    }

    /// The same values in another dtype; itself when it has it already.
    public func cast(
        to dtype: DType, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_to(ref, dtype.rawValue, ct_device(ref), $0) }
    }

    /// The same values on another device; itself when it is there already.
    public func moved(
        to device: Device, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_to(ref, ct_dtype(ref), device.raw, $0) }
    }

    /// A copy with storage of its own.
    public func copy(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_clone(ref, $0) }
    }

    /// The same values, row-major without gaps.
    public func contiguous(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_contiguous(ref, $0) }
    }
}
