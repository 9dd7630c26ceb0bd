import Arguments
import Journal

/// What `retro run` can do, in the order of a model's life.
enum RunPhase: String, CaseIterable, OptionValue, Codable {
    case base
    case mid
    case sft
    case rl
    case eval

    /// The stage that it trains; nil for evaluation.
    var stage: Phase? { Phase(rawValue: rawValue) }

    /// The stage's own command; evaluation has two.
    var command: Command<World>? {
        switch self {
        case .base: BaseTrainCommand.command
        case .mid: ChatStageCommands.midTrain
        case .sft: ChatStageCommands.chatSFT
        case .rl: ChatRLCommand.command
        case .eval: nil
        }
    }

    /// The command that tries what a stage has made.
    static func evaluation(of stage: Phase) -> Command<World> {
        stage == .base ? BaseEvalCommand.command : ChatEvalCommand.command
    }

    /// The commands whose flags belong to the phase.
    var commands: [Command<World>] {
        command.map { [$0] } ?? [BaseEvalCommand.command, ChatEvalCommand.command]
    }
}

/// Flags of stages that `run`, `sweep` and studies pass on.
enum PassedFlags {
    /// What `run` sees to itself.
    private static let own: Set<String> = [
        "source", "model-tag", "step", "checkpoint", "run-tag", "run-dir", "resume-from-step",
        "output", "dry-run", "json", "quiet", "home", "again",
    ]

    private static func rows(of phase: RunPhase) -> [OptionRow] {
        var seen: Set<String> = []
        return phase.commands.flatMap(\.rows).filter {
            !own.contains($0.name) && seen.insert($0.name).inserted
        }
    }

    /// Every flag once, without a default: each stage has its own.
    static let group: OptionGroup = {
        var seen: Set<String> = []
        let all = RunPhase.allCases.flatMap(rows).filter { seen.insert($0.name).inserted }
        return OptionGroup("Flags of the stages", all.map { $0.passedOn(as: $0.name) })
    }()

    /// The same for one phase of a chain: `--sft.num-iterations`.
    static let byPhase = OptionGroup(
        "Flags of one phase",
        RunPhase.allCases.flatMap { phase in
            rows(of: phase).map { $0.passedOn(as: "\(phase.rawValue).\($0.name)") }
        }, isHidden: true)

    /// What the options say to a command of `phase`, as words of its line.
    static func words(
        for command: Command<World>, _ phase: RunPhase, _ options: Options
    ) -> [String] {
        command.rows.filter { !own.contains($0.name) }.flatMap { row -> [String] in
            guard
                let words = options.given("\(phase.rawValue).\(row.name)")
                    ?? options.given(row.name)
            else { return [] }
            return words.map { "--\(row.name)=\($0)" }
        }
    }

    /// The first flag given that none of `phases` has.
    static func stray(in options: Options, phases: [RunPhase]) -> String? {
        let known = Set(phases.flatMap { rows(of: $0).map(\.name) })
        for setting in options.settings where setting.origin == .commandLine {
            let name = setting.name
            if let dot = name.firstIndex(of: ".") {
                let phase = RunPhase(rawValue: String(name[..<dot]))
                if let phase, !phases.contains(phase) { return name }
            } else if group.rows.contains(where: { $0.name == name }), !known.contains(name) {
                return name
            }
        }
        return nil
    }
}
