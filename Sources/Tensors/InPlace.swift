internal import CTorch

// Changes of a tensor's own storage: for optimizers and buffers, under `withoutGradient` only.
extension Tensor {
    /// Takes over the elements of `other`, cast and broadcast.
    public func assign(
        _ other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) {
        checked(file, line) { ct_copy_(ref, other.ref, $0) }
    }

    /// Overwrites the slices that `index` names along an axis with those of `source`.
    public func assign(
        _ source: Tensor, at index: Tensor, axis: Int, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        checked(file, line) { ct_index_copy_(ref, Int64(axis), index.ref, source.ref, $0) }
    }

    /// `value` everywhere.
    public func fill(_ value: Double, file: StaticString = #fileID, line: UInt = #line) {
        checked(file, line) { ct_fill_(ref, value, $0) }
    }

    /// x ← factor·x.
    public func scale(
        by factor: Double, file: StaticString = #fileID, line: UInt = #line
    ) {
        checked(file, line) { ct_mul_scalar_(ref, factor, $0) }
    }

    /// x ← x + factor·other.
    public func add(
        _ other: Tensor, times factor: Double = 1, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        checked(file, line) { ct_add_scaled_(ref, other.ref, factor, $0) }
    }

    /// x ← x + weight·(end − x).
    public func interpolate(
        to end: Tensor, weight: Double, file: StaticString = #fileID, line: UInt = #line
    ) {
        checked(file, line) { ct_lerp_(ref, end.ref, weight, $0) }
    }

    /// x ← x + value·a·b.
    public func addProduct(
        of a: Tensor, _ b: Tensor, times value: Double, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        checked(file, line) { ct_addcmul_(ref, a.ref, b.ref, value, $0) }
    }

    /// x ← x + value·a/b.
    public func addQuotient(
        of a: Tensor, by b: Tensor, times value: Double, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        checked(file, line) { ct_addcdiv_(ref, a.ref, b.ref, value, $0) }
    }
}
