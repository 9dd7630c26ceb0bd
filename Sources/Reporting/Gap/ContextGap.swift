internal import Foundation
internal import Language

/// A contrast of readings at equal context length, the one place besides window sums where they may
/// be compared.
public struct ContextGap: Sendable {
    /// The gap over one bin of context lengths.
    public struct Point: Hashable, Sendable {
        /// Tokens already read, BOS included; the bin's geometric mean.
        public let context: Double
        /// Backward minus forward, nats per token, mean over seeds.
        public let gapNats: Double
        /// Interval over seeds and documents, or over documents with one seed; `nil` where only means were kept.
        public let interval: Interval?
    }

    /// Which models: dedicated ones or one that reads both ways.
    public let kind: Contrast.Kind
    /// L.
    public let depth: Int
    /// Settings that tell the models from others of their depth, in words.
    public let variant: String
    /// How many seeds stand behind it.
    public let seedCount: Int
    /// Ascending context lengths.
    public let points: [Point]

    /// The gap behind a contrast of readings; `nil` for other contrasts and without scores by
    /// context.
    init?(of contrast: Contrast, in input: ComparisonInput, documents: DocumentTotals) {
        if case .sharing = contrast.kind { return nil }
        let pairs = contrast.pairs.compactMap { pair -> Sides? in
            guard let backward = input.runs[pair.minuend].scores(in: .backward),
                let forward = input.runs[pair.subtrahend].scores(in: .forward)
            else { return nil }
            return (backward, forward, input.runs[pair.minuend].seeds)
        }
        guard pairs.count == contrast.pairs.count else { return nil }
        let lines = pairs.compactMap { backward, forward, _ -> [ContextBin]? in
            let ours = ContextBin.pooled(backward)
            let theirs = ContextBin.pooled(forward)
            guard !ours.isEmpty, ours.map(\.key) == theirs.map(\.key) else { return nil }
            return zip(ours, theirs).map { ours, theirs in
                ContextBin(
                    key: ours.key, place: ours.place, loss: ours.loss - theirs.loss,
                    targets: ours.targets)
            }
        }
        guard let first = lines.first, lines.count == pairs.count,
            lines.allSatisfy({ $0.map(\.key) == first.map(\.key) })
        else { return nil }
        let gaps = Self.gaps(pairs, documents: documents)
        kind = contrast.kind
        depth = contrast.depth
        variant = contrast.variant
        seedCount = pairs.count
        points = first.indices.map { index in
            let mean = lines.reduce(0) { $0 + $1[index].loss } / Double(lines.count)
            return Point(
                context: first[index].place, gapNats: mean,
                interval: gaps.isEmpty ? nil : gaps[first[index].key]?.interval)
        }
    }

    private typealias Sides = (backward: ReadingScores, forward: ReadingScores, seeds: [UInt64])

    /// The gap of each bin; empty where a run kept no sums by bin.
    private static func gaps(_ pairs: [Sides], documents: DocumentTotals) -> [PairedGap?] {
        let binCount =
            pairs.map { min($0.backward.windowNatsByBin.count, $0.forward.windowNatsByBin.count) }
            .min() ?? 0
        guard binCount > 0 else { return [] }
        var columns: [[Double]] = []
        for pair in pairs {
            for scores in [pair.backward, pair.forward] {
                for bin in 0..<binCount {
                    columns.append(scores.windowNatsByBin[bin])
                    columns.append(scores.windowTargetsByBin[bin].map(Double.init))
                }
            }
        }
        let scores = PairedScores(columns, by: documents)
        return (0..<binCount).map { bin in
            scores.gap(
                pairs.enumerated().map { index, pair in
                    let backward = (index * 2 * binCount + bin) * 2
                    let forward = ((index * 2 + 1) * binCount + bin) * 2
                    return PairedScores.Columns(
                        backward, over: backward + 1, minus: forward, over: forward + 1,
                        seeds: pair.seeds)
                })
        }
    }
}

/// Losses pooled over neighbouring context lengths.
struct ContextBin {
    /// Number of the bin.
    var key: Int
    /// Tokens already read, BOS included: geometric mean, weighted by targets.
    var place: Double
    /// Mean loss, nats per token.
    var loss: Double
    /// Targets behind it.
    var targets: Double

    /// The bins of a reading's losses by context length, ascending; those without targets are left
    /// out.
    static func pooled(_ scores: ReadingScores) -> [ContextBin] {
        var bins: [ContextBin] = []
        for (context, loss) in scores.lossByContext.enumerated() {
            let targets = Double(scores.targetsByContext[context])
            guard loss.isFinite, targets > 0 else { continue }
            let key = ContextBins.index(of: context)
            if bins.last?.key != key {
                bins.append(ContextBin(key: key, place: 0, loss: 0, targets: 0))
            }
            bins[bins.count - 1].place += log(Double(context + 1)) * targets
            bins[bins.count - 1].loss += loss * targets
            bins[bins.count - 1].targets += targets
        }
        return bins.map { bin in
            ContextBin(
                key: bin.key, place: (exp(bin.place / bin.targets) * 1000).rounded() / 1000,
                loss: bin.loss / bin.targets, targets: bin.targets)
        }
    }
}
