internal import Foundation
internal import Provenance

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

/// A token that may be drawn.
struct Candidate {
    var id: Int32
    /// Its logit, or any number that differs from it by the same amount for all candidates.
    var score: Double
}

extension Sampling {
    /// Whether draws need no more than the k likeliest tokens of each row: `k`, or nil where they need all.
    var candidateCount: Int? {
        if repetitionPenalty != 1 { return nil }
        return temperature == 0 ? 1 : topK
    }

    /// Draws one of `candidates`, which hold at least what `candidateCount` asks for.
    func draw(_ candidates: [Candidate], _ random: inout RandomStream) -> Int32 {
        // Equal scores are ordered by id, so that nothing depends on how they were found.
        var sorted = candidates.sorted { ($1.score, $0.id) < ($0.score, $1.id) }
        guard temperature > 0 else { return sorted[0].id }
        if let topK { sorted = Array(sorted.prefix(topK)) }
        let highest = sorted[0].score
        var weights = sorted.map { exp(($0.score - highest) / temperature) }
        if topP < 1 {
            var room = topP * weights.reduce(0, +)
            var kept = 0
            while kept < weights.count, room > 0 {
                room -= weights[kept]
                kept += 1
            }
            weights.removeLast(weights.count - max(1, kept))
        }
        if minP > 0 {
            // The likeliest weighs 1.
            weights = Array(weights.prefix { $0 >= minP })
        }
        var place = random.uniform() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            place -= weight
            if place < 0 { return sorted[index].id }
        }
        return sorted[weights.count - 1].id
    }

    /// The scores of a row with the penalty on the ids in `seen`.
    func penalized(_ logits: UnsafeBufferPointer<Float>, seen: Set<Int32>) -> [Candidate] {
        logits.indices.map { index in
            let logit = Double(logits[index])
            guard repetitionPenalty != 1, seen.contains(Int32(index)) else {
                return Candidate(id: Int32(index), score: logit)
            }
            let score = logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty
            return Candidate(id: Int32(index), score: score)
        }
    }
}
