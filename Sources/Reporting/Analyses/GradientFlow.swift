internal import Foundation
internal import Journal
internal import Language

/// `gradient-flow`: how gradients and activations run through the layers over training.
public struct GradientFlow {
    /// Runs, one a panel.
    private let runs: [StudiedRun]
    private let labels: [String]
    private let selection: RunSelection

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

    /// The flow through `runs`, finished or not; the first seed of each group is drawn.
    public init(of runs: [StudiedRun]) throws(ReportError) {
        guard !runs.isEmpty else { throw .unfit("there are no runs to look at.") }
        selection = try RunSelection(of: runs, includingUnfinished: true)
        let groups = RunGroup.groups(of: selection.runs)
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
        var (least, most) = (Double.infinity, 0.0)
        for flow in flows {
            for (label, line) in lines(flow) {
                if !order.contains(label) { order.append(label) }
                // About forty columns are as many as a panel can show.
                let stride = max(1, line.count / 40)
                for index in Swift.stride(from: 0, to: line.count, by: stride)
                where line.y[index] > 0 {
                    least = min(least, line.y[index])
                    most = max(most, line.y[index])
                    table.append([
                        .text(flow.label), .text(label), .number(line.x[index]),
                        .number(line.y[index]),
                    ])
                }
            }
        }
        guard !table.rows.isEmpty else { return nil }
        let heat = Charts.Heat(
            x: "step", xTitle: "optimizer steps", y: "part", yTitle: "", value: "value",
            valueTitle: valueTitle, panels: flows.map(\.label), isLogarithmic: most > least,
            domain: most > least ? (least, most) : nil, yOrder: order, rowCount: order.count)
        return Figure(
            name: name, title: title, caption: caption, width: .page, table: table,
            body: Charts.heat(heat, width: .page))
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

    /// Everything found.
    public func findings() throws(ReportError) -> Findings {
        let flows = try flows()
        var rows: [[Prose]] = []
        var alarms: [Prose] = []
        var numbers: [JSONValue] = []
        var table = DataTable(columns: ["series", "block", "step", "norm"])
        for flow in flows {
            let blocks = Self.blocks(flow.gradients)
            let late = blocks.map { block in
                Self.median(Array(block.line.y.suffix(max(1, block.line.count / 4))))
            }
            let middle = late.isEmpty ? .nan : Self.median(late)
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
                if value > middle * Self.alarm || last > first * Self.alarm { word = "exploding" }
                if !word.isEmpty {
                    alarms.append(
                        "\(flow.label), block \(block.layer): \(word) (late median "
                            + "\(String(format: "%.3g", value)) against \(String(format: "%.3g", middle)) over "
                            + "blocks; first \(String(format: "%.3g", first)), last "
                            + "\(String(format: "%.3g", last)))")
                }
                rows.append([
                    Prose(flow.label), Prose(String(block.layer)),
                    Prose(String(format: "%.4g", first)), Prose(String(format: "%.4g", value)),
                    Prose(String(format: "%.4g", last)), Prose(word.isEmpty ? "–" : word),
                ])
                numbers.append([
                    "runs": .string(flow.label), "block": .number(Double(block.layer)),
                    "first": .number(first), "late_median": .number(value), "last": .number(last),
                    "verdict": .string(word.isEmpty ? "neither" : word),
                ])
            }
        }
        let compared = ratioSentence(flows)
        let headline =
            (alarms.isEmpty
                ? "No block's gradient vanishes or explodes: the late median of every block lies within a factor "
                    + "\(Int(Self.alarm)) of the median over blocks."
                : "\(alarms.count) blocks are beyond a factor \(Int(Self.alarm)) from the median block.")
            + (compared.map { " " + $0 } ?? "")
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
                        + "records. Vanishing and exploding: beyond a factor \(Int(Self.alarm)) from the median "
                        + "block, or from the block's own first norm.")))
        if !alarms.isEmpty { blocks.append(.bullets(alarms)) }
        return Findings(
            title: "Gradient flow", headline: headline, blocks: blocks,
            numbers: ["blocks": .array(numbers)], table: table
        ).about(selection)
    }

    /// Backward against forward, block by block.
    private func ratioSentence(_ flows: [Flow]) -> String? {
        guard let forward = runs.firstIndex(where: { $0.direction == .forward }),
            let backward = runs.firstIndex(where: { $0.direction == .backward })
        else { return nil }
        let (a, b) = (Self.blocks(flows[backward].gradients), Self.blocks(flows[forward].gradients))
        guard a.count == b.count, !a.isEmpty else { return nil }
        let ratios = zip(a, b).map { ours, theirs in
            Self.median(Array(ours.line.y.suffix(max(1, ours.line.count / 4))))
                / Self.median(Array(theirs.line.y.suffix(max(1, theirs.line.count / 4))))
        }
        let texts = ratios.map { String(format: "%.2f", $0) }.joined(separator: ", ")
        return
            "Backward over forward, late median by block (\(labels[backward]), \(labels[forward])): \(texts)."
    }

    private func linesFigure(_ flows: [Flow]) -> Figure? {
        GradientFigure.make(
            zip(runs, flows).map { run, flow in
                ComparedRun(
                    name: run.id, direction: run.direction, seed: run.seed, manifestHash: nil,
                    settings: run.settings,
                    gradientNorms: flow.gradients.map {
                        GradientNorms(
                            layer: $0.layer, part: $0.part, steps: $0.steps,
                            norms: $0.values.map(Double.init))
                    }, scores: [])
            }, suffix: "")
    }
}
