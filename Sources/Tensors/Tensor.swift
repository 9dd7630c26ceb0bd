internal import CTorch

/// An n-dimensional array of libtorch's, with value syntax and shared storage.
///
/// Shape and dtype faults are mistakes of ours and trap at the caller's line; only what the world
/// decides (files, devices) throws. Not `Sendable`, on purpose: the gradient mode is a thread's own.
public struct Tensor {
    let handle: Handle

    /// Takes over one reference.
    init(owning ref: CTTensorRef) { handle = Handle(ref) }

    @inline(__always) var ref: CTTensorRef { handle.ref }

    final class Handle {
        let ref: CTTensorRef
        init(_ ref: CTTensorRef) { self.ref = ref }
        deinit { ct_release(ref) }
    }
}

@available(*, unavailable)
extension Tensor: Sendable {}

extension Tensor {
    /// Sizes of the axes, outermost first.
    public var shape: [Int] { (0..<rank).map { Int(ct_size(ref, $0)) } }
    /// Number of axes.
    public var rank: Int { ct_rank(ref) }
    /// Number of elements.
    public var count: Int { Int(ct_element_count(ref)) }
    /// Bytes of the elements.
    public var byteCount: Int { count * ct_element_bytes(ref) }
    /// Element type.
    public var dtype: DType {
        guard let dtype = DType(rawValue: ct_dtype(ref)) else {
            preconditionFailure("libtorch gave a dtype numbered \(ct_dtype(ref)), unknown here")
        }
        return dtype
    }
    /// Where the elements are.
    public var device: Device { Device(raw: ct_device(ref)) }
    /// Whether the elements lie row-major without gaps.
    public var isContiguous: Bool { ct_is_contiguous(ref) }
    /// Whether both look at the same memory.
    public func sharesStorage(with other: Tensor) -> Bool { ct_shares_storage(ref, other.ref) }

    /// Size of one axis; negative counts from the last.
    public func size(_ axis: Int, file: StaticString = #fileID, line: UInt = #line) -> Int {
        let index = axis < 0 ? rank + axis : axis
        guard index >= 0 && index < rank else {
            fatalError("no axis \(axis) in a tensor of shape \(shape)", file: file, line: line)
        }
        return Int(ct_size(ref, index))
    }

    /// The two sizes of a matrix.
    public var shape2: (Int, Int) {
        precondition(rank == 2, "expected two axes, the shape is \(shape)")
        return (size(0), size(1))
    }
    /// The three sizes of a stack of matrices.
    public var shape3: (Int, Int, Int) {
        precondition(rank == 3, "expected three axes, the shape is \(shape)")
        return (size(0), size(1), size(2))
    }
    /// The four sizes.
    public var shape4: (Int, Int, Int, Int) {
        precondition(rank == 4, "expected four axes, the shape is \(shape)")
        return (size(0), size(1), size(2), size(3))
    }

    /// Itself, after asserting its shape: shapes are asserted, not narrated.
    public func shaped(
        _ sizes: Int..., file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        guard shape == sizes else {
            fatalError("expected shape \(sizes), found \(shape)", file: file, line: line)
        }
        return self
    }
}

extension Tensor: CustomStringConvertible {
    /// Dtype, shape and device; never the elements.
    public var description: String { "Tensor(\(dtype.name) \(shape) on \(device))" }
}
