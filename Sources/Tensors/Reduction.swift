internal import CTorch

// Sums and the like. No axes means all of them.
extension Tensor {
    /// Sum. Over `axes`, or over all.
    public func sum(
        _ axes: Int..., keepingAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        axes.withInt64 { items, count in
            made(file, line) { ct_sum(ref, items, count, keepingAxes, $0) }
        }
    }
    /// Mean. Over `axes`, or over all.
    public func mean(
        _ axes: Int..., keepingAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        axes.withInt64 { items, count in
            made(file, line) { ct_mean(ref, items, count, keepingAxes, $0) }
        }
    }
    /// Largest element. Over `axes`, or over all.
    public func largest(
        _ axes: Int..., keepingAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        axes.withInt64 { items, count in
            made(file, line) { ct_amax(ref, items, count, keepingAxes, $0) }
        }
    }
    /// Smallest element. Over `axes`, or over all.
    public func smallest(
        _ axes: Int..., keepingAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        axes.withInt64 { items, count in
            made(file, line) { ct_amin(ref, items, count, keepingAxes, $0) }
        }
    }
    /// Euclidean norm of all elements.
    public func norm(
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_norm(ref, $0) }
    }
    /// Standard deviation of all elements, dividing by their number.
    public func standardDeviation(
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_std(ref, $0) }
    }
    /// log Σ eˣ along an axis.
    public func logSumExp(
        _ axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_logsumexp(ref, Int64(axis), $0) }
    }
    /// Index of the largest element along an axis, int64.
    public func argmax(
        _ axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_argmax(ref, Int64(axis), $0) }
    }
    /// Running sums along an axis.
    public func cumulativeSum(
        _ axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_cumsum(ref, Int64(axis), $0) }
    }
    /// Whether all are non-zero.
    public func all(
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_all(ref, $0) }
    }
    /// Whether any is non-zero.
    public func any(
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_any(ref, $0) }
    }
    /// Counts in `bins` equal bins between two edges, float32; elements outside are not counted.
    public func histogram(
        bins: Int, from lower: Double, to upper: Double, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        made(file, line) { ct_histogram(ref, Int64(bins), lower, upper, $0) }
    }
}
