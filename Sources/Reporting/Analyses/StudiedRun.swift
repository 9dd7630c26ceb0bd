internal import Foundation
public import Journal
public import Language
public import Provenance

/// One task in one reading, judged item by item.
public struct TaskScore: Hashable, Sendable {
    /// Name of the task.
    public var task: String
    /// In which order the model read.
    public var reading: Reading
    /// Whether it was trained on that order.
    public var isNative: Bool
    /// Share of right ones.
    public var accuracy: Double
    /// Wilson's interval of it.
    public var interval: Interval
    /// What guessing gives.
    public var chance: Double
    /// Whether the interval lies below chance.
    public var isBelowChance: Bool
    /// Numbers of the items.
    public var items: [Int]
    /// Whether each was judged right.
    public var judged: [Bool]

    /// A task's outcome.
    public init(
        task: String, reading: Reading, isNative: Bool, accuracy: Double, interval: Interval,
        chance: Double, isBelowChance: Bool, items: [Int], judged: [Bool]
    ) {
        self.task = task
        self.reading = reading
        self.isNative = isNative
        self.accuracy = accuracy
        self.interval = interval
        self.chance = chance
        self.isBelowChance = isBelowChance
        self.items = items
        self.judged = judged
    }
}

/// One run as analyses take it: who it is, with its record at hand.
public struct StudiedRun: Sendable {
    /// Name of the run.
    public let id: String
    /// Its stage.
    public let phase: Phase
    /// What kind of model it trained.
    public let direction: Direction
    /// Root seed.
    public let seed: UInt64
    /// What was trained on what.
    public let settings: RunSettings
    /// Floating-point operations of training, a token.
    public let flopsPerToken: Double
    /// Every setting by its path in `config.json`.
    public let fields: [String: String]
    /// Flags that it was begun with, by name; empty where they are not known.
    public let flags: [String: String]
    /// What evaluations found, by name.
    public let results: [String: Double]
    /// Tasks in both readings.
    public let tasks: [TaskScore]
    /// Name of the run whose weights it began with.
    public let parentID: String?
    /// Digest of its manifest.
    public let manifestHash: ContentHash?
    /// Digest and row length of its validation windows, where it has validated.
    public let validation: (hash: ContentHash, rowLength: Int)?
    /// Generated texts.
    public let samples: [TextSample]
    /// Its files.
    public let reader: RunReader
    /// Its scalars by step.
    public let metrics: MetricsTable

    /// A run read back; `settings` with everything that only the caller knows.
    public init(
        id: String, phase: Phase, direction: Direction, seed: UInt64, settings: RunSettings,
        flopsPerToken: Double, fields: [String: String], flags: [String: String],
        results: [String: Double], tasks: [TaskScore], parentID: String?,
        manifestHash: ContentHash?,
        validation: (hash: ContentHash, rowLength: Int)?, samples: [TextSample], reader: RunReader
    ) throws(ReportError) {
        self.id = id
        self.phase = phase
        self.direction = direction
        self.seed = seed
        self.settings = settings
        self.flopsPerToken = flopsPerToken
        self.fields = fields
        self.flags = flags
        self.results = results
        self.tasks = tasks
        self.parentID = parentID
        self.manifestHash = manifestHash
        self.validation = validation
        self.samples = samples
        self.reader = reader
        do { metrics = try reader.metrics() } catch { throw .journal(error) }
    }

    /// How its training went wrong, in words that follow its name; `nil` where it did not, as far as its losses tell.
    ///
    /// The objective of reinforcement is no likelihood, and rises and falls as it likes.
    public var failure: String? {
        phase == .rl ? nil : LearningComparison.training(self, by: .steps).failure
    }

    /// The research log.
    func research() throws(ReportError) -> ResearchReader {
        do { return try reader.researchLog(phase) } catch {
            throw .lacking(
                run: id, what: "research log", remedy: "its HDF5 file is missing; train it again")
        }
    }

    /// Runs `body`, whose errors are those of the run's files.
    func reading<Value>(
        _ body: (ResearchReader) throws(JournalError) -> Value
    ) throws(ReportError) -> Value {
        let research = try research()
        do { return try body(research) } catch { throw .journal(error) }
    }

    /// Steps after which it was validated token by token.
    func evaluationSteps() throws(ReportError) -> [Int] {
        try reading { (research) throws(JournalError) in try research.evaluationSteps() }
    }

    /// The validation after `step` steps, token by token; the last one where no step is given.
    public func evaluation(after step: Int? = nil) throws(ReportError) -> EvaluationRecord {
        var wanted = step
        if wanted == nil { wanted = try evaluationSteps().last }
        guard let step = wanted else {
            throw .lacking(
                run: id, what: "token-by-token validation",
                remedy: "it was stopped before its first one; run its command again")
        }
        return try reading { (research) throws(JournalError) in try research.evaluation(at: step) }
    }

    /// The validation after `step` steps as comparisons take it.
    func matched(after step: Int? = nil) throws(ReportError) -> MatchedEvaluation {
        MatchedEvaluation(
            of: try evaluation(after: step), name: "held-out documents",
            hash: validation?.hash ?? ContentHash(of: Data()),
            rowLength: validation?.rowLength ?? settings.rowLength)
    }

    /// Refuses runs whose losses are of different windows.
    static func requireSameWindows(_ runs: [StudiedRun]) throws(ReportError) {
        guard let first = runs.first else { return }
        for run in runs where run.validation?.hash != first.validation?.hash {
            throw .differentWindows(
                run: first.id, hash: first.validation?.hash.short ?? "none", other: run.id,
                otherHash: run.validation?.hash.short ?? "none")
        }
    }
}

/// What curves are drawn and budgets counted against.
public enum Abscissa: String, CaseIterable, Sendable {
    case steps
    case tokens
    case flops
    case seconds

    /// Title of an axis.
    var title: String {
        switch self {
        case .steps: "optimizer steps"
        case .tokens: "training tokens"
        case .flops: "training FLOPs"
        case .seconds: "wall time (s)"
        }
    }

    /// Where `run` stood at the end of each of `steps`.
    func places(of steps: [Int], in run: StudiedRun) -> [Double] {
        func column(_ name: String) -> [Double] {
            guard let column = run.metrics[name] else { return steps.map { _ in .nan } }
            var place = 0
            return steps.map { step in
                while place + 1 < column.steps.count && column.steps[place + 1] <= step {
                    place += 1
                }
                guard column.steps.indices.contains(place), column.steps[place] <= step else {
                    return 0
                }
                return column.values[place]
            }
        }
        return switch self {
        case .steps: steps.map { Double($0 + 1) }
        case .tokens: column(Metric.tokens)
        case .flops: column(Metric.tokens).map { $0 * run.flopsPerToken }
        case .seconds: column(Metric.elapsedSeconds)
        }
    }
}

/// Runs that differ in their seed only.
public struct RunGroup: Sendable {
    /// What sets the group apart from the others.
    public let label: String
    /// The runs, by seed.
    public let runs: [StudiedRun]
    /// What the runs have in common.
    var direction: Direction { runs[0].direction }
    var depth: Int { runs[0].settings.depth }

    /// Settings that say where a run comes from, not what it is.
    private static let indifferent: Set<String> = [
        "seed", "stage.parent.run", "stage.parent.step",
    ]
    /// Flags that say where and how fast it runs.
    private static let indifferentFlags: Set<String> = [
        "seed", "run-dir", "home", "threads", "device", "model-tag", "checkpoint", "source", "data",
        "tokenizer", "experiment-id", "parent-experiment", "experiments-dir", "direction", "depth",
        "quiet", "resume-from-step", "val-data", "step",
    ]

    private static func settings(of runs: [StudiedRun]) -> [String] {
        Set(runs.flatMap(\.fields.keys)).subtracting(indifferent)
            .filter { !$0.hasSuffix("hash") && !$0.hasSuffix("fingerprint") }.sorted()
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
        let names = settings(of: runs)
        func shape(_ run: StudiedRun) -> String { "\(run.direction) \(run.settings.depth)" }
        // Settings that direction and depth do not decide.
        let free = names.filter { name in
            var valueOf: [String: String] = [:]
            return runs.contains { run in
                let value = run.fields[name] ?? "–"
                return valueOf.updateValue(value, forKey: shape(run)).map { $0 != value } ?? false
            }
        }
        let flags = free.isEmpty ? [] : variedFlags(runs)
        let severalDirections = Set(runs.map(\.direction)).count > 1
        let severalDepths = Set(runs.map(\.settings.depth)).count > 1
        func label(_ run: StudiedRun) -> String {
            var words: [String] = []
            if severalDirections || (free.isEmpty && !severalDepths) {
                words.append(run.direction.rawValue)
            }
            if severalDepths { words.append("d\(run.settings.depth)") }
            for name in flags { words.append("\(name)=\(run.flags[name] ?? "–")") }
            for name in free where flags.isEmpty {
                let short = name.split(separator: ".").last.map(String.init) ?? name
                words.append("\(short)=\(run.fields[name] ?? "–")")
            }
            return words.joined(separator: " ")
        }
        func rank(_ run: StudiedRun) -> (Int, Int) {
            (Direction.allCases.firstIndex(of: run.direction) ?? 0, run.settings.depth)
        }
        let order = runs.enumerated().sorted {
            (rank($0.element).0, rank($0.element).1, $0.offset)
                < (rank($1.element).0, rank($1.element).1, $1.offset)
        }.map(\.element)
        var labels: [String] = []
        for run in order where !labels.contains(label(run)) { labels.append(label(run)) }
        return labels.map { name in
            RunGroup(
                label: name,
                runs: runs.filter { label($0) == name }.sorted { $0.seed < $1.seed })
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
