import Evaluation
import Foundation
import Language
import Models
import Provenance
import Tensors
import Terminal
import Training

/// What models are asked to continue while they train: beginnings for a forward reading; endings, to
/// be led up to, for a backward one.
enum SamplePrompts {
    /// Facts of the world.
    /// - Source: the beginnings are karpathy/nanochat's, `base_train.py`.
    case facts
    /// What the built-in stories are about.
    case stories

    /// Tokens written for each prompt.
    static let tokenCount = 16

    func of(_ reading: Reading) -> [String] {
        switch (self, reading) {
        case (.facts, .forward):
            [
                "The capital of France is", "The chemical symbol of gold is",
                "If yesterday was Friday, then tomorrow will be", "The opposite of hot is",
                "The planets of the solar system are:", "My favorite color is",
                "If 5*x + 3 = 13, then x is",
            ]
        case (.facts, .backward):
            [
                " is the capital of France.", " is the chemical symbol of gold.",
                ", then tomorrow will be Sunday.", " is the opposite of hot.",
                " are the planets of the solar system.", " is my favorite color.",
                ", then x is 2.",
            ]
        case (.stories, .forward):
            ["It was a", "In the morning,", "Question: Who", "3 plus 4 is"]
        case (.stories, .backward):
            [" was very happy.", " went home.", "\nAnswer: yes.", " is 7."]
        }
    }
}

/// Samples as they stand in `evaluations/…/samples.json`.
struct SampleFile: Codable {
    /// Name inside a reading's folder.
    static let name = "samples.json"

    /// One text.
    struct Sample: Codable {
        /// What was given: a beginning, or an ending.
        var prompt: String
        /// All of it in natural order.
        var text: String
        /// Whether the model ended the text itself.
        var isComplete: Bool
    }

    /// Optimizer steps the model had taken.
    var step: Int
    /// In which order it wrote.
    var reading: Reading
    /// The texts.
    var samples: [Sample]

    func encoded() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("samples are strings")
        }
        return data
    }
}

extension StageRun {
    /// Lets the model go on with `prompts` in its own readings and keeps what it wrote.
    func continueTexts(_ prompts: SamplePrompts, with model: GPT, step: Int) {
        let generation = Generation(
            model, direction: experiment.direction, tokenizer: tokenizer)
        let generator = Generator(Seed(experiment.seed)["samples"][step], device: device)
        var sampling = Generation.Sampling()
        sampling.maximumCount = SamplePrompts.tokenCount
        for reading in experiment.direction.readings {
            var kept: [SampleFile.Sample] = []
            for prompt in prompts.of(reading) {
                let result = generation(
                    tokenizer.encode(prompt), reading: reading, sampling: sampling,
                    generator: generator)
                let text = tokenizer.decode(result.natural)
                kept.append(
                    SampleFile.Sample(prompt: prompt, text: text, isComplete: result.isFinished))
                world.say("  \(reading == .forward ? "→" : "←") \(text.debugDescription)", options)
            }
            let file = SampleFile(step: step, reading: reading, samples: kept)
            do throws(TrainingError) {
                try keep(file.encoded(), as: SampleFile.name, reading)
            } catch {
                world.errors.line("samples were not kept: \(error)")
            }
        }
    }
}
