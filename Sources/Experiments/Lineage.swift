public import Journal

/// Experiments by descent.
public struct Lineage: Sendable {
    /// An experiment with those that came from it.
    public struct Branch: Sendable, Encodable {
        /// Its name.
        public let id: String
        /// Its stage; nil for an ancestor that is not there.
        public let phase: Phase?
        /// Those that began with its weights.
        public let children: [Branch]
    }

    /// Those without a parent here, with all their descendants.
    public let roots: [Branch]

    /// The lineage of `catalog`: all of it, or the family of one experiment.
    public init(of catalog: Catalog, family: String? = nil) {
        var byParent: [String: [ExperimentRecord]] = [:]
        var tops: [String] = []
        let known = Set(catalog.experiments.map(\.id))
        for experiment in catalog.experiments {
            if let parent = experiment.parentID, parent != experiment.id {
                byParent[parent, default: []].append(experiment)
                // A parent that is gone still gathers its children.
                if !known.contains(parent), !tops.contains(parent) { tops.append(parent) }
            } else {
                tops.append(experiment.id)
            }
        }
        func branch(_ id: String, _ above: Set<String>) -> Branch {
            let below = above.union([id])
            return Branch(
                id: id, phase: catalog[id]?.phase,
                children: (byParent[id] ?? []).filter { !below.contains($0.id) }
                    .map { branch($0.id, below) })
        }
        let all = tops.sorted().map { branch($0, []) }
        guard let family else {
            roots = all
            return
        }
        func holds(_ branch: Branch) -> Bool {
            branch.id == family || branch.children.contains(where: holds)
        }
        roots = all.filter(holds)
    }

    /// Lines of a terminal.
    public var lines: [String] {
        func below(_ branches: [Branch], _ indent: String) -> [String] {
            branches.enumerated().flatMap { index, branch -> [String] in
                let isLast = index == branches.count - 1
                return [indent + (isLast ? "└─ " : "├─ ") + Self.label(branch)]
                    + below(branch.children, indent + (isLast ? "   " : "│  "))
            }
        }
        return roots.flatMap { [Self.label($0)] + below($0.children, "") }
    }

    private static func label(_ branch: Branch) -> String {
        "\(branch.id) (\(branch.phase?.rawValue ?? "not here"))"
    }

    /// A graph for Graphviz.
    public var graphviz: String {
        func quoted(_ id: String) -> String {
            "\"" + id.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        var lines = ["digraph lineage {", "  rankdir=LR; node [shape=box];"]
        func write(_ branch: Branch) {
            let label = "\(branch.id)\\n\(branch.phase?.rawValue ?? "not here")"
                .replacing("\"", with: "\\\"")
            lines.append("  \(quoted(branch.id)) [label=\"\(label)\"];")
            for child in branch.children {
                lines.append("  \(quoted(branch.id)) -> \(quoted(child.id));")
                write(child)
            }
        }
        for root in roots { write(root) }
        return (lines + ["}"]).joined(separator: "\n")
    }
}
