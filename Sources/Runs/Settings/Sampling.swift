/// How the next token is drawn: repetition penalty, temperature, then the likeliest tokens that top-k, top-p
/// and min-p leave, in this order.
/// - Source: the definitions of Hugging Face transformers' logits processors and warpers.
public struct Sampling: Codable, Hashable, Sendable {
    /// Divides the logits; 0 takes the likeliest token.
    public var temperature = 0.0
    /// Draw among this many likeliest tokens; nil draws among all.
    public var topK: Int?
    /// Draw among the fewest likeliest tokens that hold this much probability.
    public var topP = 1.0
    /// Draw among tokens at least this likely, as a share of the likeliest one's probability.
    public var minP = 0.0
    /// Tokens that stand in the prompt or were written lose: positive logits are divided by it, negative ones
    /// multiplied; 1 for none.
    public var repetitionPenalty = 1.0

    enum CodingKeys: String, CodingKey {
        case temperature
        case topK = "top_k"
        case topP = "top_p"
        case minP = "min_p"
        case repetitionPenalty = "repetition_penalty"
    }

    /// Greedy.
    public init(temperature: Double = 0, topK: Int? = nil) {
        self.temperature = temperature
        self.topK = topK
    }

    /// What cannot be sampled, as a phrase with the bound; nil if all is well.
    public var fault: String? {
        if !(temperature.isFinite && temperature >= 0) {
            return "a temperature of \(temperature); it must not be below 0"
        }
        if let topK, topK < 1 { return "top-k of \(topK); it must be at least 1" }
        if !(topP > 0 && topP <= 1) { return "top-p of \(topP); it must be above 0, at most 1" }
        if !(minP >= 0 && minP < 1) { return "min-p of \(minP); it must be at least 0, below 1" }
        if !(repetitionPenalty.isFinite && repetitionPenalty > 0) {
            return "a repetition penalty of \(repetitionPenalty); it must be above 0"
        }
        return nil
    }
}
