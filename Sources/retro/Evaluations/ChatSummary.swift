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
        let unfinishedRight: Double?
        let countsUnfinished: Bool?
        let matchedByMajority: Bool
        let truncatedCount: Int

        enum CodingKeys: String, CodingKey {
            case task, reading, native, accuracy, chance, majority, centered, unfinished
            case belowChance = "below_chance"
            case passAtK = "pass_at_k"
            case toolAgreement = "tool_agreement"
            case truncatedCount = "truncated_count"
            case unfinishedRight = "unfinished_correct"
            case countsUnfinished = "count_unfinished"
            case matchedByMajority = "matched_by_majority"
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
    /// The same mean of always giving each task's most frequent answer: what ChatCORE has to beat.
    let chatCOREMajority: [String: Double]

    enum CodingKeys: String, CodingKey {
        case phase, step, direction, checkpoint, tasks, directions
        case chatCORE = "chatcore"
        case chatCOREMajority = "chatcore_majority"
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
                unfinishedRight: $0.unfinishedRight, countsUnfinished: $0.countsUnfinished,
                matchedByMajority: $0.isMatchedByMajority,
                truncatedCount: $0.truncatedCount)
        }
        var (means, majorities): ([String: Double], [String: Double]) = ([:], [:])
        for reading in Reading.allCases {
            let own = ChatTask.core.compactMap { task in
                results.first { $0.task == task.name && $0.reading == reading }
            }
            guard own.count == ChatTask.core.count else { continue }
            func mean(_ value: (TaskResult) -> Double) -> Double {
                own.reduce(0) { $0 + value($1) } / Double(own.count)
            }
            means[reading.rawValue] = mean(\.centered)
            majorities[reading.rawValue] = mean(\.centeredMajority)
        }
        (chatCORE, chatCOREMajority) = (means, majorities)
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
            if line.matchedByMajority {
                notes.append("not shown to beat always giving the most frequent answer")
            }
            if line.truncatedCount > 0 { notes.append("\(line.truncatedCount) prompts cut") }
            if let unfinished = line.unfinished, unfinished > 0 {
                var note = "\(percent(unfinished)) % unfinished"
                if let right = line.unfinishedRight, right > 0 {
                    let counts = line.countsUnfinished ?? true
                    note +=
                        ", of all \(percent(right)) % right but for that"
                        + (counts ? " and counted" : "")
                }
                notes.append(note)
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
            ("task", .left), ("native", .right), ("cross", .right), ("gap", .right),
            ("balance", .right), ("agreement", .right),
        ])
        for line in directions {
            both.add([
                line.task, percent(line.native), line.cross.map(percent) ?? "–", percent(line.gap),
                String(format: "%.2f", line.balance), percent(line.agreement),
            ])
        }
        for line in both.lines { console.line(line) }
        for (reading, value) in chatCORE.sorted(by: { $0.key > $1.key }) {
            let majority = chatCOREMajority[reading].map {
                String(format: " (%.4f by always giving the most frequent answers)", $0)
            }
            console.line("ChatCORE \(reading): \(String(format: "%.4f", value))\(majority ?? "")")
        }
    }
}
