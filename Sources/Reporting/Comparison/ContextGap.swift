internal import Foundation
internal import Language
internal import Provenance

/// A contrast of readings at equal context length, the one place besides window sums where they may
/// be compared.
public struct ContextGap: Sendable {
    /// The gap over one bin of context lengths.
    public struct Point: Hashable, Sendable {
        /// Tokens already read, BOS included; the bin's geometric mean.
        public let context: Double
        /// Backward minus forward, nats per token, mean over seeds.
        public let gapNats: Double
        /// Interval over documents; `nil` where only means were kept.
        public let interval: Interval?
    }

    /// Which models: dedicated ones or one that reads both ways.
    public let kind: Contrast.Kind
    /// L.
    public let depth: Int
    /// Ascending context lengths.
    public let points: [Point]

    /// The gap behind a contrast of readings; `nil` for other contrasts and without scores by
    /// context.
    init?(
        of contrast: Contrast, in input: ComparisonInput, documents: DocumentTotals,
        resamples: Int, seed: Seed
    ) {
        if case .sharing = contrast.kind { return nil }
        let pairs = contrast.pairs.compactMap { pair -> (ReadingScores, ReadingScores)? in
            guard let backward = input.runs[pair.minuend].scores(in: .backward),
                let forward = input.runs[pair.subtrahend].scores(in: .forward)
            else { return nil }
            return (backward, forward)
        }
        guard pairs.count == contrast.pairs.count else { return nil }
        let lines = pairs.compactMap { backward, forward -> [ContextBin]? in
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
        let intervals = Self.intervals(
            pairs, documents: documents, resamples: resamples, seed: seed)
        kind = contrast.kind
        depth = contrast.depth
        points = first.indices.map { index in
            let mean = lines.reduce(0) { $0 + $1[index].loss } / Double(lines.count)
            return Point(
                context: first[index].place, gapNats: mean,
                interval: intervals.isEmpty ? nil : intervals[first[index].key])
        }
    }

    /// One interval a bin, documents resampled; empty where a run kept no sums by bin.
    private static func intervals(
        _ pairs: [(ReadingScores, ReadingScores)], documents: DocumentTotals, resamples: Int,
        seed: Seed
    ) -> [Interval?] {
        let binCount =
            pairs.map { min($0.0.windowNatsByBin.count, $0.1.windowNatsByBin.count) }
            .min() ?? 0
        guard binCount > 0, documents.count > 1 else { return [] }
        var columns: [[Double]] = []
        for pair in pairs {
            for scores in [pair.0, pair.1] {
                for bin in 0..<binCount {
                    columns.append(documents.sums(of: scores.windowNatsByBin[bin]))
                    columns.append(
                        documents.sums(of: scores.windowTargetsByBin[bin].map(Double.init)))
                }
            }
        }
        let sums = ResampledSums(of: columns, resamples: resamples, seed: seed)
        return (0..<binCount).map { bin in
            var mean = [Double](repeating: 0, count: resamples)
            for pair in pairs.indices {
                let backward = (pair * 2 * binCount + bin) * 2
                let forward = ((pair * 2 + 1) * binCount + bin) * 2
                let ours = sums.ratios(of: backward, over: backward + 1)
                let theirs = sums.ratios(of: forward, over: forward + 1)
                for index in 0..<resamples {
                    mean[index] += (ours[index] - theirs[index]) / Double(pairs.count)
                }
            }
            return .percentile(of: mean)
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
