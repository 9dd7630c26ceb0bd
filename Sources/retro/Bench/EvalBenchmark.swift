import Corpus
import Evaluation
import Foundation
import Language
import Models
import Provenance
import Runs
import Tensors

/// Items of CORE, scored our way and one at a time.
struct EvalBenchmark {
    /// A task's items as rows; each row with the tokens that the headline scores.
    struct Load {
        let name: String
        let groups: [[ScoredText]]

        /// Tokens of all rows, each counted for itself.
        var tokenCount: Int {
            groups.reduce(0) { $0 + $1.reduce(0) { $0 + $1.ids.count } }
        }
    }

    let model: GPT
    let loads: [Load]
    private let scorer: LikelihoodScorer

    /// A newborn model over `loads`: speed does not depend on what it has learnt.
    init(_ configuration: ModelConfiguration, dtype: DType, cellLimit: Int, loads: [Load]) {
        model = GPT(configuration, seed: Seed(42)["bench"], computeDType: dtype)
        scorer = LikelihoodScorer(model, cellLimit: cellLimit)
        self.loads = loads
    }

    /// Seconds for all items of a load our way.
    func together(_ load: Load, now: () -> Double) -> Double {
        let begin = now()
        _ = scorer.scores(load.groups)
        return now() - begin
    }

    /// Seconds for the same items as nanochat scores them: an item a pass, every option a whole padded row, and
    /// losses and predictions of every position.
    func oneAtATime(_ load: Load, now: () -> Double) -> Double {
        let begin = now()
        for texts in load.groups {
            let T = texts.reduce(1) { max($0, $1.ids.count) }
            var inputs = [Int32](repeating: 0, count: texts.count * T)
            var targets = inputs
            for (row, text) in texts.enumerated() {
                inputs.replaceSubrange(row * T..<row * T + text.ids.count, with: text.ids)
                targets.replaceSubrange(
                    row * T..<row * T + text.ids.count - 1, with: text.ids.dropFirst())
            }
            withoutGradient {
                let shape = [texts.count, T]
                let ids = Tensor(inputs, shape: shape, device: model.device).cast(to: .int64)
                let next = Tensor(targets, shape: shape, device: model.device).cast(to: .int64)
                let loss = model.loss(model.hidden(ids), next)
                _ = (loss.perToken.floats(), loss.predictions.scalars(Int64.self))
            }
        }
        return now() - begin
    }

    /// Loads of random ids in shapes that CORE's items have, for machines without the bundle.
    /// - Parameter limit: positions of a row, at most.
    static func loads(itemCount: Int, vocabularySize: Int, limit: Int, seed: Seed) -> [Load] {
        // Tokens before the options, options, tokens of each.
        let shapes: [(name: String, shared: Int, options: Int, own: Int)] = [
            ("0 shots, 4 long options", 60, 4, 25), ("10 shots, 4 options", 450, 4, 6),
            ("10 shots, 2 options", 1200, 2, 2), ("0 shots, 2 contexts", 12, 2, 12),
            ("10 shots, continuation", 350, 1, 3),
        ]
        var stream = seed.generator()
        func ids(_ count: Int) -> [Int32] {
            (0..<count).map { _ in Int32(stream.next() % UInt64(vocabularySize)) }
        }
        return shapes.map { shape in
            let groups = (0..<itemCount).map { _ in
                // Lengths differ, as in life.
                let spread = max(1, shape.shared / 4)
                let count = shape.shared - spread / 2 + Int(stream.next() % UInt64(spread))
                let shared = ids(max(1, min(count, limit - shape.own - 1)))
                return (0..<shape.options).map { _ in
                    let own = ids(shape.own)
                    return ScoredText(
                        shared + own, scored: shared.count..<shared.count + own.count)
                }
            }
            return Load(name: shape.name, groups: groups)
        }
    }

    /// Loads of a bundle's items: what `base-eval --headline-only` scores forward.
    static func loads(
        _ selections: [CoreSelection], tokenizer: Tokenizer, model: ModelConfiguration
    ) -> [Load] {
        let evaluation = CoreEvaluation(
            GPT(model, seed: Seed(42)["bench"]), direction: .forward, tokenizer: tokenizer,
            isFull: false)
        return selections.map { selection in
            Load(
                name: selection.task.label,
                groups: selection.items.indices.map { number in
                    evaluation.rows(selection, number, .forward).options.map { option in
                        let ids = option.joint.ids
                        return ScoredText(ids, scored: ids.count - option.answer.count..<ids.count)
                    }
                })
        }
    }
}
