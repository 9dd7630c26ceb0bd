public import Corpus
public import Language
public import Provenance

/// Tries a task whose answers are written and judged.
public struct GenerativeEvaluation {
    /// Questions answered together: enough to fill the rows, few enough to show progress.
    private static let questionsAtOnce = 64

    private let generation: ChatGeneration
    private let settings: GenerationSettings
    private let sampleCount: Int
    private let countsUnfinished: Bool
    private let seed: Seed

    /// Trials with `sampleCount` answers to each question.
    /// - Parameter countsUnfinished: whether an answer can be right that the model did not end. Backward an answer
    ///   begins with its result, so a right one may be followed by anything at all.
    public init(
        _ generation: ChatGeneration, settings: GenerationSettings, sampleCount: Int = 1,
        countsUnfinished: Bool = false, seed: Seed
    ) {
        precondition(sampleCount > 0, "\(sampleCount) answers")
        self.generation = generation
        self.settings = settings
        self.sampleCount = sampleCount
        self.countsUnfinished = countsUnfinished
        self.seed = seed
    }

    /// What the model makes of the first `limit` questions of `task` in an order of their own.
    ///
    /// A question counts as right if its first answer is; pass@k tells of several.
    /// - Parameter progress: called with the number of questions answered.
    public func result(
        _ task: any GradedTask, _ setting: TaskResult.Setting, reading: Reading, limit: Int,
        progress: (Int) -> Void = { _ in }
    ) throws(SourceError) -> TaskResult {
        let numbers = TaskResult.numbers(limit: limit, of: task.count)
        precondition(!numbers.isEmpty, "no question of \(task.name)")
        var examples: [TaskResult.Example] = []
        var (calls, agreeing, unfinished, unfinishedRight) = (0, 0, 0, 0)
        for start in stride(from: 0, to: numbers.count, by: Self.questionsAtOnce) {
            let part = numbers[start..<min(start + Self.questionsAtOnce, numbers.count)]
            var questions: [Conversation] = []
            for number in part { questions.append(try task.question(at: number)) }
            let answers = generation.answers(
                to: questions, reading: reading, sampleCount: sampleCount, settings: settings,
                seeds: part.map { seed[task.name][$0] })
            for (number, answers) in zip(part, answers) {
                var grades: [Grade] = []
                for answer in answers {
                    var grade = try task.grade(answer.message, at: number)
                    if grade.isRight, !answer.isFinished {
                        unfinishedRight += 1
                        grade.isRight = countsUnfinished
                    }
                    grades.append(grade)
                    calls += answer.calls.count
                    agreeing += answer.calls.count { $0.agrees }
                    unfinished += answer.isFinished ? 0 : 1
                }
                examples.append(
                    TaskResult.Example(
                        index: number, promptHash: answers[0].prompt.hash, scores: nil,
                        prediction: grades[0].prediction, truth: grades[0].truth,
                        isRight: grades[0].isRight,
                        answers: answers.map { $0.message.parts.map(\.text).joined() },
                        rightCount: grades.count { $0.isRight },
                        finished: answers.map(\.isFinished),
                        isTruncated: answers[0].prompt.truncation.isTruncated))
            }
            progress(examples.count)
        }
        var result = TaskResult(
            task.name, setting, reading, kind: .generative,
            rule: countsUnfinished
                ? "the first written answer is right, whether the model ended it or not"
                : "the first written answer is right, and the model ended it",
            chance: 0, hasMajority: task.hasMajorityAnswer, examples: examples)
        result.generation = settings
        result.countsUnfinished = countsUnfinished
        result.unfinishedRight = Double(unfinishedRight) / Double(examples.count * sampleCount)
        result.unfinished = Double(unfinished) / Double(examples.count * sampleCount)
        result.toolAgreement = calls > 0 ? Double(agreeing) / Double(calls) : nil
        if sampleCount > 1 {
            result.passAtK = [:]
            for k in 1...sampleCount {
                let estimates = examples.map {
                    PassAtK.estimate(right: $0.rightCount ?? 0, of: sampleCount, k: k)
                }
                result.passAtK?[String(k)] = estimates.reduce(0, +) / Double(estimates.count)
            }
        }
        return result
    }
}

extension RenderedConversation {
    /// Digest of the ids.
    var hash: ContentHash {
        ContentHash(
            of: ids.flatMap { id in (0..<4).map { UInt8(truncatingIfNeeded: id >> ($0 * 8)) } })
    }
}
