import Arguments
import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Reporting
import Tensors
import Terminal
import Training

/// `retro quickstart`: corpus, tokenizer, three models, evaluation and the comparison of them.
enum QuickstartCommand {
    private static let output = Option<Path>(
        "output", default: "quickstart", placeholder: "DIR", "folder that everything goes into")
    private static let stepCount = Option(
        "num-iterations", default: 300, "optimizer steps of each model")
    private static let documentCount = Option(
        "documents", default: 8000, "built-in stories to write")

    static let command = Command<World>(
        "quickstart", "Train forward, backward and bidirectional models and compare them.",
        details: """
            Everything is made here: a corpus of built-in stories, a tokenizer, three small models, \
            their scores in both readings and a report. Stopped by a signal it exits with 75; the \
            same command goes on from there.
            """,
        examples: [
            Example("quickstart", "a few minutes on a laptop; the report is in quickstart/"),
            Example("quickstart --num-iterations 50 --output try", "a quicker, poorer one"),
        ],
        options: [
            OptionGroup(
                "Run",
                [
                    output.row, stepCount.row, documentCount.row, BaseOptions.dtype.row,
                    BaseOptions.device.row, Common.threads.row, Common.seed.row,
                    Common.experiments.row,
                ]),
            OptionGroup("Trackers", [Trackers.names.row, Trackers.project.row]),
            Common.writing,
        ]
    ) { world, options in
        let folder = world.resolved(options[output])
        guard options[stepCount] > 0, options[documentCount] >= 100 else {
            throw CommandError.invalid(
                "--num-iterations must be at least 1 and --documents at least 100.")
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let compute = try ComputeSettings(options, in: world)
        let seed = Seed(options[Common.seed])
        world.signals.hold { _ in
            world.say("\nstopping after this step; again to stop at once", options)
        }

        let stories = StoryCorpus(seed: seed["stories"], count: options[documentCount])
        let text = try write(stories, to: folder + "/data/stories.jsonl", world, options)
        let tokenizer = try train(on: stories, to: folder + "/tokenizer", world, options)
        let split = try CorpusSplit(
            paths: [text], split: DocumentSplit(validationFraction: 0.02),
            relativeTo: world.workingDirectory, spoolFolder: world.temporaryFolder)
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        var runs: [String] = []
        for direction in Direction.allCases {
            let experiment = try experiment(
                direction, options, tokenizer, split.fingerprint, compute.dtype)
            let directory = RunDirectory(path: "\(folder)/runs/\(direction.rawValue)")
            world.say(
                "\n\(direction.rawValue): \(Quantity.grouped(experiment.model.parameterCount)) "
                    + "parameters, \(Quantity.grouped(experiment.totalTokens)) tokens, "
                    + "\(experiment.dtype)", options)
            let run = StageRun(
                world: world, options: options, experiment: experiment, tokenizer: tokenizer,
                data: CorpusSides(
                    training: split.training, validation: split.validation,
                    fingerprint: split.fingerprint),
                directory: directory, device: compute.device, peakFLOPs: peak,
                sample: { run, model, step in
                    run.continueTexts(.stories, with: model, step: step)
                })
            if case .stopped(_, let step) = try run.perform() {
                world.say("stopped at step \(step); the same command goes on from there", options)
                return .resumable
            }
            runs.append(directory.path)
        }
        return try report(on: runs, to: folder, seed, world, options)
    }

    /// Four layers of width 128: small enough for a laptop, large enough to show what the data say.
    private static func experiment(
        _ direction: Direction, _ options: Options, _ tokenizer: Tokenizer, _ data: ContentHash,
        _ dtype: DType
    ) throws -> Experiment {
        let model = try ModelConfiguration(
            depth: 4, vocabularySize: tokenizer.vocabularySize, contextLength: 128,
            aspectRatio: 32, headWidth: 64)
        var experiment = Experiment(
            model: model, schedule: LearningRateSchedule(stepCount: options[stepCount]),
            deviceBatchSize: 32, totalBatchSize: 32 * 128, tokenizerHash: tokenizer.hash,
            dataHash: data)
        experiment.direction = direction
        experiment.evalEvery = max(1, options[stepCount] / 6)
        experiment.evalTokens = 20_000
        experiment.sampleEvery = 0
        experiment.saveEvery = 100
        experiment.statisticsEvery = max(1, options[stepCount] / 10)
        experiment.seed = options[Common.seed]
        experiment.dtype = dtype.name
        experiment.validationFraction = 0.02
        try experiment.validate()
        return experiment
    }

    private static func write(
        _ stories: StoryCorpus, to path: String, _ world: World, _ options: Options
    ) throws -> String {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let progress = world.progress(
            "writing stories", total: stories.count, unit: .things("stories"), options)
        let written = try CorpusFile.write(stories, to: path, format: .jsonl) {
            progress.advance(to: $0.documentCount)
        }
        progress.finish(at: written.documentCount)
        return path
    }

    private static func train(
        on stories: StoryCorpus, to folder: String, _ world: World, _ options: Options
    ) throws -> Tokenizer {
        var settings = BytePairSettings()
        settings.vocabularySize = 2048
        let training = try BytePairTrainer.train(
            (0..<stories.count).lazy.map { stories.document($0) }, settings: settings,
            threadCount: try world.threadCount(options))
        try training.tokenizer.save(to: folder)
        world.say(
            "tokenizer: \(Quantity.grouped(training.tokenizer.vocabularySize)) ids from "
                + "\(Quantity.grouped(training.characterCount)) characters", options)
        return training.tokenizer
    }

    private static func report(
        on runs: [String], to folder: String, _ seed: Seed, _ world: World, _ options: Options
    ) throws -> ExitCode {
        let findings = try StudiedRuns(world, options).comparison(
            of: runs, withDescendants: false, title: "Which way is easier to read?",
            corpusName: "held-out built-in stories", budget: .tokens, seed: seed["report"])
        let outcome = try FindingsWriter(renderer: AnalysisOutput.renderer(world)).writeReport(
            findings, in: folder)
        if let failure = outcome.renderingFailure { world.say(failure, options) }
        world.say("", options)
        let (html, markdown) = (outcome.paths[0], outcome.paths[1])
        if options[Common.json] {
            try world.write(
                json: ["headline": findings.headline, "markdown": markdown, "html": html])
            return .success
        }
        world.output.line("The report is in \(html)")
        world.output.line("and, as Markdown, in \(markdown).")
        world.output.line(findings.headline)
        return .success
    }
}
