internal import Foundation
internal import Language

/// Gradient norms by layer over training, one panel a direction.
enum GradientFigure {
    /// Points a line keeps.
    private static let pointLimit = 160

    /// The norms of every block's parts together, the first run of each direction; `nil` without records.
    static func make(_ runs: [ComparedRun], suffix: String) -> Figure? {
        var panels: [(label: String, norms: [GradientNorms])] = []
        for run in runs where !byLayer(run.gradientNorms).isEmpty {
            let label = run.direction.rawValue
            guard !panels.contains(where: { $0.label == label }) else { continue }
            panels.append((label, run.gradientNorms))
        }
        return make(panels, isSelection: runs.count > panels.count, suffix: suffix)
    }

    /// The norms of every block's parts together, one panel each; `nil` without records.
    /// - Parameter isSelection: whether there are further runs that are not shown.
    static func make(
        _ runs: [(label: String, norms: [GradientNorms])], isSelection: Bool, suffix: String
    ) -> Figure? {
        var table = DataTable(columns: ["run", "layer", "step", "norm"])
        var panels: [JSONValue] = []
        var depth = 0
        var least = Double.infinity
        var most = 0.0
        for (label, norms) in runs {
            let lines = byLayer(norms)
            guard !lines.isEmpty else { continue }
            panels.append(.string(label))
            for (layer, line) in lines {
                depth = max(depth, layer + 1)
                let drawn = line.downsampled(to: pointLimit)
                for (x, y) in zip(drawn.x, drawn.y) {
                    least = min(least, y)
                    most = max(most, y)
                    table.append([
                        .text(label), .number(Double(layer)), .number(x), .number(y),
                    ])
                }
            }
        }
        guard !panels.isEmpty else { return nil }
        let y = Charts.Axis(
            field: "norm", title: "gradient norm (nats per unit weight)",
            logarithmic: LogScale(from: least, to: most))
        let columns = min(panels.count, 3)
        let width = ((FigureWidth.page.points - 92) / Double(columns)).rounded() - 3
        return Figure(
            name: "gradient-norms\(suffix)", title: "Gradient norm of each block over training",
            caption:
                "Euclidean norm of the gradient of all matrices of a block, before clipping, by "
                + "optimizer step; dark lines are blocks near the input."
                + (isSelection ? " The first seed of each direction." : ""),
            width: .page, table: table,
            body: [
                "facet": [
                    "field": "run", "type": "nominal", "sort": .array(panels), "title": nil,
                ],
                "columns": .number(Double(columns)), "spacing": 12,
                "spec": [
                    "width": .number(width), "height": 130,
                    "mark": ["type": "line", "strokeWidth": 1, "tooltip": true],
                    "encoding": [
                        "x": [
                            "field": "step", "type": "quantitative", "title": "optimizer steps",
                            "axis": FigureStyle.countAxis.merging(["tickCount": 4]),
                        ],
                        "y": y.encoding,
                        "detail": ["field": "layer"],
                        "color": [
                            "field": "layer", "type": "quantitative",
                            "scale": [
                                "scheme": ["name": "viridis", "extent": [0, 0.88]],
                                "domain": [0, .number(Double(max(depth - 1, 1)))],
                            ],
                            "legend": [
                                "title": "block", "gradientLength": 90, "gradientThickness": 8,
                                "tickMinStep": 1, "tickCount": .number(Double(min(depth, 6))),
                                "format": "d",
                            ],
                        ],
                    ],
                ],
            ])
    }

    /// √Σ over parts of squared norms, by block and step; parts outside the blocks are left out.
    static func byLayer(_ norms: [GradientNorms]) -> [(layer: Int, line: Series)] {
        let layers = Set(norms.map(\.layer)).filter { $0 >= 0 }.sorted()
        return layers.compactMap { layer in
            var squares: [Int: Double] = [:]
            for part in norms where part.layer == layer {
                for (step, norm) in zip(part.steps, part.norms) {
                    squares[step, default: 0] += norm * norm
                }
            }
            // A logarithmic axis has no place for a gradient of nothing.
            let steps = squares.keys.sorted().filter { (squares[$0] ?? 0) > 0 }
            let line = Series(
                name: "block \(layer)", unit: "nats per unit weight", x: steps.map(Double.init),
                y: steps.map { (squares[$0] ?? .nan).squareRoot() }
            ).finite()
            return line.count > 0 ? (layer, line) : nil
        }
    }
}
