internal import Language
internal import Provenance

/// A difference between two scores of the same tokens, with everything its kind of inference gives.
struct PairedGap {
    /// Mean over the pairs, nats per token.
    let nats: Double
    /// Over seeds and documents with several pairs, over documents with one; `nil` with one document.
    let interval: Interval?
    /// How many pairs, which is how many seeds.
    let pairCount: Int
    /// The difference of each pair.
    let byPair: [Double]

    /// Words for what the interval covers.
    var coverage: String { pairCount > 1 ? "seeds and documents" : "documents, one seed" }

    /// Σ (minuend − subtrahend) / Σ weight, over units that belong to documents.
    /// - Parameters:
    ///   - pairs: values of each unit, one entry a seed.
    ///   - weights: tokens of each unit.
    ///   - documents: document of each unit.
    init?(
        pairs: [(minuend: [Double], subtrahend: [Double])], weights: [Double], documents: [Int],
        resamples: Int = 2000, seed: Seed
    ) {
        guard !pairs.isEmpty, weights.reduce(0, +) > 0 else { return nil }
        let totals = DocumentTotals(documents: documents)
        var columns = [totals.sums(of: weights)]
        for pair in pairs {
            columns.append(totals.sums(of: pair.minuend))
            columns.append(totals.sums(of: pair.subtrahend))
        }
        let sums = ResampledSums(of: columns, resamples: resamples, seed: seed["documents"])
        let places = pairs.indices.map { (minuend: 1 + 2 * $0, subtrahend: 2 + 2 * $0) }
        byPair = places.map {
            (sums.totals[$0.minuend] - sums.totals[$0.subtrahend]) / sums.totals[0]
        }
        nats = byPair.reduce(0, +) / Double(byPair.count)
        pairCount = pairs.count
        guard totals.count > 1 else {
            interval = nil
            return
        }
        let replicates =
            pairs.count > 1
            ? sums.hierarchicalGaps(of: places, over: 0, seed: seed["seeds"])
            : sums.gaps(of: places[0].minuend, minus: places[0].subtrahend, over: 0)
        interval = .percentile(of: replicates)
    }
}

/// Which runs are put beside each other as backward and forward.
enum DirectionPairs {
    /// What reads backward, what reads forward, and the seed.
    typealias Pair = (backward: StudiedRun, forward: StudiedRun, seed: UInt64)

    /// Dedicated runs of one depth and seed; runs whose seeds match nothing are paired in order only where none does.
    static func dedicated(_ runs: [StudiedRun]) -> [(depth: Int, pairs: [Pair])] {
        var depths: [Int] = []
        for run in runs where !depths.contains(run.settings.depth) {
            depths.append(run.settings.depth)
        }
        return depths.sorted().compactMap { depth in
            let own = runs.filter { $0.settings.depth == depth }
            let backward = own.filter { $0.direction == .backward }
            let forward = own.filter { $0.direction == .forward }
            var pairs = backward.compactMap { run -> Pair? in
                forward.first { $0.seed == run.seed }.map { (run, $0, run.seed) }
            }
            if pairs.isEmpty { pairs = zip(backward, forward).map { ($0, $1, $0.seed) } }
            return pairs.isEmpty ? nil : (depth, pairs)
        }
    }

    /// Bidirectional runs beside themselves.
    static func bidirectional(_ runs: [StudiedRun]) -> [Pair] {
        runs.filter { $0.direction == .bidirectional }.map { ($0, $0, $0.seed) }
    }
}
