public import Language

/// One model's scores of the matched windows in one reading.
public struct ReadingScores: Hashable, Codable, Sendable {
    /// The order in which the windows were read.
    public var reading: Reading
    /// Σ nats of each window, in the order of the list.
    public var windowNats: [Double]
    /// Mean nats at each context length in reading order (0: only BOS was read); NaN where no
    /// target.
    public var lossByContext: [Double]
    /// Targets behind each of these means.
    public var targetsByContext: [Int]
    /// Σ nats of each window by bin of context lengths, `[bin][window]`; empty where not kept.
    ///
    /// With it the gap by context length gets an interval.
    public var windowNatsByBin: [[Double]]
    /// Targets behind these sums.
    public var windowTargetsByBin: [[Int]]

    /// Scores of which only sums are left.
    public init(
        reading: Reading, windowNats: [Double], lossByContext: [Double] = [],
        targetsByContext: [Int] = []
    ) {
        precondition(
            lossByContext.count == targetsByContext.count,
            "\(lossByContext.count) means, \(targetsByContext.count) counts by context length")
        self.reading = reading
        self.windowNats = windowNats
        self.lossByContext = lossByContext
        self.targetsByContext = targetsByContext
        windowNatsByBin = []
        windowTargetsByBin = []
    }

    /// Scores of every token of every window.
    /// - Parameter windows: nats of each window's tokens, in natural text order whatever the
    ///   reading.
    public init(reading: Reading, tokenNats windows: [[Float]]) {
        self.init(
            reading: reading, tokenCounts: windows.map(\.count), nats: windows.flatMap { $0 },
            contexts: windows.flatMap { window in
                window.indices.map { reading.position(of: $0, count: window.count) }
            })
    }

    /// Scores of every token, the windows' tokens one after another.
    /// - Parameters:
    ///   - tokenCounts: tokens of each window.
    ///   - nats: one value a token.
    ///   - contexts: tokens of its window that were read before each token.
    public init(reading: Reading, tokenCounts: [Int], nats: [Float], contexts: [Int]) {
        precondition(
            tokenCounts.reduce(0, +) == nats.count && nats.count == contexts.count,
            "\(tokenCounts.reduce(0, +)) tokens, \(nats.count) values, \(contexts.count) contexts")
        let longest = (contexts.max() ?? -1) + 1
        let bins = (0..<longest).map(ContextBins.index)
        let binCount = (bins.last ?? -1) + 1
        var sums = [Double](repeating: 0, count: longest)
        var counts = [Int](repeating: 0, count: longest)
        var binSums = Array(
            repeating: [Double](repeating: 0, count: tokenCounts.count), count: binCount)
        var binCounts = Array(
            repeating: [Int](repeating: 0, count: tokenCounts.count), count: binCount)
        var totals = [Double](repeating: 0, count: tokenCounts.count)
        var next = 0
        for (window, count) in tokenCounts.enumerated() {
            for token in next..<next + count {
                let context = contexts[token]
                let value = Double(nats[token])
                totals[window] += value
                sums[context] += value
                counts[context] += 1
                binSums[bins[context]][window] += value
                binCounts[bins[context]][window] += 1
            }
            next += count
        }
        self.reading = reading
        windowNats = totals
        lossByContext = zip(sums, counts).map { $0 / Double($1) }
        targetsByContext = counts
        windowNatsByBin = binSums
        windowTargetsByBin = binCounts
    }
}

/// Context lengths pooled for figures: one by one up to 4 tokens, then two bins an octave.
package enum ContextBins {
    /// The bin of a context of `context` tokens behind BOS.
    package static func index(of context: Int) -> Int {
        guard context >= 4 else { return context }
        // Edges at 2^(k/2), in integers: the bin rises where the square reaches a power of two.
        let square = (context + 1) * (context + 1)
        let log2OfSquare = Int.bitWidth - 1 - square.leadingZeroBitCount
        return log2OfSquare
    }
}
