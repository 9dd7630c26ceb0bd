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
    /// What guessing gives: of CORE's tasks the baseline of the bundle's table, of letters one over their number.
    public var chance: Double
    /// What always giving the most frequent right answer yields; nil where that is not known.
    public var majority: Double?
    /// (accuracy − chance) / (1 − chance), CORE's definition.
    public var centered: Double { (accuracy - chance) / (1 - chance) }
    /// What centered accuracies are, and where their baselines come from.
    static let centeredCaption =
        "Centered accuracy: (accuracy − baseline) / (1 − baseline), 0 is the baseline. Baselines: of CORE's tasks "
        + "the random baseline of the bundle's eval_meta_data.csv, of letters one over the choices, of written answers 0."
    /// Whether the interval lies below chance.
    public var isBelowChance: Bool
    /// Numbers of the items.
    public var items: [Int]
    /// Whether each was judged right.
    public var judged: [Bool]

    /// A task's outcome.
    public init(
        task: String, reading: Reading, isNative: Bool, accuracy: Double, interval: Interval,
        chance: Double, majority: Double? = nil, isBelowChance: Bool, items: [Int],
        judged: [Bool]
    ) {
        self.task = task
        self.reading = reading
        self.isNative = isNative
        self.accuracy = accuracy
        self.interval = interval
        self.chance = chance
        self.majority = majority
        self.isBelowChance = isBelowChance
        self.items = items
        self.judged = judged
    }

    /// What is had without reading the question: chance, or the most frequent answer.
    var blind: Double { max(chance, majority ?? chance) }
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
    /// How far it has come.
    public let progress: RunProgress
    /// What makes it a replicate of others.
    public let identity: RunIdentity

    /// Floating-point operations of training, a token.
    public var flopsPerToken: Double { settings.flopsPerToken }
    /// Its name, with a mark where its numbers are not those of a whole training.
    public var label: String { progress.isFinished ? id : "\(id) (\(progress.words))" }
    /// Tokens trained on so far.
    public var trainedTokens: Int {
        let count = progress.stepCount ?? 0
        guard !progress.isFinished, count > 0 else { return settings.trainingTokens }
        return settings.trainingTokens / count * progress.stepsTaken
    }

    /// A run read back; `settings` with everything that only the caller knows.
    /// - Parameter parent: the identity of the run whose weights it began with, where that run is at hand.
    public init(
        id: String, phase: Phase, direction: Direction, seed: UInt64, settings: RunSettings,
        fields: [String: String], flags: [String: String], results: [String: Double],
        tasks: [TaskScore], parentID: String?, parent: RunIdentity? = nil,
        manifestHash: ContentHash?,
        validation: (hash: ContentHash, rowLength: Int)?, samples: [TextSample], reader: RunReader
    ) throws(ReportError) {
        self.id = id
        self.phase = phase
        self.direction = direction
        self.seed = seed
        self.settings = settings
        self.fields = fields
        self.flags = flags
        self.results = results
        self.tasks = tasks
        self.parentID = parentID
        self.manifestHash = manifestHash
        self.validation = validation
        self.samples = samples
        self.reader = reader
        progress = reader.progress(stepCount: settings.steps, phase: phase)
        identity = RunIdentity(fields: fields, phase: phase, seed: seed, parent: parent)
        do { metrics = try reader.metrics() } catch { throw .journal(error) }
    }

    /// How its training went wrong, in words that follow its name; `nil` where it did not.
    ///
    /// What diverged is for `progress` to say. Here stands how, as far as the whole course of the losses tells, and
    /// what both of its ends do not show: a loss that rose again, or was no number for a while.
    public var failure: String? {
        // The objective of reinforcement is no likelihood, and rises and falls as it likes.
        let course: String? =
            phase == .rl ? nil : LearningComparison.training(self, by: .steps).failure
        return course ?? (progress.status == .diverged ? progress.words : nil)
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
        let windows = try validationWindows()
        return MatchedEvaluation(
            of: try evaluation(after: step), name: "held-out documents", hash: windows.hash,
            rowLength: windows.rowLength)
    }

    /// Its validation windows, which a comparison of losses cannot do without.
    private func validationWindows() throws(ReportError) -> (hash: ContentHash, rowLength: Int) {
        guard let validation else {
            throw .lacking(
                run: id, what: "validation windows",
                remedy:
                    "it was trained without validation, or stopped before its first one; leave it out, or "
                    + "go on training it")
        }
        return validation
    }

    /// Refuses runs whose losses are of different windows, and runs without windows.
    static func requireSameWindows(_ runs: [StudiedRun]) throws(ReportError) {
        guard let first = runs.first else { return }
        let windows = try first.validationWindows()
        for run in runs {
            let own = try run.validationWindows()
            guard own.hash == windows.hash else {
                throw .differentWindows(
                    run: first.id, hash: windows.hash.short, other: run.id,
                    otherHash: own.hash.short)
            }
        }
    }

    /// Whether both were validated, and on the same windows.
    public func hasWindows(of other: StudiedRun) -> Bool {
        guard let own = validation?.hash, let theirs = other.validation?.hash else { return false }
        return own == theirs
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
