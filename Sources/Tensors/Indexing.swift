internal import CTorch

// Picking elements.
extension Tensor {
    /// The elements that `index` names along an axis.
    public func gathered(
        _ axis: Int, _ index: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_gather(ref, Int64(axis), index.ref, $0) }
    }
    /// The slices that `index` names along an axis.
    public func selecting(
        _ axis: Int, _ index: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_index_select(ref, Int64(axis), index.ref, $0) }
    }
    /// With the slices of `source` added where `index` says.
    public func adding(
        _ source: Tensor, at index: Tensor, axis: Int, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_index_add(ref, Int64(axis), index.ref, source.ref, $0) }
    }
    /// `value` where `mask` is true.
    public func filled(
        where mask: Tensor, with value: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_masked_fill(ref, mask.ref, value, $0) }
    }
    /// Zero above a diagonal.
    public func lowerTriangle(
        diagonal: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_tril(ref, Int64(diagonal), $0) }
    }
    /// The k largest along an axis, largest first, with their indices.
    public func topK(
        _ k: Int, axis: Int = -1, file: StaticString = #fileID, line: UInt = #line
    ) -> (values: Tensor, indices: Tensor) {
        var values: CTTensorRef?
        var indices: CTTensorRef?
        checked(file, line) { ct_topk(ref, Int64(k), Int64(axis), &values, &indices, $0) }
        guard let values, let indices else { preconditionFailure("libtorch gave no result") }
        return (Tensor(owning: values), Tensor(owning: indices))
    }
    /// In order along an axis (stable), with the indices they had.
    public func sorted(
        axis: Int = -1, descending: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> (values: Tensor, indices: Tensor) {
        var values: CTTensorRef?
        var indices: CTTensorRef?
        checked(file, line) { ct_sort(ref, Int64(axis), descending, &values, &indices, $0) }
        guard let values, let indices else { preconditionFailure("libtorch gave no result") }
        return (Tensor(owning: values), Tensor(owning: indices))
    }
}
