public import Arguments
import Foundation
public import Journal
import Language
import Models
import Provenance
import Tensors
import Training

extension Phase: OptionValue {}

/// The options that name a trained model: stage, tag and step, or a checkpoint's own path.
struct ModelOptions: ParsableArguments {
    @Option(
        name: [.customShort("i"), .long],
        help: "stage that the model comes from: base, mid, sft or rl")
    var source: Phase?

    @Option(
        name: [.customShort("g"), .long],
        help: "name of the run; may be left out where the stage has one run only")
    var modelTag: String?

    @Option(
        name: .shortAndLong, help: "checkpoint after so many steps; -1 for the newest")
    var step = -1

    @Option(
        help: ArgumentHelp(
            "a run's folder or one checkpoint in it, instead of stage and tag", valueName: "DIR"))
    var checkpoint: Path?

    @OptionGroup var tokenizer: TokenizerOptions

    /// The checkpoint that the options name.
    /// - Parameter source: the stage where none is named; nil where one has to be.
    func find(
        defaultSource: Phase?, in world: World
    ) throws -> (run: RunDirectory, path: String) {
        if let given = checkpoint {
            let path = world.absolute(given)
            if FileManager.default.fileExists(atPath: path + "/state.json") {
                let folder = (path as NSString).deletingLastPathComponent
                return (RunDirectory(path: (folder as NSString).deletingLastPathComponent), path)
            }
            let run = RunDirectory(path: path)
            return (run, try newest(of: run))
        }
        guard let phase = source ?? defaultSource else {
            throw CommandError.invalid(
                "name the model: --source base, mid, sft or rl with --model-tag, or --checkpoint.")
        }
        let folder = "\(tokenizer.home.path(in: world))/\(phase.checkpointsFolderName)"
        let run = RunDirectory(path: "\(folder)/\(try tag(phase, in: folder))")
        return (run, try newest(of: run))
    }

    /// The tag that the options name, or the only one there is.
    private func tag(_ phase: Phase, in folder: String) throws -> String {
        let tags = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { RunDirectory(path: "\(folder)/\($0)").exists }.sorted()
        if let tag = modelTag {
            if tags.contains(tag) { return tag }
            let have = tags.isEmpty ? "has no run" : "has \(tags.joined(separator: ", "))"
            throw CommandError.missing(
                "there is no run '\(tag)' of the \(phase.rawValue) stage; '\(folder)' \(have).")
        }
        guard let first = tags.first else {
            throw CommandError.missing(
                "'\(folder)' has no run of the \(phase.rawValue) stage; train one, or name "
                    + "another --source, --home or --checkpoint.")
        }
        guard tags.count == 1 else {
            throw CommandError.invalid(
                "choose a run of the \(phase.rawValue) stage by --model-tag: "
                    + "\(tags.joined(separator: ", ")).")
        }
        return first
    }

    private func newest(of run: RunDirectory) throws -> String {
        let steps = Checkpoint.steps(in: run.checkpoints)
        if step >= 0 {
            guard steps.contains(step) else {
                let have = steps.map { String($0) }.joined(separator: ", ")
                throw CommandError.missing(
                    "'\(run.path)' has no checkpoint after \(step) steps; there is "
                        + "\(have.isEmpty ? "none" : have).")
            }
            return Checkpoint.path(of: step, in: run.checkpoints)
        }
        guard let last = steps.last else {
            throw CommandError.missing("'\(run.path)' has no checkpoint.")
        }
        return Checkpoint.path(of: last, in: run.checkpoints)
    }
}

/// A trained model with everything that using it takes.
struct LoadedModel {
    /// The weights, ready to compute.
    let model: GPT
    /// The tokenizer it was trained with.
    let tokenizer: Tokenizer
    /// Which way it reads.
    let direction: Direction
    /// The stage it comes from.
    let phase: Phase
    /// Optimizer steps it took in that stage.
    let step: Int
    /// The run it comes from.
    let run: RunDirectory
    /// Everything the checkpoint says but the tensors.
    let state: Checkpoint.State
    /// The checkpoint.
    let path: String

    /// The model that the options name, its tokenizer checked against the checkpoint's.
    /// - Parameter defaultSource: the stage where the options name none.
    init(
        _ options: ModelOptions, defaultSource: Phase? = nil, compute: ComputeSettings,
        in world: World
    ) throws {
        let (run, path) = try options.find(defaultSource: defaultSource, in: world)
        let checkpoint = try Checkpoint(reading: path, withOptimizer: false)
        let state = checkpoint.state
        tokenizer = try options.tokenizer.tokenizer(
            matching: state.tokenizerHash, of: run, in: world)
        model = GPT(
            state.modelConfiguration, seed: Seed(state.experiment.seed)["model/init"],
            device: compute.device, computeDType: compute.dtype)
        try model.load(checkpoint.model)
        direction = state.direction
        phase = state.experiment.phase
        step = state.step
        self.run = run
        self.state = state
        self.path = path
    }
}

extension TokenizerOptions {
    /// The tokenizer that `run` was trained with: the one that the options name, else the run's own copy; runs of
    /// before there was one have it in HOME.
    func tokenizer(
        matching hash: ContentHash, of run: RunDirectory, in world: World
    ) throws -> Tokenizer {
        let hasOwn = FileManager.default.fileExists(atPath: run.tokenizer)
        let folder = tokenizer == nil && hasOwn ? run.tokenizer : self.path(in: world)
        let tokenizer = try Tokenizer(contentsOf: folder)
        guard tokenizer.hash == hash else {
            throw TrainingError.foreignCheckpoint(
                path: run.path,
                "it was trained with another tokenizer than '\(folder)'; "
                    + (hasOwn && self.tokenizer != nil
                        ? "leave --tokenizer out" : "name its own by --tokenizer"))
        }
        return tokenizer
    }
}
