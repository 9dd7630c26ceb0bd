import Arguments
import Evaluation
import Experiments
import Foundation
import Journal
import Language
import Models
import Provenance
import Reporting
import Runs
import Training

/// Reads runs back as analyses take them.
struct StudiedRuns {
    let world: World
    /// All experiments of `--experiments-dir`.
    let catalog: Catalog

    init(_ world: World, _ experiments: ExperimentsOptions) {
        self.world = world
        let folder = ExperimentFolder(world, path: world.resolved(experiments.experimentsDir))
        catalog = Catalog(folder: folder.path)
    }

    /// The folders that names, patterns and paths mean, each once; a pattern that means nothing is refused.
    func folders(_ patterns: [String]) throws -> [String] {
        var seen: Set<String> = []
        var found: [String] = []
        for pattern in patterns.flatMap({ $0.split(separator: ",").map(String.init) }) {
            let own = try folders(pattern)
            for path in own where seen.insert(path).inserted { found.append(path) }
        }
        return found
    }

    private func folders(_ pattern: String) throws -> [String] {
        let experiments = catalog.matching(pattern)
        if !experiments.isEmpty { return experiments.map(\.directory.path) }
        let path = absolute(pattern)
        if FileManager.default.fileExists(atPath: path + "/config.json") { return [path] }
        if let step = path.range(of: "/checkpoints/step_") {
            return try folders(String(path[..<step.lowerBound]))
        }
        // A quoted pattern of paths.
        let parent = (path as NSString).deletingLastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        let last = (path as NSString).lastPathComponent
        let matching = names.sorted().filter { Glob.matches($0, last) }.map { "\(parent)/\($0)" }
            .filter { FileManager.default.fileExists(atPath: $0 + "/config.json") }
        if !matching.isEmpty { return matching }
        for (path, reason) in catalog.unreadable
        where Glob.matches(RunDirectory(path: path).name, pattern) {
            throw CommandError.missing(
                "'\(path)' cannot be read: \(reason) Restore it from a copy or leave it out.")
        }
        let near = nearestName(to: pattern, among: catalog.experiments.map(\.id))
        let have = catalog.experiments.prefix(8).map(\.id).joined(separator: ", ")
        throw CommandError.missing(
            "no experiment is called '\(pattern)' in '\(catalog.folder)'"
                + (near.map { "; did you mean \($0)?" }
                    ?? (have.isEmpty
                        ? ", which holds none; name another --experiments-dir."
                        : ". There are: \(have)."))
        )
    }

    private func absolute(_ path: String) -> String {
        let whole = world.resolved(Path(path))
        let full = whole.hasPrefix("/") ? whole : "\(world.workingDirectory)/\(whole)"
        return (full as NSString).standardizingPath
    }

    /// The runs that `patterns` mean, read back.
    func runs(_ patterns: [String]) throws -> [StudiedRun] {
        try folders(patterns).map { try run($0) }
    }

    /// The run in the folder `path`.
    func run(_ path: String) throws -> StudiedRun {
        let reader = try RunReader(path: path)
        let experiment = try Experiment(
            decoding: try reader.configuration(), path: reader.directory.configuration)
        let manifest = try reader.manifest()
        let record = catalog.experiments.first { $0.directory.path == path }
        let phase = experiment.phase
        let model = experiment.model
        let directory = reader.directory
        var fields: [String: String] = [:]
        Self.flatten(try JSONSerialization.jsonObject(with: experiment.encoded()), "", &fields)
        let settings = RunSettings(
            depth: model.layerCount, width: model.width, parameterCount: model.parameterCount,
            trainingTokens: experiment.totalTokens, flopsPerToken: model.trainingFLOPsPerToken,
            steps: experiment.schedule.stepCount, rowLength: model.contextLength,
            dtype: experiment.dtype,
            tokenizerHash: experiment.tokenizerHash, vocabularySize: model.vocabularySize,
            dataFingerprints: manifest.dataFingerprints.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value.short)" })
        return try StudiedRun(
            id: record?.id ?? directory.name, phase: phase, direction: experiment.direction,
            seed: experiment.seed, settings: settings, fields: fields, flags: Self.flags(directory),
            results: Self.results(directory),
            tasks: Self.tasks(directory, phase),
            parentID: record?.parentID ?? (try? reader.parentLink())?.parent_experiment_id,
            parent: parentIdentity(of: path),
            manifestHash: try? ContentHash(ofFile: directory.manifest),
            validation: Self.validation(directory, experiment),
            samples: Self.samples(directory, experiment), reader: reader)
    }

    /// Flags of the command that made an experiment.
    private static func flags(_ directory: RunDirectory) -> [String: String] {
        var flags: [String: String] = [:]
        for word in ExperimentFile.read(directory)?.command ?? [] where word.hasPrefix("--") {
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1)
            guard let name = parts.first, parts.count == 2 else { continue }
            flags[String(name)] = String(parts[1])
        }
        return flags
    }

    private static func flatten(_ value: Any, _ path: String, _ fields: inout [String: String]) {
        switch value {
        case let object as [String: Any]:
            for (key, member) in object {
                flatten(member, path.isEmpty ? key : "\(path).\(key)", &fields)
            }
        case let list as [Any]:
            for (index, member) in list.enumerated() {
                flatten(member, "\(path).\(index)", &fields)
            }
        case is NSNull: fields[path] = "none"
        default: fields[path] = "\(value)"
        }
    }

    private static func results(_ directory: RunDirectory) -> [String: Double] {
        guard let data = FileManager.default.contents(atPath: directory.results) else { return [:] }
        let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
        return object.compactMapValues { ($0 as? NSNumber)?.doubleValue }
    }

    /// Every task's file in either reading; what is no task's is passed over.
    private static func tasks(_ directory: RunDirectory, _ phase: Phase) -> [TaskScore] {
        struct File: Decodable {
            struct Example: Decodable {
                let index: Int
                let correct: Bool
            }
            let task: String
            let native: Bool
            let accuracy: Proportion?
            let chance: Double
            let majority: Double?
            let below_chance: Bool
            let examples: [Example]
        }
        return Language.Reading.allCases.flatMap { reading -> [TaskScore] in
            let folder = directory.evaluations(phase, reading: reading.rawValue)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.sorted().compactMap { name -> TaskScore? in
                guard name.hasSuffix(".json"),
                    let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
                    let file = try? JSONDecoder().decode(File.self, from: data),
                    let accuracy = file.accuracy
                else { return nil }
                return TaskScore(
                    task: file.task, reading: reading, isNative: file.native,
                    accuracy: accuracy.value,
                    interval: Interval(lower: accuracy.lower, upper: accuracy.upper),
                    chance: file.chance, majority: file.majority, isBelowChance: file.below_chance,
                    items: file.examples.map(\.index), judged: file.examples.map(\.correct))
            }
        }
    }

    private static func validation(
        _ directory: RunDirectory, _ experiment: Experiment
    ) -> (hash: ContentHash, rowLength: Int)? {
        let folder = directory.evaluations(
            experiment.phase, reading: experiment.direction.readings[0].rawValue)
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(ScoreFile.name)"),
            let file = try? JSONDecoder().decode(ScoreFile.self, from: data)
        else { return nil }
        return (file.windowsHash, file.rowLength)
    }

    private static func samples(
        _ directory: RunDirectory, _ experiment: Experiment
    ) -> [TextSample] {
        experiment.direction.readings.flatMap { reading -> [TextSample] in
            let folder = directory.evaluations(experiment.phase, reading: reading.rawValue)
            // A run without samples is reported without them.
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(SampleFile.name)"),
                let file = try? JSONDecoder().decode(SampleFile.self, from: data)
            else { return [] }
            let areAnswers = file.areAnswers ?? (experiment.phase != .base)
            return file.samples.map {
                TextSample(
                    reading: reading, prompt: $0.prompt,
                    text: $0.written(reading, isAnswer: areAnswers), isComplete: $0.isComplete,
                    isAnswer: areAnswers)
            }
        }
    }

    // MARK: Families

    /// The identity of the run that the one in `path` goes on from; nil where it is not here.
    private func parentIdentity(of path: String) -> RunIdentity? {
        ancestors(of: path).reduce(nil as RunIdentity?) { parent, folder in
            guard let data = try? RunReader(path: folder).configuration(),
                let experiment = try? Experiment(decoding: data),
                let object = try? JSONSerialization.jsonObject(with: experiment.encoded())
            else { return parent }
            var fields: [String: String] = [:]
            Self.flatten(object, "", &fields)
            return RunIdentity(
                fields: fields, phase: experiment.phase, seed: experiment.seed, parent: parent)
        }
    }

    /// The ancestors of the run in `path` that are here, the first one first.
    func ancestors(of path: String) -> [String] {
        var chain: [String] = []
        var current = path
        while let link = try? RunDirectory(path: current).readParentLink(),
            let checkpoint = link.parent_checkpoint_path,
            let end = checkpoint.range(of: "/checkpoints/", options: .backwards)
        {
            var parent = String(checkpoint[..<end.lowerBound])
            if !FileManager.default.fileExists(atPath: parent + "/config.json") {
                // Moved: by its name, next to its child.
                let name = link.parent_experiment_id ?? ""
                parent = (current as NSString).deletingLastPathComponent + "/" + name
            }
            guard FileManager.default.fileExists(atPath: parent + "/config.json"),
                !chain.contains(parent), parent != path
            else { break }
            chain.insert(parent, at: 0)
            current = parent
        }
        return chain
    }

    /// The experiments that descend from the one in `path`.
    func descendants(of path: String) -> [String] {
        guard let own = catalog.experiments.first(where: { $0.directory.path == path }) else {
            return []
        }
        var found: [ExperimentRecord] = []
        var next = [own.id]
        while let id = next.popLast() {
            for child in catalog.children(of: id)
            where !found.contains(where: { $0.id == child.id }) {
                found.append(child)
                next.append(child.id)
            }
        }
        return found.map(\.directory.path)
    }

    /// The forward run that `run` is to be compared with, and how it was found.
    func baseline(of run: StudiedRun, at path: String) -> (run: StudiedRun, origin: String)? {
        guard run.direction != .forward else { return nil }
        let siblings =
            (try? FileManager.default.contentsOfDirectory(
                atPath: (path as NSString).deletingLastPathComponent)) ?? []
        let near = siblings.sorted().map {
            (path as NSString).deletingLastPathComponent + "/" + $0
        }
        var best: (run: StudiedRun, rank: Int)?
        for folder in catalog.experiments.map(\.directory.path) + near where folder != path {
            guard FileManager.default.fileExists(atPath: folder + "/config.json"),
                let data = FileManager.default.contents(atPath: folder + "/config.json"),
                let experiment = try? Experiment(decoding: data),
                experiment.direction == .forward, experiment.phase == run.phase,
                experiment.model.layerCount == run.settings.depth,
                experiment.tokenizerHash == run.settings.tokenizerHash,
                let other = try? self.run(folder), other.hasWindows(of: run)
            else { continue }
            let differing = Set(other.fields.keys).union(run.fields.keys).filter {
                other.fields[$0] != run.fields[$0]
            }.count
            // The same seed first, then the fewest differing settings.
            let rank = (other.seed == run.seed ? 0 : 1000) + differing
            if rank < best?.rank ?? .max { best = (other, rank) }
        }
        return best.map {
            (
                $0.run,
                "found as the forward run of the same stage, depth, tokenizer and validation windows"
                    + ($0.run.seed == run.seed ? ", with the same seed" : ", with another seed")
            )
        }
    }
}

extension StudiedRuns {
    /// Those of `folders` that hold base runs; a pattern like `base_*` may also mean later stages.
    func baseRuns(of folders: [String]) throws -> [String] {
        let base = folders.filter { path in
            FileManager.default.fileExists(atPath: RunDirectory(path: path).researchLog(.base))
        }
        guard !base.isEmpty else {
            throw CommandError.missing(
                "none of the \(folders.count) runs is a base run with a research log.")
        }
        return base
    }
}
