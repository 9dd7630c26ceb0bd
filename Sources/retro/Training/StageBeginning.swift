import Arguments
import Corpus
import Journal
import Language
import Models
import Provenance
import Training

/// The parent of a stage, and what the stage changes of it.
struct ParentOptions: ParsableArguments {
    @OptionGroup var model: ModelOptions

    @Option(
        help: "train in another direction than the parent's; recorded as a direction transfer")
    var direction: Direction?

    @Option(help: "positions a row; by default the parent's")
    var maxSeqLen: Int?

    @Option(help: "name of this run; by default the parent's tag")
    var runTag: String?
}

/// What every stage after base begins with: a parent, its tokenizer, a direction and a folder.
struct StageBeginning {
    let parent: StageParent
    let tokenizer: Tokenizer
    let direction: Direction
    /// The parent's shape, with the stage's row length.
    let model: ModelConfiguration
    let directory: RunDirectory

    /// Looks the parent up and checks that it fits.
    init(
        _ options: ParentOptions, runDirectory: Path?, phase: Phase, defaultSource: Phase,
        in world: World
    ) throws {
        let (run, path) = try options.model.find(defaultSource: defaultSource, in: world)
        parent = try StageParent(run: run, checkpoint: path)
        tokenizer = try options.model.tokenizer.tokenizer(
            matching: parent.state.tokenizerHash, of: run, in: world)
        direction = options.direction ?? parent.state.direction
        var model = parent.state.modelConfiguration
        if let length = options.maxSeqLen { model.contextLength = length }
        try model.validate()
        self.model = model
        let isTransfer = direction != parent.state.direction
        let tag =
            options.runTag ?? run.name + (isTransfer ? "_to_\(direction.rawValue)" : "")
        directory = RunDirectory(
            path: runDirectory.map(world.absolute)
                ?? "\(options.model.tokenizer.home.path(in: world))/\(phase.checkpointsFolderName)/\(tag)"
        )
        guard directory.path != run.path else {
            throw CommandError.invalid(
                "the run would overwrite its parent '\(run.path)'; name it otherwise by --run-tag.")
        }
        if isTransfer {
            world.say(
                "direction transfer: the parent reads \(parent.state.direction.rawValue), this "
                    + "run trains \(direction.rawValue)")
        }
    }
}
