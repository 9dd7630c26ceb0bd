import Arguments
import Experiments
import Foundation
import Journal
import Language
import Models
import Provenance
import Runs
import Terminal
import Training

/// What `run` and `sweep` are told of experiments, beside the flags of their stages.
struct ExperimentOptions: ParsableArguments {
    @Option(
        help: "stages to go through, in the order of a model's life: base, mid, sft, rl, eval")
    var phase: [RunPhase]

    @Option(
        help: ArgumentHelp(
            "where the weights come from: a name, a name and a step (ID@1200), or a folder",
            valueName: "ID"))
    var parentExperiment: String?

    @Option(help: "which checkpoint of the parent")
    var parentCheckpoint = PickName.last

    @Flag(help: "begin anew: what is there is moved aside, never overwritten")
    var force = false

    @Flag(
        help:
            "keep the later phases of a chain as folders of the first one (ID/mid) instead of beside it (ID_mid)"
    )
    var oneDirectory = false

    @Flag(help: "evaluate each stage when it ends")
    var evaluate = true

    @Flag(help: "write a report of each stage when it ends")
    var report = true

    @Option(
        help: ArgumentHelp(
            "shell command to run after each stage, with RETRO_EXPERIMENT and RETRO_PHASE set",
            valueName: "COMMAND"))
    var onFinish: String?

    @OptionGroup var experiments: ExperimentsOptions
    @OptionGroup var home: HomeOptions
    @OptionGroup var dryRun: DryRunOptions

    /// Spellings of `--parent-checkpoint`.
    enum PickName: String, CaseIterable, OptionValue {
        case last
        case best
    }
}

/// `retro run`: experiments, one stage or a chain of them, from weights to report.
struct RunExperiment: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run an experiment: a stage or a chain of stages, with evaluation and report.",
        discussion: """
            Each stage is an experiment of its own under --experiments-dir: the first is called ID, the later \
            ones of a chain ID_mid, ID_sft and so on, and ID as a parent stands for the last of them. Every \
            flag of the stages may be given; it goes to each phase that has it, and --mid.NAME to that phase \
            alone. The same command goes on where it was interrupted and does nothing twice.
            """,
        examples: [
            Example(
                "run --phase=base --direction=backward --depth=4 --data text/ --experiment-id=b4 --max-seq-len 256 "
                    + "--device-batch-size 16 --total-batch-size 8192 --num-iterations 300 --eval-tokens 100000",
                "one stage: 2.5 M tokens, about ten minutes on one core"),
            Example(
                "run --phase=base,mid,sft --depth=4 --base.data text/ --mid.data chat.jsonl --sft.data chat.jsonl "
                    + "--max-seq-len 256 --device-batch-size 16 --total-batch-size 8192 --num-iterations 100 "
                    + "--eval-tokens 100000 --max-problems 100 --max-new-tokens 64 --experiment-id=whole",
                "a chain of three stages of 0.8 M tokens each"),
            Example(
                "run --phase=sft --parent-experiment=mid_v1@300 --init-lr-frac=0.05 --mixture arithmetic@3000 "
                    + "--num-iterations 100 --max-problems 100 --max-new-tokens 64",
                "100 steps from a checkpoint of another experiment"),
        ])

    @OptionGroup(title: "Experiment") var experiment: ExperimentOptions

    @Option(
        help: ArgumentHelp(
            "name of the experiment; by default the date, the direction and the depth",
            valueName: "ID"))
    var experimentId: String?

    @PassedOptions(PassedFlags.sections) var passed
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        try ExperimentChain(self, in: world).run()
    }
}

/// The stages of one `retro run`.
struct ExperimentChain {
    private let world: World
    private let options: ExperimentOptions
    private let passed: [ResolvedSetting]
    private let phases: [RunPhase]
    private let folder: ExperimentFolder
    private let ids: [String]

    /// Checks everything that can be checked before something is trained.
    init(_ command: RunExperiment, in world: World) throws {
        self.world = world
        options = command.experiment
        passed = command.passed
        phases = options.phase
        folder = ExperimentFolder(
            world, path: world.resolved(options.experiments.experimentsDir))
        let order = phases.compactMap { RunPhase.allCases.firstIndex(of: $0) }
        guard !phases.isEmpty, zip(order, order.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw CommandError.invalid(
                "--phase takes phases in the order of a model's life, each once: base, mid, sft, rl, "
                    + "eval.")
        }
        let stages = phases.filter { $0.stage != nil }
        // What is evaluated at the end of a stage takes flags too.
        if let stray = PassedFlags.stray(in: passed, phases: stages + [.eval]) {
            throw CommandError.invalid(
                "none of the phases \(phases.map(\.rawValue).joined(separator: ", ")) has --\(stray)."
            )
        }
        if phases.first == .base, options.parentExperiment != nil {
            throw CommandError.invalid(
                "base training begins from nothing; leave --parent-experiment out.")
        }
        if phases.first != .base, options.parentExperiment == nil {
            let first = phases.first?.stage
            throw CommandError.invalid(
                "\(phases[0].rawValue) goes on from another experiment: name it by --parent-experiment; "
                    + folder.candidates(for: first) + ".")
        }
        let head =
            try command.experimentId.map { try RunIdentifier($0).name }
            ?? Self.head(command, phases, world, folder)
        let joint = options.oneDirectory ? "/" : "_"
        ids = stages.enumerated().map { index, phase in
            index == 0
                ? head : head + joint + phase.rawValue
        }
    }

    private static func head(
        _ command: RunExperiment, _ phases: [RunPhase], _ world: World,
        _ folder: ExperimentFolder
    ) throws -> String {
        var direction = command.passed["direction"]?.first ?? Direction.forward.rawValue
        var depth = command.passed["depth"].flatMap { $0.first.flatMap { Int($0) } } ?? 20
        if phases[0] != .base, let word = command.experiment.parentExperiment,
            phases[0].stage != nil
        {
            let parent = try folder.parent(word, for: phases[0].stage, pick: .last)
            let state = try Checkpoint.state(of: parent.checkpoint)
            (direction, depth) = (state.direction.rawValue, state.modelConfiguration.layerCount)
        }
        return RunIdentifier(
            date: world.startDate, timeZone: .current, direction: direction, depth: depth
        ).name
    }

    /// Goes through the stages.
    func run() throws -> ExitCode {
        var previous: ExperimentFolder.Parent?
        if let word = options.parentExperiment {
            let pick: ExperimentFolder.Pick =
                options.parentCheckpoint == .best ? .best : .last
            previous = try folder.parent(word, for: phases[0].stage, pick: pick)
        }
        if options.force, !options.dryRun.dryRun {
            for id in ids.reversed() where folder.directory(id).exists {
                try folder.moveAside(folder.directory(id))
            }
        }
        var stages = ids[...]
        for (index, phase) in phases.enumerated() {
            guard let stage = phase.stage, let id = stages.popFirst() else {
                guard let previous else { preconditionFailure("evaluation begins no chain") }
                let code = try evaluate(previous.directory, previous.phase)
                guard code == .success else { return code }
                continue
            }
            let directory = folder.directory(id)
            let words = words(stage, directory, previous)
            if options.dryRun.dryRun {
                if index > 0, previous == nil {
                    world.output.line("\(id): \(words.joined(separator: " "))")
                    continue
                }
                world.output.line("\(id):")
                let code = try RunPhase.command(of: stage).parse(
                    words.dropFirst() + ["--dry-run"] + (world.wantsJSON ? ["--json"] : [])
                ).run(in: world.with(arguments: words))
                guard code == .success else { return code }
                continue
            }
            let code = try train(stage, id, directory, words, previous)
            guard code == .success else { return code }
            previous = ExperimentFolder.Parent(
                directory: directory, phase: stage,
                checkpoint: try folder.checkpoint(of: directory, .last))
            let isTried = index + 1 < phases.count && phases[index + 1] == .eval
            let end = try finish(directory, stage, words, evaluating: !isTried)
            guard end == .success else { return end }
            try tell(directory)
        }
        if world.wantsJSON, !options.dryRun.dryRun {
            try world.write(json: ids.map { folder.directory($0).path })
        }
        return .success
    }

    /// The line of a stage.
    private func words(
        _ stage: Phase, _ directory: RunDirectory, _ parent: ExperimentFolder.Parent?
    ) -> [String] {
        let command = RunPhase.command(of: stage)
        var words = [command.configuration.commandName, "--run-dir=\(directory.path)"]
        if options.home.$home != .standard { words.append("--home=\(options.home.home)") }
        if let parent { words.append("--checkpoint=\(parent.checkpoint)") }
        guard let phase = RunPhase(rawValue: stage.rawValue) else { return words }
        return words + PassedFlags.words(for: command, phase, passed)
    }

    /// Trains a stage, or finds that it was.
    private func train(
        _ stage: Phase, _ id: String, _ directory: RunDirectory, _ words: [String],
        _ parent: ExperimentFolder.Parent?
    ) throws -> ExitCode {
        let file = ExperimentFile(
            id: id, phase: stage, chain: ids, parent: parent?.directory.path, command: words)
        if let before = ExperimentFile.read(directory), directory.exists {
            if before.isLike(words), ExperimentFolder.isFinished(directory) {
                world.say("\(id) is finished; nothing to train")
                return .success
            }
        } else if directory.exists {
            throw CommandError.invalid(
                "'\(directory.path)' holds a run that was not made by retro run; choose another "
                    + "--experiment-id.")
        }
        // What followed the last step followed other settings, or is not there yet.
        try? FileManager.default.removeItem(atPath: Self.mark(of: directory))
        world.say("\n\(id): \(stage.rawValue)")
        let line = words + (world.isQuiet ? ["--quiet"] : [])
        // A stage that refuses these flags leaves the experiment as it was.
        if !directory.exists { try file.write(to: directory) }
        let code = try RunPhase.command(of: stage).parse(Array(line.dropFirst()))
            .run(in: world.with(arguments: line).silent)
        try file.write(to: directory)
        return code
    }

    /// The file that says that all that follows the last step was done.
    private static func mark(of directory: RunDirectory) -> String { directory.path + "/.ended" }

    private func finish(
        _ directory: RunDirectory, _ stage: Phase, _ words: [String], evaluating: Bool
    ) throws -> ExitCode {
        let end = ExperimentEnd(
            world: world, options: options, passed: passed, directory: directory, phase: stage)
        let mark = Self.mark(of: directory)
        if FileManager.default.fileExists(atPath: mark) { return .success }
        if evaluating, options.evaluate {
            let code = try end.evaluate()
            guard code == .success else { return code }
        }
        if options.report { try end.report() }
        if let hook = options.onFinish { end.call(hook) }
        try AtomicFile.write(Data(), to: mark)
        return .success
    }

    /// Ends with what was found, and where it is.
    private func tell(_ directory: RunDirectory) throws {
        guard !world.wantsJSON else { return }
        for line in try ExperimentOutcome(directory: directory).lines() { world.output.line(line) }
        world.output.line(directory.path)
    }

    private func evaluate(_ directory: RunDirectory, _ stage: Phase) throws -> ExitCode {
        if options.dryRun.dryRun {
            world.output.line("evaluation of \(directory.path)")
            return .success
        }
        let end = ExperimentEnd(
            world: world, options: options, passed: passed, directory: directory, phase: stage)
        let code = try end.evaluate()
        guard code == .success else { return code }
        if options.report {
            try end.report()
        }
        try tell(directory)
        return .success
    }
}
