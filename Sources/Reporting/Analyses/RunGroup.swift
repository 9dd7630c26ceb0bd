internal import Foundation
public import Journal
internal import Language

/// What a run is but for the luck of its seed: runs of equal settings are replicates, and one of equal seeds as well
/// is the same run again.
public struct RunIdentity: Hashable, Sendable {
    /// Settings that decide what is computed, its ancestors' included, one a line.
    public let settings: String
    /// Root seeds of its ancestors and its own, the first ancestor's first.
    public let seeds: [UInt64]

    /// Settings that say where a run comes from, what it writes, and when it looks at itself: not what it computes.
    private static let indifferent: Set<String> = [
        "seed", "save_every", "keep_checkpoints", "statistics_every", "positions_every",
        "sample_every", "eval_every", "logging", "task_metrics", "chatcore", "stage.parent.run",
    ]

    /// The identity of a run with the settings `fields`.
    /// - Parameter parent: that of the run whose weights it began with; where it is not at hand, the weights
    ///   themselves tell runs apart.
    public init(fields: [String: String], phase: Phase, seed: UInt64, parent: RunIdentity?) {
        var lines = fields.filter { name, _ in
            Self.decides(name, phase) && !(parent != nil && name == "stage.parent.model_hash")
        }.map { "\($0.key)=\($0.value)" }.sorted()
        if let parent {
            lines += parent.settings.split(separator: "\n").map { "parent \($0)" }
        }
        settings = lines.joined(separator: "\n")
        seeds = (parent?.seeds ?? []) + [seed]
    }

    /// Whether the setting `name` decides what a run of `phase` computes.
    static func decides(_ name: String, _ phase: Phase) -> Bool {
        let first = name.split(separator: ".").first.map(String.init) ?? name
        guard !indifferent.contains(name), !indifferent.contains(first) else { return false }
        // Conversations and questions that are made follow the run's seed, and so do the digests of them.
        let isMade = name == "data_hash" || name.hasSuffix(".fingerprint")
        return phase == .base || !isMade
    }
}

/// Runs that differ in their seed only.
public struct RunGroup: Sendable {
    /// What sets the group apart from the others; marked where runs of it are not finished.
    public let label: String
    /// What sets it apart from groups of its direction and depth; empty where there are none.
    public let variant: String
    /// The runs, by seed.
    public let runs: [StudiedRun]
    /// What the runs have in common.
    var direction: Direction { runs[0].direction }
    var depth: Int { runs[0].settings.depth }

    /// Flags that say where and how fast it runs.
    private static let indifferentFlags: Set<String> = [
        "seed", "run-dir", "home", "threads", "device", "model-tag", "checkpoint", "source", "data",
        "tokenizer", "experiment-id", "parent-experiment", "experiments-dir", "direction", "depth",
        "quiet", "resume-from-step", "val-data", "step",
    ]

    /// The settings that decide what runs compute, by name; digests, which nobody can read, aside.
    private static func settings(of runs: [StudiedRun]) -> [String] {
        let phase = runs.first?.phase ?? .base
        return Set(runs.flatMap(\.fields.keys)).filter {
            RunIdentity.decides($0, phase) && !$0.hasSuffix("hash") && !$0.hasSuffix("fingerprint")
        }.sorted()
    }

    /// The flags in which runs differ, where every run knows its flags: what a person varied, not what follows.
    private static func variedFlags(_ runs: [StudiedRun]) -> [String] {
        guard runs.allSatisfy({ !$0.flags.isEmpty }) else { return [] }
        return Set(runs.flatMap(\.flags.keys)).subtracting(indifferentFlags).sorted().filter {
            name in Set(runs.map { $0.flags[name] ?? "–" }).count > 1
        }
    }

    /// `runs` in groups: forward before backward before bidirectional, small before large, then as given.
    public static func groups(of runs: [StudiedRun]) -> [RunGroup] {
        func rank(_ run: StudiedRun) -> (Int, Int) {
            (Direction.allCases.firstIndex(of: run.direction) ?? 0, run.settings.depth)
        }
        let order = runs.enumerated().sorted {
            (rank($0.element).0, rank($0.element).1, $0.offset)
                < (rank($1.element).0, rank($1.element).1, $1.offset)
        }.map(\.element)
        var kinds: [RunIdentity.Kind] = []
        for run in order where !kinds.contains(run.kind) { kinds.append(run.kind) }
        let members = kinds.map { kind in
            runs.filter { $0.kind == kind }.sorted {
                $0.identity.seeds.lexicographicallyPrecedes($1.identity.seeds)
            }
        }
        let firsts = members.map { $0[0] }
        let severalDirections = Set(runs.map(\.direction)).count > 1
        let severalDepths = Set(runs.map(\.settings.depth)).count > 1
        let variants = variants(firsts)
        return members.indices.map { index in
            let first = firsts[index]
            var words: [String] = []
            if severalDirections || (variants[index].isEmpty && !severalDepths) {
                words.append(first.direction.rawValue)
            }
            if severalDepths { words.append("d\(first.settings.depth)") }
            if !variants[index].isEmpty { words.append(variants[index]) }
            let unfinished = members[index].count { !$0.progress.isFinished }
            if unfinished > 0 {
                words.append(
                    members[index].count == 1
                        ? "(\(first.progress.words))"
                        : "(\(unfinished) of \(members[index].count) not finished)")
            }
            return RunGroup(
                label: words.joined(separator: " "), variant: variants[index],
                runs: members[index])
        }
    }

    /// The words that tell `runs` of one direction and depth from each other: what a person varied, else the settings
    /// that follow from it, else where they come from.
    private static func variants(_ runs: [StudiedRun]) -> [String] {
        func shape(_ run: StudiedRun) -> String { "\(run.direction) \(run.settings.depth)" }
        func collide(_ words: [String]) -> Bool {
            let whole = zip(runs, words).map { "\(shape($0)) \($1)" }
            return Set(whole).count < whole.count
        }
        var words = runs.map { _ in "" }
        guard collide(words) else { return words }
        // Settings that direction and depth do not decide.
        let free = settings(of: runs).filter { name in
            var valueOf: [String: String] = [:]
            return runs.contains { run in
                let value = run.fields[name] ?? "–"
                return valueOf.updateValue(value, forKey: shape(run)).map { $0 != value } ?? false
            }
        }
        let flags = variedFlags(runs)
        words = runs.map { run in
            flags.map { "\($0)=\(run.flags[$0] ?? "–")" }.joined(separator: " ")
        }
        if collide(words) {
            words = runs.map { run in
                free.map { name in
                    let short = name.split(separator: ".").last.map(String.init) ?? name
                    return "\(short)=\(run.fields[name] ?? "–")"
                }.joined(separator: " ")
            }
        }
        guard collide(words) else { return words }
        // They differ in data or ancestry, which only names tell.
        return zip(words, runs).map { text, run in
            let origin = run.parentID.map { "from \($0)" } ?? "as \(run.id)"
            return text.isEmpty ? origin : "\(text) \(origin)"
        }
    }

    /// The one numeric setting in which groups differ, with its value in each: what a sweep varied.
    static func sweptSetting(_ groups: [RunGroup]) -> (name: String, values: [Double])? {
        guard groups.count > 1 else { return nil }
        let runs = groups.map { $0.runs[0] }
        func numbers(_ name: String, _ value: (StudiedRun) -> String?) -> [Double]? {
            let values = runs.compactMap { Double(value($0) ?? "") }
            return values.count == groups.count && Set(values).count == groups.count ? values : nil
        }
        let flags = variedFlags(runs)
        if let flag = flags.first, flags.count == 1 {
            return numbers(flag) { $0.flags[flag] }.map { (flag, $0) }
        }
        let differing = settings(of: runs).filter { name in
            Set(runs.map { $0.fields[name] ?? "" }).count > 1
        }
        guard let name = differing.first, differing.count == 1 else { return nil }
        return numbers(name) { $0.fields[name] }.map { (name, $0) }
    }
}

extension RunIdentity {
    /// Stage, direction, depth and settings: what runs of a group have in common.
    struct Kind: Hashable {
        let phase: Phase
        let direction: Direction
        let depth: Int
        let settings: String
    }
}

extension StudiedRun {
    /// What it has in common with its replicates.
    var kind: RunIdentity.Kind {
        RunIdentity.Kind(
            phase: phase, direction: direction, depth: settings.depth,
            settings: identity.settings)
    }
}
