internal import Language

/// Which runs are put beside each other: equal depth and settings, equal seeds.
enum Pairing {
    /// A run on one side.
    struct Candidate {
        /// Where it stands among the runs.
        let index: Int
        /// Settings that tell it from runs of its direction and depth, in words.
        let variant: String
        /// Root seeds of the run and its ancestors.
        let seeds: [UInt64]
    }

    /// Pairs of runs that differ in their side alone.
    struct Match {
        /// Their settings, in words; empty where the sides have one each.
        let variant: String
        /// Indices of both runs, by seed.
        let pairs: [(minuend: Int, subtrahend: Int)]
    }

    /// Runs of two sides by settings, then by seed.
    ///
    /// Where each side has runs of one kind, these are paired whatever else differs, which the report tells; where
    /// one has several, equal settings are paired and the others are not. Runs whose seeds match nothing are paired in
    /// order only where none does.
    static func matches(_ minuends: [Candidate], minus subtrahends: [Candidate]) -> [Match] {
        let (ours, theirs) = (kinds(minuends), kinds(subtrahends))
        guard let only = ours.first, let other = theirs.first else { return [] }
        if ours.count == 1, theirs.count == 1 {
            return [Match(variant: "", pairs: bySeed(only.runs, other.runs))]
        }
        return ours.compactMap { kind in
            theirs.first { $0.variant == kind.variant }.map {
                Match(variant: kind.variant, pairs: bySeed(kind.runs, $0.runs))
            }
        }
    }

    private static func kinds(
        _ candidates: [Candidate]
    ) -> [(variant: String, runs: [Candidate])] {
        var variants: [String] = []
        for candidate in candidates where !variants.contains(candidate.variant) {
            variants.append(candidate.variant)
        }
        return variants.map { variant in
            var seen: Set<[UInt64]> = []
            let own = candidates.filter {
                $0.variant == variant && seen.insert($0.seeds).inserted
            }
            return (variant, own.sorted { $0.seeds.lexicographicallyPrecedes($1.seeds) })
        }
    }

    private static func bySeed(
        _ minuends: [Candidate], _ subtrahends: [Candidate]
    ) -> [(minuend: Int, subtrahend: Int)] {
        let found = minuends.compactMap { minuend in
            subtrahends.first { $0.seeds == minuend.seeds }.map { (minuend.index, $0.index) }
        }
        return found.isEmpty
            ? zip(minuends, subtrahends).map { ($0.index, $1.index) } : found
    }
}

extension Pairing {
    /// What reads backward, and what reads forward.
    typealias Runs = (backward: StudiedRun, forward: StudiedRun)

    /// Pairs of dedicated runs, by depth and settings.
    static func dedicated(
        _ runs: [StudiedRun]
    ) -> [(depth: Int, variant: String, pairs: [Runs])] {
        let groups = RunGroup.groups(of: runs)
        let places = groups.flatMap { group in group.runs.map { (run: $0, group: group) } }
        func side(_ direction: Direction, _ depth: Int) -> [Candidate] {
            places.enumerated().compactMap { index, place in
                guard place.group.direction == direction, place.group.depth == depth else {
                    return nil
                }
                return Candidate(
                    index: index, variant: place.group.variant, seeds: place.run.identity.seeds)
            }
        }
        return Set(groups.map(\.depth)).sorted().flatMap { depth in
            matches(side(.backward, depth), minus: side(.forward, depth)).map { match in
                (
                    depth, match.variant,
                    match.pairs.map { (places[$0.minuend].run, places[$0.subtrahend].run) }
                )
            }
        }
    }

    /// Bidirectional runs beside themselves, by depth and settings.
    static func bidirectional(
        _ runs: [StudiedRun]
    ) -> [(depth: Int, variant: String, pairs: [Runs])] {
        RunGroup.groups(of: runs).filter { $0.direction == .bidirectional }.map { group in
            (group.depth, group.variant, group.runs.map { ($0, $0) })
        }
    }
}
