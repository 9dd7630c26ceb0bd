public import Provenance

/// Column sums of a table whose rows are drawn with replacement, the same draw for every column.
///
/// One draw for all columns is what makes ratios and paired differences honest: a document that is
/// hard in one reading is hard in the other, and both move together from replicate to replicate.
/// Cost: resamples × rows × columns additions.
public struct ResampledSums: Sendable {
    /// Sums over the rows as they are, by column.
    public let totals: [Double]
    /// How many rows (units of resampling) there are.
    public let rowCount: Int
    /// How many replicates were drawn.
    public let resamples: Int
    /// `[column][replicate]`, flat.
    private let sums: [Double]

    /// Draws `resamples` tables of as many rows.
    public init(of columns: [[Double]], resamples: Int = 2000, seed: Seed) {
        let rowCount = columns.first?.count ?? 0
        precondition(
            columns.allSatisfy { $0.count == rowCount }, "columns of unequal length")
        let width = columns.count
        // Row by row in memory, so that one random place costs one cache miss.
        var rows = [Double](repeating: 0, count: rowCount * width)
        for column in 0..<width {
            for row in 0..<rowCount { rows[row * width + column] = columns[column][row] }
        }
        var sums = [Double](repeating: 0, count: resamples * width)
        var random = seed.generator()
        var current = [Double](repeating: 0, count: width)
        rows.withUnsafeBufferPointer { rows in
            current.withUnsafeMutableBufferPointer { current in
                for replicate in 0..<resamples {
                    current.update(repeating: 0)
                    for _ in 0..<rowCount {
                        let start = random.index(below: rowCount) * width
                        for column in 0..<width { current[column] += rows[start + column] }
                    }
                    for column in 0..<width {
                        sums[column * resamples + replicate] = current[column]
                    }
                }
            }
        }
        self.sums = sums
        self.rowCount = rowCount
        self.resamples = resamples
        totals = columns.map { $0.reduce(0, +) }
    }

    /// Every replicate's sum of a column.
    public func replicates(of column: Int) -> ArraySlice<Double> {
        sums[column * resamples..<(column + 1) * resamples]
    }

    /// Every replicate of Σ `numerator` / Σ `denominator`.
    public func ratios(of numerator: Int, over denominator: Int) -> [Double] {
        zip(replicates(of: numerator), replicates(of: denominator)).map { $0 / $1 }
    }

    /// Every replicate of (Σ `minuend` − Σ `subtrahend`) / Σ `denominator`.
    public func gaps(
        of minuend: Int, minus subtrahend: Int, over denominator: Int
    ) -> [Double] {
        let first = replicates(of: minuend)
        let second = replicates(of: subtrahend)
        let units = replicates(of: denominator)
        return (0..<resamples).map { replicate in
            (first[first.startIndex + replicate] - second[second.startIndex + replicate])
                / units[units.startIndex + replicate]
        }
    }

    /// Replicates of the mean gap over `pairs` of columns, seeds drawn first and documents after.
    public func hierarchicalGaps(
        of pairs: [(minuend: Int, subtrahend: Int)], over denominator: Int, seed: Seed
    ) -> [Double] {
        Self.overSeeds(
            pairs.map { gaps(of: $0.minuend, minus: $0.subtrahend, over: denominator) },
            seed: seed)
    }

    /// Replicates of the mean over seeds, given each seed's replicates over the same draws of documents.
    ///
    /// Every seed scores the same documents, so the two are crossed and one draw of documents
    /// serves all drawn seeds: an effect of a document does not average out over seeds.
    /// - Source: Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 2007.
    static func overSeeds(_ bySeed: [[Double]], seed: Seed) -> [Double] {
        var random = seed.generator()
        return (bySeed.first ?? []).indices.map { replicate in
            var sum = 0.0
            for _ in bySeed { sum += bySeed[random.index(below: bySeed.count)][replicate] }
            return sum / Double(bySeed.count)
        }
    }
}

extension RandomStream {
    /// A uniform index below `bound`, by the high half of a product.
    ///
    /// Assumption: the bias of at most bound / 2⁶⁴ is far below what any resampling can see.
    mutating func index(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
