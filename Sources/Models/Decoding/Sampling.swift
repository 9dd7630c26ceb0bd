internal import Foundation
internal import Provenance
internal import Runs

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
