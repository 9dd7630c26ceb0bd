internal import CTorch

// Products of matrices.
extension Tensor {
    /// Matrix product over the last two axes.
    public func multiplied(
        by other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_matmul(ref, other.ref, $0) }
    }
    /// x·Wᵀ for a weight `[out, in]`.
    public func linear(
        _ weight: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_linear(ref, weight.ref, $0) }
    }
    /// β·self + α·a·b.
    public func addingProduct(
        of a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_addmm(ref, a.ref, b.ref, beta, alpha, $0) }
    }
}
