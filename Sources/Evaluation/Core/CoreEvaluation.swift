public import Corpus
public import Language
public import Models
public import Provenance
internal import Runs
internal import Tensors

/// Tries a model at tasks of CORE.
public struct CoreEvaluation {
    private let model: GPT
    private let direction: Direction
    private let tokenizer: Tokenizer
    private let scorer: LikelihoodScorer
    /// Positions a prompt has at most.
    public let limit: Int
    /// Whether all formulas are worked out, or the headline alone.
    public let isFull: Bool

    /// Items whose rows are held in memory at once.
    private static let itemsAtOnce = 512

    /// Trials of `model`, which was trained in `direction` with `tokenizer`.
    /// - Parameters:
    ///   - limit: positions a prompt has at most; by default as many as a row that the model was trained on.
    ///   - isFull: works out every formula, not the headline alone.
    ///   - cellLimit: tokens read at once.
    public init(
        _ model: GPT, direction: Direction, tokenizer: Tokenizer, limit: Int? = nil,
        isFull: Bool = true, cellLimit: Int = 8192
    ) {
        self.model = model
        self.direction = direction
        self.tokenizer = tokenizer
        self.limit = limit ?? model.configuration.contextLength
        self.isFull = isFull
        scorer = LikelihoodScorer(model, cellLimit: cellLimit)
        precondition(
            self.limit > 3 && self.limit <= model.configuration.contextLength * 10,
            "prompts of \(self.limit) positions")
    }

    /// Names everything that the result of a task depends on but the weights.
    /// - Parameter weights: names the weights.
    public func settingsHash(
        _ selection: CoreSelection, reading: Reading, weights: ContentHash
    ) -> ContentHash {
        let task = selection.task
        let parts: [String] = [
            "core 1", weights.hex, tokenizer.hash.hex, direction.rawValue, reading.rawValue,
            model.computeDType.name, String(limit), String(isFull), task.label, task.kind.rawValue,
            String(task.shotCount), task.delimiter, "\(task.baseline)", selection.fingerprint.hex,
            String(selection.items.count),
        ]
        return ContentHash(of: Array(parts.joined(separator: "\u{0}").utf8))
    }

    /// What the model makes of a task in one reading.
    /// - Parameter weights: names the weights.
    /// - Parameter progress: called with the number of items scored.
    public func result(
        _ selection: CoreSelection, _ setting: TaskResult.Setting, reading: Reading,
        weights: ContentHash, progress: (Int) -> Void = { _ in }
    ) -> CoreResult {
        let task = selection.task
        var result = CoreResult(
            task: task.label, phase: setting.phase, step: setting.step, reading: reading,
            isNative: setting.direction.readings.contains(reading), kind: task.kind,
            shots: task.shotCount, rule: CoreResult.rule(task.kind, reading), chance: task.baseline,
            isBelowChance: false, truncatedCount: 0, matrix: [],
            settingsHash: settingsHash(selection, reading: reading, weights: weights),
            examples: [])
        if task.kind == .language && reading == .backward {
            result.notApplicable =
                "a continuation is to be written exactly, and read backward it comes before the "
                + "context that calls for it"
            return result
        }
        for start in stride(from: 0, to: selection.items.count, by: Self.itemsAtOnce) {
            let numbers = start..<min(start + Self.itemsAtOnce, selection.items.count)
            let rows = numbers.map { self.rows(selection, $0, reading) }
            let scores = scorer.scores(rows.map { texts($0, reading) }) { progress(start + $0) }
            for (number, (rows, scores)) in zip(numbers, zip(rows, scores)) {
                result.examples.append(
                    example(selection, number, reading, rows: rows, scores: scores))
            }
        }
        judge(&result, selection)
        return result
    }

    /// The rows of one item.
    package func rows(_ selection: CoreSelection, _ number: Int, _ reading: Reading) -> CoreRows {
        CoreRows(
            selection.items[number], shots: selection.shots(of: number),
            delimiter: selection.task.delimiter,
            CoreRows.Layout(
                tokenizer: tokenizer, direction: direction, reading: reading, limit: limit,
                isFull: isFull && selection.task.kind != .language))
    }

    /// What the scorer is given of one item: of each option the whole, then its second part alone.
    private func texts(_ rows: CoreRows, _ reading: Reading) -> [ScoredText] {
        rows.options.flatMap { option -> [ScoredText] in
            if let alone = option.alone { return [option.joint, alone] }
            // The headline needs the second part only.
            let second = reading == .forward ? option.answer : option.question
            let joint = option.joint
            return [
                ScoredText(joint.ids, scored: (joint.ids.count - second.count)..<joint.ids.count)
            ]
        }
    }

    private func example(
        _ selection: CoreSelection, _ number: Int, _ reading: Reading, rows: CoreRows,
        scores: [TokenScores]
    ) -> CoreResult.Example {
        let item = selection.items[number]
        var example = CoreResult.Example(
            index: selection.lines[number], promptHash: rows.hash, scores: [], options: nil,
            prediction: nil, truth: item.truth, isRight: false, isTruncated: rows.isTruncated)
        if item.kind == .language {
            example.isRight = scores[0].isLikeliest.allSatisfy { $0 }
            return example
        }
        if isFull {
            let options = rows.options.enumerated().map { index, option in
                likelihood(option, joint: scores[2 * index], alone: scores[2 * index + 1], reading)
            }
            let (formula, norm) = CoreResult.headline(reading)
            example.scores = options.map { $0.score(formula, norm) }
            example.options = options
        } else {
            example.scores = scores.map { score in
                reading == .forward
                    ? score.logProbability / Double(max(1, score.nats.count))
                    : score.logProbability
            }
        }
        let best = Self.best(example.scores)
        example.prediction = item.name(of: best)
        example.isRight = best == item.gold
        return example
    }

    private func likelihood(
        _ option: CoreRows.Option, joint: TokenScores, alone: TokenScores, _ reading: Reading
    ) -> OptionLikelihood {
        let first = reading == .forward ? option.question : option.answer
        let begun = joint.logProbability(of: first)
        let bare = alone.logProbability
        return OptionLikelihood(
            question: reading == .forward ? begun : bare,
            answer: reading == .forward ? bare : begun, joint: joint.logProbability,
            questionTokens: option.question.count, answerTokens: option.answer.count,
            questionBytes: option.questionBytes, answerBytes: option.answerBytes)
    }

    /// The first of the highest, as everywhere.
    static func best(_ scores: [Double]) -> Int {
        scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) } ?? 0
    }

    private func judge(_ result: inout CoreResult, _ selection: CoreSelection) {
        let chance = result.chance
        let accuracy = Proportion(
            result.examples.count { $0.isRight }, of: result.examples.count)
        result.accuracy = accuracy
        result.centered = (accuracy.value - chance) / (1 - chance)
        result.isBelowChance = accuracy.upper < chance
        result.truncatedCount = result.examples.count { $0.isTruncated }
        guard selection.task.kind != .language else { return }
        result.guessing =
            selection.items.reduce(0) { $0 + 1 / Double($1.options("").count) }
            / Double(selection.items.count)
        var counts: [Int: Int] = [:]
        for item in selection.items { counts[item.gold, default: 0] += 1 }
        result.majority = Double(counts.values.max() ?? 0) / Double(result.examples.count)
        guard isFull else { return }
        for formula in LikelihoodFormula.allCases {
            for norm in LikelihoodNorm.allCases {
                let right = zip(result.examples, selection.items).count { example, item in
                    Self.best((example.options ?? []).map { $0.score(formula, norm) }) == item.gold
                }
                let accuracy = Proportion(right, of: result.examples.count)
                result.matrix.append(
                    CoreResult.Cell(
                        formula: formula, norm: norm, accuracy: accuracy,
                        centered: (accuracy.value - chance) / (1 - chance)))
            }
        }
    }
}
