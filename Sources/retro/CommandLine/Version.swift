/// Which program this is.
enum Version {
    /// The number, as in CHANGELOG.md.
    static let number = "0.1.0"

    /// What `--version` prints.
    static var line: String { "retro \(number)" }
}
