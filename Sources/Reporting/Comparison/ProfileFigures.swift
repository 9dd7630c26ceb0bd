internal import Foundation
internal import Language

/// Losses over the columns of a row and over the length of the context.
enum ProfileFigures {
    /// Training loss by position in the row; `nil` without profiles.
    static func byPosition(_ runs: [ComparedRun], suffix: String) -> Figure? {
        var table = DataTable(columns: ["series", "run", "position", "loss"])
        var strands: [Strand] = []
        for run in runs {
            guard let profile = run.positions else { continue }
            let strand = Strand(run.direction, nil)
            let bins = evenBins(profile.lossByColumn, count: 64)
            guard !bins.isEmpty else { continue }
            strands.append(strand)
            for bin in bins {
                table.append([
                    .text(strand.label), .text(run.name), .number(bin.place), .number(bin.loss),
                ])
            }
        }
        guard !strands.isEmpty else { return nil }
        return line(
            name: "loss-by-position\(suffix)", title: "Training loss by position in the row",
            caption:
                "Mean training loss at each column of the packed rows, in reading order, averaged "
                + "over the last records of training (neighbouring columns are pooled). Columns of "
                + "different readings hold different tokens of a window, so only the shapes compare.",
            table: table, strands: strands,
            x: [
                "field": "position", "type": "quantitative",
                "title": "column of the row, in reading order",
            ])
    }

    /// Validation loss by context length in every native reading; `nil` without such scores.
    static func byContext(_ runs: [ComparedRun], suffix: String) -> Figure? {
        var table = DataTable(columns: ["series", "run", "context", "loss", "targets"])
        var strands: [Strand] = []
        for run in runs {
            for scores in run.scores where run.isNative(scores.reading) {
                let bins = ContextBin.pooled(scores)
                guard !bins.isEmpty else { continue }
                let strand = Strand(run.direction, scores.reading)
                strands.append(strand)
                for bin in bins {
                    table.append([
                        .text(strand.label), .text(run.name), .number(bin.place), .number(bin.loss),
                        .number(bin.targets),
                    ])
                }
            }
        }
        guard !strands.isEmpty else { return nil }
        return line(
            name: "loss-by-context\(suffix)", title: "Validation loss by context length",
            caption:
                "Mean loss on the matched windows against the number of tokens already read (BOS "
                + "counts), each model in its own reading (fwd: forward, bwd: backward). At "
                + "equal context length the readings may be compared.",
            table: table, strands: strands, x: contextAxis)
    }

    /// Backward minus forward loss at equal context length; `nil` without such gaps.
    static func gapByContext(_ gaps: [ContextGap], suffix: String) -> Figure? {
        var table = DataTable(columns: ["series", "context", "gap", "lower", "upper"])
        var strands: [Strand] = []
        for gap in gaps {
            let strand: Strand = gap.kind == .direction ? .backward : .bidirectional
            strands.append(strand)
            for point in gap.points {
                table.append([
                    .text(names[strand] ?? strand.label), .number(point.context),
                    .number(point.gapNats), .number(point.interval?.lower ?? .nan),
                    .number(point.interval?.upper ?? .nan),
                ])
            }
        }
        guard !strands.isEmpty else { return nil }
        let used = FigureStyle.ordered(strands)
        let hasBand = gaps.contains { $0.points.contains { $0.interval != nil } }
        let y: JSONValue = [
            "field": "gap", "type": "quantitative", "title": "gap (nats per token)",
        ]
        let colour = FigureStyle.colour(used, names: names)
        return Figure(
            name: "gap-by-context\(suffix)", title: "Backward minus forward loss by context",
            caption: "Mean loss reading backward minus mean loss reading forward on the matched "
                + "windows at equal context length; mean over seeds."
                + (hasBand
                    ? " Bands: 95 % bootstrap intervals over "
                        + (gaps.contains { $0.seedCount > 1 }
                            ? "seeds and documents." : "documents.") : ""),
            width: .column, table: table,
            body: FigureStyle.size(.column, height: 170).merging([
                "layer": [
                    [
                        "data": ["values": [["zero": 0]]],
                        "mark": ["type": "rule", "color": "#777777", "strokeDash": [2, 2]],
                        "encoding": ["y": ["field": "zero", "type": "quantitative"]],
                    ],
                    [
                        "transform": [["filter": "isValid(datum.lower)"]],
                        "mark": ["type": "area", "opacity": 0.15],
                        "encoding": [
                            "x": contextAxis, "y": y.merging(["field": "lower"]),
                            "y2": ["field": "upper"], "color": colour,
                        ],
                    ],
                    [
                        "mark": ["type": "line", "tooltip": true],
                        "encoding": [
                            "x": contextAxis, "y": y, "color": colour,
                            "strokeDash": FigureStyle.dash(used, names: names),
                        ],
                    ],
                ]
            ]))
    }

    /// What the strands stand for where they are differences.
    private static let names: [Strand: String] = [
        .backward: "dedicated models", .bidirectional: "bidirectional model",
    ]

    private static let contextAxis: JSONValue = [
        "field": "context", "type": "quantitative", "title": "tokens already read (BOS counts)",
        "scale": ["type": "log", "base": 2], "axis": ["format": "d", "tickCount": 8],
    ]

    private typealias Stretch = (place: Double, loss: Double)

    /// At most `count` even stretches of a profile, each the mean of its finite values.
    private static func evenBins(_ losses: [Double], count: Int) -> [Stretch] {
        let bins = min(count, losses.count)
        return (0..<bins).compactMap { bin in
            let range = losses.count * bin / bins..<losses.count * (bin + 1) / bins
            let kept = range.filter { losses[$0].isFinite }
            guard !kept.isEmpty else { return nil }
            let places = kept.reduce(0) { $0 + Double($1) }
            return (
                places / Double(kept.count),
                kept.reduce(0) { $0 + losses[$1] } / Double(kept.count)
            )
        }
    }

    private static func line(
        name: String, title: String, caption: String, table: DataTable, strands: [Strand],
        x: JSONValue
    ) -> Figure {
        let used = FigureStyle.ordered(strands)
        let legendColumns = used.contains(.bidirectionalForward) ? 2 : 3
        return Figure(
            name: name, title: title, caption: caption, width: .column, table: table,
            body: FigureStyle.size(.column, height: 190).merging([
                "mark": ["type": "line", "tooltip": true],
                "encoding": [
                    "x": x,
                    "y": [
                        "field": "loss", "type": "quantitative", "title": "loss (nats per token)",
                        "scale": ["zero": false],
                    ],
                    "detail": ["field": "run"],
                    "color": FigureStyle.colour(used, legendColumns: legendColumns),
                    "strokeDash": FigureStyle.dash(used, legendColumns: legendColumns),
                ],
            ]))
    }
}
