import Foundation
import Journal
import Provenance
import Terminal
import Training

/// What an experiment found, in a few lines: how `retro run` ends. All of it stands in its files.
struct ExperimentOutcome {
    let directory: RunDirectory

    /// A result that is a number; some are words, such as the tasks that a mean lacks.
    private struct Number: Decodable {
        let value: Double?

        init(from decoder: any Decoder) throws {
            value = try? decoder.singleValueContainer().decode(Double.self)
        }
    }

    /// A table of validation losses and of task results, by reading where they are of one.
    func lines() throws -> [String] {
        let reader = try RunReader(path: directory.path)
        let metrics = try reader.metrics()
        var found: [(name: String, value: Double)] = metrics.names.filter { $0.hasPrefix("val_") }
            .compactMap { name in metrics[name]?.values.last { $0.isFinite }.map { (name, $0) } }
        if FileManager.default.fileExists(atPath: directory.results) {
            let results = try JSONFile.value([String: Number].self, at: directory.results)
            found += results.sorted { $0.key < $1.key }.compactMap { name, number in
                number.value.map { (name, $0) }
            }
        }
        let phase = try reader.manifest().phase.rawValue
        let steps = Checkpoint.steps(in: directory.checkpoints).last ?? metrics.steps.count
        let title = "\(directory.name): \(phase), \(steps) steps"
        guard !found.isEmpty else { return [title + "; nothing was evaluated"] }
        // Names end in the reading that a number is of; the others are of the model's own readings.
        var rows: [(name: String, cells: [String])] = []
        for (name, value) in found {
            let column =
                name.hasSuffix("_forward") ? 1 : name.hasSuffix("_backward") ? 2 : 0
            let stem = ["", "_forward", "_backward"][column]
            let bare = String(name.dropLast(stem.count))
            if !rows.contains(where: { $0.name == bare }) { rows.append((bare, ["", "", ""])) }
            for index in rows.indices where rows[index].name == bare {
                rows[index].cells[column] = Quantity.fixed(value, 4)
            }
        }
        var table = TextTable([
            (title, .left), ("own readings", .right), ("forward", .right), ("backward", .right),
        ])
        for row in rows { table.add([row.name] + row.cells) }
        return table.lines
    }
}
