public import Corpus
internal import Foundation
public import Language
public import Models
internal import Provenance
internal import Tensors

/// Tries questions with choices: the likeliest of the choices' letters right behind `<|assistant_start|>`.
///
/// A letter is one token, so only the question is turned around in a backward reading.
public struct LetterEvaluation {
    /// Prompts read at once.
    private let rowCount: Int
    private let model: GPT
    private let tokenizer: Tokenizer
    private let generation: ChatGeneration

    /// Trials of `model`, which was trained in `direction` with `tokenizer`, `rowCount` prompts at once.
    public init(_ model: GPT, direction: Direction, tokenizer: Tokenizer, rowCount: Int = 32) {
        precondition(rowCount > 0, "\(rowCount) prompts at once")
        self.model = model
        self.tokenizer = tokenizer
        self.rowCount = rowCount
        generation = ChatGeneration(model, direction: direction, tokenizer: tokenizer)
    }

    /// What the model makes of the first `limit` questions of `items` in an order of their own.
    /// - Parameter progress: called with the number of questions answered.
    public func result(
        _ task: String, _ items: TaskFile<MultipleChoiceItem>, _ setting: TaskResult.Setting,
        reading: Reading, limit: Int, progress: (Int) -> Void = { _ in }
    ) throws(SourceError) -> TaskResult {
        var questions: [(number: Int, item: MultipleChoiceItem, prompt: RenderedConversation)] = []
        for number in TaskResult.numbers(limit: limit, of: items.count) {
            let item = try items.item(at: number)
            let prompt = generation.prompt(
                item.conversation.question, reading: reading, maximumCount: 1)
            questions.append((number, item, prompt))
        }
        precondition(!questions.isEmpty, "no question of \(task)")
        // Prompts of like length together: little padding.
        let order = questions.indices.sorted {
            (questions[$0].prompt.ids.count, $0) < (questions[$1].prompt.ids.count, $1)
        }
        var examples = [TaskResult.Example?](repeating: nil, count: questions.count)
        for start in stride(from: 0, to: order.count, by: rowCount) {
            let part = order[start..<min(start + rowCount, order.count)]
            let scores = scores(part.map { (questions[$0].prompt.ids, questions[$0].item) })
            for (index, scores) in zip(part, scores) {
                let (number, item, prompt) = questions[index]
                // The first of equals, as everywhere.
                let best = scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) } ?? 0
                examples[index] = TaskResult.Example(
                    index: number, promptHash: prompt.hash, scores: scores,
                    prediction: item.letters[best], truth: item.letters[item.answer],
                    isRight: best == item.answer, isTruncated: prompt.truncation.isTruncated)
            }
            progress(part.endIndex)
        }
        let chance =
            questions.reduce(0) { $0 + 1 / Double($1.item.choices.count) } / Double(questions.count)
        return TaskResult(
            task, setting, reading, kind: .letter,
            rule: "likeliest letter among the choices' behind <|assistant_start|>",
            chance: chance, hasMajority: true, examples: examples.compactMap { $0 })
    }

    /// ln p of each choice's letter, among the choices.
    private func scores(_ prompts: [(ids: [Int32], item: MultipleChoiceItem)]) -> [[Double]] {
        let T = prompts.reduce(1) { max($0, $1.ids.count) }
        var inputs = [Int32](repeating: 0, count: prompts.count * T)
        for (row, prompt) in prompts.enumerated() {
            inputs.replaceSubrange(row * T..<row * T + prompt.ids.count, with: prompt.ids)
        }
        let V = model.configuration.vocabularySize
        let logits = withoutGradient {
            let ids = Tensor(inputs, shape: [prompts.count, T], device: model.device)
                .cast(to: .int64)
            let ends = prompts.enumerated().map { Int64($0 * T + $1.ids.count - 1) }
            let index = Tensor(ends, shape: [ends.count], device: model.device)
            let last = model.hidden(ids).reshaped(prompts.count * T, -1).selecting(0, index)
            return model.logits(last).floats()
        }
        return prompts.enumerated().map { row, prompt in
            let own = prompt.item.letters.map { letter in
                Double(logits[row * V + Int(letterID(letter))])
            }
            let highest = own.max() ?? 0
            let total = own.reduce(0) { $0 + exp($1 - highest) }
            return own.map { $0 - highest - log(total) }
        }
    }

    private func letterID(_ letter: String) -> Int32 {
        let ids = tokenizer.encode(letter)
        precondition(ids.count == 1, "the letter \(letter) is \(ids.count) tokens")
        return ids[0]
    }
}
