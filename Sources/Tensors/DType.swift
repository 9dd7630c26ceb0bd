/// Element types, with libtorch's own numbers (pinned by `static_assert` in CTorch).
public enum DType: Int8, Hashable, Sendable, CaseIterable {
    case uint8 = 0
    case int32 = 3
    case int64 = 4
    case float16 = 5
    case float32 = 6
    case float64 = 7
    case bool = 11
    case bfloat16 = 15

    /// Bytes an element.
    public var byteCount: Int {
        switch self {
        case .uint8, .bool: 1
        case .float16, .bfloat16: 2
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }

    /// The name users type and files carry.
    public var name: String { "\(self)" }
}

/// Element types that Swift can hold.
public protocol TensorScalar: BitwiseCopyable, Sendable {
    /// The dtype of a tensor of such elements.
    static var dtype: DType { get }
}

extension UInt8: TensorScalar {
    /// uint8.
    public static var dtype: DType { .uint8 }
}
extension Int32: TensorScalar {
    /// int32.
    public static var dtype: DType { .int32 }
}
extension Int64: TensorScalar {
    /// int64.
    public static var dtype: DType { .int64 }
}
extension Float: TensorScalar {
    /// float32.
    public static var dtype: DType { .float32 }
}
extension Double: TensorScalar {
    /// float64.
    public static var dtype: DType { .float64 }
}
extension Bool: TensorScalar {
    /// bool.
    public static var dtype: DType { .bool }
}
