import Arguments
import Experiments
import Foundation
import Journal
import Provenance
import Tensors
import Terminal
import Training

/// `retro experiments`: what was run, found again.
enum ExperimentsCommands {
    static let all = Command<World>(
        "experiments", "Find, compare, trace and tidy experiments.",
        subcommands: [
            Command(ListExperiments.self), Command(ShowExperiment.self),
            Command(ShowLineage.self), Command(CompareExperiments.self),
            Command(ReproduceExperiment.self), Command(PruneExperiments.self),
        ])
}

extension ExperimentsOptions {
    /// The experiments of the folder; what cannot be read is passed over and said.
    fileprivate func catalog(in world: World) -> Catalog {
        let folder = ExperimentFolder(world, path: world.resolved(experimentsDir))
        let catalog = Catalog(folder: folder.path)
        for (path, reason) in catalog.unreadable {
            world.errors.line("passing over '\(path)': \(reason)")
        }
        return catalog
    }

}

extension Catalog {
    /// What became of a parent whose checkpoint is not where the link says; nil where it is.
    fileprivate func lostParent(of experiment: ExperimentRecord) -> String? {
        guard let path = experiment.parent?.parent_checkpoint_path,
            !FileManager.default.fileExists(atPath: path)
        else { return nil }
        guard case .text(let hash)? = experiment.fields["model_hash"] else {
            return "its parent's checkpoint '\(path)' is not there any more"
        }
        let step = (path as NSString).lastPathComponent
        let found = experiments.first { other in
            let file = "\(other.directory.checkpoints)/\(step)/model.safetensors"
            return FileManager.default.fileExists(atPath: file)
                && (try? ContentHash(ofFile: file))?.hex == hash
        }
        return found.map {
            "its parent's checkpoint was moved: the same weights are in '\($0.directory.path)'"
        } ?? "its parent's checkpoint '\(path)' is not there any more, nor anywhere in "
            + "'\(folder)'"
    }

    /// The experiments that names and patterns mean; each must mean some.
    fileprivate func chosen(_ patterns: [Name]) throws -> [ExperimentRecord] {
        var seen: Set<String> = []
        return try patterns.map(\.string).flatMap { pattern in
            let found = matching(pattern)
            guard !found.isEmpty else {
                let near = nearestName(to: pattern, among: experiments.map(\.id))
                throw CommandError.missing(
                    "there is no experiment '\(pattern)' in '\(folder)'"
                        + (near.map { "; did you mean \($0)?" } ?? "."))
            }
            return found
        }.filter { seen.insert($0.id).inserted }
    }
}

/// `retro experiments list`.
struct ListExperiments: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List experiments, found by settings and results.",
        discussion: """
            Names are those of config.json (also nested: model_config.n_layer), of metrics.jsonl at the last \
            step, of evaluations (arc_easy_acc_forward, core_forward), and id, parent, status (begun, stopped, \
            finished), depth, created, commit, host.
            """,
        examples: [
            Example(
                #"experiments list --where 'direction == "backward" && depth >= 12 && val_bpb < 1.1' "#
                    + "--sort val_bpb", "the best first"),
            Example("experiments list --format csv --columns id seed loss", "for a spreadsheet"),
        ])

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "which: names, numbers, quoted texts, == != < <= > >= ~ && || ! and parentheses",
            valueName: "CONDITION"))
    var condition: String?

    @Option(
        help: ArgumentHelp(
            "by what they are sorted; -NAME for highest first", valueName: "NAME"))
    var sort: String?

    @Option(help: "experiments shown, at most; 0 for all")
    var limit = 0

    @Option(help: "what is shown of each")
    var columns: [Name] = [
        "id", "phase", "direction", "depth", "step", "status", "val_bpb", "created",
    ]

    @Option(help: "how they are written")
    var format = Format.table

    @OptionGroup(title: "Where") var experiments: ExperimentsOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    enum Format: String, CaseIterable, OptionValue {
        case table
        case csv
        case json
    }

    func perform(in world: World) throws -> ExitCode {
        let catalog = experiments.catalog(in: world)
        var found = catalog.experiments
        let known = catalog.fieldNames
        func check(_ name: String) throws {
            guard known.contains(name) || found.isEmpty else {
                let near = nearestName(to: name, among: known.sorted())
                throw CommandError.invalid(
                    "no experiment has '\(name)'" + (near.map { "; did you mean \($0)?" } ?? "."))
            }
        }
        if let text = condition {
            let wanted: Experiments.Condition
            do throws(Experiments.Condition.Fault) {
                wanted = try Experiments.Condition(text)
            } catch {
                throw CommandError.invalid(error.description)
            }
            for name in wanted.names.sorted() { try check(name) }
            found = found.filter { wanted.matches($0.fields) }
        }
        if let sort {
            let isFalling = sort.hasPrefix("-")
            let name = String(sort.drop { $0 == "-" })
            try check(name)
            found = sorted(found, by: name, falling: isFalling)
        }
        let columns = columns.map(\.string)
        if $columns != .standard { for name in columns { try check(name) } }
        if limit > 0 { found = Array(found.prefix(limit)) }
        try show(found, world.wantsJSON ? .json : format, columns, world)
        return .success
    }

    /// Those without a value come last either way.
    private func sorted(
        _ experiments: [ExperimentRecord], by name: String, falling: Bool
    ) -> [ExperimentRecord] {
        experiments.enumerated().sorted { first, second in
            let (a, b) = (first.element.fields[name], second.element.fields[name])
            switch (a, b) {
            case (.number(let x)?, .number(let y)?) where x != y: return falling ? x > y : x < y
            case (.text(let x)?, .text(let y)?) where x != y: return falling ? x > y : x < y
            case (_?, nil): return true
            case (nil, _?): return false
            default: return first.offset < second.offset
            }
        }.map(\.element)
    }

    private func show(
        _ found: [ExperimentRecord], _ format: Format, _ columns: [String], _ world: World
    ) throws {
        switch format {
        case .table:
            let numeric = columns.map { name in
                found.contains { if case .number = $0.fields[name] { true } else { false } }
            }
            var table = TextTable(
                zip(columns, numeric).map { (title: $0, alignment: $1 ? .right : .left) })
            for experiment in found {
                table.add(columns.map { experiment.fields[$0]?.shown ?? "–" })
            }
            for line in table.lines { world.output.line(line) }
        case .csv:
            func cell(_ text: String) -> String {
                text.contains { ",\"\n\r".contains($0) }
                    ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
            }
            world.output.line(columns.map(cell).joined(separator: ","))
            for experiment in found {
                world.output.line(
                    columns.map { cell(experiment.fields[$0]?.exact ?? "") }.joined(separator: ","))
            }
        case .json:
            try world.write(
                json: found.map { experiment in
                    Dictionary(
                        uniqueKeysWithValues: columns.compactMap { name in
                            experiment.fields[name].map { (name, $0) }
                        })
                })
        }
    }
}

/// `retro experiments show`.
struct ShowExperiment: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show everything an experiment says.",
        examples: [Example("experiments show base_backward_d20", "settings, origin, results")])

    @Argument(help: ArgumentHelp("names or quoted patterns", valueName: "ID"), count: 1...1)
    var ids: [Name] = []

    @OptionGroup(title: "Where") var experiments: ExperimentsOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let catalog = experiments.catalog(in: world)
        for experiment in try catalog.chosen(ids) {
            if world.wantsJSON {
                try world.write(json: experiment.fields)
                continue
            }
            var table = TextTable([("name", .left), ("value", .left)])
            for (name, value) in experiment.fields.sorted(by: { $0.key < $1.key }) {
                table.add([name, value.shown])
            }
            for line in table.lines { world.output.line(line) }
            world.output.line("in \(experiment.directory.path)")
            let children = catalog.children(of: experiment.id).map(\.id)
            if !children.isEmpty {
                world.output.line("went on as \(children.joined(separator: ", "))")
            }
            if let lost = catalog.lostParent(of: experiment) { world.output.line(lost) }
        }
        return .success
    }
}

/// `retro experiments lineage`.
struct ShowLineage: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage", abstract: "Show which experiment came from which.",
        examples: [
            Example("experiments lineage", "all of them"),
            Example(
                "experiments lineage sft_v2 --format dot > family.dot",
                "a family as a graph; draw it with: dot -Tsvg family.dot"),
        ])

    @Argument(help: ArgumentHelp("names or quoted patterns", valueName: "ID"), count: 0...1)
    var ids: [Name] = []

    enum GraphFormat: String, CaseIterable, OptionValue {
        case tree
        case json
        case dot
    }

    @Option(help: "how it is drawn")
    var format = GraphFormat.tree

    @OptionGroup(title: "Where") var experiments: ExperimentsOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let catalog = experiments.catalog(in: world)
        let family = try ids.first.map { try catalog.chosen([$0])[0].id }
        let lineage = Lineage(of: catalog, family: family)
        switch world.wantsJSON ? .json : format {
        case .tree: for line in lineage.lines { world.output.line(line) }
        case .json: try world.write(json: lineage.roots)
        case .dot: world.output.line(lineage.graphviz)
        }
        return .success
    }
}

/// `retro experiments compare`.
struct CompareExperiments: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare experiments: settings that differ, results side by side.",
        examples: [Example("experiments compare sft_lr0.01 sft_lr0.05", "what differs")])

    @Argument(help: ArgumentHelp("names or quoted patterns", valueName: "ID"), count: 2...32)
    var ids: [Name] = []

    @OptionGroup(title: "Where") var experiments: ExperimentsOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let experiments = try experiments.catalog(in: world).chosen(ids)
        let names = Set(experiments.flatMap(\.fields.keys))
        // A nested name says again what its short one says.
        let differing = names.filter { name in
            !name.contains(".") && Set(experiments.map { $0.fields[name] }).count > 1
        }.sorted()
        if world.wantsJSON {
            try world.write(
                json: Dictionary(
                    uniqueKeysWithValues: differing.map { name in
                        (name, experiments.map { $0.fields[name] })
                    }))
            return .success
        }
        var table = TextTable(
            [("", .left)] + experiments.map { (title: $0.id, alignment: .right) })
        for name in differing {
            table.add([name] + experiments.map { $0.fields[name]?.shown ?? "–" })
        }
        for line in table.lines { world.output.line(line) }
        return .success
    }
}

/// `retro experiments reproduce`.
struct ReproduceExperiment: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Print the commands that make an experiment again, and what differs now.",
        examples: [Example("experiments reproduce sft_v2", "from base training on")])

    @Argument(help: ArgumentHelp("names or quoted patterns", valueName: "ID"), count: 1...1)
    var ids: [Name] = []

    @OptionGroup(title: "Where") var experiments: ExperimentsOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let catalog = experiments.catalog(in: world)
        var chain = try catalog.chosen(ids)
        var seen = Set(chain.map(\.id))
        while let name = chain[0].parentID, let parent = catalog[name],
            seen.insert(name).inserted
        {
            chain.insert(parent, at: 0)
        }
        for experiment in chain {
            let manifest = try experiment.directory.readManifest()
            for warning in differences(manifest, experiment, world) {
                world.errors.line("\(experiment.id): \(warning)")
            }
            let words =
                ExperimentFile.read(experiment.directory)?.command ?? manifest.start.arguments
            world.output.line("./retro " + words.map(ShellWord.quoted).joined(separator: " "))
        }
        if let lost = catalog.lostParent(of: chain[0]) {
            world.errors.line("\(chain[0].id): \(lost)")
        }
        return .success
    }

    private func differences(
        _ manifest: Manifest, _ experiment: ExperimentRecord, _ world: World
    ) -> [String] {
        var found: [String] = []
        let source = manifest.source
        if let commit = source.commit {
            let now = world.repository.map {
                GitState.read(
                    folder: $0, git: world.find("git") ?? "/usr/bin/git",
                    home: world.environment["HOME"] ?? "/nonexistent")
            }
            if let present = now?.commit, present != commit {
                found.append("it ran at commit \(commit.prefix(12)); this is \(present.prefix(12))")
            }
            if now?.isDirty == true { found.append("the source has changes that no commit holds") }
        } else {
            found.append("its commit is not known")
        }
        if source.isDirty {
            let patch = source.diffFile.map { ": \(experiment.directory.path)/\($0)" } ?? ""
            found.append("its source had changes that its commit does not hold\(patch)")
        }
        for (library, version) in manifest.start.versions.sorted(by: { $0.key < $1.key }) {
            let present = ["libtorch": Libtorch.version, "retro": Version.number][library]
            if let present, present != version {
                found.append("it ran with \(library) \(version); this is \(present)")
            }
        }
        if manifest.machine.host != Machine.current().host {
            found.append("it ran on \(manifest.machine.host), \(manifest.machine.processor)")
        }
        if !manifest.resumptions.isEmpty {
            found.append("it was stopped and went on \(manifest.resumptions.count) times")
        }
        return found
    }
}

/// `retro experiments prune`.
struct PruneExperiments: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove checkpoints that nothing needs.",
        discussion:
            "Never the ones that another experiment began with; asks before anything is removed.",
        examples: [
            Example(
                "experiments prune 'sft_lr*' --yes",
                "all but the last checkpoint of each; without --yes it asks first"),
            Example("experiments prune '*' --keep 0 --yes", "all that nothing came from"),
        ])

    @Argument(help: ArgumentHelp("names or quoted patterns", valueName: "ID"), count: 1...64)
    var ids: [Name] = []

    @Option(help: "checkpoints kept of each, newest first")
    var keep = 1

    @Flag(name: .shortAndLong, help: "do not ask")
    var yes = false

    @OptionGroup(title: "Where") var experiments: ExperimentsOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        let catalog = experiments.catalog(in: world)
        guard keep >= 0 else { throw CommandError.invalid("--keep must be at least 0.") }
        // Paths and, should experiments have moved, names and steps.
        let needed = Set(
            catalog.experiments.compactMap { experiment -> String? in
                guard let id = experiment.parentID,
                    let path = experiment.parent?.parent_checkpoint_path
                else { return nil }
                return "\(id)/\((path as NSString).lastPathComponent)"
            })
        var doomed: [(path: String, bytes: Int)] = []
        for experiment in try catalog.chosen(ids) {
            let folder = experiment.directory.checkpoints
            for step in Checkpoint.steps(in: folder).dropLast(keep) {
                let path = Checkpoint.path(of: step, in: folder)
                let name = "\(experiment.id)/\((path as NSString).lastPathComponent)"
                if needed.contains(name) {
                    world.say("kept: \(name), which another experiment began with")
                    continue
                }
                doomed.append((path, byteCount(path)))
            }
        }
        guard !doomed.isEmpty else {
            world.say("there is nothing to remove")
            return .success
        }
        let total = doomed.reduce(0) { $0 + $1.bytes }
        for (path, bytes) in doomed {
            world.output.line("\(path)  \(Quantity.bytes(Double(bytes)))")
        }
        guard try yes || isAgreed(doomed.count, total, world) else {
            world.say("nothing was removed")
            return .failure
        }
        for (path, _) in doomed {
            do { try FileManager.default.removeItem(atPath: path) } catch {
                throw FileError.unwritable(path: path, reason: error.localizedDescription)
            }
        }
        return .success
    }

    private func isAgreed(_ count: Int, _ bytes: Int, _ world: World) throws -> Bool {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandError.invalid("nobody is here to ask; add --yes to remove these.")
        }
        world.errors.write("remove \(count) checkpoints, \(Quantity.bytes(Double(bytes)))? [y/N] ")
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    private func byteCount(_ folder: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
        }
    }
}
