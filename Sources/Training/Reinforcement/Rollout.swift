internal import Corpus
internal import Evaluation
internal import Language

/// An answer with what it is worth.
struct Rollout {
    /// Place of the question in the step.
    var group: Int
    /// Number of the question in its task.
    var question: Int
    /// The order in which it was written.
    var reading: Reading
    var answer: Answer
    var reward: Double
    /// The reward above the group's mean.
    var advantage = 0.0

    /// Ids that the model wrote itself: what is learnt, the end marker included.
    var writtenCount: Int { answer.isForced.count { !$0 } }
}

extension [Rollout] {
    /// Sets every advantage: the reward minus the mean of its group's, if asked divided by their deviation.
    /// - Returns: the groups whose rewards are all equal: there is nothing to learn from them.
    mutating func setAdvantages(scaledByDeviation: Bool) -> Set<Int> {
        var rewards: [Int: [Double]] = [:]
        for rollout in self { rewards[rollout.group, default: []].append(rollout.reward) }
        var even: Set<Int> = []
        for (group, values) in rewards where values.allSatisfy({ $0 == values[0] }) {
            even.insert(group)
        }
        for index in indices {
            guard !even.contains(self[index].group), let values = rewards[self[index].group] else {
                self[index].advantage = 0
                continue
            }
            let mean = values.reduce(0, +) / Double(values.count)
            var advantage = self[index].reward - mean
            if scaledByDeviation {
                let variance =
                    values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
                // Above zero, since the rewards differ.
                advantage /= variance.squareRoot()
            }
            self[index].advantage = advantage
        }
        return even
    }
}

/// Rollouts as rows: a micro-batch, and for each target the rollout and place it belongs to.
struct RolloutRows {
    var batch: Batch
    /// Rollout of each row.
    var rollouts: [Rollout]

    /// Rows of at most `rowCount` rollouts each, like lengths together.
    static func rows(_ rollouts: [Rollout], rowCount: Int, bos: Int32) -> [RolloutRows] {
        let sorted = rollouts.enumerated().sorted {
            let (a, b) = ($0.element.idCount, $1.element.idCount)
            return (a, $0.offset) < (b, $1.offset)
        }.map(\.element)
        return stride(from: 0, to: sorted.count, by: rowCount).map { start in
            RolloutRows(
                Array(sorted[start..<Swift.min(start + rowCount, sorted.count)]), bos: bos)
        }
    }

    private init(_ rollouts: [Rollout], bos: Int32) {
        self.rollouts = rollouts
        let T = rollouts.reduce(1) { Swift.max($0, $1.idCount - 1) }
        batch = Batch(rowCount: rollouts.count, columnCount: T)
        for (row, rollout) in rollouts.enumerated() {
            let prompt = rollout.answer.prompt.ids
            let ids = prompt + rollout.answer.ids
            for column in 0..<T {
                batch.inputs[row * T + column] = column < ids.count - 1 ? ids[column] : bos
            }
            for (place, isForced) in rollout.answer.isForced.enumerated() where !isForced {
                batch.targets[row * T + prompt.count + place - 1] = ids[prompt.count + place]
            }
            batch.placements.append(
                Batch.Placement(
                    row: row, column: 0,
                    window: Window(
                        document: rollout.question, start: 0, count: ids.count - 1,
                        opensDocument: true, closesDocument: true),
                    reading: rollout.reading, textColumn: 1))
        }
        batch.targetCount = batch.targets.count { $0 >= 0 }
    }

    /// One value for each cell, `[B, T]`: `value` of the rollout's own ids that are learnt, 0 elsewhere.
    /// - Parameter value: of the rollout in row `row`, its id number `place`, in cell `cell`.
    func cells(
        _ value: (_ rollout: Rollout, _ place: Int, _ cell: Int) -> Double
    ) -> [Float] {
        let T = batch.columnCount
        var values = [Float](repeating: 0, count: batch.rowCount * T)
        for (row, rollout) in rollouts.enumerated() {
            let first = row * T + rollout.answer.prompt.ids.count - 1
            for (place, isForced) in rollout.answer.isForced.enumerated() where !isForced {
                values[first + place] = Float(value(rollout, place, first + place))
            }
        }
        return values
    }
}

extension Rollout {
    /// Ids of prompt and answer.
    var idCount: Int { answer.prompt.ids.count + answer.ids.count }
}
