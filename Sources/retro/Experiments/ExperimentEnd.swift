import Arguments
import Evaluation
import Experiments
import Foundation
import Journal
import Language
import Provenance
import Reporting
import Terminal
import Training

/// What follows when an experiment has taken its last step: evaluations, results, report, a command of the user's.
struct ExperimentEnd {
    let world: World
    let options: Options
    let directory: RunDirectory
    let phase: Phase

    /// Evaluates by the stage's command, with the flags that the options pass on.
    func evaluate() throws -> ExitCode {
        let command = RunPhase.evaluation(of: phase)
        var words = ["--checkpoint=\(directory.path)"]
        words += PassedFlags.words(for: command, .eval, options)
        if let home = options.given("home") { words += home.map { "--home=\($0)" } }
        if options[Common.quiet] { words.append("--quiet") }
        func isGiven(_ name: String) -> Bool { words.contains { $0.hasPrefix("--\(name)=") } }
        if phase == .base, !isGiven("eval") {
            let bundle = BundleChoice.path(options, in: world)
            if FileManager.default.fileExists(atPath: bundle) {
                words += ["--eval=core", "--eval=sample"]
            } else {
                world.say("CORE is not tried: there is no '\(bundle)'", options)
                words.append("--eval=sample")
            }
        }
        if phase != .base, !isGiven("task-name") {
            let tasks = chatTasks()
            words += tasks.map { "--task-name=\($0.rawValue)" }
        }
        // Its tables would hide the paths that a script wants; they stand in files and in the report.
        let quiet = world.told([command.name] + words)
        let code = try Retro.perform([command.name] + words, in: quiet.silent)
        if code == .success { try keepResults() }
        return code
    }

    /// The tasks of ChatCORE whose files are here, and the one that the run was rewarded for.
    private func chatTasks() -> [ChatTask] {
        let files = BenchmarkFiles(options, in: world)
        var tasks = ChatTask.core.filter { task in
            guard let file = task.file else { return true }
            guard files.has(file) else {
                world.say(
                    "\(task.name) is not tried: there is no '\(files.path(of: file))'", options)
                return false
            }
            if task == .humanEval, world.find("bwrap") == nil {
                world.say("humaneval is not tried: there is no bubblewrap", options)
                return false
            }
            return true
        }
        if options.given("task")?.first == ChatTask.arithmetic.rawValue {
            tasks.append(.arithmetic)
        }
        return tasks
    }

    /// The numbers that searches ask for, by task and reading.
    private func keepResults() throws {
        struct Reading: Decodable {
            let task: String
            let reading: String
            let accuracy: Proportion?
        }
        struct Headline: Decodable {
            let reading: String
            let centered: Double
        }
        struct Summary: Decodable {
            let tasks: [Reading]
            let headlines: [Headline]?
            let chatcore: [String: Double]?
        }
        let file = phase == .base ? "core_summary.json" : "chat_summary.json"
        let path = "\(directory.evaluations)/\(phase.rawValue)_phase/\(file)"
        var results: [String: Double] = [:]
        if let data = FileManager.default.contents(atPath: path),
            let summary = try? JSONDecoder().decode(Summary.self, from: data)
        {
            for line in summary.tasks {
                results["\(line.task)_acc_\(line.reading)"] = line.accuracy?.value
            }
            for line in summary.headlines ?? [] { results["core_\(line.reading)"] = line.centered }
            for (reading, value) in summary.chatcore ?? [:] {
                results["chatcore_\(reading)"] = value
            }
        }
        try AtomicFile.write(try Journal.json(results), to: directory.results)
    }

    /// Writes `RESEARCH_REPORT.md` and `report.html` into the experiment's folder.
    func report() throws {
        let findings = try StudiedRuns(world, options).report(on: directory.path, baseline: nil)
        let outcome = try FindingsWriter(renderer: AnalysisOutput.renderer(world)).writeReport(
            findings, in: directory.path)
        if let failure = outcome.renderingFailure { world.say(failure, options) }
    }

    /// Runs the command of `--on-finish`; that it fails is said and changes nothing.
    func call(_ hook: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", hook]
        var environment = world.environment
        environment["RETRO_EXPERIMENT"] = directory.path
        environment["RETRO_PHASE"] = phase.rawValue
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
            process.waitUntilExit()
            if process.terminationStatus != 0 {
                world.errors.line(
                    "the command of --on-finish ended with status \(process.terminationStatus)")
            }
        } catch {
            world.errors.line(
                "the command of --on-finish did not start: \(error.localizedDescription)")
        }
    }
}
