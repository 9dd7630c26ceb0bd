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
struct Quickstart: RetroCommand {
    @Option(help: ArgumentHelp("folder that everything goes into", valueName: "DIR"))
    var output: Path = "quickstart"

    @Option(help: "optimizer steps of each model")
    var numIterations = 300

    @Option(help: "built-in stories to write")
    var documents = 8000

    static let configuration = CommandConfiguration(
        commandName: "quickstart",
        abstract: "Train forward, backward and bidirectional models and compare them.",
        discussion: """
            Everything is made here: a corpus of built-in stories, a tokenizer, three small models, \
            their scores in both readings and a report. Stopped by a signal it exits with 75; the \
            same command goes on from there.
            """,
        examples: [
            Example("quickstart", "a few minutes on a laptop; the report is in quickstart/"),
            Example("quickstart --num-iterations 50 --output try", "a quicker, poorer one"),
        ])

    @OptionGroup(title: "Machine") var compute: ComputeOptions
    @OptionGroup(title: "Machine") var seed: SeedOptions
    @ResolvedSettings var settings
    @OptionGroup(title: "Trackers") var trackers: TrackerOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let folder = world.resolved(output)
        guard numIterations > 0, documents >= 100 else {
            throw CommandError.invalid(
                "--num-iterations must be at least 1 and --documents at least 100.")
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let compute = try ComputeSettings(compute, in: world)
        let seed = Seed(seed.seed)
        world.stopAfterStep()

        let stories = StoryCorpus(seed: seed["stories"], count: documents)
        let text = try write(stories, to: folder + "/data/stories.jsonl", world)
        let tokenizer = try train(
            on: stories, to: folder + "/tokenizer", threadCount: compute.threadCount, world)
        let split = try CorpusSplit(
            paths: [text], split: DocumentSplit(validationFraction: 0.02),
            relativeTo: world.workingDirectory, spoolFolder: world.temporaryFolder)
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        var runs: [String] = []
        for direction in Direction.allCases {
            let experiment = try experiment(
                direction, tokenizer, split.fingerprint, compute.dtype)
            let directory = RunDirectory(path: "\(folder)/runs/\(direction.rawValue)")
            world.say(
                "\n\(direction.rawValue): \(Quantity.grouped(experiment.model.parameterCount)) "
                    + "parameters, \(Quantity.grouped(experiment.totalTokens)) tokens, "
                    + "\(experiment.dtype)")
            let run = StageRun(
                world: world, experiment: experiment, tokenizer: tokenizer,
                data: CorpusSides(
                    training: split.training, validation: split.validation,
                    fingerprint: split.fingerprint),
                directory: directory, compute: compute, peakFLOPs: peak, trackers: trackers,
                settings: settings,
                sample: { run, model, step in
                    run.continueTexts(.stories, with: model, step: step)
                })
            if case .stopped(_, let step) = try run.perform() {
                world.say("stopped at step \(step); the same command goes on from there")
                return .resumable
            }
            runs.append(directory.path)
        }
        return try report(on: runs, to: folder, seed, world)
    }

    /// Four layers of width 128: small enough for a laptop, large enough to show what the data say.
    private func experiment(
        _ direction: Direction, _ tokenizer: Tokenizer, _ data: ContentHash,
        _ dtype: DType
    ) throws -> Experiment {
        let model = try ModelConfiguration(
            depth: 4, vocabularySize: tokenizer.vocabularySize, contextLength: 128,
            aspectRatio: 32, headWidth: 64)
        var experiment = Experiment(
            model: model, schedule: LearningRateSchedule(stepCount: numIterations),
            deviceBatchSize: 32, totalBatchSize: 32 * 128, tokenizerHash: tokenizer.hash,
            dataHash: data)
        experiment.direction = direction
        experiment.evalEvery = max(1, numIterations / 6)
        experiment.evalTokens = 20_000
        experiment.sampleEvery = 0
        experiment.saveEvery = 100
        experiment.statisticsEvery = max(1, numIterations / 10)
        experiment.seed = seed.seed
        experiment.dtype = dtype.name
        experiment.validationFraction = 0.02
        try experiment.validate()
        return experiment
    }

    private func write(
        _ stories: StoryCorpus, to path: String, _ world: World
    ) throws -> String {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let progress = world.progress(
            "writing stories", total: stories.count, unit: .things("stories"))
        let written = try CorpusFile.write(stories, to: path, format: .jsonl) {
            progress.advance(to: $0.documentCount)
        }
        progress.finish(at: written.documentCount)
        return path
    }

    private func train(
        on stories: StoryCorpus, to folder: String, threadCount: Int, _ world: World
    ) throws -> Tokenizer {
        var settings = BytePairSettings()
        settings.vocabularySize = 2048
        let training = try BytePairTrainer.train(
            (0..<stories.count).lazy.map { stories.document($0) }, settings: settings,
            threadCount: threadCount)
        try training.tokenizer.save(to: folder)
        world.say(
            "tokenizer: \(Quantity.grouped(training.tokenizer.vocabularySize)) ids from "
                + "\(Quantity.grouped(training.characterCount)) characters")
        return training.tokenizer
    }

    private func report(
        on runs: [String], to folder: String, _ seed: Seed, _ world: World
    ) throws -> ExitCode {
        let findings = try StudiedRuns(world, ExperimentsOptions()).comparison(
            of: runs, withDescendants: false, title: "Which way is easier to read?",
            corpusName: "held-out built-in stories", budget: .tokens, seed: seed["report"])
        let outcome = try FindingsWriter(renderer: world.renderer).writeReport(
            findings, in: folder)
        if let failure = outcome.renderingFailure { world.say(failure) }
        world.say("")
        let (html, markdown) = (outcome.paths[0], outcome.paths[1])
        if world.wantsJSON {
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
