internal import Foundation
internal import Journal
internal import Language

/// `gradient-flow`: how gradients and activations run through the layers over training.
public struct GradientFlow {
    /// Runs, one a panel.
    private let runs: [StudiedRun]
    private let labels: [String]

    /// One run's norms.
    private struct Flow {
        let label: String
        let gradients: [LayerSeries]
        let activations: [LayerSeries]
        let ratios: [LayerSeries]
    }

    /// A block's gradients are named vanishing or exploding beyond this factor from the median block.
    ///
    /// Assumption: two decades; published runs of this size stay within one.
    private static let alarm = 100.0

    /// The flow through `runs`; the first seed of each group is drawn.
    public init(of runs: [StudiedRun]) throws(ReportError) {
        guard !runs.isEmpty else { throw .unfit("there are no runs to look at.") }
        let groups = RunGroup.groups(of: runs)
        self.runs = groups.map { $0.runs[0] }
        labels = groups.map(\.label)
    }

    private func flows() throws(ReportError) -> [Flow] {
        var flows: [Flow] = []
        for (run, label) in zip(runs, labels) {
            let (gradients, activations, ratios) = try run.reading {
                (research) throws(JournalError) in
                (
                    try research.layerSeries(.gradients, "norm"),
                    try research.layerSeries(.activations, "rms"),
                    try research.layerSeries(.gradients, "update_ratio")
                )
            }
            guard !gradients.isEmpty else {
                throw .lacking(
                    run: run.id, what: "gradient statistics",
                    remedy: "--log-gradients-every 100 records them")
            }
            flows.append(
                Flow(label: label, gradients: gradients, activations: activations, ratios: ratios))
        }
        return flows
    }

    /// √Σ of squared norms of a block's parts, by block and step.
    private static func blocks(_ series: [LayerSeries]) -> [(layer: Int, line: Series)] {
        GradientFigure.byLayer(
            series.map {
                GradientNorms(
                    layer: $0.layer, part: $0.part, steps: $0.steps,
                    norms: $0.values.map(Double.init))
            })
    }

    private static func heat(
        _ flows: [Flow], _ name: String, _ title: String, _ caption: String, _ valueTitle: String,
        _ lines: (Flow) -> [(label: String, line: Series)]
    ) -> Figure? {
        var table = DataTable(columns: ["panel", "part", "step", "value"])
        var order: [String] = []
        for flow in flows {
            for (label, line) in lines(flow) {
                if !order.contains(label) { order.append(label) }
                // About forty columns are as many as a panel can show.
                let stride = max(1, line.count / 40)
                for index in Swift.stride(from: 0, to: line.count, by: stride) {
                    table.append([
                        .text(flow.label), .text(label), .number(line.x[index]),
                        .number(line.y[index]),
                    ])
                }
            }
        }
        let values = table.numbers(in: "value").filter { $0 > 0 }
        guard let least = values.min(), let most = values.max() else { return nil }
        let heat = Charts.Heat(
            x: "step", xTitle: "optimizer steps", y: "part", yTitle: "", value: "value",
            valueTitle: valueTitle, panels: flows.map(\.label),
            logarithmic: LogScale(from: least, to: most, air: 1, atMost: 6), yOrder: order,
            rowCount: order.count)
        let whole = heat.completing(table)
        return Figure(
            name: name, title: title, caption: caption + heat.remark(on: whole), width: .page,
            table: whole, body: Charts.heat(heat, width: .page))
    }

    private static func lines(
        _ flow: Flow, _ series: [LayerSeries]
    ) -> [(label: String, line: Series)] {
        series.map { part in
            (
                part.layer < 0 ? part.part : "\(part.layer) \(part.part)",
                Series(
                    name: part.part, unit: "", x: part.steps.map(Double.init),
                    y: part.values.map(Double.init))
            )
        }
    }

    private static func median(_ values: [Double]) -> Double {
        Interval.quantile(0.5, ofSorted: values.sorted())
    }

    /// Records below which nothing is said of what gradients do over training.
    private static let fewest = 5

    /// The last quarter of a block's records, three at least.
    private static func late(_ line: Series) -> [Double] {
        Array(line.y.suffix(max(3, line.count / 4)))
    }

    /// Why a flow carries no verdict; `nil` where it does.
    private static func objection(_ run: StudiedRun, _ flow: Flow) -> String? {
        let records = Set(flow.gradients.flatMap(\.steps)).count
        if let failure = run.failure {
            return
                "\(flow.label) diverged (it \(failure)), so its gradients are not those of a training "
                + "that works"
        }
        if flow.gradients.contains(where: { $0.values.contains { !$0.isFinite } }) {
            return "\(flow.label) has gradients that are not numbers"
        }
        guard records < fewest else { return nil }
        return
            "\(flow.label) has \(records) record\(records == 1 ? "" : "s") of its gradients, too few to tell "
            + "(\(fewest) at least; --log-gradients-every 10 records more)"
    }

    /// Everything found.
    public func findings() throws(ReportError) -> Findings {
        let flows = try flows()
        var rows: [[Prose]] = []
        var alarms: [Prose] = []
        var numbers: [JSONValue] = []
        var table = DataTable(columns: ["series", "block", "step", "norm"])
        let objections = zip(runs, flows).map { Self.objection($0, $1) }
        for (flow, objection) in zip(flows, objections) {
            let blocks = Self.blocks(flow.gradients)
            let late = blocks.map { Self.median(Self.late($0.line)) }
            // Of logarithms, so that of two blocks neither is nearer to it.
            let middle = late.isEmpty ? .nan : exp(Self.median(late.map { log($0) }))
            for (block, value) in zip(blocks, late) {
                for (x, y) in zip(block.line.x, block.line.y) {
                    table.append([
                        .text(flow.label), .number(Double(block.layer)), .number(x), .number(y),
                    ])
                }
                let first = block.line.y[0]
                let last = block.line.y[block.line.count - 1]
                var word = ""
                if value < middle / Self.alarm { word = "vanishing" }
                if value > middle * Self.alarm || value > first * Self.alarm { word = "exploding" }
                if objection != nil { word = "" }
                if !word.isEmpty {
                    alarms.append(
                        "\(flow.label), block \(block.layer): \(word) (late median "
                            + "\(String(format: "%.3g", value)) against \(String(format: "%.3g", middle)) over "
                            + "blocks; first \(String(format: "%.3g", first)), last "
                            + "\(String(format: "%.3g", last)))")
                }
                let verdict = objection == nil ? (word.isEmpty ? "neither" : word) : "none"
                rows.append([
                    Prose(flow.label), Prose(String(block.layer)),
                    Prose(String(format: "%.4g", first)), Prose(String(format: "%.4g", value)),
                    Prose(String(format: "%.4g", last)), Prose(verdict == "none" ? "–" : verdict),
                ])
                numbers.append([
                    "runs": .string(flow.label), "block": .number(Double(block.layer)),
                    "first": .number(first), "late_median": .number(value), "last": .number(last),
                    "verdict": .string(verdict),
                ])
            }
        }
        let judged = zip(flows, objections).filter { $0.1 == nil }.map(\.0)
        let headline = headline(judged, alarms.count, objections.compactMap { $0 })
        var blocks: [Document.Block] = []
        let figures = [
            Self.heat(
                flows, "gradient-heat", "Gradient norm by part over training",
                "Euclidean norm of the gradient of each matrix, before clipping; the block's number stands before "
                    + "the part.", "norm"
            ) { Self.lines($0, $0.gradients) },
            linesFigure(flows),
            Self.heat(
                flows, "activation-heat", "Activations by part over training",
                "Root mean square of the activations of each part on the first micro-batch of a step.",
                "rms"
            ) { Self.lines($0, $0.activations) },
            Self.heat(
                flows, "update-heat", "Update over weight by part",
                "Norm of one optimizer step's change of a matrix over the matrix's norm.", "ratio"
            ) { Self.lines($0, $0.ratios) },
        ]
        blocks += figures.compactMap { $0.map { .figure($0) } }
        blocks.append(.heading(2, "By block"))
        blocks.append(
            .table(
                Document.Table(
                    head: ["runs", "block", "first", "late median", "last", "verdict"], rows: rows,
                    numeric: [1, 2, 3, 4],
                    caption:
                        "Gradient norm of all matrices of a block. Late: over the last quarter of the "
                        + "records, three at least. Vanishing and exploding: a late median beyond a factor "
                        + "\(Int(Self.alarm)) from that of the median block, or above the block's own first norm. No "
                        + "verdict is given on a run that diverged or has fewer than \(Self.fewest) records."
                )))
        if !alarms.isEmpty { blocks.append(.bullets(alarms)) }
        return Findings(
            title: "Gradient flow", headline: headline, blocks: blocks,
            numbers: ["blocks": .array(numbers)], table: table, isConclusive: !judged.isEmpty)
    }

    /// What the records of `judged` show, and why the others say nothing.
    private func headline(_ judged: [Flow], _ alarms: Int, _ objections: [String]) -> String {
        var sentences: [String] = []
        if alarms > 0 {
            sentences.append(
                "\(alarms) block\(alarms == 1 ? " is" : "s are") beyond a factor \(Int(Self.alarm)) from the median "
                    + "block or from the first norm.")
        } else if !judged.isEmpty {
            let whose =
                objections.isEmpty
                ? "" : " of \(judged.map(\.label).joined(separator: ", "))"
            // One block has no others to be compared with.
            let isAlone = judged.allSatisfy { Self.blocks($0.gradients).count == 1 }
            sentences.append(
                isAlone
                    ? "The one block's gradient\(whose) neither vanishes nor explodes: its late median lies within a "
                        + "factor \(Int(Self.alarm)) of its first norm. There are no other blocks to compare it with."
                    : "No block's gradient\(whose) vanishes or explodes: every late median lies within a factor "
                        + "\(Int(Self.alarm)) of the median over blocks and of the block's first norm."
            )
        }
        if !objections.isEmpty {
            sentences.append(
                "Whether gradients vanish or explode is not said of every run: "
                    + objections.joined(separator: "; ") + ".")
        }
        if let compared = ratioSentence(judged) { sentences.append(compared) }
        return sentences.joined(separator: " ")
    }

    /// Backward against forward, block by block, of runs whose late gradients say something.
    private func ratioSentence(_ flows: [Flow]) -> String? {
        func flow(_ direction: Direction) -> Flow? {
            runs.firstIndex { $0.direction == direction }.flatMap { place in
                flows.first { $0.label == labels[place] }
            }
        }
        guard let backward = flow(.backward), let forward = flow(.forward) else { return nil }
        let (a, b) = (Self.blocks(backward.gradients), Self.blocks(forward.gradients))
        guard a.count == b.count, !a.isEmpty else { return nil }
        let ratios = zip(a, b).map { ours, theirs in
            Self.median(Self.late(ours.line)) / Self.median(Self.late(theirs.line))
        }
        let texts = ratios.map { String(format: "%.2f", $0) }.joined(separator: ", ")
        return
            "Backward over forward, late median by block (\(backward.label), \(forward.label); one run each): \(texts)."
    }

    private func linesFigure(_ flows: [Flow]) -> Figure? {
        GradientFigure.make(
            flows.map { flow in
                (
                    flow.label,
                    flow.gradients.map {
                        GradientNorms(
                            layer: $0.layer, part: $0.part, steps: $0.steps,
                            norms: $0.values.map(Double.init))
                    }
                )
            }, isSelection: false, suffix: "")
    }
}
