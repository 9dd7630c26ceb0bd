import Arguments
import Experiments
import Foundation
import Terminal

/// `retro study`: a whole study, from its question to what is made of its runs.
struct RunStudy: RetroCommand {
    @Option(
        help: ArgumentHelp(
            "folder that everything goes into; by default studies/NAME", valueName: "DIR"))
    var output: Path?

    @Option(name: [.short, .long], help: "runs at once")
    var jobs = 1

    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Run a study: its data, its runs, its report.",
        discussion: """
            NAME is one of the repository's Studies (without .json), or a file. Without a name they are listed. \
            All paths of a study are below its folder. The same command goes on where it stopped.
            """,
        examples: [
            Example("study", "which there are, and what they ask"),
            Example(
                "study directions-tiny --jobs 2",
                "nine runs of 150 small steps, minutes on a laptop"),
            Example("study multi-scale --dry-run", "the lines it would run"),
        ])

    @Argument(help: ArgumentHelp("the study", valueName: "NAME"))
    var study: String?

    @OptionGroup(title: "Study") var dryRun: DryRunOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        guard let name = study else { return try list(world) }
        let path = try path(of: name, world)
        let study: Study
        do throws(Study.Fault) { study = try Study(path: path) } catch {
            throw CommandError.invalid(error.description)
        }
        let runs = study.runs
        let lines = runs.map { $0.command + ["--experiments-dir=experiments"] }
        // Every line is read before the first is run.
        for line in (study.prepare ?? []).map(\.command) + lines {
            _ = try Retro.program.request(line, environment: [:]) { _ in Data() }
        }
        let finish = study.finishing(runs.map { "experiments/\($0.id)" })
        if dryRun.dryRun {
            for line in (study.prepare ?? []).map(\.command) + lines + finish {
                world.output.line("retro " + line.joined(separator: " "))
            }
            return .success
        }
        let title = ((name as NSString).lastPathComponent as NSString).deletingPathExtension
        let given = output.map(world.resolved) ?? "studies/\(title)"
        let folder = given.hasPrefix("/") ? given : "\(world.workingDirectory)/\(given)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        guard FileManager.default.changeCurrentDirectoryPath(folder) else {
            throw CommandError.missing("cannot enter '\(folder)'.")
        }
        let inside = world.with(directory: folder)
        world.say("\(title): \(study.question)")
        let quiet = world.isQuiet ? ["--quiet"] : []
        for step in study.prepare ?? []
        where !FileManager.default.fileExists(atPath: "\(folder)/\(step.makes)") {
            let code = try Retro.perform(
                step.command + quiet, in: inside.with(arguments: step.command))
            guard code == .success else { return code }
        }
        if !lines.isEmpty {
            let code = try Sweep.perform(
                runs.map(\.id), lines, jobs: jobs, inside)
            guard code == .success else { return code }
        }
        for line in finish {
            let code = try Retro.perform(line + quiet, in: inside.with(arguments: line))
            guard code == .success else { return code }
        }
        return .success
    }

    private func folder(_ world: World) -> String? {
        world.repository.map { $0 + "/Studies" }
    }

    private func names(_ world: World) -> [String] {
        guard let folder = folder(world) else { return [] }
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    private func path(of name: String, _ world: World) throws -> String {
        if let folder = folder(world), names(world).contains(name) {
            return "\(folder)/\(name).json"
        }
        let path = world.resolved(Path(name))
        guard FileManager.default.fileExists(atPath: path) else {
            let near = nearestName(to: name, among: names(world)).map { "; did you mean \($0)?" }
            throw CommandError.missing(
                "there is no study '\(name)'\(near ?? "; there is \(names(world).joined(separator: ", ")).")"
            )
        }
        return path
    }

    private func list(_ world: World) throws -> ExitCode {
        var table = TextTable([("study", .left), ("runs", .right), ("question", .left)])
        var all: [String: Study] = [:]
        for name in names(world) {
            guard let folder = folder(world), let study = try? Study(path: "\(folder)/\(name).json")
            else { continue }
            all[name] = study
            table.add([name, String(study.runs.count), study.question])
        }
        if world.wantsJSON {
            try world.write(json: all)
        } else {
            for line in table.lines { world.output.line(line) }
        }
        return .success
    }
}
