public import Corpus
public import Provenance

/// Why settings are none that a run can have.
public enum SettingsError: Error, Hashable, CustomStringConvertible {
    /// Settings that contradict each other, or a value out of range.
    case impossibleSetting(String, remedy: String)
    /// Sizes of a model that contradict each other.
    case impossibleShape(String, remedy: String)
    /// Rows that cannot be made as the settings say.
    case batches(BatchError)
    /// A `config.json` that is not one.
    case unreadable(JSONFault)

    /// One sentence for the person at the terminal.
    public var description: String {
        switch self {
        case .impossibleSetting(let what, let remedy): "\(what); \(remedy)."
        case .impossibleShape(let what, let remedy): "no such model: \(what); \(remedy)."
        case .batches(let error): "\(error)"
        case .unreadable(let fault): fault.description
        }
    }
}
