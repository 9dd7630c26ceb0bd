import Arguments
import Evaluation
import Experiments
import Foundation
import Journal
import Language
import Provenance
import Reporting
import Runs
import Terminal
import Training

/// What follows when an experiment has taken its last step: evaluations, results, report, a command of the user's.
struct ExperimentEnd {
    let world: World
    let options: ExperimentOptions
    /// The flags given to the stages and to evaluation.
    let passed: [ResolvedSetting]
    let directory: RunDirectory
    let phase: Phase

    /// Evaluates by the stage's command, with the flags that were passed on.
    func evaluate() throws -> ExitCode {
        let code = try phase == .base ? evaluateBase() : evaluateChat()
        if code == .success { try keepResults() }
        return code
    }

    private func evaluateBase() throws -> ExitCode {
        var evaluation = try BaseEval.parse(words(for: BaseEval.self))
        if evaluation.$eval == .standard {
            let bundle = evaluation.bundle.path(home: evaluation.model.tokenizer.home, in: world)
            let isThere = FileManager.default.fileExists(atPath: bundle)
            if !isThere { world.say("CORE is not evaluated: there is no '\(bundle)'") }
            evaluation.eval = isThere ? [.core, .sample] : [.sample]
        }
        return try evaluation.run(in: world.silent)
    }

    private func evaluateChat() throws -> ExitCode {
        var evaluation = try ChatEval.parse(words(for: ChatEval.self))
        if evaluation.$taskName == .standard {
            let files = BenchmarkFiles(
                evaluation.benchmarks, home: evaluation.model.tokenizer.home, in: world)
            evaluation.taskName = chatTasks(files)
        }
        return try evaluation.run(in: world.silent)
    }

    /// The line of an evaluation. Its tables would hide the paths that a script wants; they stand in files and in
    /// the report.
    private func words(for command: any RetroCommand.Type) -> [String] {
        var words = ["--checkpoint=\(directory.path)"]
        words += PassedFlags.words(for: command, .eval, passed)
        if options.home.$home != .standard { words.append("--home=\(options.home.home)") }
        if world.isQuiet { words.append("--quiet") }
        return words
    }

    /// The tasks of ChatCORE whose files are here, and the one that the run was rewarded for.
    private func chatTasks(_ files: BenchmarkFiles) -> [ChatTask] {
        var tasks = ChatTask.core.filter { task in
            guard let file = task.file else { return true }
            guard files.has(file) else {
                world.say(
                    "\(task.name) is not evaluated: there is no '\(files.path(of: file))'")
                return false
            }
            if task == .humanEval, world.find("bwrap") == nil {
                world.say("humaneval is not evaluated: there is no bubblewrap")
                return false
            }
            return true
        }
        if passed["task"]?.first == ChatTask.arithmetic.rawValue {
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
            let is_core: Bool
            let missing: [String]?
        }
        struct Summary: Decodable {
            let tasks: [Reading]
            let headlines: [Headline]?
            let chatcore: [String: Double]?
        }
        let file = phase == .base ? "core_summary.json" : "chat_summary.json"
        let path = "\(directory.evaluations)/\(phase.rawValue)_phase/\(file)"
        var results: [String: FieldValue] = [:]
        if let data = FileManager.default.contents(atPath: path),
            let summary = try? JSONDecoder().decode(Summary.self, from: data)
        {
            for line in summary.tasks {
                let name = Metric.accuracy(of: line.task, reading: line.reading).name
                results[name] = line.accuracy.map { .number($0.value) }
            }
            for line in summary.headlines ?? [] {
                let name =
                    line.is_core ? Metric.coreForward : Metric.partialCore(reading: line.reading)
                results[name] = .number(line.centered)
                if let missing = line.missing, !missing.isEmpty {
                    results["\(name)_without"] = .text(missing.joined(separator: ", "))
                }
            }
            for (reading, value) in summary.chatcore ?? [:] {
                results["chatcore_\(reading)"] = .number(value)
            }
        }
        try AtomicFile.write(try Journal.json(results), to: directory.results)
    }

    /// Writes `RESEARCH_REPORT.md` and `report.html` into the experiment's folder.
    func report() throws {
        let findings = try StudiedRuns(world, options.experiments).report(
            on: directory.path, baseline: nil)
        let outcome = try FindingsWriter(renderer: world.renderer).writeReport(
            findings, in: directory.path)
        if let failure = outcome.renderingFailure { world.say(failure) }
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
                "the command of --on-finish did not start: \(FileError.reason(of: error))")
        }
    }
}
