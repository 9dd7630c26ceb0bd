public import Corpus
public import Foundation
public import Language
public import Provenance

/// What is compared between the options of an item.
public enum LikelihoodFormula: String, Codable, Hashable, Sendable, CaseIterable {
    /// log p(answer | question).
    case answerGivenQuestion = "answer_given_question"
    /// log p(question | answer).
    case questionGivenAnswer = "question_given_answer"
    /// log p(question and answer).
    case joint
}

/// By what a log-probability is divided, or what is taken off it, before options are compared.
public enum LikelihoodNorm: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case raw
    /// The scored tokens.
    case perToken = "per_token"
    /// The scored bytes of UTF-8.
    case perByte = "per_byte"
    /// What the scored parts cost by themselves: pointwise mutual information.
    /// - Source: arXiv:2104.08315.
    case mutualInformation = "pmi"
}

/// What a model makes of one option. Natural logarithms of probabilities given the shots.
public struct OptionLikelihood: Codable, Hashable, Sendable {
    /// log p(question).
    public var question: Double
    /// log p(answer).
    public var answer: Double
    /// log p(question and answer).
    public var joint: Double
    /// Scored tokens.
    public var questionTokens, answerTokens: Int
    /// Their bytes of UTF-8.
    public var questionBytes, answerBytes: Int

    enum CodingKeys: String, CodingKey {
        case question, answer, joint
        case questionTokens = "question_tokens"
        case answerTokens = "answer_tokens"
        case questionBytes = "question_bytes"
        case answerBytes = "answer_bytes"
    }

    /// What options are compared by; higher is likelier.
    public func score(_ formula: LikelihoodFormula, _ norm: LikelihoodNorm) -> Double {
        let (value, tokens, bytes, alone): (Double, Int, Int, Double)
        switch formula {
        case .answerGivenQuestion:
            (value, tokens, bytes) = (joint - question, answerTokens, answerBytes)
            alone = answer
        case .questionGivenAnswer:
            (value, tokens, bytes) = (joint - answer, questionTokens, questionBytes)
            alone = question
        case .joint:
            (value, tokens) = (joint, questionTokens + answerTokens)
            bytes = questionBytes + answerBytes
            alone = question + answer
        }
        return switch norm {
        case .raw: value
        case .perToken: value / Double(max(1, tokens))
        case .perByte: value / Double(max(1, bytes))
        case .mutualInformation: value - alone
        }
    }
}

/// How a model did at one task of CORE in one reading, as it stands in
/// `evaluations/<phase>_phase/<reading>_direction/core_<task>.json`.
public struct CoreResult: Codable, Hashable, Sendable {
    /// One example.
    public struct Example: Codable, Hashable, Sendable {
        /// Line in the task's file, from 0.
        public var index: Int
        /// Digest of the ids that the model was given.
        public var promptHash: ContentHash
        /// What options are compared by in the headline; higher is likelier. Empty where there are no options.
        public var scores: [Double]
        /// Everything about each option, where the whole matrix was asked for.
        public var options: [OptionLikelihood]?
        /// The option with the highest score; nil where there are no options.
        public var prediction: String?
        /// What is right.
        public var truth: String
        /// Whether the prediction is right.
        public var isRight: Bool
        /// Whether shots, or more, had to be left out.
        public var isTruncated: Bool

        enum CodingKeys: String, CodingKey {
            case index, scores, options, prediction, truth
            case promptHash = "prompt_hash"
            case isRight = "correct"
            case isTruncated = "truncated"
        }
    }

    /// One way to compare options.
    public struct Cell: Codable, Hashable, Sendable {
        /// What is compared.
        public var formula: LikelihoodFormula
        /// By what it is divided.
        public var norm: LikelihoodNorm
        /// Right ones among the examples.
        public var accuracy: Proportion
        /// (accuracy − chance) / (1 − chance).
        public var centered: Double
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
    /// How items are judged.
    public var kind: CoreItem.Kind
    /// Solved examples before each item.
    public var shots: Int
    /// How the accuracy comes about, in words.
    public var rule: String
    /// Why the task means nothing in this reading; nil where it does.
    public var notApplicable: String?
    /// Right ones among the examples; nil where the task does not apply.
    public var accuracy: Proportion?
    /// What guessing gets, by the bundle's table.
    public var chance: Double
    /// What picking any option gets, which the table's chance need not be; nil without options.
    public var guessing: Double?
    /// What the most frequent right option's number gives if it is always given; nil without options.
    public var majority: Double?
    /// (accuracy − chance) / (1 − chance); nil where the task does not apply.
    public var centered: Double?
    /// Whether the whole interval lies below chance.
    public var isBelowChance: Bool
    /// Examples of which something had to be left out.
    public var truncatedCount: Int
    /// All formulas and norms, where they were asked for.
    public var matrix: [Cell]
    /// Names everything the result depends on: an equal one need not be found again.
    public var settingsHash: ContentHash
    /// Every example.
    public var examples: [Example]

    enum CodingKeys: String, CodingKey {
        case task, phase, step, reading, kind, shots, rule, accuracy, chance, guessing, majority
        case centered
        case matrix, examples
        case isNative = "native"
        case notApplicable = "not_applicable"
        case isBelowChance = "below_chance"
        case truncatedCount = "truncated_count"
        case settingsHash = "settings_hash"
    }

    /// Name of the file of a task.
    public static func fileName(of task: String) -> String { "core_\(task).json" }

    /// The rule of the headline in each reading.
    static func rule(_ kind: CoreItem.Kind, _ reading: Reading) -> String {
        switch (kind, reading) {
        case (.language, _): "every token of the continuation is the likeliest one"
        case (_, .forward): "lowest mean loss of the answer given the question (CORE's rule)"
        case (_, .backward): "highest log p(question | answer), raw"
        }
    }

    /// What the headline compares.
    package static func headline(_ reading: Reading) -> (LikelihoodFormula, LikelihoodNorm) {
        switch reading {
        case .forward: (.answerGivenQuestion, .perToken)
        case .backward: (.questionGivenAnswer, .raw)
        }
    }

    /// The file's contents.
    public func encoded() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a score that is not a number reached its file")
        }
        return data + Data("\n".utf8)
    }

    /// The accuracy for a comparison of readings; nil where the task does not apply.
    public var side: DirectionSummary.Side? {
        accuracy.map {
            DirectionSummary.Side(
                accuracy: $0.value, isNative: isNative, judged: examples.map(\.isRight),
                items: examples.map(\.index))
        }
    }
}
