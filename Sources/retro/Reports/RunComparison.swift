import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Reporting
import Training

/// Reads finished runs back and makes their comparison report.
struct RunComparison {
    let world: World
    /// Folders of the runs, in the order of tables and legends.
    let runs: [String]
    /// Heading of the report.
    let title: String
    /// Where the validation text comes from, in words.
    let corpusName: String
    /// Commands that make the report again.
    let commands: [String]

    /// What the report says, and where it stands.
    struct Outcome {
        let headline: String
        let files: ComparisonReport.Outcome
    }

    /// Writes the report and its figures to `folder`.
    func write(to folder: String, seed: Seed) throws -> Outcome {
        var compared: [ComparedRun] = []
        var validation: MatchedWindows?
        for path in runs {
            let (run, windows) = try read(path)
            if let validation, validation.hash != windows.hash {
                throw CommandError.invalid(
                    "'\(path)' was validated on other windows than '\(runs[0])'; compare runs of "
                        + "one corpus, tokenizer, --max-seq-len and --eval-tokens.")
            }
            validation = windows
            compared.append(run)
        }
        guard let validation else {
            throw CommandError.invalid("name at least one run to report on.")
        }
        let tokens = Set(compared.map(\.settings.trainingTokens))
        let remarks =
            tokens.count == 1
            ? []
            : ["The runs were trained on different numbers of tokens, so they are not comparable."]
        let input = ComparisonInput(
            title: title, budget: .equalTotalTokens, validation: validation, runs: compared,
            commands: commands, remarks: remarks)
        let report = ComparisonReport(on: try Comparison(of: input, seed: seed))
        let renderer = world.repository.map {
            FigureRenderer(
                python: world.python, script: $0 + "/Tools/figures/render.py",
                site: world.wheels)
        }
        return Outcome(
            headline: report.headline, files: try report.write(to: folder, renderer: renderer))
    }

    private func read(_ path: String) throws -> (ComparedRun, MatchedWindows) {
        let reader = try RunReader(path: path)
        let experiment = try Experiment(decoding: try reader.configuration())
        let research = try reader.researchLog(.base)
        guard let step = try research.evaluationSteps().last,
            step == experiment.schedule.stepCount
        else {
            throw CommandError.missing(
                "'\(path)' is not finished: its last evaluation is not its last step. Run the "
                    + "command that began it again.")
        }
        let file = try scoreFile(path, experiment)
        let evaluation = MatchedEvaluation(
            of: try research.evaluation(at: step), name: corpusName, hash: file.windowsHash,
            rowLength: file.rowLength)
        let model = experiment.model
        let run = try ComparedRun(
            of: reader, phase: .base, direction: experiment.direction, seed: experiment.seed,
            settings: RunSettings(
                depth: model.layerCount, width: model.width, parameterCount: model.parameterCount,
                trainingTokens: experiment.totalTokens, steps: experiment.schedule.stepCount,
                rowLength: model.contextLength, dtype: experiment.dtype,
                tokenizerHash: experiment.tokenizerHash, vocabularySize: model.vocabularySize,
                dataFingerprints: []),
            scores: evaluation.scores, samples: samples(path, experiment))
        return (run, evaluation.windows)
    }

    private func scoreFile(_ path: String, _ experiment: Experiment) throws -> ScoreFile {
        let reading = experiment.direction.readings[0].rawValue
        let folder = RunDirectory(path: path).evaluations(.base, reading: reading)
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(ScoreFile.name)"))
        return try JSONDecoder().decode(ScoreFile.self, from: data)
    }

    private func samples(_ path: String, _ experiment: Experiment) -> [TextSample] {
        experiment.direction.readings.flatMap { reading -> [TextSample] in
            let folder = RunDirectory(path: path).evaluations(.base, reading: reading.rawValue)
            // A run without samples is reported without them.
            guard
                let data = FileManager.default.contents(atPath: "\(folder)/\(SampleFile.name)"),
                let file = try? JSONDecoder().decode(SampleFile.self, from: data)
            else { return [] }
            return file.samples.map {
                TextSample(
                    reading: reading, prompt: $0.prompt, text: $0.text, isComplete: $0.isComplete)
            }
        }
    }
}
