import Experiments
import Foundation
import Journal
import Provenance
import Runs
import Terminal
import Training

/// What `retro run` keeps of an experiment beside the run itself: `experiment.json`.
struct ExperimentFile: Codable {
    static let name = "experiment.json"

    /// The experiment's name.
    var id: String
    /// Its stage.
    var phase: Phase
    /// Names of the chain it belongs to, in order; itself alone where it was made by itself.
    var chain: [String]
    /// Where the weights come from, as it was asked for; nil for base.
    var parent: String?
    /// The line that trains it, without the program's name.
    var command: [String]

    /// Words that change where and how fast a run goes, not what it is.
    private static let indifferent = [
        "--threads=", "--device=", "--run-dir=", "--home=", "--tracker=",
    ]

    /// Whether another line would make the same run.
    func isLike(_ other: [String]) -> Bool {
        func kept(_ words: [String]) -> [String] {
            words.filter { word in !Self.indifferent.contains { word.hasPrefix($0) } }
        }
        return kept(command) == kept(other)
    }

    /// The file of the experiment in `directory`; nil where there is none.
    static func read(_ directory: RunDirectory) -> ExperimentFile? {
        FileManager.default.contents(atPath: "\(directory.path)/\(name)")
            .flatMap { try? JSONDecoder().decode(ExperimentFile.self, from: $0) }
    }

    /// Writes it; the folder is made if need be.
    func write(to directory: RunDirectory) throws {
        try EvaluationFiles.keep(try Journal.json(self), as: Self.name, in: directory.path)
    }
}

/// The experiments of `--experiments-dir`.
struct ExperimentFolder {
    let world: World
    /// The folder, from the root.
    let path: String

    init(_ world: World, path: String) {
        self.world = world
        let whole = path.hasPrefix("/") ? path : "\(world.workingDirectory)/\(path)"
        self.path = (whole as NSString).standardizingPath
    }

    /// The run called `id`.
    func directory(_ id: String) -> RunDirectory { RunDirectory(path: "\(path)/\(id)") }

    /// Whether the run took all its steps; one that cannot be read has not.
    static func isFinished(_ directory: RunDirectory) -> Bool {
        (try? RunReader(path: directory.path).progress())?.isFinished ?? false
    }

    /// Which checkpoint of a parent is taken.
    enum Pick: Hashable {
        case last
        /// With the lowest bits per byte at its last validation.
        case best
        case step(Int)
    }

    /// A parent and its checkpoint.
    struct Parent {
        let directory: RunDirectory
        let phase: Phase
        let checkpoint: String
    }

    /// The parent that `word` names: `ID`, `ID@step`, or a folder.
    /// - Parameter phase: what is to be trained; nil for evaluation.
    func parent(_ word: String, for phase: Phase?, pick: Pick) throws -> Parent {
        var (name, pick) = (word, pick)
        if let at = word.lastIndex(of: "@"), let step = Int(word[word.index(after: at)...]) {
            (name, pick) = (String(word[..<at]), .step(step))
        }
        var directory = self.directory(name)
        if name.contains("/"), !directory.exists {
            let given = (name as NSString).expandingTildeInPath
            directory = RunDirectory(
                path: given.hasPrefix("/") ? given : "\(world.workingDirectory)/\(given)")
        }
        guard directory.exists else {
            throw CommandError.missing(
                "there is no experiment '\(name)' in '\(path)'; \(candidates(for: phase)).")
        }
        // The head of a chain stands for the whole: its last finished phase that fits is taken.
        if let file = ExperimentFile.read(directory), file.chain.first == file.id,
            !word.contains("@")
        {
            let later = file.chain.map { self.directory($0) }.last { member in
                guard let other = ExperimentFile.read(member) else { return false }
                return Self.isFinished(member) && phase.map { other.phase < $0 } ?? true
            }
            directory = later ?? directory
        }
        let own = try directory.readManifest().phase
        if let phase, own >= phase {
            throw CommandError.invalid(
                "'\(directory.name)' is of the \(own.rawValue) stage, and \(phase.rawValue) wants an "
                    + "earlier one; \(candidates(for: phase)).")
        }
        return Parent(
            directory: directory, phase: own, checkpoint: try checkpoint(of: directory, pick))
    }

    /// The checkpoint of a run that is meant.
    func checkpoint(of directory: RunDirectory, _ pick: Pick) throws -> String {
        let steps = Checkpoint.steps(in: directory.checkpoints)
        guard let last = steps.last else {
            throw CommandError.missing("'\(directory.path)' has no checkpoint yet.")
        }
        var chosen = last
        switch pick {
        case .last: break
        case .step(let step):
            guard steps.contains(step) else {
                throw CommandError.missing(
                    "'\(directory.path)' has no checkpoint after \(step) steps; there is "
                        + steps.map { String($0) }.joined(separator: ", ") + ".")
            }
            chosen = step
        case .best:
            let scored = try steps.compactMap { step -> (step: Int, loss: Double)? in
                let state = try Checkpoint.state(
                    of: Checkpoint.path(of: step, in: directory.checkpoints))
                return state.validationBitsPerByte.map { (step, $0) }
            }
            chosen = scored.min { ($0.loss, $0.step) < ($1.loss, $1.step) }?.step ?? last
        }
        return Checkpoint.path(of: chosen, in: directory.checkpoints)
    }

    /// Which experiments would do, in a phrase.
    func candidates(for phase: Phase?) -> String {
        let fit = Catalog(folder: path).experiments.filter { experiment in
            guard experiment.isFinished, let own = experiment.phase else { return false }
            return phase.map { own < $0 } ?? true
        }
        guard !fit.isEmpty else {
            return "no finished experiment there would do; begin with retro run --phase=base"
        }
        let shown = fit.prefix(8).map(\.id).joined(separator: ", ")
        return "these would do: \(shown)\(fit.count > 8 ? " and \(fit.count - 8) more" : "")"
    }

    /// What a sweep calls `point` behind `prefix`: its name in `grid`, or the former one where only that is here.
    func sweepName(
        _ name: String, of point: Grid.Point, in grid: Grid, after prefix: String
    ) -> String {
        let former = point.formerName
        let isAlone = grid.points.count { $0.formerName == former } == 1
        let isThere = directory("\(prefix)_\(former)").exists
        return isAlone && isThere && !directory("\(prefix)_\(name)").exists ? former : name
    }

    /// Moves a run aside, where nothing finds it by chance.
    func moveAside(_ directory: RunDirectory) throws {
        let parts = DateFormatter()
        parts.locale = Locale(identifier: "en_US_POSIX")
        parts.dateFormat = "yyyyMMdd_HHmmss_SSS"
        let place = "\(path)/.aside"
        let target = "\(place)/\(directory.name)_\(parts.string(from: world.now()))"
        do {
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: directory.path, toPath: target)
        } catch {
            throw FileError.unwritable(path: target, reason: FileError.reason(of: error))
        }
        world.errors.line("moved '\(directory.path)' to '\(target)'")
    }
}
