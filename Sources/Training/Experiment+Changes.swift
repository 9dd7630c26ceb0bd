internal import Foundation
public import Journal

extension Experiment {
    /// The settings that differ from those of `former`, by key of `config.json`, nested keys joined by dots.
    public func changes(since former: Experiment) -> [SettingChange] {
        let (was, now) = (former.flattened, flattened)
        return Set(was.keys).union(now.keys).sorted().compactMap { key in
            was[key] == now[key] ? nil : SettingChange(name: key, was: was[key], now: now[key])
        }
    }

    /// Keys of what is measured, logged and kept, which no step of training depends on.
    private static let observed = [
        "eval_every", "sample_every", "save_every", "keep_checkpoints", "statistics_every",
        "positions_every", "logging", "task_metrics", "chatcore",
        "stage.reinforcement.rollouts_every",
    ]

    /// Whether a run may take `change` and remain the run it is: what is only observed, and more steps.
    public static func isAcceptable(_ change: SettingChange) -> Bool {
        if change.name == "schedule.stepCount" {
            guard let was = change.was.flatMap({ Int($0) }),
                let now = change.now.flatMap({ Int($0) })
            else { return false }
            return now > was
        }
        return observed.contains { change.name == $0 || change.name.hasPrefix($0 + ".") }
    }

    /// Every plain value by its path.
    private var flattened: [String: String] {
        var fields: [String: String] = [:]
        func walk(_ value: Any, _ path: String) {
            switch value {
            case let object as [String: Any]:
                for (key, member) in object { walk(member, path.isEmpty ? key : "\(path).\(key)") }
            case let list as [Any]:
                for (index, member) in list.enumerated() { walk(member, "\(path).\(index)") }
            default: fields[path] = "\(value)"
            }
        }
        // `encoded` writes an object; anything else has no fields.
        walk((try? JSONSerialization.jsonObject(with: encoded())) ?? [:], "")
        return fields
    }
}
