internal import CTorch

// Views and joins. None copies unless it must.
extension Tensor {
    /// The same elements in another shape; one size may be −1.
    public func reshaped(
        _ sizes: Int..., file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        sizes.withInt64 { items, count in
            made(file, line) { ct_reshape(ref, items, count, $0) }
        }
    }
    /// The same elements in another shape.
    public func reshaped(
        to sizes: [Int], file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        sizes.withInt64 { items, count in
            made(file, line) { ct_reshape(ref, items, count, $0) }
        }
    }
    /// Axes of size 1 repeated without a copy.
    public func expanded(
        _ sizes: Int..., file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        sizes.withInt64 { items, count in
            made(file, line) { ct_expand(ref, items, count, $0) }
        }
    }
    /// Axes in another order.
    public func permuted(
        _ axes: Int..., file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        axes.withInt64 { items, count in
            made(file, line) { ct_permute(ref, items, count, $0) }
        }
    }
    /// Two axes exchanged.
    public func transposed(
        _ a: Int = -2, _ b: Int = -1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_transpose(ref, Int64(a), Int64(b), $0) }
    }
    /// `range` of one axis.
    public func sliced(
        _ axis: Int, _ range: Range<Int>, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) {
            ct_narrow(ref, Int64(axis), Int64(range.lowerBound), Int64(range.count), $0)
        }
    }
    /// One index of an axis, which disappears.
    public func selected(
        _ axis: Int, _ index: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_select(ref, Int64(axis), Int64(index), $0) }
    }
    /// Without an axis of size 1.
    public func squeezed(
        _ axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_squeeze(ref, Int64(axis), $0) }
    }
    /// With a new axis of size 1.
    public func unsqueezed(
        _ axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_unsqueeze(ref, Int64(axis), $0) }
    }
    /// In opposite order along an axis.
    public func flipped(
        _ axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_flip(ref, Int64(axis), $0) }
    }
    /// Joined along an existing axis.
    public static func concatenating(
        _ tensors: [Tensor], axis: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        tensors.withReferences { references in
            made(file, line) { ct_concatenate(references, tensors.count, Int64(axis), $0) }
        }
    }
    /// Joined along a new axis.
    public static func stacking(
        _ tensors: [Tensor], axis: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        tensors.withReferences { references in
            made(file, line) { ct_stack(references, tensors.count, Int64(axis), $0) }
        }
    }
}

extension Array where Element == Tensor {
    /// The handles of a list, alive for the length of `body`.
    func withReferences<Result>(_ body: (UnsafePointer<CTTensorRef>) -> Result) -> Result {
        let references = map(\.ref)
        return withExtendedLifetime(self) {
            references.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else {
                    preconditionFailure("joining no tensors")
                }
                return body(base)
            }
        }
    }
}
