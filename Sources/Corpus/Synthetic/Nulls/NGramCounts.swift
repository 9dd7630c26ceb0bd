internal import Foundation

/// Counts of n-grams in a set of documents, kept as a sorted list so that sums have one order.
public struct NGramCounts: Hashable, Sendable {
    /// How the ends of a document are treated.
    public enum Ends: String, Codable, Hashable, CaseIterable, Sendable {
        /// The first ids follow the last: every id is predicted once and is context as often.
        case joined
        /// Windows inside the document only: its ends are counted less, and the null does not hold.
        case cut
    }

    /// n.
    public let order: Int
    /// V: number of symbols.
    public let symbolCount: Int
    /// The n-grams that occur, as numbers to the base V with the first id leading, rising.
    public let codes: [UInt64]
    /// How often each occurs.
    public let counts: [Int]

    /// The n-grams of `documents`, each of which is a circle (or, with `.cut`, a line).
    public init(of documents: [[Int32]], order: Int, symbolCount: Int, ends: Ends = .joined) {
        precondition(order > 0 && symbolCount > 0, "n-grams of at least one of some symbols")
        precondition(
            Double(order) * log2(Double(symbolCount)) < 64, "\(order)-grams do not fit 64 bits")
        var all: [UInt64] = []
        for document in documents where !document.isEmpty {
            let last = ends == .joined ? document.count : document.count - order + 1
            for start in 0..<max(last, 0) {
                var code: UInt64 = 0
                for step in 0..<order {
                    code =
                        code * UInt64(symbolCount)
                        + UInt64(document[(start + step) % document.count])
                }
                all.append(code)
            }
        }
        all.sort()
        var codes: [UInt64] = []
        var counts: [Int] = []
        for code in all {
            if codes.last == code {
                counts[counts.count - 1] += 1
            } else {
                codes.append(code)
                counts.append(1)
            }
        }
        self.order = order
        self.symbolCount = symbolCount
        self.codes = codes
        self.counts = counts
    }

    /// Number of n-grams counted.
    public var total: Int { counts.reduce(0, +) }

    /// −(1/N) Σ c(w₁…wₙ) ln [(c(w₁…wₙ) + α) / (c(w₁…wₙ₋₁) + αV)], nats per symbol.
    ///
    /// The cross-entropy of the counts' own model on what was counted. The sum over n-grams does not ask
    /// which end is the context; the sum over contexts is over the (n−1)-grams' counts, and with joined
    /// ends those are the same whether the n-gram's first or last id is left off. So both readings agree.
    public func crossEntropyNats(smoothing: Double = 0) -> Double {
        let base = UInt64(symbolCount)
        var sum = 0.0
        var index = 0
        while index < codes.count {
            let context = codes[index] / base
            var end = index
            var contextCount = 0
            while end < codes.count, codes[end] / base == context {
                contextCount += counts[end]
                end += 1
            }
            let below = log(Double(contextCount) + smoothing * Double(symbolCount))
            for entry in index..<end {
                sum -= Double(counts[entry]) * (log(Double(counts[entry]) + smoothing) - below)
            }
            index = end
        }
        return sum / Double(total)
    }

    /// The same n-grams with their ids in the other order.
    public var mirrored: NGramCounts {
        let base = UInt64(symbolCount)
        let pairs = zip(codes, counts).map { code, count in
            var (rest, mirror): (UInt64, UInt64) = (code, 0)
            for _ in 0..<order {
                mirror = mirror * base + rest % base
                rest /= base
            }
            return (mirror, count)
        }.sorted { $0.0 < $1.0 }
        return NGramCounts(self, codes: pairs.map(\.0), counts: pairs.map(\.1))
    }

    private init(_ other: NGramCounts, codes: [UInt64], counts: [Int]) {
        order = other.order
        symbolCount = other.symbolCount
        self.codes = codes
        self.counts = counts
    }
}
