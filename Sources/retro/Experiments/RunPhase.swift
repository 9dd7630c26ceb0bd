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

    /// The command of a stage.
    static func command(of stage: Phase) -> any RetroCommand.Type {
        switch stage {
        case .base: BaseTrain.self
        case .mid: MidTrain.self
        case .sft: ChatSFT.self
        case .rl: ChatRL.self
        }
    }

    /// The commands whose flags belong to the phase.
    var commands: [any RetroCommand.Type] {
        stage.map { [Self.command(of: $0)] } ?? [BaseEval.self, ChatEval.self]
    }
}

extension RetroCommand {
    /// The rows of the command's table.
    static var rows: [OptionRow] { Command(Self.self).rows }
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
        return phase.commands.flatMap { $0.rows }.filter {
            !own.contains($0.name) && seen.insert($0.name).inserted
        }
    }

    /// Every flag once, without a default, since each stage has its own; and the same for one phase of a chain,
    /// such as `--sft.num-iterations`.
    static let sections: [OptionSection] = {
        var seen: Set<String> = []
        let all = RunPhase.allCases.flatMap(rows).filter { seen.insert($0.name).inserted }
        let byPhase = RunPhase.allCases.flatMap { phase in
            rows(of: phase).map { $0.passedOn(as: "\(phase.rawValue).\($0.name)") }
        }
        return [
            OptionSection("Flags of the stages", all.map { $0.passedOn(as: $0.name) }),
            OptionSection("Flags of one phase", byPhase, isHidden: true),
        ]
    }()

    /// What `given` says to a command of `phase`, as words of its line.
    static func words(
        for command: any RetroCommand.Type, _ phase: RunPhase, _ given: [ResolvedSetting]
    ) -> [String] {
        command.rows.filter { !own.contains($0.name) }.flatMap { row -> [String] in
            let setting = given["\(phase.rawValue).\(row.name)"] ?? given[row.name]
            return (setting ?? []).map { "--\(row.name)=\($0)" }
        }
    }

    /// The first flag given that none of `phases` has.
    static func stray(in given: [ResolvedSetting], phases: [RunPhase]) -> String? {
        let known = Set(phases.flatMap { rows(of: $0).map(\.name) })
        for setting in given where setting.origin == .commandLine {
            let name = setting.name
            if let dot = name.firstIndex(of: ".") {
                let phase = RunPhase(rawValue: String(name[..<dot]))
                if let phase, !phases.contains(phase) { return name }
            } else if !known.contains(name) {
                return name
            }
        }
        return nil
    }
}

extension [ResolvedSetting] {
    /// What was said by the option called `name`.
    subscript(name: String) -> [String]? { first { $0.name == name }?.words }
}
