import Arguments
import Dispatch
import Experiments
import Foundation
import Journal
import Provenance
import Synchronization
import Terminal

/// `retro sweep`: one experiment many times, with other settings.
enum SweepCommand {
    private static let grid = Option(
        "grid", default: [String](), placeholder: "NAME=A,B,…",
        "options and their values; every combination is run")
    private static let list = Option<Path?>(
        "list", default: nil, placeholder: "FILE", "JSON list of objects of options, one a run")
    private static let seeds = Option(
        "seeds", default: [UInt64](), "seeds; each setting is run with every one")
    private static let random = Option(
        "random", default: 0, "so many combinations of the grid, drawn at random; 0 for all")
    private static let jobs = Option("jobs", short: "j", default: 1, "runs at once")
    private static let prefix = Option<String?>(
        "sweep-id", default: nil, placeholder: "ID",
        "what the runs' names begin with; by default the phase and the parent's name")
    private static let sweepSeed = Option<UInt64>(
        "sweep-seed", default: 42, "root of the random choice")

    /// Names that the sweep gives its runs itself.
    private static let own: Set<String> = ["experiment-id", "dry-run"]

    static let command = Command<World>(
        "sweep", "Run an experiment with many settings and seeds.",
        details: """
            Takes the flags of run, which all runs share. Runs are named by what sets them apart. One that fails \
            is told of and stops no other; the same command goes on where it stopped and runs again only what \
            has not finished.
            """,
        examples: [
            Example(
                "sweep --phase=sft --parent-experiment=mid_v1 --grid init-lr-frac=0.01,0.02,0.05,0.10 "
                    + "--seeds 1,2,3 --dry-run", "what would be run"),
            Example(
                "sweep --phase=base --grid depth=2,4 direction=forward,backward --data text/ --jobs 2",
                "two at a time"),
        ],
        options: [
            OptionGroup(
                "Sweep",
                [
                    grid.row, list.row, seeds.row, random.row, jobs.row, prefix.row, sweepSeed.row,
                ]),
            OptionGroup(
                "Experiment", RunCommand.ownGroup.rows.filter { $0.name != "experiment-id" }),
            PassedFlags.group, PassedFlags.byPhase, Common.writing,
        ]
    ) { world, options in
        let points = try points(world, options)
        let phase = options[RunCommand.phases].first?.rawValue ?? "sweep"
        let name =
            options[prefix] ?? options[RunCommand.parent].map { "\(phase)_\(plain($0))" } ?? phase
        let runs = points.map { (id: "\(name)_\($0.name)", point: $0) }
        for run in runs { _ = try RunIdentifier(run.id) }
        let lines = runs.map { line(options, $0.id, $0.point) }
        // Every line is read before the first is run.
        for line in lines { _ = try Retro.program.request(line, environment: [:]) { _ in Data() } }
        if options[Common.dryRun] {
            for line in lines { world.output.line("retro " + line.joined(separator: " ")) }
            let code = try Retro.perform(lines[0] + ["--dry-run"], in: world)
            world.output.line("\(lines.count) runs, of which that is the first")
            return code
        }
        return try perform(runs.map(\.id), lines, jobs: options[jobs], world, options)
    }

    /// `mid_v1@300` and `some/where` as part of a name.
    private static func plain(_ parent: String) -> String {
        String(((parent as NSString).lastPathComponent).map { $0 == "@" ? "-" : $0 })
    }

    private static func points(_ world: World, _ options: Options) throws -> [Grid.Point] {
        var axes: [Grid.Axis] = []
        for word in joined(options[grid]) {
            guard let axis = Grid.Axis(word) else {
                throw CommandError.invalid(
                    "--grid takes NAME=A,B,… with values that differ, not '\(word)'.")
            }
            axes.append(axis)
        }
        guard Set(axes.map(\.name)).count == axes.count else {
            throw CommandError.invalid("--grid names an option twice.")
        }
        if !options[seeds].isEmpty {
            axes.append(Grid.Axis(name: "seed", values: options[seeds].map { String($0) }))
        }
        if let path = options[list] {
            guard axes.isEmpty else {
                throw CommandError.invalid("--list says everything; leave --grid and --seeds out.")
            }
            return try listed(world.resolved(path))
        }
        guard !axes.isEmpty else {
            throw CommandError.invalid("name what is to differ by --grid, --seeds or --list.")
        }
        if options[random] > 0 {
            return Grid(
                options[random], randomOf: axes, seed: Seed(options[sweepSeed])["sweep"]
            ).points
        }
        return Grid(every: axes).points
    }

    /// Lists of words are cut at commas on their way here; what has no name goes on with the one before.
    private static func joined(_ words: [String]) -> [String] {
        words.reduce(into: []) { lines, word in
            if word.contains("=") || lines.isEmpty {
                lines.append(word)
            } else {
                lines[lines.count - 1] += "," + word
            }
        }
    }

    private static func listed(_ path: String) throws -> [Grid.Point] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError.missing("there is no '\(path)'.")
        }
        guard let objects = (try? JSONSerialization.jsonObject(with: data)) as? [[String: Any]],
            !objects.isEmpty
        else { throw CommandError.invalid("'\(path)' is not a JSON list of objects.") }
        return objects.map { object in
            let fields = FieldValue.flattened(object)
            return Grid.Point(
                object.keys.sorted().compactMap { key in
                    fields[key].map {
                        Grid.Axis.Setting(name: key.replacing("_", with: "-"), value: $0.exact)
                    }
                })
        }
    }

    /// The line of `run` for one point.
    private static func line(_ options: Options, _ id: String, _ point: Grid.Point) -> [String] {
        let swept = Set(point.settings.map(\.name))
        let rows = RunCommand.command.rows.filter {
            !own.contains($0.name) && !swept.contains($0.name)
        }
        let shared = rows.flatMap { row in
            (options.given(row.name) ?? []).map { "--\(row.name)=\($0)" }
        }
        return ["run", "--experiment-id=\(id)"] + shared
            + point.settings.map { "--\($0.name)=\($0.value)" }
    }

    /// Runs each line in a process of its own, some at once, and tells how each ended.
    static func perform(
        _ ids: [String], _ lines: [[String]], jobs: Int, _ world: World, _ options: Options
    ) throws -> ExitCode {
        guard jobs > 0 else { throw CommandError.invalid("--jobs must be at least 1.") }
        let progress = world.progress(
            "sweep", total: lines.count, unit: .things("runs"), options)
        let outcomes = Mutex([Int32?](repeating: nil, count: lines.count))
        let done = Mutex(0)
        world.signals.hold { _ in
            world.say("\nstopping: the runs save and end", options)
        }
        let room = DispatchSemaphore(value: jobs)
        let group = DispatchGroup()
        let isLoud = jobs == 1 && !options[Common.quiet]
        for (index, line) in lines.enumerated() {
            room.wait()
            guard world.signals.requested == nil else { break }
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
        if options[Common.json] {
            try world.write(
                json: Dictionary(uniqueKeysWithValues: zip(ids, ended.map { $0 ?? -1 })))
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
