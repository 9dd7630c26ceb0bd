import Arguments
import Dispatch
import Experiments
import Foundation
import Journal
import Provenance
import Runs
import Synchronization
import Terminal

/// `retro sweep`: one experiment many times, with other settings.
struct Sweep: RetroCommand {
    @Option(
        help: ArgumentHelp(
            "options and their values; every combination is run", valueName: "NAME=A,B,…"))
    var grid: [String] = []

    @Option(help: ArgumentHelp("JSON list of objects of options, one a run", valueName: "FILE"))
    var list: Path?

    @Option(help: "seeds; each setting is run with every one")
    var seeds: [UInt64] = []

    @Option(help: "so many combinations of the grid, drawn at random; 0 for all")
    var random = 0

    @Option(name: [.short, .long], help: "runs at once")
    var jobs = 1

    @Option(
        help: ArgumentHelp(
            "what the runs' names begin with; by default the phase and the parent's name",
            valueName: "ID"))
    var sweepId: String?

    @Option(help: "root of the random choice")
    var sweepSeed: UInt64 = 42

    /// Names that the sweep gives its runs itself.
    private static let own: Set<String> = ["experiment-id", "dry-run", "json", "quiet"]
    /// Flags of `run` that all runs share.
    private static let shared = Set(RunExperiment.rows.map(\.name)).subtracting(own)

    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Run an experiment with many settings and seeds.",
        discussion: """
            Takes the flags of run, which all runs share. Runs are named by what sets them apart. One that fails \
            is told of and stops no other; the same command goes on where it stopped and runs again only what \
            has not finished.
            """,
        examples: [
            Example(
                "sweep --phase=sft --parent-experiment=mid_v1 --grid init-lr-frac=0.01,0.02,0.05,0.10 "
                    + "--seeds 1,2,3 --dry-run", "what would be run"),
            Example(
                "sweep --phase=base --grid depth=2,4 direction=forward,backward --data text/ --max-seq-len 256 "
                    + "--device-batch-size 16 --total-batch-size 8192 --num-iterations 100 --eval-tokens 100000 "
                    + "--jobs 2",
                "four small models of 0.8 M tokens each, two at a time"),
        ])

    @OptionGroup(title: "Experiment") var experiment: ExperimentOptions
    @PassedOptions(PassedFlags.sections) var passed
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let grid: Grid
        do { grid = try points(world) } catch let fault as Grid.Fault {
            throw CommandError.invalid(fault.description)
        }
        let phase = experiment.phase.first?.rawValue ?? "sweep"
        let name =
            sweepId ?? experiment.parentExperiment.map { "\(phase)_\(plain($0))" } ?? phase
        let folder = ExperimentFolder(
            world, path: world.resolved(experiment.experiments.experimentsDir))
        let runs = zip(grid.points, grid.names).map { point, own in
            (id: "\(name)_\(folder.sweepName(own, of: point, in: grid, after: name))", point: point)
        }
        for run in runs { _ = try RunIdentifier(run.id) }
        let lines = runs.map { line($0.id, $0.point) }
        // Every line is read before the first is run.
        for line in lines { _ = try Retro.program.request(line, environment: [:]) { _ in Data() } }
        try refuseEqual(grid.points)
        if experiment.dryRun.dryRun {
            for line in lines { world.output.line("retro " + line.joined(separator: " ")) }
            let code = try Retro.perform(lines[0] + ["--dry-run"], in: world)
            world.output.line("\(lines.count) runs, of which that is the first")
            return code
        }
        return try Self.perform(runs.map(\.id), lines, jobs: jobs, world)
    }

    /// `mid_v1@300` and `some/where` as part of a name.
    private func plain(_ parent: String) -> String {
        String(((parent as NSString).lastPathComponent).map { $0 == "@" ? "-" : $0 })
    }

    /// Values may be spelled in two ways (`0.1` and `1e-1`) and mean one run.
    private func refuseEqual(_ points: [Grid.Point]) throws {
        let rows = RunExperiment.rows
        var seen: [[String: [String]]: Int] = [:]
        for (index, point) in points.enumerated() {
            var values: [String: [String]] = [:]
            for setting in point.settings {
                let row = rows.first { $0.name == setting.name }
                values[setting.name] = row?.canonical([setting.value]) ?? [setting.value]
            }
            if let other = seen.updateValue(index, forKey: values) {
                throw CommandError.invalid(
                    "runs \(other + 1) and \(index + 1) of the sweep would be the same; leave one out."
                )
            }
        }
    }

    private func points(_ world: World) throws -> Grid {
        var axes: [Grid.Axis] = []
        for word in grid {
            guard let axis = Grid.Axis(word) else {
                throw CommandError.invalid(
                    "--grid takes NAME=A,B,… with values that differ, not '\(word)'.")
            }
            axes.append(axis)
        }
        if !seeds.isEmpty {
            axes.append(Grid.Axis(name: "seed", values: seeds.map { String($0) }))
        }
        if let path = list {
            guard axes.isEmpty else {
                throw CommandError.invalid("--list says everything; leave --grid and --seeds out.")
            }
            return try Grid(list: listed(world.resolved(path)))
        }
        guard !axes.isEmpty else {
            throw CommandError.invalid("name what is to differ by --grid, --seeds or --list.")
        }
        if random > 0 {
            return try Grid(random, randomOf: axes, seed: Seed(sweepSeed)["sweep"])
        }
        return try Grid(every: axes)
    }

    private func listed(_ path: String) throws -> [Grid.Point] {
        let data = try TextFile.data(at: path)
        guard let objects = (try? JSONSerialization.jsonObject(with: data)) as? [[String: Any]],
            !objects.isEmpty
        else { throw CommandError.invalid("'\(path)' is not a JSON list of objects.") }
        return try objects.enumerated().map { index, object in
            Grid.Point(
                try object.keys.sorted().map { key in
                    guard let value = object[key].flatMap(FieldValue.init(plain:)) else {
                        throw CommandError.invalid(
                            "'\(path)': '\(key)' of object \(index + 1) must be a number, a text, true or "
                                + "false; several values of one option are written as one text, a,b."
                        )
                    }
                    return Grid.Axis.Setting(
                        name: key.replacing("_", with: "-"), value: value.exact)
                })
        }
    }

    /// The line of `run` for one point.
    private func line(_ id: String, _ point: Grid.Point) -> [String] {
        let swept = Set(point.settings.map(\.name))
        let shared = experiment.dryRun.settings.filter {
            $0.origin != .standard && Self.shared.contains($0.name) && !swept.contains($0.name)
        }.flatMap { setting in setting.words.map { "--\(setting.name)=\($0)" } }
        return ["run", "--experiment-id=\(id)"] + shared
            + point.settings.map { "--\($0.name)=\($0.value)" }
    }

    /// Runs each line in a process of its own, some at once, and tells how each ended.
    static func perform(
        _ ids: [String], _ lines: [[String]], jobs: Int, _ world: World
    ) throws -> ExitCode {
        guard jobs > 0 else { throw CommandError.invalid("--jobs must be at least 1.") }
        let progress = world.progress(
            "sweep", total: lines.count, unit: .things("runs"))
        let outcomes = Mutex([Int32?](repeating: nil, count: lines.count))
        let done = Mutex(0)
        world.signals.hold { _ in
            world.say("\nstopping: the runs save and end")
        }
        let room = DispatchSemaphore(value: jobs)
        let group = DispatchGroup()
        let isLoud = jobs == 1 && !world.isQuiet
        for (index, line) in lines.enumerated() {
            room.wait()
            guard world.signals.requested == nil else {
                // A semaphore that ends below its beginning ends the process.
                room.signal()
                break
            }
            DispatchQueue.global().async(group: group) {
                let status = child(line, isLoud: isLoud, world)
                outcomes.withLock { $0[index] = status }
                progress.advance(
                    to: done.withLock {
                        $0 += 1; return $0
                    }, note: ids[index])
                room.signal()
            }
        }
        group.wait()
        progress.finish(at: done.withLock { $0 })
        let ended = outcomes.withLock { $0 }
        var table = TextTable([("run", .left), ("", .left)])
        for (id, status) in zip(ids, ended) {
            let word =
                switch status {
                case nil: "not begun"
                case 0?: "finished"
                case ExitCode.resumable.rawValue?: "stopped"
                case let code?: "failed with status \(code)"
                }
            table.add([id, word])
        }
        if world.wantsJSON {
            try world.write(
                json: Dictionary(zip(ids, ended.map { $0 ?? -1 })) { first, _ in first })
        } else {
            for line in table.lines { world.output.line(line) }
        }
        if ended.allSatisfy({ $0 == 0 }) { return .success }
        return world.signals.requested == nil ? .failure : .resumable
    }

    /// Runs this program again with other words.
    private static func child(_ words: [String], isLoud: Bool, _ world: World) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: world.executablePath)
        process.arguments = words
        process.environment = world.environment
        process.currentDirectoryURL = URL(fileURLWithPath: world.workingDirectory)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        if !isLoud { process.arguments?.append("--quiet") }
        do { try process.run() } catch { return ExitCode.failure.rawValue }
        // A request to stop reaches the child by the terminal or from here.
        while process.isRunning {
            if world.signals.requested != nil { process.terminate() }
            Thread.sleep(forTimeInterval: 0.05)
            if world.signals.requested != nil {
                process.waitUntilExit()
            }
        }
        return process.terminationStatus
    }
}
