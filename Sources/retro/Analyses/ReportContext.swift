import Arguments
import Experiments
import Foundation
import Journal
import Provenance
import Reporting

extension StudiedRuns {
    /// The report on the experiment in the folder `path`.
    /// - Parameter baseline: name of the forward run to compare with; found where it is not given.
    func report(on path: String, baseline name: String?) throws -> Findings {
        let run = try run(path)
        let manifest = try run.reader.manifest()
        var found: (run: StudiedRun, origin: String)?
        if let name {
            let folders = try folders([name])
            guard folders.count == 1 else {
                throw CommandError.invalid("--baseline names \(folders.count) runs; name one.")
            }
            found = (try self.run(folders[0]), "named by --baseline")
        } else {
            found = baseline(of: run, at: path)
        }
        let ancestors = ancestors(of: path)
        let commands = (ancestors + [path]).compactMap { folder -> String? in
            let directory = RunDirectory(path: folder)
            guard let manifest = try? directory.readManifest() else { return nil }
            let words = ExperimentFile.read(directory)?.command ?? manifest.start.arguments
            return "./retro " + words.map(ShellWord.quoted).joined(separator: " ")
        }
        var environment: [(name: String, value: String)] = [
            ("begun", manifest.start.date.ISO8601Format()),
            ("commit", manifest.source.commit ?? "not known"),
            ("changes beyond it", manifest.source.isDirty ? "yes, see diff.patch" : "none"),
            ("machine", "\(manifest.machine.host), \(manifest.machine.processor)"),
            ("system", manifest.machine.system),
            ("settings hash", manifest.settingsHash.hex),
        ]
        if let kernels = manifest.start.kernels { environment.append(("kernels", kernels)) }
        environment += manifest.start.versions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if !manifest.resumptions.isEmpty {
            environment.append(("resumed", "\(manifest.resumptions.count) times"))
        }
        let context = ExperimentReport.Context(
            ancestors: try ancestors.map { try self.run($0) }, baseline: found?.run,
            baselineOrigin: found?.origin ?? "",
            commands: commands + ["./retro analyze report \(ShellWord.quoted(path))"],
            environment: environment,
            data: manifest.dataFingerprints.sorted { $0.key < $1.key }.map {
                ($0.key, $0.value.hex)
            })
        return ExperimentReport(on: run, context: context).findings()
    }

    /// The report on base runs beside each other, with what became of them.
    func comparison(
        of folders: [String], withDescendants: Bool, title: String, corpusName: String,
        budget: Abscissa, includingUnfinished: Bool = false, seed: Seed
    ) throws -> Findings {
        let base = try folders.map { try run($0) }
        for run in base where run.phase != .base {
            throw CommandError.invalid(
                "'\(run.id)' is of the \(run.phase.rawValue) stage, and this begins with base runs; report it "
                    + "alone, or put it beside others by 'analyze compare'.")
        }
        let later =
            withDescendants
            ? try folders.flatMap { descendants(of: $0) }.map { try run($0) } : []
        return try OverallComparison(
            of: base, later: later, by: budget, title: title, corpusName: corpusName,
            commands: [
                (["./retro"] + world.arguments).map(ShellWord.quoted).joined(separator: " ")
            ],
            includingUnfinished: includingUnfinished, seed: seed
        ).findings()
    }
}

/// Words as a shell takes them.
enum ShellWord {
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.allSatisfy {
                $0.isLetter || $0.isNumber || "-_=./,:@+%".contains($0)
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
