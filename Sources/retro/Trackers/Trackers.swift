import Arguments
import Foundation
import Journal
import Terminal

/// Programs outside that show runs: told by a process of their own, which the run never waits for.
enum Tracker: String, CaseIterable, OptionValue {
    case wandb
    case tensorboard
}

/// Where a run's metrics are sent.
struct TrackerOptions: ParsableArguments {
    @Option(
        help: "where metrics are sent: wandb (offline without a key), tensorboard")
    var tracker: [Tracker] = []

    @Option(help: "the wandb project that runs belong to")
    var trackerProject = "retrograde"

    /// Refuses a tracker that is not installed, before anything is trained.
    func check(_ world: World) throws {
        guard tracker.contains(.wandb), !WandbSink.isInstalled(world) else { return }
        throw CommandError.missing(WandbSink.remedy)
    }

    /// Starts a process for each tracker of the run in `directory`; it ends some time after this one.
    func start(for directory: RunDirectory, _ world: World) throws {
        for tracker in tracker {
            let words = [
                "track", directory.path, "--tracker=\(tracker.rawValue)",
                "--tracker-project=\(trackerProject)",
                "--follow=\(ProcessInfo.processInfo.processIdentifier)", "--quiet",
            ]
            // Threads of libraries would stand in training's way.
            var environment = world.environment
            environment["OMP_NUM_THREADS"] = "1"
            let log = "\(directory.path)/.tracker-\(tracker.rawValue).log"
            guard
                ChildProcess.detach(
                    world.executablePath, words, environment: environment, log: log)
            else {
                world.errors.line(
                    "\(tracker.rawValue) is not told: its process did not start; 'retro track \(directory.path)' "
                        + "catches up later")
                continue
            }
        }
    }
}

/// Something that takes a run's steps.
protocol TrackerSink: AnyObject {
    /// Takes `metrics` of one step.
    func log(_ metrics: [(name: String, value: Double)], step: Int) throws
    /// Says that steps from `step` on come again.
    func restart(at step: Int) throws
    /// Returns when everything taken so far is kept.
    func sync() throws
    /// Ends the record.
    func finish() throws
}

/// Event files in the run's folder `tensorboard`.
final class TensorBoardSink: TrackerSink {
    private let file: TensorBoardFile
    private let now: () -> Double

    init(_ directory: RunDirectory, in world: World) throws {
        let folder = directory.path + "/tensorboard"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let now = { world.now().timeIntervalSince1970 }
        self.now = now
        let process = ProcessInfo.processInfo
        let name = TensorBoardFile.name(
            seconds: now(), host: process.hostName, process: process.processIdentifier)
        file = try TensorBoardFile(path: "\(folder)/\(name)", seconds: now())
    }

    func log(_ metrics: [(name: String, value: Double)], step: Int) throws {
        try file.record(metrics, step: step, seconds: now())
    }
    func restart(at step: Int) throws { try file.restart(at: step, seconds: now()) }
    func sync() {}
    func finish() {}
}
