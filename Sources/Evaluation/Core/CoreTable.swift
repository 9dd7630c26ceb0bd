internal import Foundation
internal import Language

/// CORE of one reading: the mean of the tasks' centered accuracies.
public struct CoreTable: Sendable {
    /// Results that apply in the reading, in the bundle's order.
    public let results: [CoreResult]
    /// Tasks of the whole selection that should be there: CORE's own 22, or a bundle's.
    public let expectedCount: Int

    /// The table of `results`, of which those that do not apply are left out.
    public init(_ results: [CoreResult], expectedCount: Int) {
        self.results = results.filter { $0.centered != nil }
        self.expectedCount = expectedCount
    }

    /// The mean of the centered accuracies; nil without any.
    public var mean: Double? {
        let centered = results.compactMap(\.centered)
        return centered.isEmpty ? nil : centered.reduce(0, +) / Double(centered.count)
    }

    /// Whether the mean may be called CORE: every task is in it, read forward.
    public var isCORE: Bool {
        results.count == expectedCount && results.allSatisfy { $0.reading == .forward }
    }

    /// What the mean is called: not CORE where tasks are missing, or were read backward.
    public var name: String {
        isCORE ? "CORE" : "mean of \(results.count)/\(expectedCount)"
    }

    /// Lines as nanochat writes them: name, accuracy and centered accuracy in columns.
    /// - Source: karpathy/nanochat `base_eval.py`, 2025.
    public var csv: String {
        func line(_ name: String, _ accuracy: String, _ centered: String) -> String {
            let cells = [(name, 35), (accuracy, 10), (centered, 10)].map { text, width in
                text + String(repeating: " ", count: max(0, width - text.count))
            }
            return cells.joined(separator: ", ") + "\n"
        }
        func number(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? "" }
        return line("Task", "Accuracy", "Centered")
            + results.map { line($0.task, number($0.accuracy?.value), number($0.centered)) }
            .joined() + line(name, "", number(mean))
    }
}
