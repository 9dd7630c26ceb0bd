internal import CTorch

// Elementwise functions of one tensor.
extension Tensor {
    /// −x.
    public func negated(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_neg(ref, $0) }
    }
    /// eˣ.
    public func exp(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_exp(ref, $0) }
    }
    /// Natural logarithm.
    public func log(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_log(ref, $0) }
    }
    /// √x.
    public func squareRoot(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_sqrt(ref, $0) }
    }
    /// 1/√x.
    public func reciprocalSquareRoot(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_rsqrt(ref, $0) }
    }
    /// Hyperbolic tangent.
    public func tanh(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_tanh(ref, $0) }
    }
    /// 1/(1+e⁻ˣ).
    public func sigmoid(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_sigmoid(ref, $0) }
    }
    /// max(x, 0).
    public func relu(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_relu(ref, $0) }
    }
    /// |x|.
    public func magnitude(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_abs(ref, $0) }
    }
    /// x².
    public func squared(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_square(ref, $0) }
    }
    /// Sine.
    public func sin(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_sin(ref, $0) }
    }
    /// Cosine.
    public func cos(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_cos(ref, $0) }
    }
    /// 1/x.
    public func reciprocal(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_reciprocal(ref, $0) }
    }
    /// Where x is neither infinite nor NaN.
    public func isFinite(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_isfinite(ref, $0) }
    }
    /// Where x is zero.
    public func not(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_logical_not(ref, $0) }
    }
    /// Limited to `lower...upper`.
    public func clamped(
        _ lower: Double, _ upper: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_clamp(ref, lower, upper, $0) }
    }
    /// Raised to `power`.
    public func raised(
        to power: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_pow_scalar(ref, power, $0) }
    }
}

// Elementwise functions of two. Formulas use the operators; a fault in an operator names both shapes
// and the process's backtrace has the line, since operators cannot take it.
extension Tensor {
    /// Sum of elements.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        made(#fileID, #line) { ct_add(a.ref, b.ref, $0) }
    }
    /// Sum with a number.
    public static func + (a: Tensor, b: Double) -> Tensor {
        made(#fileID, #line) { ct_add_scalar(a.ref, b, $0) }
    }
    /// Difference of elements.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        made(#fileID, #line) { ct_sub(a.ref, b.ref, $0) }
    }
    /// Difference with a number.
    public static func - (a: Tensor, b: Double) -> Tensor {
        made(#fileID, #line) { ct_sub_scalar(a.ref, b, $0) }
    }
    /// Product of elements.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        made(#fileID, #line) { ct_mul(a.ref, b.ref, $0) }
    }
    /// Product with a number.
    public static func * (a: Tensor, b: Double) -> Tensor {
        made(#fileID, #line) { ct_mul_scalar(a.ref, b, $0) }
    }
    /// Quotient of elements.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        made(#fileID, #line) { ct_div(a.ref, b.ref, $0) }
    }
    /// Quotient with a number.
    public static func / (a: Tensor, b: Double) -> Tensor {
        made(#fileID, #line) { ct_div_scalar(a.ref, b, $0) }
    }
    /// Product with a number.
    public static func * (a: Double, b: Tensor) -> Tensor { b * a }
    /// −x.
    public static prefix func - (a: Tensor) -> Tensor { a.negated() }

    /// The larger of two elements.
    public func maximum(
        _ other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_maximum(ref, other.ref, $0) }
    }
    /// The smaller of two elements.
    public func minimum(
        _ other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_minimum(ref, other.ref, $0) }
    }
    /// Where both are non-zero.
    public func and(
        _ other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_logical_and(ref, other.ref, $0) }
    }
    /// Where either is non-zero.
    public func or(
        _ other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_logical_or(ref, other.ref, $0) }
    }
    /// Where equal.
    public func equals(
        _ other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_eq(ref, other.ref, $0) }
    }
    /// Where equal.
    public func equals(
        _ number: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_eq_scalar(ref, number, $0) }
    }
    /// Where not equal.
    public func differs(
        from other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_ne(ref, other.ref, $0) }
    }
    /// Where not equal.
    public func differs(
        from number: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_ne_scalar(ref, number, $0) }
    }
    /// Where less.
    public func isLess(
        than other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_lt(ref, other.ref, $0) }
    }
    /// Where less.
    public func isLess(
        than number: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_lt_scalar(ref, number, $0) }
    }
    /// Where less or equal.
    public func isAtMost(
        _ other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_le(ref, other.ref, $0) }
    }
    /// Where less or equal.
    public func isAtMost(
        _ number: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_le_scalar(ref, number, $0) }
    }
    /// Where greater.
    public func isGreater(
        than other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_gt(ref, other.ref, $0) }
    }
    /// Where greater.
    public func isGreater(
        than number: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_gt_scalar(ref, number, $0) }
    }
    /// Where greater or equal.
    public func isAtLeast(
        _ other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_ge(ref, other.ref, $0) }
    }
    /// Where greater or equal.
    public func isAtLeast(
        _ number: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_ge_scalar(ref, number, $0) }
    }
    /// Elements of `a` where the receiver is true, else of `b`.
    public func selecting(
        _ a: Tensor, else b: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_where(ref, a.ref, b.ref, $0) }
    }
}
