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

    /// The prompts with what the model makes of them, taking the likeliest token each time.
    /// - Parameter seeds: so many seeds.
    func continued(
        by generation: Generation, _ reading: Reading, seeds: (Int) -> [Seed]
    ) -> [SampleFile.Sample] {
        let prompts = of(reading)
        let texts = generation(
            prompts, reading: reading,
            settings: GenerationSettings(maximumCount: Self.tokenCount), seeds: seeds(prompts.count)
        )
        return texts.map {
            SampleFile.Sample(continuing: prompts[$0[0].prompt], $0[0])
        }
    }

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
        /// What was given: a beginning, an ending, or a question.
        var prompt: String
        /// In natural order: what was given with what was written, or the answer to a question.
        var text: String
        /// What the model wrote of it; nil in files of before it was told apart.
        var own: String?
        /// Whether the model ended the text itself.
        var isComplete: Bool

        /// What the model wrote, which in older files stands together with what was given.
        func written(_ reading: Reading, isAnswer: Bool) -> String {
            if let own { return own }
            switch reading {
            case _ where isAnswer: return text
            case .forward where text.hasPrefix(prompt): return String(text.dropFirst(prompt.count))
            case .backward where text.hasSuffix(prompt): return String(text.dropLast(prompt.count))
            default: return text
            }
        }
    }

    /// Optimizer steps the model had taken.
    var step: Int
    /// In which order it wrote.
    var reading: Reading
    /// Whether the texts answer questions, or continue; nil in older files, where the stage decides.
    var areAnswers: Bool?
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

    /// A line for each text, questions with their answers.
    var lines: [String] {
        let arrow = reading == .forward ? "→" : "←"
        return samples.map { sample in
            let question = areAnswers == true ? sample.prompt.debugDescription + " " : ""
            return "\(question)\(arrow) \(sample.text.debugDescription)"
        }
    }
}

extension SampleFile.Sample {
    /// What a model wrote to go on with `prompt`.
    init(continuing prompt: String, _ text: Generation.Text) {
        self.init(
            prompt: prompt, text: text.natural, own: text.own, isComplete: text.isFinished)
    }
}

/// What chat models are asked while they train.
enum SampleQuestions {
    static let all = [
        "Hello! How are you?", "What is the capital of France?", "What is 3 plus 4?",
        "Spell the word: apple",
    ]

    /// Tokens of an answer, at most.
    static let tokenCount = 48
}

extension StageRun {
    /// Lets the model go on with `prompts` in its own readings and keeps what it wrote.
    func continueTexts(_ prompts: SamplePrompts, with model: GPT, step: Int) {
        let generation = Generation(
            model, direction: experiment.direction, tokenizer: tokenizer)
        for reading in experiment.direction.readings {
            let samples = prompts.continued(by: generation, reading) { seeds($0, step) }
            keep(
                SampleFile(step: step, reading: reading, areAnswers: false, samples: samples))
        }
    }

    /// Lets the model answer a few questions in its own readings and keeps what it wrote.
    func answerQuestions(with model: GPT, step: Int) {
        let generation = ChatGeneration(
            model, direction: experiment.direction, tokenizer: tokenizer)
        let settings = GenerationSettings(maximumCount: SampleQuestions.tokenCount)
        let questions = SampleQuestions.all
        for reading in experiment.direction.readings {
            let answers = generation.answers(
                to: questions.map { Conversation(question: $0) }, reading: reading,
                settings: settings, seeds: seeds(questions.count, step))
            let samples = answers.map {
                SampleFile.Sample(
                    prompt: questions[$0[0].conversation], text: $0[0].message.text,
                    own: $0[0].message.text, isComplete: $0[0].isFinished)
            }
            keep(SampleFile(step: step, reading: reading, areAnswers: true, samples: samples))
        }
    }

    private func seeds(_ count: Int, _ step: Int) -> [Seed] {
        (0..<count).map { Seed(experiment.seed)["samples"][step][$0] }
    }

    /// Shows samples and keeps them; that a file could not be written is said, and stops nothing.
    private func keep(_ file: SampleFile) {
        for line in file.lines { world.say("  \(line)") }
        do throws(TrainingError) {
            try keep(file.encoded(), as: SampleFile.name, file.reading)
        } catch {
            world.errors.line("samples were not kept: \(error)")
        }
    }
}
