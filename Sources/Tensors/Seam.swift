internal import CTorch

/// Runs one call across the seam; a fault there traps with the caller's line.
@inline(__always)
func checked<Result>(
    _ file: StaticString, _ line: UInt, _ body: (UnsafeMutablePointer<CTError>) -> Result
) -> Result {
    var error = CTError()
    let result = body(&error)
    if error.code != 0 { trap(&error, file, line) }
    return result
}

/// As `checked`, for calls that give a tensor.
@inline(__always)
func made(
    _ file: StaticString, _ line: UInt,
    _ body: (UnsafeMutablePointer<CTError>) -> CTTensorRef?
) -> Tensor {
    var error = CTError()
    guard let ref = body(&error) else { trap(&error, file, line) }
    return Tensor(owning: ref)
}

/// Message of a fault that the caller turns into a Swift error instead of a trap.
func message(of error: inout CTError) -> String {
    defer { ct_error_clear(&error) }
    return error.message.map { String(cString: $0) } ?? "libtorch gave no reason"
}

@inline(never)
private func trap(_ error: inout CTError, _ file: StaticString, _ line: UInt) -> Never {
    let memory = error.code == 2 ? "out of memory: " : ""
    fatalError(memory + message(of: &error), file: file, line: line)
}

extension Array where Element == Int {
    @inline(__always)
    func withInt64<Result>(_ body: (UnsafePointer<Int64>, Int) -> Result) -> Result {
        withUnsafeBufferPointer { buffer in
            withUnsafeTemporaryAllocation(of: Int64.self, capacity: Swift.max(1, buffer.count)) {
                copy in
                for index in buffer.indices { copy[index] = Int64(buffer[index]) }
                guard let base = UnsafePointer(copy.baseAddress) else {
                    preconditionFailure("a temporary allocation has an address")
                }
                return body(base, buffer.count)
            }
        }
    }
}
