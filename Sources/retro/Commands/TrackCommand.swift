import Arguments
import Foundation
import Journal
import Provenance
import Terminal

/// `retro track`: hands a run's record to trackers, while it trains or afterwards.
struct Track: RetroCommand {
    @Option(
        help: ArgumentHelp(
            "go on until the process PID has ended; without it, hand over what there is",
            valueName: "PID"))
    var follow: Int?

    @Option(help: "seconds between two looks")
    var interval = 1.0

    static let configuration = CommandConfiguration(
        commandName: "track",
        abstract: "Hand a run's record to wandb or TensorBoard, now or later.",
        discussion: """
            What was handed over is remembered in the run's folder, so the command goes on where it stopped. A run \
            started with --tracker does this by itself in a process of its own.
            """,
        examples: [
            Example(
                "track experiments/base_1 --tracker tensorboard",
                "then: tensorboard --logdir experiments"),
            Example("track experiments/base_1 --tracker wandb", "offline without WANDB_API_KEY"),
        ])

    @Argument(help: ArgumentHelp("folder of the run", valueName: "RUN"))
    var run: Path

    @OptionGroup(title: "Where to") var trackers: TrackerOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        guard !trackers.tracker.isEmpty else {
            throw CommandError.invalid("name a tracker: --tracker wandb or tensorboard.")
        }
        try trackers.check(world)
        // Training comes first.
        _ = nice(10)
        let path = world.resolved(run)
        let full = path.hasPrefix("/") ? path : "\(world.workingDirectory)/\(path)"
        let directory = RunDirectory(path: (full as NSString).standardizingPath)
        let phase = try directory.readManifest().phase
        for tracker in trackers.tracker {
            let pass = TrackerPass(
                tracker: tracker, directory: directory, phase: phase, owner: follow,
                pause: max(0.05, interval), world: world, project: trackers.trackerProject)
            try pass.run()
        }
        return .success
    }
}

/// One tracker told of one run, from where it was told last.
private struct TrackerPass {
    let tracker: Tracker
    let directory: RunDirectory
    let phase: Phase
    let owner: Int?
    let pause: Double
    let world: World
    let project: String

    private var stem: String { "\(directory.path)/.tracker-\(tracker.rawValue)" }

    func run() throws {
        guard let lock = locked() else {
            throw CommandError.invalid(
                "\(tracker.rawValue) is being told of '\(directory.path)' already.")
        }
        defer { close(lock) }
        let begin = FileManager.default.contents(atPath: stem + ".json")
            .flatMap { try? JSONDecoder().decode(RunFollower.Place.self, from: $0) }
        var follower = RunFollower(directory, phase: phase, from: begin ?? RunFollower.Place())
        var sink: (any TrackerSink)?
        var count = 0
        while true {
            let lives = owner.flatMap { pid_t(exactly: $0) }.map(ChildProcess.isRunning) ?? false
            let news = follower.look(holdsBack: lives)
            if let step = news.rewoundTo, count > 0 || begin != nil {
                if sink == nil { sink = try opened() }
                try sink?.restart(at: step)
            }
            if news.steps.isEmpty {
                if !lives && news.rewoundTo == nil { break }
                Thread.sleep(forTimeInterval: pause)
                continue
            }
            if sink == nil { sink = try opened() }
            for step in news.steps {
                var metrics = step.scalars.map { (name: TrackedName.of($0.name), value: $0.value) }
                metrics += step.layerNorms.map {
                    (TrackedName.gradientNorm(ofLayer: $0.layer), $0.norm)
                }
                try sink?.log(metrics, step: step.step)
            }
            try sink?.sync()
            // Kept only now: what a dead client did not confirm is told again.
            try AtomicFile.write(try Journal.json(follower.place), to: stem + ".json")
            count += news.steps.count
        }
        try sink?.finish()
        world.say("\(tracker.rawValue): \(count) steps told")
    }

    private func opened() throws -> any TrackerSink {
        switch tracker {
        case .tensorboard: try TensorBoardSink(directory, in: world)
        case .wandb: try WandbSink(directory, project: project, in: world)
        }
    }

    /// A lock on the tracker of this run; an earlier process that is still ending is waited for.
    private func locked() -> Int32? {
        let file = open(stem + ".lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return nil }
        for _ in 0..<(owner == nil ? 1 : 1200) {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
            usleep(100_000)
        }
        close(file)
        return nil
    }
}

/// Digests of short texts.
enum ContentHashText {
    static func of(_ text: String) -> String { ContentHash(of: Data(text.utf8)).hex }
}
