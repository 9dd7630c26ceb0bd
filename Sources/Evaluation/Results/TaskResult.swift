internal import Corpus
public import Foundation
public import Language
public import Provenance

/// How a model did at one task in one reading, as it stands in
/// `evaluations/<phase>_phase/<reading>_direction/<task>.json`.
public struct TaskResult: Codable, Hashable, Sendable {
    /// What kind of task.
    public enum Kind: String, Codable, Hashable, Sendable {
        /// The likeliest letter behind the question.
        case letter
        /// Written answers that are judged.
        case generative
    }

    /// One example.
    public struct Example: Codable, Hashable, Sendable {
        /// Number in the task.
        public var index: Int
        /// Digest of the ids that the model was given.
        public var promptHash: ContentHash
        /// ln p of each choice, among the choices, where there are choices.
        public var scores: [Double]?
        /// What the model says; of several samples the first's.
        public var prediction: String?
        /// What is right.
        public var truth: String
        /// Whether the prediction is right.
        public var isRight: Bool
        /// Written answers in natural order.
        public var answers: [String]?
        /// How many of them are right.
        public var rightCount: Int?
        /// Whether the model ended each of them itself; nil in records of before it was asked.
        public var finished: [Bool]?
        /// Whether something of the prompt had to be left out.
        public var isTruncated: Bool

        enum CodingKeys: String, CodingKey {
            case index, scores, prediction, truth, answers, finished
            case promptHash = "prompt_hash"
            case isRight = "correct"
            case rightCount = "correct_samples"
            case isTruncated = "truncated"
        }
    }

    /// Name of the task.
    public var task: String
    /// Stage of the model.
    public var phase: String
    /// Steps it had taken in it.
    public var step: Int
    /// In which order it read.
    public var reading: Reading
    /// Whether it was trained on that order.
    public var isNative: Bool
    /// What kind of task.
    public var kind: Kind
    /// How the accuracy comes about, in words.
    public var rule: String
    /// Right ones among the examples, with their interval.
    public var accuracy: Proportion
    /// What guessing gives.
    public var chance: Double
    /// What the most frequent right answer gives if it is always given; nil where none can be.
    public var majority: Double?
    /// (accuracy − chance) / (1 − chance).
    public var centered: Double
    /// Whether the whole interval lies below chance: probably a fault of format.
    public var isBelowChance: Bool
    /// pass@k by k, from several samples.
    public var passAtK: [String: Double]?
    /// Share of calls whose written result is right; nil without calls.
    public var toolAgreement: Double?
    /// Share of answers that the model did not end.
    public var unfinished: Double?
    /// Share of answers that the model did not end and that are right otherwise.
    public var unfinishedRight: Double?
    /// Whether those count as right; nil where no answers are written, and in records of before it was asked, where
    /// they do.
    public var countsUnfinished: Bool?
    /// Prompts of which something had to be left out.
    public var truncatedCount: Int
    /// How answers were written.
    public var generation: GenerationSettings?
    /// Every example.
    public var examples: [Example]

    enum CodingKeys: String, CodingKey {
        case task, phase, step, reading, kind, rule, accuracy, chance, majority, centered
        case generation, examples, unfinished
        case isNative = "native"
        case isBelowChance = "below_chance"
        case passAtK = "pass_at_k"
        case toolAgreement = "tool_agreement"
        case truncatedCount = "truncated_count"
        case unfinishedRight = "unfinished_correct"
        case countsUnfinished = "count_unfinished"
    }

    /// Where and on what a task was tried.
    public struct Setting: Hashable, Sendable {
        /// Stage of the model.
        public var phase: String
        /// Steps it had taken in it.
        public var step: Int
        /// Which way it was trained.
        public var direction: Direction

        /// A model of `phase` after `step` steps.
        public init(phase: String, step: Int, direction: Direction) {
            self.phase = phase
            self.step = step
            self.direction = direction
        }
    }

    /// A result from its examples, of which there is at least one.
    /// - Parameter hasMajority: whether one of the right answers can be given blindly.
    init(
        _ task: String, _ setting: Setting, _ reading: Reading, kind: Kind, rule: String,
        chance: Double, hasMajority: Bool, examples: [Example]
    ) {
        self.task = task
        phase = setting.phase
        step = setting.step
        self.reading = reading
        isNative = setting.direction.readings.contains(reading)
        self.kind = kind
        self.rule = rule
        self.chance = chance
        self.examples = examples
        accuracy = Proportion(examples.count { $0.isRight }, of: examples.count)
        centered = Self.centered(accuracy.value, chance: chance)
        isBelowChance = accuracy.upper < chance
        truncatedCount = examples.count { $0.isTruncated }
        guard hasMajority else { return }
        var counts: [String: Int] = [:]
        for example in examples { counts[example.truth, default: 0] += 1 }
        majority = Double(counts.values.max() ?? 0) / Double(examples.count)
    }

    private static func centered(_ accuracy: Double, chance: Double) -> Double {
        (accuracy - chance) / (1 - chance)
    }

    /// What `centered` is of the most frequent right answer, always given; 0 where none can be.
    public var centeredMajority: Double {
        majority.map { Self.centered($0, chance: chance) } ?? 0
    }

    /// Whether the accuracy lies above chance and is not shown to lie above what the most frequent answer gives.
    public var isMatchedByMajority: Bool {
        majority.map { accuracy.lower > chance && accuracy.lower <= $0 } ?? false
    }

    /// pass@k with Wilson's interval on the questions, by k.
    ///
    /// The interval is that of hits and misses, of which a mean of estimates varies less.
    public func passes(at k: Int) -> Proportion? {
        let share = passAtK?[String(k)] ?? (k == 1 ? accuracy.value : nil)
        // A mean of estimates may round to above 1.
        return share.map { Proportion(share: min(1, $0), of: examples.count) }
    }

    /// The examples that a trial of at most `limit` of `count` takes: some from everywhere, always the same.
    public static func numbers(limit: Int, of count: Int) -> [Int] {
        let order = Permutation(count: count, seed: Seed(42)["task order"])
        return (0..<min(limit, count)).map { order[$0] }.sorted()
    }

    /// The file's contents.
    public func encoded() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a score that is not a number reached its file")
        }
        return data + Data("\n".utf8)
    }
}

/// One task in both readings.
public struct DirectionSummary: Codable, Hashable, Sendable {
    /// Name of the task.
    public var task: String
    /// Accuracy in the reading it was trained on; of a bidirectional model the mean of both.
    public var native: Double
    /// Accuracy in the other reading; nil for a bidirectional model, which has none.
    public var cross: Double?
    /// |forward − backward|.
    public var gap: Double
    /// 1 − gap / max(forward, backward); 1 where both are 0.
    public var balance: Double
    /// Share of the items judged alike in both readings.
    public var agreement: Double

    /// One reading's part.
    public struct Side: Sendable {
        /// Right ones among the items.
        public var accuracy: Double
        /// Whether the model was trained on that order.
        public var isNative: Bool
        /// Whether each item was right.
        public var judged: [Bool]
        /// Numbers of the items.
        public var items: [Int]
    }

    /// From the results of the same task and examples in both readings.
    public init(forward: TaskResult, backward: TaskResult) {
        func side(_ result: TaskResult) -> Side {
            Side(
                accuracy: result.accuracy.value, isNative: result.isNative,
                judged: result.examples.map(\.isRight), items: result.examples.map(\.index))
        }
        self.init(forward.task, forward: side(forward), backward: side(backward))
    }

    /// From both readings of `task` on the same items.
    public init(_ task: String, forward: Side, backward: Side) {
        precondition(forward.items == backward.items, "the readings were tried on different items")
        self.task = task
        let (a, b) = (forward.accuracy, backward.accuracy)
        switch (forward.isNative, backward.isNative) {
        case (true, false): (native, cross) = (a, b)
        case (false, true): (native, cross) = (b, a)
        default: (native, cross) = ((a + b) / 2, nil)
        }
        gap = abs(a - b)
        balance = max(a, b) > 0 ? 1 - gap / max(a, b) : 1
        agreement =
            Double(zip(forward.judged, backward.judged).count { $0 == $1 })
            / Double(forward.items.count)
    }
}
