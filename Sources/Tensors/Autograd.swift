internal import CTorch

extension Tensor {
    /// Whether operations on it are recorded.
    public var requiresGradient: Bool { ct_requires_gradient(ref) }

    /// Itself, as a leaf whose gradient is kept.
    @discardableResult
    public func requiringGradient(
        _ required: Bool = true, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        checked(file, line) { ct_set_requires_gradient(ref, required, $0) }
        return self
    }

    /// The same storage, cut off from the graph.
    public func detached(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        made(file, line) { ct_detach(ref, $0) }
    }

    /// Adds the gradient of the receiver to every leaf it depends on.
    /// - Parameter gradient: weight of each element; absent for a single number.
    public func backward(
        _ gradient: Tensor? = nil, file: StaticString = #fileID, line: UInt = #line
    ) {
        checked(file, line) { ct_backward(ref, gradient?.ref, $0) }
    }

    /// The gradient accumulated so far.
    public var gradient: Tensor? { ct_gradient(ref).map { Tensor(owning: $0) } }

    /// Replaces the gradient, or drops it.
    public func setGradient(
        _ gradient: Tensor?, file: StaticString = #fileID, line: UInt = #line
    ) {
        checked(file, line) { ct_set_gradient(ref, gradient?.ref, $0) }
    }
}

/// Runs `body` without recording. The mode is a thread's own, so `body` may not suspend.
public func withoutGradient<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
    let before = ct_gradient_enabled()
    ct_set_gradient_enabled(false)
    defer { ct_set_gradient_enabled(before) }
    return try body()
}
