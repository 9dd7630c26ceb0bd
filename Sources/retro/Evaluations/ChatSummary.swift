import Evaluation
import Foundation
import Journal
import Language
import Terminal

/// What `chat-eval` found, task by task, without the examples.
struct ChatSummary: Encodable {
    /// One task in one reading.
    struct Line: Encodable {
        let task: String
        let reading: Reading
        let native: Bool
        let accuracy: Proportion
        let chance: Double
        let majority: Double?
        let centered: Double
        let belowChance: Bool
        let passAtK: [String: Double]?
        let toolAgreement: Double?
        let unfinished: Double?
        let truncatedCount: Int

        enum CodingKeys: String, CodingKey {
            case task, reading, native, accuracy, chance, majority, centered, unfinished
            case belowChance = "below_chance"
            case passAtK = "pass_at_k"
            case toolAgreement = "tool_agreement"
            case truncatedCount = "truncated_count"
        }
    }

    let phase: String
    let step: Int
    let direction: Direction
    let checkpoint: String
    let tasks: [Line]
    /// One for each task that was tried in both readings.
    let directions: [DirectionSummary]
    /// ChatCORE by reading: the mean of the centered accuracies of all six tasks; absent where one was not tried.
    let chatCORE: [String: Double]

    enum CodingKeys: String, CodingKey {
        case phase, step, direction, checkpoint, tasks, directions
        case chatCORE = "chatcore"
    }

    init(_ results: [TaskResult], of loaded: LoadedModel) {
        phase = loaded.phase.rawValue
        step = loaded.step
        direction = loaded.direction
        checkpoint = loaded.path
        tasks = results.map {
            Line(
                task: $0.task, reading: $0.reading, native: $0.isNative, accuracy: $0.accuracy,
                chance: $0.chance, majority: $0.majority, centered: $0.centered,
                belowChance: $0.isBelowChance, passAtK: $0.passAtK,
                toolAgreement: $0.toolAgreement, unfinished: $0.unfinished,
                truncatedCount: $0.truncatedCount)
        }
        var means: [String: Double] = [:]
        for reading in Reading.allCases {
            let own = ChatTask.core.compactMap { task in
                results.first { $0.task == task.name && $0.reading == reading }
            }
            guard own.count == ChatTask.core.count else { continue }
            means[reading.rawValue] =
                own.reduce(0) { $0 + $1.centered } / Double(own.count)
        }
        chatCORE = means
        directions = results.filter { $0.reading == .forward }.compactMap { forward in
            results.first { $0.task == forward.task && $0.reading == .backward }.map {
                DirectionSummary(forward: forward, backward: $0)
            }
        }
    }

    /// Prints it as tables.
    func show(on console: Console) {
        func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }
        var table = TextTable([
            ("task", .left), ("reading", .left), ("", .left), ("%", .right), ("95 %", .left),
            ("chance", .right), ("majority", .right), ("n", .right), ("", .left),
        ])
        for line in tasks {
            var notes: [String] = []
            if line.belowChance { notes.append("below chance: probably a fault of format") }
            if line.truncatedCount > 0 { notes.append("\(line.truncatedCount) prompts cut") }
            if let unfinished = line.unfinished, unfinished > 0 {
                notes.append("\(percent(unfinished)) % unfinished")
            }
            if let agreement = line.toolAgreement {
                notes.append("\(percent(agreement)) % of calls right")
            }
            for (k, value) in (line.passAtK ?? [:]).sorted(by: {
                (Int($0.key) ?? 0) < (Int($1.key) ?? 0)
            })
            where k != "1" {
                notes.append("pass@\(k) \(percent(value))")
            }
            table.add([
                line.task, line.reading.rawValue, line.native ? "native" : "cross",
                percent(line.accuracy.value),
                "\(percent(line.accuracy.lower))–\(percent(line.accuracy.upper))",
                percent(line.chance), line.majority.map(percent) ?? "–",
                String(line.accuracy.count), notes.joined(separator: "; "),
            ])
        }
        for line in table.lines { console.line(line) }
        guard !directions.isEmpty else { return }
        console.line()
        var both = TextTable([
            ("task", .left), ("native", .right), ("cross", .right), ("difference", .right),
            ("balance", .right), ("agreement", .right),
        ])
        for line in directions {
            both.add([
                line.task, percent(line.native), line.cross.map(percent) ?? "–",
                percent(line.difference),
                String(format: "%.2f", line.balance), percent(line.agreement),
            ])
        }
        for line in both.lines { console.line(line) }
        for (reading, value) in chatCORE.sorted(by: { $0.key > $1.key }) {
            console.line("ChatCORE \(reading): \(String(format: "%.4f", value))")
        }
    }
}
