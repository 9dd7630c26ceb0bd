import Arguments
import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Terminal
import Training

/// CORE's evaluation bundle.
struct BundleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "CORE's evaluation bundle; by default HOME/eval_bundle", valueName: "DIR"))
    var bundle: Path?

    @Option(
        help: ArgumentHelp(
            "CSV of what guessing gets; by default BUNDLE/eval_meta_data.csv", valueName: "FILE"))
    var baselines: Path?

    /// The folder.
    func path(home: HomeOptions, in world: World) -> String {
        world.absolute(bundle ?? Path(home.path(in: world) + "/eval_bundle"))
    }

    /// Opens it.
    func open(home: HomeOptions, in world: World) throws -> CoreBundle {
        try CoreBundle(
            folder: path(home: home, in: world), baselines: baselines.map(world.resolved))
    }
}

/// CORE while a base model trains.
struct CoreMetricOptions: ParsableArguments {
    @Option(help: "evaluate CORE every N steps, and at the end; -1 for never")
    var coreMetricEvery = 2000

    @Option(help: "items of each task of CORE")
    var coreMetricMaxPerTask = 500

    @OptionGroup var bundle: BundleOptions

    /// Whether somebody asked for it.
    var isAsked: Bool { $coreMetricEvery != .standard || bundle.bundle != nil }

    /// How often and how much; nil for never.
    var settings: TaskMetricSettings? {
        guard coreMetricEvery >= 0 else { return nil }
        return TaskMetricSettings(
            every: coreMetricEvery, maximumProblems: coreMetricMaxPerTask)
    }
}

/// Trials of one model at CORE's tasks.
struct CoreTrial {
    let world: World
    let evaluation: CoreEvaluation
    let setting: TaskResult.Setting
    /// Names the model's weights.
    let weights: ContentHash

    /// What the model makes of a task in one reading; the result in `folder` where it is of the same settings.
    func result(
        _ selection: CoreSelection, _ reading: Reading, keptIn folder: String?
    ) throws -> CoreResult {
        let name = CoreResult.fileName(of: selection.task.label)
        if let folder,
            let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
            let known = try? JSONDecoder().decode(CoreResult.self, from: data),
            known.settingsHash
                == evaluation.settingsHash(selection, reading: reading, weights: weights)
        {
            world.say("\(selection.task.label) \(reading.rawValue): kept from before")
            return known
        }
        let total = selection.items.count
        let progress = world.progress(
            "\(selection.task.label) \(reading.rawValue)", total: total, unit: .things("items"))
        let result = evaluation.result(
            selection, setting, reading: reading, weights: weights,
            progress: { progress.advance(to: $0) })
        if result.notApplicable == nil { progress.finish(at: total) }
        return result
    }
}

/// CORE while a base model trains.
struct CoreMetric {
    private let world: World
    private let selections: [CoreSelection]
    private let taskCount: Int

    /// Opens the tasks; nil where CORE is not asked for, or only by default and there is no bundle.
    init?(_ options: CoreMetricOptions, home: HomeOptions, in world: World) throws {
        guard options.coreMetricEvery >= 0 else { return nil }
        let folder = options.bundle.path(home: home, in: world)
        guard options.isAsked || FileManager.default.fileExists(atPath: folder) else {
            world.say(
                "CORE is not measured: there is no '\(folder)'; fetch it with 'retro data fetch "
                    + "core' or name its folder by --bundle")
            return nil
        }
        let maximum = options.coreMetricMaxPerTask
        guard maximum > 0 else {
            throw CommandError.invalid("--core-metric-max-per-task must be at least 1.")
        }
        let bundle = try options.bundle.open(home: home, in: world)
        selections = try bundle.tasks.compactMap {
            try bundle.selection(of: $0, maximum: maximum, spoolFolder: world.temporaryFolder)
        }
        taskCount = bundle.tasks.count
        self.world = world
    }

    /// CORE in the model's own readings, headline only; the results go beside those of `base-eval`.
    func measure(
        _ run: StageRun, _ model: GPT, _ step: Int
    ) throws -> [(name: String, value: Double)] {
        let experiment = run.experiment
        let trial = CoreTrial(
            world: world,
            evaluation: CoreEvaluation(
                model, direction: experiment.direction, tokenizer: run.tokenizer, isFull: false),
            setting: TaskResult.Setting(
                phase: experiment.phase.rawValue, step: step, direction: experiment.direction),
            weights: ContentHash(of: Array("\(experiment.hash.hex) after \(step)".utf8)))
        var scalars: [(name: String, value: Double)] = []
        for reading in experiment.direction.readings {
            var results: [CoreResult] = []
            for selection in selections {
                let result = try trial.result(selection, reading, keptIn: nil)
                try run.keep(
                    result.encoded(), as: CoreResult.fileName(of: result.task), reading)
                results.append(result)
            }
            let table = CoreTable(results, expectedCount: taskCount)
            guard let mean = table.mean else { continue }
            let name = reading == .forward ? "core_metric" : "core_metric_backward"
            scalars.append((name, mean))
            world.say(
                "  step \(step): \(name) \(String(format: "%.4f", mean)) "
                    + "(\(table.results.count) tasks)")
        }
        return scalars
    }
}
