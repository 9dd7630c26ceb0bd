internal import Foundation
public import Language
public import Provenance

/// A stationary first-order Markov chain, in documents of equal length.
///
/// Read backward it is a Markov chain again, P*(i→j) = π(j) P(j→i) / π(i), with the same entropy rate; it is
/// reversible when P* = P. Either way the exact gap is nil.
/// - Source: Cover & Thomas, Elements of Information Theory, 2nd ed., §4.1–4.3 (entropy rate, Theorem 4.2.4;
///   random walk on a weighted graph); J. R. Norris, Markov Chains, §1.9 (time reversal).
public struct MarkovSource: SyntheticLanguage {
    /// P(i→j), row by row.
    public let transition: [[Double]]
    /// π: where the chain is at a time of no importance; also the law of a document's first symbol.
    public let stationary: [Double]
    /// Symbols a document has.
    public let length: Int
    private let seed: Seed

    /// The chain with rows `transition`, each summing to one, every state reachable from every other.
    public init(transition: [[Double]], length: Int, seed: Seed) {
        precondition(length > 0, "a document has at least one symbol")
        for row in transition {
            precondition(
                row.count == transition.count && row.allSatisfy { $0 >= 0 }
                    && abs(row.reduce(0, +) - 1) < 1e-12, "not a transition table")
        }
        self.transition = transition
        self.length = length
        self.seed = seed
        stationary = Self.stationary(of: transition)
    }

    /// A random walk on a graph with symmetric random weights: reversible, whatever the weights.
    /// - Parameter sharpness: how unequal the weights are; 0 makes all steps equally likely.
    public static func reversible(
        symbolCount: Int, length: Int, sharpness: Double = 3, seed: Seed
    ) -> MarkovSource {
        var random = seed["table"].generator()
        var weights = [[Double]](
            repeating: [Double](repeating: 0, count: symbolCount), count: symbolCount)
        for i in 0..<symbolCount {
            for j in i..<symbolCount {
                let weight = exp(sharpness * (random.uniform() - 0.5))
                (weights[i][j], weights[j][i]) = (weight, weight)
            }
        }
        return MarkovSource(transition: normalized(weights), length: length, seed: seed)
    }

    /// A walk that goes around a circle more often one way than the other, with random unequal steps besides.
    /// - Parameter drift: probability that a step is the next symbol of the circle whatever else.
    public static func irreversible(
        symbolCount: Int, length: Int, drift: Double = 0.5, sharpness: Double = 3, seed: Seed
    ) -> MarkovSource {
        precondition(symbolCount > 2, "a circle of two has no sense of rotation")
        precondition((0..<1).contains(drift), "the drift is a probability below one")
        var random = seed["table"].generator()
        let noise = normalized(
            (0..<symbolCount).map { _ in
                (0..<symbolCount).map { _ in exp(sharpness * (random.uniform() - 0.5)) }
            })
        let transition = noise.enumerated().map { i, row in
            row.enumerated().map { j, probability in
                (1 - drift) * probability + (j == (i + 1) % symbolCount ? drift : 0)
            }
        }
        return MarkovSource(transition: normalized(transition), length: length, seed: seed)
    }

    /// V: number of symbols.
    public var symbolCount: Int { transition.count }

    /// h = −Σ π(i) P(i→j) ln P(i→j), nats per symbol.
    public var entropyRate: Double {
        var sum = 0.0
        for (i, row) in transition.enumerated() {
            for probability in row where probability > 0 {
                sum -= stationary[i] * probability * log(probability)
            }
        }
        return sum
    }

    /// H(π), nats: what a document's first symbol costs, in either reading.
    public var stationaryEntropy: Double {
        stationary.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    }

    /// H(π) + (length − 1)·h, nats.
    public var natsPerDocument: Double { stationaryEntropy + Double(length - 1) * entropyRate }

    /// The chain seen from its end: P*(i→j) = π(j) P(j→i) / π(i).
    public var reversed: MarkovSource {
        let table = transition.indices.map { i in
            transition.indices.map { j in stationary[j] * transition[j][i] / stationary[i] }
        }
        return MarkovSource(transition: Self.normalized(table), length: length, seed: seed)
    }

    /// Σ π(i) P(i→j) ln [π(i) P(i→j) / π(j) P(j→i)], nats per step: 0 exactly when the chain is reversible,
    /// infinite when some step is never taken back.
    /// - Source: J. Schnakenberg, Rev. Mod. Phys. 48, 571 (1976).
    public var entropyProduction: Double {
        var sum = 0.0
        for i in transition.indices {
            for j in transition.indices where transition[i][j] > 0 {
                let there = stationary[i] * transition[i][j]
                sum += there * log(there / (stationary[j] * transition[j][i]))
            }
        }
        return sum
    }

    /// Document `index`: its first symbol by π, each further one by the row of the one before.
    public func symbols(_ index: Int) -> [Int32] {
        var random = seed["documents"][index].generator()
        var state = random.draw(from: stationary)
        var symbols = [Int32(state)]
        symbols.reserveCapacity(length)
        while symbols.count < length {
            state = random.draw(from: transition[state])
            symbols.append(Int32(state))
        }
        return symbols
    }

    /// −ln π(first read), then −ln P (forward) or −ln P* (backward) of each step.
    public func nats(ofRead ids: [Int32], _ reading: Reading) -> ReadingNats {
        guard ids.count == length else {
            return ReadingNats(symbols: ids.map { _ in .infinity }, stop: .infinity)
        }
        var costs: [Double] = []
        for (position, id) in ids.enumerated() {
            let to = Int(id)
            guard position > 0 else {
                costs.append(-log(stationary[to]))
                continue
            }
            let from = Int(ids[position - 1])
            switch reading {
            case .forward: costs.append(-log(transition[from][to]))
            case .backward:
                costs.append(-log(stationary[to] * transition[to][from] / stationary[from]))
            }
        }
        return ReadingNats(symbols: costs)
    }

    /// π by elimination without subtractions, so every entry is exact to a few units in the last place.
    /// - Source: Grassmann, Taksar & Heyman, Operations Research 33, 1107 (1985).
    private static func stationary(of transition: [[Double]]) -> [Double] {
        var p = transition
        let count = p.count
        for n in stride(from: count - 1, to: 0, by: -1) {
            let leaving = p[n][..<n].reduce(0, +)
            precondition(leaving > 0, "state \(n) never leads to an earlier one")
            for i in 0..<n { p[i][n] /= leaving }
            for i in 0..<n {
                for j in 0..<n { p[i][j] += p[i][n] * p[n][j] }
            }
        }
        var weights = [Double](repeating: 1, count: count)
        for n in 1..<max(count, 1) {
            weights[n] = (0..<n).reduce(0) { $0 + weights[$1] * p[$1][n] }
        }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    private static func normalized(_ rows: [[Double]]) -> [[Double]] {
        rows.map { row in
            let sum = row.reduce(0, +)
            return row.map { $0 / sum }
        }
    }
}
