internal import Foundation
internal import Provenance

/// A mean paired difference between scores of the same documents, with everything its kind of inference gives.
///
/// What is first named minus what is second named: of readings, L(backward) − L(forward), which is the gap.
public struct PairedGap: Hashable, Sendable {
    /// The difference of one pair of runs.
    public struct Pair: Hashable, Sendable {
        /// Mean over the units.
        public let value: Double
        /// Documents resampled: what this pair's documents can say.
        public let interval: Interval?
    }

    /// Mean over the pairs.
    public let value: Double
    /// The subtrahend's mean over the pairs.
    public let reference: Double
    /// One entry a pair, in the order they were given.
    public let pairs: [Pair]
    /// Documents resampled, seeds held.
    public let documentInterval: Interval?
    /// Seeds resampled, then documents; `nil` with one pair.
    public let hierarchicalInterval: Interval?
    /// Student's interval over the pairs' differences; `nil` with one pair.
    public let seedInterval: Interval?
    /// Standard error over the pairs' differences; `nil` with one pair.
    public let seedStandardError: Double?
    /// Share of the widest bootstrap's replicates above zero.
    public let positiveShare: Double?

    /// The interval to draw and print: over seeds and documents where there are several pairs.
    public var interval: Interval? { hierarchicalInterval ?? documentInterval }
    /// Words for what the interval covers.
    var coverage: String { pairs.count > 1 ? "seeds and documents" : "documents, one seed" }
    /// How many pairs, which is how many seeds.
    public var pairCount: Int { pairs.count }
    /// The difference over the subtrahend's mean.
    public var relative: Double { value / reference }

    /// The same difference in a unit of which a positive `factor` make one of these.
    func scaled(by factor: Double) -> PairedGap {
        PairedGap(
            value: value * factor, reference: reference * factor,
            pairs: pairs.map {
                Pair(value: $0.value * factor, interval: $0.interval?.scaled(by: factor))
            }, documentInterval: documentInterval?.scaled(by: factor),
            hierarchicalInterval: hierarchicalInterval?.scaled(by: factor),
            seedInterval: seedInterval?.scaled(by: factor),
            seedStandardError: seedStandardError.map { $0 * factor },
            positiveShare: positiveShare)
    }
}

/// The one bootstrap behind the intervals of all pages, figures and tables.
///
/// Its seed is fixed and its draws depend on the number of documents alone, so a difference has the same interval
/// wherever it is shown, whatever is shown beside it and in whatever order runs are named.
struct PairedScores: Sendable {
    /// Root of the draws.
    static let seed = Seed(0)["bootstrap"]
    /// Replicates behind each interval.
    static let resamples = 2000

    /// Documents resampled.
    let documentCount: Int
    private let sums: ResampledSums

    /// Two scores of the same documents, by column, each with the column of its units (tokens, bytes, items).
    struct Columns: Sendable {
        var minuend, subtrahend: Int
        var minuendUnits, subtrahendUnits: Int
        /// Root seeds of the pair's runs: seeds are drawn from pairs in this order.
        var seeds: [UInt64]

        init(_ minuend: Int, minus subtrahend: Int, over units: Int, seeds: [UInt64] = []) {
            self.init(
                minuend, over: units, minus: subtrahend, over: units, seeds: seeds)
        }

        init(
            _ minuend: Int, over minuendUnits: Int, minus subtrahend: Int,
            over subtrahendUnits: Int, seeds: [UInt64] = []
        ) {
            self.minuend = minuend
            self.subtrahend = subtrahend
            self.minuendUnits = minuendUnits
            self.subtrahendUnits = subtrahendUnits
            self.seeds = seeds
        }
    }

    /// Draws once for all of `columns`, which have one entry a unit of `documents`.
    init(_ columns: [[Double]], by documents: DocumentTotals) {
        documentCount = documents.count
        sums = ResampledSums(
            of: columns.map(documents.sums), resamples: Self.resamples,
            seed: Self.seed["documents"])
    }

    /// Σ of a column.
    func total(_ column: Int) -> Double { sums.totals[column] }

    /// Σ `column` / Σ `units`, with its interval over documents.
    func mean(_ column: Int, over units: Int) -> (value: Double, interval: Interval?) {
        (
            sums.totals[column] / sums.totals[units],
            documentCount > 1 ? .percentile(of: sums.ratios(of: column, over: units)) : nil
        )
    }

    /// Every replicate's sum of a column.
    func replicates(of column: Int) -> ArraySlice<Double> { sums.replicates(of: column) }

    /// The mean difference over `pairs`; `nil` without pairs.
    func gap(_ pairs: [Columns]) -> PairedGap? {
        guard !pairs.isEmpty else { return nil }
        let hasDocuments = documentCount > 1
        let values = pairs.map { pair -> Double in
            let (first, second) = (sums.totals[pair.minuend], sums.totals[pair.subtrahend])
            return pair.minuendUnits == pair.subtrahendUnits
                ? (first - second) / sums.totals[pair.minuendUnits]
                : first / sums.totals[pair.minuendUnits]
                    - second / sums.totals[pair.subtrahendUnits]
        }
        let references = pairs.map {
            sums.totals[$0.subtrahend] / sums.totals[$0.subtrahendUnits]
        }
        let replicates = pairs.map { pair -> [Double] in
            guard hasDocuments else { return [] }
            if pair.minuendUnits == pair.subtrahendUnits {
                return sums.gaps(
                    of: pair.minuend, minus: pair.subtrahend, over: pair.minuendUnits)
            }
            return zip(
                sums.ratios(of: pair.minuend, over: pair.minuendUnits),
                sums.ratios(of: pair.subtrahend, over: pair.subtrahendUnits)
            ).map { $0 - $1 }
        }
        let n = Double(pairs.count)
        let means =
            hasDocuments
            ? (0..<Self.resamples).map { index in
                replicates.reduce(0) { $0 + $1[index] } / n
            } : []
        var both: [Double] = []
        if hasDocuments, pairs.count > 1 {
            let order = pairs.indices.sorted {
                pairs[$0].seeds == pairs[$1].seeds
                    ? $0 < $1 : pairs[$0].seeds.lexicographicallyPrecedes(pairs[$1].seeds)
            }
            both = ResampledSums.overSeeds(
                order.map { replicates[$0] }, seed: Self.seed["seeds"])
        }
        return PairedGap(
            value: values.reduce(0, +) / n, reference: references.reduce(0, +) / n,
            pairs: zip(values, replicates).map {
                PairedGap.Pair(value: $0, interval: .percentile(of: $1))
            },
            documentInterval: .percentile(of: means),
            hierarchicalInterval: .percentile(of: both), seedInterval: .student(of: values),
            seedStandardError: Summary(of: values)?.standardError,
            positiveShare: PairedEffect.positiveShare(of: both.isEmpty ? means : both))
    }
}

extension PairedGap {
    /// Σ (minuend − subtrahend) / Σ weight, over units that belong to documents.
    /// - Parameters:
    ///   - pairs: values of each unit and the seeds of the runs, one entry a seed.
    ///   - weights: tokens of each unit.
    ///   - documents: document of each unit.
    init?(
        _ pairs: [(minuend: [Double], subtrahend: [Double], seeds: [UInt64])], weights: [Double],
        documents: [Int]
    ) {
        guard weights.reduce(0, +) > 0 else { return nil }
        let scores = PairedScores(
            [weights] + pairs.flatMap { [$0.minuend, $0.subtrahend] },
            by: DocumentTotals(documents: documents))
        let gap = scores.gap(
            pairs.enumerated().map { index, pair in
                PairedScores.Columns(
                    1 + 2 * index, minus: 2 + 2 * index, over: 0, seeds: pair.seeds)
            })
        guard let gap else { return nil }
        self = gap
    }

    /// The difference between two scores of the same `windows`.
    init?(_ minuend: ReadingScores, minus subtrahend: ReadingScores, of windows: MatchedWindows) {
        self.init(
            [(minuend.windowNats, subtrahend.windowNats, [])],
            weights: windows.tokenCounts.map(Double.init), documents: windows.documents)
    }

    /// The difference between two judgements of the same items, as a share of them.
    init?(judged minuend: [Bool], minus subtrahend: [Bool]) {
        self.init(
            [(minuend.map { $0 ? 1 : 0 }, subtrahend.map { $0 ? 1 : 0 }, [])],
            weights: minuend.map { _ in 1 }, documents: Array(minuend.indices))
    }
}

/// Sums of quantities by document: windows and tokens of one document stand or fall together.
struct DocumentTotals {
    /// Number of documents.
    let count: Int
    private let place: [Int]

    init(windows: MatchedWindows) { self.init(documents: windows.documents) }

    /// - Parameter documents: the document of each unit.
    init(documents: [Int]) {
        var placeOf: [Int: Int] = [:]
        place = documents.map { document in
            if let known = placeOf[document] { return known }
            let next = placeOf.count
            placeOf[document] = next
            return next
        }
        count = placeOf.count
    }

    /// One sum a document, in order of first appearance.
    func sums(of values: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        for (place, value) in zip(place, values) { result[place] += value }
        return result
    }
}
