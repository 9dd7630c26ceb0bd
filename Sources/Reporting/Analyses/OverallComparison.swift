internal import Foundation
internal import Journal
internal import Language
public import Provenance

/// `compare-all`: everything that several base runs, and what became of them, say beside each other.
public struct OverallComparison {
    private let base: [StudiedRun]
    private let later: [StudiedRun]
    private let comparison: Comparison
    private let abscissa: Abscissa
    private let seed: Seed

    /// Compares `base` and the runs of `later` stages that descend from them.
    public init(
        of base: [StudiedRun], later: [StudiedRun], by abscissa: Abscissa, title: String,
        corpusName: String, commands: [String], seed: Seed
    ) throws(ReportError) {
        guard !base.isEmpty else { throw .unfit("there are no base runs to compare.") }
        try StudiedRun.requireSameWindows(base)
        func rank(_ run: StudiedRun) -> (Int, Int, UInt64) {
            (
                Direction.allCases.firstIndex(of: run.direction) ?? 0, run.settings.depth, run.seed
            )
        }
        let base = base.sorted { rank($0) < rank($1) }
        self.base = base
        self.later = later
        self.abscissa = abscissa
        self.seed = seed
        var compared: [ComparedRun] = []
        var windows: MatchedWindows?
        for run in base {
            guard try run.evaluationSteps().last == run.settings.steps else {
                throw .lacking(
                    run: run.id, what: "validation at its last step",
                    remedy: "it is not finished; run the command that began it again")
            }
            let matched = try run.matched()
            windows = matched.windows
            compared.append(try Self.compared(run, matched))
        }
        guard var windows else { throw .unfit("no base run was validated.") }
        windows.name = corpusName
        let tokens = Set(base.map(\.settings.trainingTokens))
        let budget = Set(base.map { "\($0.settings.depth) \($0.settings.trainingTokens)" })
        let depths = Set(base.map(\.settings.depth))
        let remarks =
            budget.count > depths.count
            ? ["Runs of one depth were trained on different numbers of tokens."]
            : tokens.count > 1 ? ["Depths were trained on different numbers of tokens."] : []
        comparison = try Comparison(
            of: ComparisonInput(
                title: title, budget: .equalTotalTokens, validation: windows, runs: compared,
                commands: commands, remarks: remarks), seed: seed["comparison"])
    }

    static func compared(
        _ run: StudiedRun, _ matched: MatchedEvaluation
    ) throws(ReportError) -> ComparedRun {
        let history: RunHistory
        do { history = try RunHistory(of: run.reader, phase: run.phase) } catch {
            throw .journal(error)
        }
        return ComparedRun(
            name: run.id, direction: run.direction, seed: run.seed,
            manifestHash: run.manifestHash, settings: run.settings, training: history.training,
            validationHistory: history.validation, positions: history.positions,
            gradientNorms: history.gradientNorms, scores: matched.scores, samples: run.samples)
    }

    /// Everything found.
    public func findings() throws(ReportError) -> Findings {
        let report = ComparisonReport(on: comparison)
        let text = ReportText(comparison)
        var blocks = Array(text.document(report.figures, drawn: true).blocks.dropFirst())
        let place = blocks.firstIndex { block in
            if case .heading(2, let prose) = block { return prose.plainText == "Samples" }
            return false
        }
        var more: [Document.Block] = []
        let learning = try LearningComparison(of: base, by: abscissa, seed: seed["learning"])
        var speed: [JSONValue] = []
        more += [.heading(2, "How fast they learn")] + learning.speed(&speed)
        if let curves = learning.curvesFigure() { more.append(.figure(curves)) }
        var numbers: JSONValue = [
            "contrasts": .array(
                comparison.contrasts.map { contrast in
                    [
                        "contrast": .string(GapFigure.rowLabel(contrast.kind)),
                        "depth": .number(Double(contrast.depth)),
                        "seeds": .number(Double(contrast.seedCount)),
                        "gap_nats": .number(contrast.gapNats),
                        "lower": .number(contrast.interval?.lower ?? .nan),
                        "upper": .number(contrast.interval?.upper ?? .nan),
                        "gap_bits_per_byte": .number(contrast.gapBitsPerByte),
                        "sign_established": .bool(contrast.signIsEstablishedAcrossSeeds),
                    ]
                }), "learning": .array(speed),
        ]
        if Set(base.map(\.settings.depth)).count > 1 {
            let scaling = try ScalingFit(of: base, seed: seed["scaling"]).findings()
            more += [.heading(2, "Scaling")] + scaling.document.blocks
            numbers["scaling"] = scaling.numbers
        }
        let transfers = (base + later).flatMap { DirectionTransfer.transfers(of: $0, seed: seed) }
        if !transfers.isEmpty {
            more += [
                .heading(2, "Tasks in both readings"), .table(DirectionTransfer.table(transfers)),
            ]
            if let low = DirectionTransfer.atChance(transfers) { more.append(.note(low)) }
            if let figure = taskFigure() { more.append(.figure(figure)) }
        }
        if !later.isEmpty {
            more += [.heading(2, "Later stages"), .table(laterTable())]
        }
        blocks.insert(contentsOf: more, at: place ?? blocks.count)
        var table = DataTable(columns: [
            "run", "direction", "depth", "seed", "reading", "native", "nats_per_token",
            "bits_per_byte",
        ])
        for cell in comparison.cells {
            let run = base[cell.run]
            table.append([
                .text(run.id), .text(run.direction.rawValue),
                .number(Double(run.settings.depth)), .number(Double(run.seed)),
                .text(cell.reading.rawValue), .text(cell.isNative ? "native" : "cross"),
                .number(cell.natsPerToken), .number(cell.bitsPerByte),
            ])
        }
        return Findings(
            title: comparison.input.title, headline: report.headline, blocks: blocks,
            numbers: numbers, table: table)
    }

    /// Native accuracy of every run in every task, as tinted cells.
    private func taskFigure() -> Figure? {
        var table = DataTable(columns: ["panel", "task", "run", "value", "accuracy", "chance"])
        for run in base + later {
            for score in run.tasks where score.isNative {
                table.append([
                    .text("read \(score.reading.rawValue)"), .text(score.task), .text(run.id),
                    .number((score.accuracy - score.chance) / (1 - score.chance)),
                    .number(score.accuracy), .number(score.chance),
                ])
            }
        }
        guard !table.rows.isEmpty else { return nil }
        let panels = ["read forward", "read backward"].filter { name in
            table.rows.contains { $0[0] == .text(name) }
        }
        let shown = Set(table.rows.map { $0[2] })
        let order = (base + later).map(\.id).filter { shown.contains(.text($0)) }
        let values = table.numbers(in: "value")
        let reach = max(0.05, values.map { abs($0) }.max() ?? 1)
        // Numbers need room: one panel below the other where there are many runs.
        let columns = order.count <= 6 ? 2 : 1
        let heat = Charts.Heat(
            x: "run", xTitle: "", y: "task", yTitle: "", value: "value",
            valueTitle: "centered accuracy", panels: panels, isDiverging: true,
            domain: (-reach, reach), xOrder: order, cellHeight: 14,
            rowCount: Set(table.rows.map { $0[1] }).count, columns: columns,
            label: order.count <= 14 ? "+.2f" : nil)
        let whole = heat.completing(table)
        return Figure(
            name: "tasks", title: "Tasks of every run, in its own readings",
            caption:
                "(accuracy − chance) / (1 − chance), in colour and as a number: 0 is guessing, 1 is all right."
                + heat.remark(on: whole), width: .page, table: whole,
            body: Charts.heat(heat, width: .page))
    }

    private func laterTable() -> Document.Table {
        Document.Table(
            head: ["run", "stage", "parent", "direction", "last loss, nats", "val bits per byte"],
            rows: later.map { run in
                [
                    Prose(run.id), Prose(run.phase.rawValue), Prose(run.parentID ?? "–"),
                    Prose(run.direction.rawValue),
                    Prose(Numeral.fixed(run.metrics[Metric.loss]?.values.last ?? .nan, digits: 4)),
                    Prose(
                        Numeral.fixed(
                            run.metrics[Metric.validationBitsPerByte]?.values.last ?? .nan,
                            digits: 4)),
                ]
            }, numeric: [4, 5])
    }
}
