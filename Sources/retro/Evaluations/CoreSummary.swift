import Corpus
import Evaluation
import Foundation
import Journal
import Language
import Terminal

/// What `base-eval` found at CORE, task by task, without the examples.
struct CoreSummary: Encodable {
    /// One task in one reading.
    struct Line: Encodable {
        let task: String
        let reading: Reading
        let native: Bool
        let kind: CoreItem.Kind
        let shots: Int
        let notApplicable: String?
        let accuracy: Proportion?
        let chance: Double
        let guessing: Double?
        let majority: Double?
        let centered: Double?
        let belowChance: Bool
        let truncatedCount: Int
        let matrix: [CoreResult.Cell]

        enum CodingKeys: String, CodingKey {
            case task, reading, native, kind, shots, accuracy, chance, guessing, majority, centered
            case matrix
            case notApplicable = "not_applicable"
            case belowChance = "below_chance"
            case truncatedCount = "truncated_count"
        }
    }

    /// The mean over tasks of one way to compare options.
    struct Mean: Encodable {
        let reading: Reading
        let formula: LikelihoodFormula
        let norm: LikelihoodNorm
        let accuracy: Double
        let centered: Double
        let tasks: Int
    }

    /// The mean of the headlines in one reading.
    struct Headline: Encodable {
        let reading: Reading
        let rule: String
        let centered: Double
        let tasks: Int
        /// Whether it is CORE: the forward reading, every task.
        let isCORE: Bool
        /// Tasks of CORE that are not in the mean.
        let missing: [String]

        enum CodingKeys: String, CodingKey {
            case reading, rule, centered, tasks, missing
            case isCORE = "is_core"
        }
    }

    let phase: String
    let step: Int
    let direction: Direction
    let checkpoint: String
    let maxSeqLen: Int
    let tasks: [Line]
    /// Tasks that the bundle names and has no file of.
    let missing: [String]
    let matrix: [Mean]
    /// One for each task that applies in both readings.
    let directions: [DirectionSummary]
    let headlines: [Headline]

    enum CodingKeys: String, CodingKey {
        case phase, step, direction, checkpoint, tasks, missing, matrix, directions, headlines
        case maxSeqLen = "max_seq_len"
    }

    init(
        _ results: [CoreResult], missing: [String], expected: [String], limit: Int,
        of loaded: LoadedModel
    ) {
        phase = loaded.phase.rawValue
        step = loaded.step
        direction = loaded.direction
        checkpoint = loaded.path
        maxSeqLen = limit
        self.missing = missing
        tasks = results.map {
            Line(
                task: $0.task, reading: $0.reading, native: $0.isNative, kind: $0.kind,
                shots: $0.shots, notApplicable: $0.notApplicable, accuracy: $0.accuracy,
                chance: $0.chance, guessing: $0.guessing, majority: $0.majority,
                centered: $0.centered, belowChance: $0.isBelowChance,
                truncatedCount: $0.truncatedCount,
                matrix: $0.matrix)
        }
        var means: [Mean] = []
        var headlines: [Headline] = []
        for reading in Reading.allCases {
            let own = results.filter { $0.reading == reading }
            let table = CoreTable(own, expectedCount: expected.count)
            guard let mean = table.mean else { continue }
            headlines.append(
                Headline(
                    reading: reading,
                    rule: reading == .forward
                        ? "CORE's rule" : "raw log p(question | answer), tasks with options only",
                    centered: mean, tasks: table.results.count,
                    isCORE: table.isCORE,
                    missing: expected.filter { name in
                        !table.results.contains { $0.task == name }
                    }))
            let cells = own.flatMap(\.matrix)
            for formula in LikelihoodFormula.allCases {
                for norm in LikelihoodNorm.allCases {
                    let like = cells.filter { $0.formula == formula && $0.norm == norm }
                    guard !like.isEmpty else { continue }
                    let n = Double(like.count)
                    means.append(
                        Mean(
                            reading: reading, formula: formula, norm: norm,
                            accuracy: like.reduce(0) { $0 + $1.accuracy.value } / n,
                            centered: like.reduce(0) { $0 + $1.centered } / n, tasks: like.count))
                }
            }
        }
        matrix = means
        self.headlines = headlines
        directions = results.filter { $0.reading == .forward }.compactMap { forward in
            guard let own = forward.side,
                let other = results.first(where: {
                    $0.task == forward.task && $0.reading == .backward
                })?.side
            else { return nil }
            return DirectionSummary(forward.task, forward: own, backward: other)
        }
    }

    /// What centered accuracies are, and whose baselines they are over.
    static let centeredNote =
        "centered: (accuracy − chance) / (1 − chance); chance: the random baseline of the bundle's eval_meta_data.csv"

    /// Prints it as tables.
    func show(on console: Console) {
        func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }
        func number(_ value: Double) -> String { String(format: "%.4f", value) }
        var table = TextTable([
            ("task", .left), ("reading", .left), ("", .left), ("shots", .right), ("%", .right),
            ("95 %", .left), ("chance", .right), ("centered", .right), ("n", .right), ("", .left),
        ])
        for line in tasks {
            guard let accuracy = line.accuracy, let centered = line.centered else { continue }
            var notes: [String] = []
            if line.belowChance { notes.append("below chance") }
            // CORE's table is kept where it errs, and so is told.
            if let guessing = line.guessing, abs(guessing - line.chance) > 0.01 {
                notes.append("guessing gets \(percent(guessing))")
            }
            if line.truncatedCount > 0 { notes.append("\(line.truncatedCount) prompts cut") }
            table.add([
                line.task, line.reading.rawValue, line.native ? "native" : "cross",
                String(line.shots), percent(accuracy.value),
                "\(percent(accuracy.lower))–\(percent(accuracy.upper))", percent(line.chance),
                number(centered), String(accuracy.count), notes.joined(separator: "; "),
            ])
        }
        for line in table.lines { console.line(line) }
        console.line(Self.centeredNote)
        let reasons = Dictionary(
            grouping: tasks.filter { $0.notApplicable != nil }, by: { $0.notApplicable ?? "" })
        for (reason, lines) in reasons.sorted(by: { $0.key < $1.key }) {
            console.line(
                "not applicable \(lines[0].reading.rawValue): "
                    + lines.map(\.task).joined(separator: ", ") + ". Why: \(reason).")
        }
        if !missing.isEmpty {
            console.line(
                "not in the bundle, so not in any mean: \(missing.joined(separator: ", "))")
        }
        if !matrix.isEmpty {
            console.line()
            showMatrix(on: console, percent)
        }
        if !directions.isEmpty {
            console.line()
            var both = TextTable([
                ("task", .left), ("native", .right), ("cross", .right), ("difference", .right),
                ("balance", .right), ("agreement", .right),
            ])
            for line in directions {
                both.add([
                    line.task, percent(line.native), line.cross.map(percent) ?? "–",
                    percent(line.difference), String(format: "%.2f", line.balance),
                    percent(line.agreement),
                ])
            }
            for line in both.lines { console.line(line) }
        }
        console.line()
        for headline in headlines {
            let name =
                headline.isCORE
                ? "CORE"
                : "mean centered accuracy of \(headline.tasks) tasks, not CORE"
                    + (headline.missing.isEmpty
                        ? "" : " (without \(headline.missing.joined(separator: ", ")))")
            console.line(
                "\(headline.reading.rawValue): \(number(headline.centered)) \(name); "
                    + "by \(headline.rule)")
        }
    }

    private func showMatrix(on console: Console, _ percent: (Double) -> String) {
        let readings = Reading.allCases.filter { reading in
            matrix.contains { $0.reading == reading }
        }
        var table = TextTable(
            [("mean % of tasks with options", .left), ("", .left)]
                + readings.map { ($0.rawValue, .right) })
        for formula in LikelihoodFormula.allCases {
            for norm in LikelihoodNorm.allCases {
                let cells = readings.map { reading in
                    matrix.first {
                        $0.reading == reading && $0.formula == formula && $0.norm == norm
                    }.map { percent($0.accuracy) } ?? "–"
                }
                let name =
                    switch formula {
                    case .answerGivenQuestion: "log p(answer | question)"
                    case .questionGivenAnswer: "log p(question | answer)"
                    case .joint: "log p(question, answer)"
                    }
                table.add([name, norm.rawValue.replacing("_", with: " ")] + cells)
            }
        }
        for line in table.lines { console.line(line) }
    }
}
