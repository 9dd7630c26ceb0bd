internal import Foundation
internal import Journal

/// The runs that an analysis takes of those that were named: each once, and finished unless asked otherwise.
public struct RunSelection: Sendable {
    /// A run that is left out.
    public struct Omission: Hashable, Sendable {
        /// Its name.
        public let run: String
        /// Why, in words that follow its name.
        public let reason: String
    }

    /// What is taken, in the order it was named.
    public private(set) var runs: [StudiedRun] = []
    /// What is not.
    public private(set) var omissions: [Omission] = []

    /// What is taken of `runs`.
    ///
    /// A run is the same as one before where it lies in the same folder, or where both have equal settings and seeds: a
    /// copy, or a repetition, is not another seed.
    /// - Parameter includingUnfinished: whether runs that stopped or diverged are taken as they are; those without a
    ///   step never are.
    /// - Throws: when nothing is left.
    public init(
        of runs: [StudiedRun], includingUnfinished: Bool = false
    ) throws(ReportError) {
        self.init(ofAny: runs, includingUnfinished: includingUnfinished)
        guard self.runs.isEmpty, !runs.isEmpty else { return }
        throw .unfit(
            "no finished run is left: \(words(atMost: 8)). --include-unfinished takes those that have stopped as they "
                + "are.")
    }

    /// What is taken of `runs`, which may be nothing.
    init(ofAny runs: [StudiedRun], includingUnfinished: Bool) {
        for run in runs {
            if run.progress.status == .begun {
                omit(run, run.progress.words)
            } else if !includingUnfinished, !run.progress.isFinished {
                omit(run, run.progress.words)
            } else if let twin = self.runs.first(where: { Self.isSame($0, run) }) {
                omit(run, Self.reason(run, twin))
            } else {
                self.runs.append(run)
            }
        }
    }

    private mutating func omit(_ run: StudiedRun, _ reason: String) {
        omissions.append(Omission(run: run.id, reason: reason))
    }

    private static func folder(_ run: StudiedRun) -> String {
        URL(fileURLWithPath: run.reader.directory.path).resolvingSymlinksInPath().path
    }

    private static func isSame(_ first: StudiedRun, _ second: StudiedRun) -> Bool {
        folder(first) == folder(second)
            || (first.kind == second.kind && first.identity.seeds == second.identity.seeds)
    }

    private static func reason(_ run: StudiedRun, _ twin: StudiedRun) -> String {
        if folder(run) == folder(twin) { return "the same folder as \(twin.id)" }
        return run.manifestHash != nil && run.manifestHash == twin.manifestHash
            ? "a copy of \(twin.id)" : "the settings and seed of \(twin.id)"
    }

    /// "a (a copy of b), c (stopped after 3 of 9 steps)".
    private func words(atMost limit: Int) -> String {
        let shown = omissions.prefix(limit).map { "\($0.run) (\($0.reason))" }
        let rest = omissions.count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    /// What is left out and what is taken unfinished, a sentence each; nothing where all is as it should be.
    var sentences: [String] {
        let unfinished = runs.filter { !$0.progress.isFinished }
        var sentences: [String] = []
        if !omissions.isEmpty { sentences.append("Left out: \(words(atMost: 4)).") }
        if !unfinished.isEmpty {
            let shown = unfinished.prefix(4).map(\.label).joined(separator: ", ")
            let rest = unfinished.count - min(4, unfinished.count)
            sentences.append(
                "Not finished, and taken as far as they came: \(shown)"
                    + (rest > 0 ? " and \(rest) more." : "."))
        }
        return sentences
    }

    /// What is left out, for machines.
    var json: JSONValue {
        .array(omissions.map { ["run": .string($0.run), "reason": .string($0.reason)] })
    }

    /// All that is left out, as a list; nothing where the sentences say it all.
    var blocks: [Document.Block] {
        guard omissions.count > 4 else { return [] }
        return [
            .heading(3, "Left out"),
            .bullets(omissions.map { Prose("\($0.run): \($0.reason)") }),
        ]
    }
}

extension Findings {
    /// The same findings, saying which runs they are not about.
    func about(_ selections: RunSelection...) -> Findings {
        var numbers = numbers
        let omitted = selections.flatMap { selection -> [JSONValue] in
            guard case .array(let all) = selection.json else { return [] }
            return all
        }
        numbers["left_out"] = .array(omitted)
        return Findings(
            title: document.title,
            headline: ([headline] + selections.flatMap(\.sentences)).joined(separator: " "),
            blocks: Array(document.blocks.dropFirst()) + selections.flatMap(\.blocks),
            numbers: numbers, table: table, isConclusive: isConclusive)
    }
}
