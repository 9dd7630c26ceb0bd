internal import Foundation
public import Language

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
        /// Bits per byte.
        public let gapBitsPerByte: Double
        /// Interval over documents.
        public let interval: Interval?
    }

    /// Which question it answers.
    public let kind: Kind
    /// L of the models.
    public let depth: Int
    /// Settings that tell the models from others of their depth, in words; empty where there are no others.
    public let variant: String
    /// One entry a seed.
    public let pairs: [Pair]
    /// The difference in nats per token.
    public let perToken: PairedGap
    /// The difference in bits per byte.
    public let perByte: PairedGap
    /// Cohen's d of the windows' mean-NLL differences, averaged over the pairs.
    public let cohensD: Double?
    /// Share of windows with a higher loss in the minuend, over all pairs.
    public let windowShareHigher: Double?

    /// Mean difference over the pairs, nats per token.
    public var gapNats: Double { perToken.value }
    /// The same in bits per byte.
    public var gapBitsPerByte: Double { perByte.value }
    /// The difference over the subtrahend's mean loss.
    public var relativeGap: Double { perToken.relative }
    /// Seeds resampled, then documents; `nil` with one pair.
    public var hierarchicalInterval: Interval? { perToken.hierarchicalInterval }
    /// Student's interval over the pairs' differences; `nil` with one pair.
    public var seedInterval: Interval? { perToken.seedInterval }
    /// Standard error over the pairs' differences; `nil` with one pair.
    public var seedStandardError: Double? { perToken.seedStandardError }
    /// Share of the widest bootstrap's replicates above zero.
    public var signProbability: Double? { perToken.positiveShare }
    /// How many seeds stand behind it.
    public var seedCount: Int { pairs.count }
    /// The interval to draw and print: over seeds and documents where seeds allow it.
    public var interval: Interval? { perToken.interval }
    /// The same in bits per byte.
    public var intervalBitsPerByte: Interval? { perByte.interval }

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
            ].flatMap { contrasts($0, depth: depth) }
        }
    }

    private typealias Side = (direction: Direction, reading: Reading)

    private func contrasts(_ kind: Contrast.Kind, depth: Int) -> [Contrast] {
        let (minuend, subtrahend): (Side, Side) =
            switch kind {
            case .direction: ((.backward, .backward), (.forward, .forward))
            case .withinBidirectional: ((.bidirectional, .backward), (.bidirectional, .forward))
            case .sharing(.forward): ((.bidirectional, .forward), (.forward, .forward))
            case .sharing(.backward): ((.bidirectional, .backward), (.backward, .backward))
            }
        return Pairing.matches(
            candidates(minuend, depth), minus: candidates(subtrahend, depth)
        ).compactMap { contrast(kind, depth, $0, minuend.reading, minus: subtrahend.reading) }
    }

    /// The runs of a side that were scored in its reading.
    private func candidates(_ side: Side, _ depth: Int) -> [Pairing.Candidate] {
        input.runs.enumerated().compactMap { index, run in
            guard run.direction == side.direction, run.settings.depth == depth,
                table.column(index, side.reading) != nil
            else { return nil }
            return Pairing.Candidate(index: index, variant: run.variant, seeds: run.seeds)
        }
    }

    private func contrast(
        _ kind: Contrast.Kind, _ depth: Int, _ match: Pairing.Match, _ minuend: Reading,
        minus subtrahend: Reading
    ) -> Contrast? {
        func gap(over units: Int) -> PairedGap? {
            table.scores.gap(
                match.pairs.compactMap { pair in
                    guard let first = table.column(pair.minuend, minuend),
                        let second = table.column(pair.subtrahend, subtrahend)
                    else { return nil }
                    return PairedScores.Columns(
                        first, minus: second, over: units, seeds: input.runs[pair.minuend].seeds)
                })
        }
        guard let perToken = gap(over: ScoreTable.tokens),
            let perByte = gap(over: ScoreTable.bytes)?.scaled(by: 1 / M_LN2)
        else { return nil }
        let differences = match.pairs.map { windowDifferences($0, minuend, subtrahend) }
        let effects = differences.compactMap(PairedEffect.cohensD)
        return Contrast(
            kind: kind, depth: depth, variant: match.variant,
            pairs: match.pairs.indices.map { index in
                let (first, second) = match.pairs[index]
                return Contrast.Pair(
                    minuend: first, subtrahend: second, seed: input.runs[first].seed,
                    sharesSeed: input.runs[first].seeds == input.runs[second].seeds,
                    gapNats: perToken.pairs[index].value,
                    gapBitsPerByte: perByte.pairs[index].value,
                    interval: perToken.pairs[index].interval)
            }, perToken: perToken, perByte: perByte,
            cohensD: effects.count == differences.count
                ? effects.reduce(0, +) / Double(effects.count) : nil,
            windowShareHigher: PairedEffect.positiveShare(of: differences.flatMap { $0 }))
    }

    /// Mean NLL of each window in the minuend minus that in the subtrahend, nats per token.
    private func windowDifferences(
        _ pair: (minuend: Int, subtrahend: Int), _ minuend: Reading, _ subtrahend: Reading
    ) -> [Double] {
        guard let first = input.runs[pair.minuend].scores(in: minuend),
            let second = input.runs[pair.subtrahend].scores(in: subtrahend)
        else { return [] }
        return zip(input.validation.tokenCounts, zip(first.windowNats, second.windowNats))
            .compactMap { count, nats in
                count > 0 ? (nats.0 - nats.1) / Double(count) : nil
            }
    }
}
