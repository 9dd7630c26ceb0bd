internal import Foundation
internal import Journal
internal import Language
public import Provenance

/// `compare-all`: everything that several base runs, and what became of them, say beside each other.
public struct OverallComparison {
    private let base: [StudiedRun]
    private let later: [StudiedRun]
    private let comparison: Comparison
    private let selections: [RunSelection]
    private let abscissa: Abscissa
    private let seed: Seed

    /// Compares `base` and the runs of `later` stages that descend from them.
    /// - Parameter includingUnfinished: whether runs that stopped or diverged are compared as far as they came.
    public init(
        of base: [StudiedRun], later: [StudiedRun], by abscissa: Abscissa, title: String,
        corpusName: String, commands: [String], includingUnfinished: Bool = false, seed: Seed
    ) throws(ReportError) {
        guard !base.isEmpty else { throw .unfit("there are no base runs to compare.") }
        let selection = try RunSelection(of: base, includingUnfinished: includingUnfinished)
        let descendants = RunSelection(
            ofAny: later, includingUnfinished: includingUnfinished)
        selections = [selection, descendants]
        try StudiedRun.requireSameWindows(selection.runs)
        let groups = RunGroup.groups(of: selection.runs)
        self.base = groups.flatMap(\.runs)
        self.later = descendants.runs
        self.abscissa = abscissa
        self.seed = seed
        var compared: [ComparedRun] = []
        var windows: MatchedWindows?
        for group in groups {
            for run in group.runs {
                let matched = try run.matched()
                guard windows ?? matched.windows == matched.windows else {
                    throw .lacking(
                        run: run.id, what: "last validation on the windows of the others",
                        remedy: "its list was changed while it trained; leave it out")
                }
                windows = matched.windows
                compared.append(try Self.compared(run, group.variant, matched))
            }
        }
        guard var windows else { throw .unfit("no base run was validated.") }
        windows.name = corpusName
        comparison = try Comparison(
            of: ComparisonInput(
                title: title, validation: windows, runs: compared, commands: commands))
    }

    static func compared(
        _ run: StudiedRun, _ variant: String, _ matched: MatchedEvaluation
    ) throws(ReportError) -> ComparedRun {
        let history: RunHistory
        do { history = try RunHistory(of: run.reader, phase: run.phase) } catch {
            throw .journal(error)
        }
        var settings = run.settings
        settings.trainingTokens = run.trainedTokens
        return ComparedRun(
            name: run.label, direction: run.direction, seed: run.seed, seeds: run.identity.seeds,
            variant: variant, manifestHash: run.manifestHash, settings: settings,
            training: history.training,
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
        let learning = try LearningComparison(of: base, by: abscissa, includingUnfinished: true)
        var speed: [JSONValue] = []
        more += [.heading(2, "How fast they learn")] + learning.speed(&speed)
        if let curves = learning.curvesFigure() { more.append(.figure(curves)) }
        var numbers: JSONValue = [
            "contrasts": .array(
                comparison.contrasts.map { contrast in
                    [
                        "contrast": .string(GapFigure.rowLabel(contrast.kind)),
                        "depth": .number(Double(contrast.depth)),
                        "variant": .string(contrast.variant),
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
            let scaling = try ScalingFit(of: base, includingUnfinished: true, seed: seed["scaling"])
                .findings()
            more += [.heading(2, "Scaling")] + scaling.document.blocks
            numbers["scaling"] = scaling.numbers
        }
        let transfers = (base + later).flatMap(DirectionTransfer.transfers)
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
            numbers: numbers, table: table
        ).about(selections[0], selections[1])
    }

    /// Native accuracy of every run in every task, as tinted cells.
    private func taskFigure() -> Figure? {
        var table = DataTable(columns: ["panel", "task", "run", "value", "accuracy", "chance"])
        for run in base + later {
            for score in run.tasks where score.isNative {
                table.append([
                    .text("read \(score.reading.rawValue)"), .text(score.task), .text(run.id),
                    .number(score.centered), .number(score.accuracy), .number(score.chance),
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
            caption: TaskScore.centeredCaption + " 1 is all right." + heat.remark(on: whole),
            width: .page, table: whole,
            body: Charts.heat(heat, width: .page))
    }

    private func laterTable() -> Document.Table {
        Document.Table(
            head: ["run", "stage", "parent", "direction", "last loss, nats", "val bits per byte"],
            rows: later.map { run in
                [
                    Prose(run.label), Prose(run.phase.rawValue), Prose(run.parentID ?? "–"),
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
