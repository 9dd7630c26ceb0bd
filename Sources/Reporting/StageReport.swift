internal import Foundation
public import Journal
public import Language
internal import Provenance

/// One stage after base as people read it: where it came from, how it went, what it can do.
public struct StageReport {
    /// A task in one reading.
    public struct Task: Sendable {
        let name: String
        let reading: Reading
        let isNative: Bool
        let accuracy: Double
        let interval: (lower: Double, upper: Double)
        let chance: Double
        let count: Int
        let isBelowChance: Bool

        /// What came out of a trial.
        public init(
            name: String, reading: Reading, isNative: Bool, accuracy: Double,
            interval: (lower: Double, upper: Double), chance: Double, count: Int,
            isBelowChance: Bool
        ) {
            self.name = name
            self.reading = reading
            self.isNative = isNative
            self.accuracy = accuracy
            self.interval = interval
            self.chance = chance
            self.count = count
            self.isBelowChance = isBelowChance
        }
    }

    private let document: Document

    /// The report on an experiment.
    /// - Parameters:
    ///   - chain: names of its ancestors, the first one first.
    ///   - metrics: its record, step by step.
    public init(
        name: String, phase: Phase, chain: [String], commands: [String],
        settings: [(name: String, value: String)], metrics: MetricsTable, tasks: [Task]
    ) {
        var document = Document(title: "Experiment \(name)")
        let descent = (chain + [name]).joined(separator: " → ")
        document.blocks.append(.paragraph("Stage \(phase.rawValue). Descent: \(descent)."))
        document.blocks.append(.heading(2, "Training"))
        document.blocks.append(.table(Self.training(metrics)))
        document.blocks.append(.heading(2, "Tasks"))
        if tasks.isEmpty {
            document.blocks.append(.paragraph("No task was tried."))
        } else {
            document.blocks.append(.table(Self.tasks(tasks)))
            let low = tasks.filter(\.isBelowChance).map { "\($0.name) (\($0.reading.rawValue))" }
            if !low.isEmpty {
                let names = low.joined(separator: ", ")
                document.blocks.append(
                    .note("Below chance, which is probably a fault of format: \(names)."))
            }
            let level = tasks.filter { $0.chance > 0 && $0.interval.lower <= $0.chance }
            if !level.isEmpty {
                document.blocks.append(
                    .note(
                        "The data do not show these to be above chance: "
                            + Prose(
                                level.map { "\($0.name) (\($0.reading.rawValue))" }
                                    .joined(separator: ", ")) + "."))
            }
        }
        document.blocks.append(.heading(2, "Settings"))
        document.blocks.append(
            .table(
                Document.Table(
                    head: ["setting", "value"],
                    rows: settings.map { [.code($0.name), Prose($0.value)] })))
        document.blocks.append(.heading(2, "Commands"))
        document.blocks.append(.verbatim(commands.joined(separator: "\n")))
        self.document = document
    }

    private static func training(_ metrics: MetricsTable) -> Document.Table {
        func number(_ value: Double) -> Prose { Prose(String(format: "%.5g", value)) }
        let rows = metrics.names.compactMap { name -> [Prose]? in
            guard let column = metrics[name], let first = column.values.first,
                let last = column.values.last
            else { return nil }
            let finite = column.values.filter(\.isFinite)
            return [
                .code(name), Prose(String(column.values.count)), number(first), number(last),
                number(finite.min() ?? .nan), number(finite.max() ?? .nan),
            ]
        }
        return Document.Table(
            head: ["column", "records", "first", "last", "lowest", "highest"], rows: rows,
            numeric: [1, 2, 3, 4, 5])
    }

    private static func tasks(_ tasks: [Task]) -> Document.Table {
        func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }
        return Document.Table(
            head: ["task", "reading", "", "%", "95 %", "chance", "n"],
            rows: tasks.map { task in
                [
                    Prose(task.name), Prose(task.reading.rawValue),
                    Prose(task.isNative ? "native" : "cross"), Prose(percent(task.accuracy)),
                    Prose("\(percent(task.interval.lower))–\(percent(task.interval.upper))"),
                    Prose(percent(task.chance)), Prose(String(task.count)),
                ]
            }, numeric: [3, 5, 6], caption: "Accuracy with Wilson intervals.")
    }

    /// Writes RESEARCH_REPORT.md and report.html into `folder`.
    public func write(to folder: String) throws(ReportError) {
        let texts = [
            ("RESEARCH_REPORT.md", MarkdownWriter().text(of: document)),
            ("report.html", HTMLWriter().text(of: document)),
        ]
        for (name, text) in texts {
            do throws(FileError) {
                try AtomicFile.write(Data(text.utf8), to: "\(folder)/\(name)")
            } catch { throw .file(error) }
        }
    }
}
