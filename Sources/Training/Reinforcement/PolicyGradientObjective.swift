public import Corpus
public import Evaluation
internal import Foundation
internal import Journal
public import Language
public import Models
public import Provenance
internal import Tensors

/// REINFORCE with the mean of a question's own answers as baseline: of several answers to one question those
/// above the mean become likelier, those below it less likely.
///
/// Everything random is a function of (seed, step, question, answer), so a step can be repeated from the weights
/// alone. Of a bidirectional model every other question is answered backward.
/// - Source: karpathy/nanochat `chat_rl.py`, late 2025. Unlike there the end marker is learnt, no sample is
///   dropped, and groups without an advantage are not computed.
public struct PolicyGradientObjective: StageObjective {
    /// Where the next question stands: epoch and place in its order.
    public private(set) var cursor: Cursor
    /// Nothing is waited for.
    public var waitedSeconds: Double { 0 }

    private let settings: ReinforcementSettings
    private let task: any GradedTask
    private let direction: Direction
    private let tokenizer: Tokenizer
    private let seed: Seed
    private let rowCount: Int
    /// The model that the divergence is measured from.
    private let parent: GPT?

    /// Learns from answers to `task`.
    /// - Parameters:
    ///   - rowCount: rows of a micro-batch.
    ///   - parent: the model as the stage began, where `settings.divergenceWeight` is not 0.
    ///   - step: steps done before.
    public init(
        _ settings: ReinforcementSettings, task: any GradedTask, direction: Direction,
        tokenizer: Tokenizer, seed: Seed, rowCount: Int, parent: GPT?, step: Int
    ) {
        precondition(task.count > 0 && rowCount > 0, "\(task.count) questions, \(rowCount) rows")
        precondition(
            (settings.divergenceWeight == 0) == (parent == nil), "a parent goes with a weight")
        self.settings = settings
        self.task = task
        self.direction = direction
        self.tokenizer = tokenizer
        self.seed = seed
        self.rowCount = rowCount
        self.parent = parent
        cursor = .start
        move(to: step)
    }

    private mutating func move(to step: Int) {
        let asked = step * settings.examplesPerStep
        cursor.epoch = asked / task.count
        cursor.document = asked % task.count
        // Steps, as far as a cursor can say so: each is found again by its number.
        cursor.rowsServed = step
    }

    /// Samples answers to the next questions, rewards them, and learns from what differs.
    public mutating func step(
        _ trainer: Trainer, observing observation: Trainer.Observation
    ) throws(TrainingError) -> StageStep {
        let step = trainer.step
        var rollouts = try sampled(by: trainer.model, step)
        let even = rollouts.setAdvantages(scaledByDeviation: settings.scalesByDeviation)
        var scalars = Self.scalars(of: rollouts, evenGroupCount: even.count)
        let learnt = rollouts.filter { !even.contains($0.group) }
        let rows = RolloutRows.rows(learnt, rowCount: rowCount, bos: tokenizer.bos)
        var outcome: Trainer.Outcome?
        if !rows.isEmpty {
            outcome = try learn(rows, trainer, step, observation, &scalars)
            trainer.countStep(ofUpdates: settings.updatesPerStep)
        } else {
            trainer.countStep(ofUpdates: 0)
        }
        move(to: step + 1)
        scalars.append(("epoch", Double(cursor.epoch)))
        var tokensSeen: [Reading: Int] = [:]
        for rollout in learnt { tokensSeen[rollout.reading, default: 0] += rollout.idCount - 1 }
        let keeps = settings.rolloutsEvery > 0 && step.isMultiple(of: settings.rolloutsEvery)
        return StageStep(
            outcome: outcome, tokensSeen: tokensSeen,
            positionCount: rows.reduce(0) { $0 + $1.batch.rowCount * $1.batch.columnCount },
            scalars: scalars, rollouts: keeps ? try records(of: rollouts) : [])
    }

    // MARK: Sampling

    private func sampled(by model: GPT, _ step: Int) throws(TrainingError) -> [Rollout] {
        let generation = ChatGeneration(
            model, direction: direction, tokenizer: tokenizer, rowLimit: max(rowCount, 32))
        let first = step * settings.examplesPerStep
        var rollouts: [Rollout] = []
        for (index, reading) in direction.readings.enumerated() {
            let stride = direction.readings.count
            let groups = Swift.stride(from: index, to: settings.examplesPerStep, by: stride)
            let questions = groups.map { question(first + $0) }
            var conversations: [Conversation] = []
            do throws(SourceError) {
                for question in questions { conversations.append(try task.question(at: question)) }
            } catch {
                throw .batches(.source(error))
            }
            let answers = generation.answers(
                to: conversations, reading: reading, sampleCount: settings.samplesPerExample,
                settings: settings.generation,
                seeds: groups.map { seed["rollouts"][step][$0] })
            for (place, group) in groups.enumerated() {
                for answer in answers[place] {
                    let grade: Grade
                    do throws(SourceError) {
                        grade = try task.grade(answer.message, at: questions[place])
                    } catch {
                        throw .batches(.source(error))
                    }
                    let counts = settings.countsUnfinished || answer.isFinished
                    rollouts.append(
                        Rollout(
                            group: group, question: questions[place], reading: reading,
                            answer: answer, reward: counts ? grade.reward : 0))
                }
            }
        }
        return rollouts
    }

    /// The question asked as number `ordinal` of the run: each epoch in an order of its own.
    private func question(_ ordinal: Int) -> Int {
        let epoch = ordinal / task.count
        return Permutation(count: task.count, seed: seed["questions"][epoch])[ordinal % task.count]
    }

    // MARK: Learning

    private func learn(
        _ rows: [RolloutRows], _ trainer: Trainer, _ step: Int,
        _ observation: Trainer.Observation,
        _ scalars: inout [(name: String, value: Double)]
    ) throws(TrainingError) -> Trainer.Outcome {
        var written: [Int: Int] = [:]
        for rollout in rows.flatMap(\.rollouts) {
            written[rollout.group, default: 0] += rollout.writtenCount
        }
        /// Every question counts alike, and every token of its answers.
        func share(_ rollout: Rollout) -> Double {
            1 / Double(max(1, written[rollout.group] ?? 1) * settings.examplesPerStep)
        }
        let reference = parent.map { parent in rows.map { Self.losses(of: $0, by: parent) } }
        var divergence = DivergenceTally()
        var first: Trainer.Outcome?
        var last: Trainer.Outcome?
        for update in 0..<settings.updatesPerStep {
            // At the first update the samples are the model's own: every ratio is one.
            let current =
                update > 0 || reference != nil
                ? rows.map { Self.losses(of: $0, by: trainer.model) } : nil
            let weights = rows.indices.map { index in
                rows[index].cells { rollout, place, cell in
                    var weight = rollout.advantage
                    if update > 0, let current {
                        let ratio = exp(
                            Double(-current[index][cell])
                                - Double(rollout.answer.logProbabilities[place]))
                        weight = divergence.clipped(
                            rollout.advantage, ratio: ratio, range: settings.clipRange)
                    }
                    if let reference, let current {
                        let difference = Double(current[index][cell] - reference[index][cell])
                        weight += settings.divergenceWeight * divergence.weight(of: difference)
                    }
                    return weight * share(rollout)
                }
            }
            let outcome = try trainer.update(
                rows.map(\.batch), weights: weights, step: step,
                observing: update == 0 ? observation : Trainer.Observation())
            if update == 0 { first = outcome }
            last = outcome
        }
        // What was observed at the first update, where the samples are the model's own.
        last?.positions = first?.positions
        last?.tokens = first?.tokens
        last?.layers = first?.layers ?? []
        guard let last else { preconditionFailure("a step of no update") }
        scalars.append(("sampled_nats", last.natsPerTarget))
        if reference != nil { scalars.append(("kl", divergence.mean)) }
        if settings.updatesPerStep > 1 {
            scalars.append(("clip_fraction", divergence.clippedShare))
        }
        return last
    }

    /// Nats of each cell of `rows` under `model`, `[B, T]`.
    private static func losses(of rows: RolloutRows, by model: GPT) -> [Float] {
        let shape = [rows.batch.rowCount, rows.batch.columnCount]
        return withoutGradient {
            let ids = Tensor(rows.batch.inputs, shape: shape, device: model.device)
                .cast(to: .int64)
            let targets = Tensor(rows.batch.targets, shape: shape, device: model.device)
                .cast(to: .int64)
            return model.loss(model.hidden(ids), targets).perToken.scalars(Float.self)
        }
    }

    // MARK: Records

    private static func scalars(
        of rollouts: [Rollout], evenGroupCount: Int
    ) -> [(name: String, value: Double)] {
        let count = Double(rollouts.count)
        func mean(_ value: (Rollout) -> Double) -> Double {
            rollouts.reduce(0) { $0 + value($1) } / count
        }
        let passed = Set(rollouts.filter { $0.reward > 0 }.map(\.group))
        let groups = Set(rollouts.map(\.group))
        let rewards = mean(\.reward)
        var scalars: [(name: String, value: Double)] = [
            (Metric.reward, rewards),
            ("pass_rate", Double(passed.count) / Double(groups.count)),
            ("groups_skipped", Double(evenGroupCount)),
            ("sequence_length", mean { Double($0.answer.ids.count) }),
            ("unfinished", mean { $0.answer.isFinished ? 0 : 1 }),
        ]
        for reading in Reading.allCases {
            let own = rollouts.filter { $0.reading == reading }
            guard !own.isEmpty, own.count < rollouts.count else { continue }
            let value = own.reduce(0) { $0 + $1.reward } / Double(own.count)
            scalars.append(("\(reading.rawValue)_reward", value))
        }
        let calls = rollouts.flatMap(\.answer.calls)
        if !calls.isEmpty {
            let agreeing = Double(calls.count { $0.agrees })
            scalars.append(("tool_agreement", agreeing / Double(calls.count)))
        }
        return scalars
    }

    private func records(of rollouts: [Rollout]) throws(TrainingError) -> [RolloutRecord] {
        var records: [RolloutRecord] = []
        for rollout in rollouts {
            let question: Conversation
            do throws(SourceError) { question = try task.question(at: rollout.question) } catch {
                throw .batches(.source(error))
            }
            records.append(
                RolloutRecord(
                    question: rollout.question, reading: rollout.reading.rawValue,
                    prompt: question.messages.last?.text ?? "",
                    text: rollout.answer.message.parts.map(\.text).joined(),
                    reward: Float(rollout.reward), advantage: Float(rollout.advantage),
                    length: Int32(rollout.answer.ids.count),
                    isFinished: rollout.answer.isFinished))
        }
        return records
    }
}

/// Adds up how far a model has moved from its samples and from its parent.
struct DivergenceTally {
    private var sum = 0.0
    private var count = 0
    private var clippedCount = 0
    private var ratioCount = 0

    /// Mean of exp(d) − d − 1, d = ln p(parent) − ln p(model): an estimate of KL(model ‖ parent) that is never
    /// below zero.
    /// - Source: John Schulman, "Approximating KL divergence", 2020, k3.
    var mean: Double { count > 0 ? sum / Double(count) : 0 }
    /// Share of ratios that were out of range, with nothing learnt from them.
    var clippedShare: Double { ratioCount > 0 ? Double(clippedCount) / Double(ratioCount) : 0 }

    /// The weight of a loss −ln p whose gradient is that of k3.
    /// - Parameter difference: ln p(parent) − ln p(model).
    mutating func weight(of difference: Double) -> Double {
        sum += exp(difference) - difference - 1
        count += 1
        return exp(difference) - 1
    }

    /// The weight of a loss −ln p whose gradient is that of the clipped surrogate min(r·A, clip(r)·A).
    mutating func clipped(_ advantage: Double, ratio: Double, range: Double) -> Double {
        ratioCount += 1
        let isOut = advantage > 0 ? ratio > 1 + range : ratio < 1 - range
        clippedCount += isOut ? 1 : 0
        return isOut ? 0 : ratio * advantage
    }
}
