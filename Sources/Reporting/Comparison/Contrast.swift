internal import Foundation
public import Language
internal import Provenance

/// A paired difference between two scores of the same windows.
public struct Contrast: Sendable {
    /// Which question it answers.
    public enum Kind: Hashable, Sendable {
        /// Backward model reading backward minus forward model reading forward: the gap.
        case direction
        /// One bidirectional model: backward reading minus forward reading.
        case withinBidirectional
        /// Bidirectional model minus the dedicated model, both in this reading.
        case sharing(Reading)
    }

    /// The difference of one pair of runs.
    public struct Pair: Sendable {
        /// Indices into the input's runs.
        public let minuend, subtrahend: Int
        /// Seed of the minuend's run.
        public let seed: UInt64
        /// Whether both runs have that seed.
        public let sharesSeed: Bool
        /// Nats per token.
        public let gapNats: Double
        /// Interval over documents.
        public let interval: Interval?
    }

    /// Which question it answers.
    public let kind: Kind
    /// L of the models.
    public let depth: Int
    /// One entry a seed.
    public let pairs: [Pair]
    /// Mean difference over the pairs, nats per token.
    public let gapNats: Double
    /// The same in bits per byte.
    public let gapBitsPerByte: Double
    /// The difference over the subtrahend's mean loss.
    public let relativeGap: Double
    /// Documents resampled, seeds held: what this training run's windows can say.
    public let documentInterval: Interval?
    /// The former in bits per byte.
    public let documentIntervalBitsPerByte: Interval?
    /// Seeds resampled, then documents; `nil` with one pair.
    public let hierarchicalInterval: Interval?
    /// The former in bits per byte.
    public let hierarchicalIntervalBitsPerByte: Interval?
    /// Student's interval over the pairs' differences; `nil` with one pair.
    public let seedInterval: Interval?
    /// Standard error over the pairs' differences; `nil` with one pair.
    public let seedStandardError: Double?
    /// Share of the widest bootstrap's replicates above zero.
    public let signProbability: Double?
    /// Cohen's d of the windows' mean-NLL differences, averaged over the pairs.
    public let cohensD: Double?
    /// Share of windows with a higher loss in the minuend, over all pairs.
    public let windowShareHigher: Double?

    /// How many seeds stand behind it.
    public var seedCount: Int { pairs.count }

    /// The interval to draw and print: over seeds and documents where seeds allow it.
    public var interval: Interval? { hierarchicalInterval ?? documentInterval }
    /// The same in bits per byte.
    public var intervalBitsPerByte: Interval? {
        hierarchicalIntervalBitsPerByte ?? documentIntervalBitsPerByte
    }

    /// Whether the sign holds across seeds: at least three, all of one sign, and Student's interval
    /// over them excludes zero.
    public var signIsEstablishedAcrossSeeds: Bool {
        pairs.count >= 3
            && (pairs.allSatisfy { $0.gapNats > 0 } || pairs.allSatisfy { $0.gapNats < 0 })
            && (seedInterval?.excludesZero ?? false)
    }
}

/// Finds the pairs that a comparison allows and computes their differences.
struct ContrastBuilder {
    let input: ComparisonInput
    let table: ScoreTable
    let seed: Seed

    /// Every contrast, by depth in order of appearance.
    func all() -> [Contrast] {
        var depths: [Int] = []
        for run in input.runs where !depths.contains(run.settings.depth) {
            depths.append(run.settings.depth)
        }
        return depths.flatMap { depth in
            [
                Contrast.Kind.direction, .withinBidirectional, .sharing(.forward),
                .sharing(.backward),
            ].compactMap { contrast($0, depth: depth) }
        }
    }

    private func contrast(_ kind: Contrast.Kind, depth: Int) -> Contrast? {
        switch kind {
        case .direction:
            contrast(kind, depth, (.backward, .backward), minus: (.forward, .forward))
        case .withinBidirectional:
            contrast(
                kind, depth, (.bidirectional, .backward), minus: (.bidirectional, .forward))
        case .sharing(.forward):
            contrast(kind, depth, (.bidirectional, .forward), minus: (.forward, .forward))
        case .sharing(.backward):
            contrast(kind, depth, (.bidirectional, .backward), minus: (.backward, .backward))
        }
    }

    private typealias Side = (direction: Direction, reading: Reading)

    /// The runs of a side, one a seed, in order of appearance.
    private func runs(_ side: Side, _ depth: Int) -> [Int] {
        var seeds: [UInt64] = []
        return input.runs.indices.filter { index in
            let run = input.runs[index]
            guard run.direction == side.direction, run.settings.depth == depth,
                table.column(index, side.reading) != nil, !seeds.contains(run.seed)
            else { return false }
            seeds.append(run.seed)
            return true
        }
    }

    /// Pairs by seed; runs whose seeds match nothing are paired in order only when no seed matches.
    private func pairing(_ minuends: [Int], _ subtrahends: [Int]) -> [(Int, Int)] {
        let bySeed = minuends.compactMap { minuend in
            subtrahends.first { input.runs[$0].seed == input.runs[minuend].seed }
                .map { (minuend, $0) }
        }
        return bySeed.isEmpty ? Array(zip(minuends, subtrahends)) : bySeed
    }

    private func contrast(
        _ kind: Contrast.Kind, _ depth: Int, _ minuend: Side, minus subtrahend: Side
    ) -> Contrast? {
        let sums = table.sums
        let pairing = pairing(runs(minuend, depth), runs(subtrahend, depth))
        let columns = pairing.compactMap { pair -> (minuend: Int, subtrahend: Int)? in
            guard let first = table.column(pair.0, minuend.reading),
                let second = table.column(pair.1, subtrahend.reading)
            else { return nil }
            return (first, second)
        }
        guard !columns.isEmpty, columns.count == pairing.count else { return nil }

        let tokens = sums.totals[ScoreTable.tokens]
        let hasDocuments = sums.rowCount > 1
        let pairs = zip(pairing, columns).map { runs, columns in
            Contrast.Pair(
                minuend: runs.0, subtrahend: runs.1, seed: input.runs[runs.0].seed,
                sharesSeed: input.runs[runs.0].seed == input.runs[runs.1].seed,
                gapNats: (sums.totals[columns.minuend] - sums.totals[columns.subtrahend])
                    / tokens,
                interval: hasDocuments
                    ? .percentile(
                        of: sums.gaps(
                            of: columns.minuend, minus: columns.subtrahend,
                            over: ScoreTable.tokens)) : nil)
        }
        let gaps = pairs.map(\.gapNats)
        let gap = gaps.reduce(0, +) / Double(gaps.count)
        let loss =
            columns.reduce(0) { $0 + sums.totals[$1.subtrahend] } / tokens / Double(columns.count)
        let byToken = replicates(of: columns, over: ScoreTable.tokens)
        let byByte = replicates(of: columns, over: ScoreTable.bytes)
        let differences = pairing.map {
            windowDifferences($0, minuend: minuend.reading, subtrahend: subtrahend.reading)
        }
        let effects = differences.compactMap(PairedEffect.cohensD)
        return Contrast(
            kind: kind, depth: depth, pairs: pairs, gapNats: gap,
            gapBitsPerByte: gap * tokens / sums.totals[ScoreTable.bytes] / M_LN2,
            relativeGap: gap / loss,
            documentInterval: byToken.documents, documentIntervalBitsPerByte: byByte.documents,
            hierarchicalInterval: byToken.hierarchical,
            hierarchicalIntervalBitsPerByte: byByte.hierarchical,
            seedInterval: .student(of: gaps),
            seedStandardError: Summary(of: gaps)?.standardError,
            signProbability: byToken.positiveShare,
            cohensD: effects.count == differences.count
                ? effects.reduce(0, +) / Double(effects.count) : nil,
            windowShareHigher: PairedEffect.positiveShare(of: differences.flatMap { $0 }))
    }

    private struct Replicates {
        var documents: Interval?
        var hierarchical: Interval?
        var positiveShare: Double?
    }

    /// Both bootstraps of the mean gap over the pairs, in nats per token or bits per byte.
    private func replicates(
        of columns: [(minuend: Int, subtrahend: Int)], over denominator: Int
    ) -> Replicates {
        let sums = table.sums
        guard sums.rowCount > 1 else { return Replicates() }
        let scale = denominator == ScoreTable.bytes ? 1 / M_LN2 : 1
        let bySeed = columns.map {
            sums.gaps(of: $0.minuend, minus: $0.subtrahend, over: denominator)
        }
        let mean = (0..<sums.resamples).map { replicate in
            bySeed.reduce(0) { $0 + $1[replicate] } * scale / Double(columns.count)
        }
        var result = Replicates()
        result.documents = .percentile(of: mean)
        result.positiveShare = PairedEffect.positiveShare(of: mean)
        if columns.count > 1 {
            let both = sums.hierarchicalGaps(of: columns, over: denominator, seed: seed)
                .map { $0 * scale }
            result.hierarchical = .percentile(of: both)
            result.positiveShare = PairedEffect.positiveShare(of: both)
        }
        return result
    }

    /// Mean NLL of each window in the minuend minus that in the subtrahend, nats per token.
    private func windowDifferences(
        _ pair: (Int, Int), minuend: Reading, subtrahend: Reading
    ) -> [Double] {
        guard let first = input.runs[pair.0].scores(in: minuend),
            let second = input.runs[pair.1].scores(in: subtrahend)
        else { return [] }
        return zip(input.validation.tokenCounts, zip(first.windowNats, second.windowNats))
            .compactMap { count, nats in
                count > 0 ? (nats.0 - nats.1) / Double(count) : nil
            }
    }
}
