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

/// The options that name CORE's evaluation bundle.
enum BundleChoice {
    static let folder = Option<Path?>(
        "bundle", default: nil, placeholder: "DIR",
        "CORE's evaluation bundle; by default HOME/eval_bundle")
    static let baselines = Option<Path?>(
        "baselines", default: nil, placeholder: "FILE",
        "CSV of what guessing gets; by default BUNDLE/eval_meta_data.csv")

    /// The folder.
    static func path(_ options: Options, in world: World) -> String {
        let path = options[folder].map(world.resolved) ?? world.home(options) + "/eval_bundle"
        return path.hasPrefix("/") ? path : "\(world.workingDirectory)/\(path)"
    }

    /// The bundle.
    static func bundle(_ options: Options, in world: World) throws -> CoreBundle {
        try CoreBundle(
            folder: path(options, in: world), baselines: options[baselines].map(world.resolved))
    }
}

/// Trials of one model at CORE's tasks.
struct CoreTrial {
    let world: World
    let options: Options
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
            world.say("\(selection.task.label) \(reading.rawValue): kept from before", options)
            return known
        }
        let total = selection.items.count
        let progress = world.progress(
            "\(selection.task.label) \(reading.rawValue)", total: total, unit: .things("items"),
            options)
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
    private let options: Options
    private let selections: [CoreSelection]
    private let taskCount: Int

    /// Opens the tasks; nil where CORE is not asked for, or only by default and there is no bundle.
    init?(_ options: Options, in world: World) throws {
        guard options[BaseOptions.coreMetricEvery] >= 0 else { return nil }
        let isAsked =
            options.isGiven(BaseOptions.coreMetricEvery) || options.isGiven(BundleChoice.folder)
        let folder = BundleChoice.path(options, in: world)
        guard isAsked || FileManager.default.fileExists(atPath: folder) else {
            world.say(
                "CORE is not measured: there is no '\(folder)'; fetch it with 'retro data fetch "
                    + "core' or name its folder by --bundle", options)
            return nil
        }
        let maximum = options[BaseOptions.coreMetricMaxPerTask]
        guard maximum > 0 else {
            throw CommandError.invalid("--core-metric-max-per-task must be at least 1.")
        }
        let bundle = try BundleChoice.bundle(options, in: world)
        selections = try bundle.tasks.compactMap {
            try bundle.selection(of: $0, maximum: maximum, spoolFolder: world.temporaryFolder)
        }
        taskCount = bundle.tasks.count
        self.world = world
        self.options = options
    }

    /// CORE in the model's own readings, headline only; the results go beside those of `base-eval`.
    func measure(
        _ run: StageRun, _ model: GPT, _ step: Int
    ) throws -> [(name: String, value: Double)] {
        let experiment = run.experiment
        let trial = CoreTrial(
            world: world, options: options,
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
                    + "(\(table.results.count) tasks)", options)
        }
        return scalars
    }
}
