/// Why a model cannot be filled.
public enum ModelError: Error, Hashable, CustomStringConvertible {
    /// A checkpoint lacks a parameter, has one too many, or has it in another shape.
    case parameterMismatch(String)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .parameterMismatch(let what): "the weights do not fit the model: \(what)."
        }
    }
}
