import Arguments
import Corpus
import Journal
import Language
import Models
import Provenance
import Training

/// What every stage after base begins with: a parent, its tokenizer, a direction and a folder.
struct StageBeginning {
    static let direction = Option<Direction?>(
        "direction", default: nil,
        "train in another direction than the parent's; recorded as a direction transfer")
    static let runTag = Option<String?>(
        "run-tag", default: nil, "name of this run; by default the parent's tag")
    static let maxSeqLen = Option<Int?>(
        "max-seq-len", default: nil, "positions a row; by default the parent's")

    let parent: StageParent
    let tokenizer: Tokenizer
    let direction: Direction
    /// The parent's shape, with the stage's row length.
    let model: ModelConfiguration
    let directory: RunDirectory

    /// Looks the parent up and checks that it fits.
    init(
        _ options: Options, phase: Phase, defaultSource: Phase, in world: World
    ) throws {
        let (run, path) = try ModelChoice.find(options, defaultSource: defaultSource, in: world)
        parent = try StageParent(run: run, checkpoint: path)
        tokenizer = try world.tokenizer(
            options, matching: parent.state.tokenizerHash, of: path)
        direction = options[Self.direction] ?? parent.state.direction
        var model = parent.state.modelConfiguration
        if let length = options[Self.maxSeqLen] { model.contextLength = length }
        try model.validate()
        self.model = model
        let isTransfer = direction != parent.state.direction
        let tag =
            options[Self.runTag] ?? run.name + (isTransfer ? "_to_\(direction.rawValue)" : "")
        directory = RunDirectory(
            path: options[Common.runDirectory].map(world.resolved)
                ?? "\(world.home(options))/\(phase.checkpointsFolderName)/\(tag)")
        guard directory.path != run.path else {
            throw CommandError.invalid(
                "the run would overwrite its parent '\(run.path)'; name it otherwise by --run-tag.")
        }
        if isTransfer {
            world.say(
                "direction transfer: the parent reads \(parent.state.direction.rawValue), this "
                    + "run trains \(direction.rawValue)", options)
        }
    }
}
