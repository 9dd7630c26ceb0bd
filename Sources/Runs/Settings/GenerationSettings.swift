/// How texts are written.
public struct GenerationSettings: Codable, Hashable, Sendable {
    /// How tokens are drawn.
    public var sampling = Sampling()
    /// Tokens written at most.
    public var maximumCount = 256
    /// Texts at which writing stops; they are not part of the result.
    public var stopStrings: [String] = []
    /// Whether a call that is written forward gets its result from the calculator.
    public var usesCalculator = true

    enum CodingKeys: String, CodingKey {
        case sampling
        case maximumCount = "max_new_tokens"
        case stopStrings = "stop"
        case usesCalculator = "calculator"
    }

    /// `maximumCount` tokens at most, drawn by `sampling`.
    public init(sampling: Sampling = Sampling(), maximumCount: Int = 256) {
        self.sampling = sampling
        self.maximumCount = maximumCount
    }
}
