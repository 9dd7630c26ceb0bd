import Arguments
import Corpus
import Evaluation
import Foundation
import Language
import Provenance

/// The tasks that `chat-rl` rewards, with questions to learn from and others to be measured on.
enum RewardedTaskName: String, CaseIterable, OptionValue {
    case gsm8k
    case arithmetic
    case spellingBee = "spelling-bee"

    /// Questions of the tasks that are made, not read.
    private static let generatedCount = (train: 100_000, test: 10_000)

    /// The questions of one side.
    func questions(
        forTraining: Bool, _ files: BenchmarkFiles, _ words: WordListOptions, seed: Seed,
        in world: World
    ) throws -> any GradedTask {
        let made = forTraining ? Self.generatedCount.train : Self.generatedCount.test
        switch self {
        case .gsm8k:
            let name: BenchmarkFiles.Name = forTraining ? .gsm8kTrain : .gsm8kTest
            return try GSM8KTask(files.items("GSM8K", name, as: GSM8KItem.self, in: world))
        case .arithmetic:
            return ArithmeticTask(
                Arithmetic(count: made, split: forTraining ? .train : .test, seed: seed))
        case .spellingBee:
            let words = try words.list(seed: seed, in: world)
            return SpellingBeeTask(
                SpellingBee(
                    count: made, split: forTraining ? .train : .test, words: words, seed: seed))
        }
    }

    /// What the questions are made of; nil where they are read from a file that says so itself.
    func fingerprint(
        _ files: BenchmarkFiles, _ words: WordListOptions, seed: Seed, in world: World
    ) throws -> ContentHash {
        switch self {
        case .gsm8k:
            return try files.items("GSM8K", .gsm8kTrain, as: GSM8KItem.self, in: world).fingerprint
        case .arithmetic:
            return Arithmetic(count: Self.generatedCount.train, split: .train, seed: seed)
                .fingerprint
        case .spellingBee:
            let words = try words.list(seed: seed, in: world)
            return SpellingBee(
                count: Self.generatedCount.train, split: .train, words: words, seed: seed
            ).fingerprint
        }
    }
}
