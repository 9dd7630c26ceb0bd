/// Where the value of an option comes from. Later cases win over earlier ones.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// Nobody said anything.
    case standard
    /// The file that `--config` named.
    case file(String)
    /// A variable of the environment.
    case environment(String)
    /// The command line.
    case commandLine
    /// The file that `OVERRIDES` in the environment names.
    case override(String)

    /// A word or two for a table.
    public var description: String {
        switch self {
        case .standard: "default"
        case .file(let path): path
        case .environment(let name): name
        case .commandLine: "command line"
        case .override(let path): "\(path), which overrides"
        }
    }
}
