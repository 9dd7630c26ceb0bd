internal import Foundation
internal import Language

/// Figures of losses over training.
enum LearningCurveFigures {
    /// What a curve is drawn against.
    enum Abscissa: String {
        case tokens
        case steps

        var title: String {
            switch self {
            case .tokens: "training tokens"
            case .steps: "optimizer steps"
            }
        }
    }

    /// Points a curve keeps in a figure.
    private static let pointLimit = 400

    /// Training loss of every run, measured (faint) and smoothed; `nil` without curves.
    static func training(
        _ runs: [ComparedRun], by abscissa: Abscissa, suffix: String
    ) -> Figure? {
        var table = DataTable(columns: ["series", "run", "curve", abscissa.rawValue, "loss"])
        var strands: [Strand] = []
        var limits = AxisLimits()
        for run in runs {
            guard let curve = run.training.first(where: { $0.reading == nil }) ?? run.training.first
            else { continue }
            let measured = series(curve, name: run.name, by: abscissa).finite()
            guard measured.count > 1 else { continue }
            let strand = Strand(run.direction, nil)
            strands.append(strand)
            let smoothed = measured.localMean().mean
            for (kind, line) in [("measured", measured), ("smoothed", smoothed)] {
                let drawn = line.downsampled(to: pointLimit)
                for (x, y) in zip(drawn.x, drawn.y) {
                    table.append([
                        .text(strand.label), .text(run.name), .text(kind), .number(x), .number(y),
                    ])
                }
            }
            limits.cover(smoothed.y)
            limits.cover(mostOf: measured.y)
        }
        guard !strands.isEmpty else { return nil }
        let used = FigureStyle.ordered(strands)
        let y = Charts.Axis(
            field: "loss", title: "training loss (nats per token)", limits: limits
        ).encoding
        let x: JSONValue = [
            "field": .string(abscissa.rawValue), "type": "quantitative",
            "title": .string(abscissa.title), "axis": FigureStyle.countAxis,
            "scale": ["nice": false, "domainMin": 0],
        ]
        return Figure(
            name: "learning-curves-\(abscissa.rawValue)\(suffix)",
            title: "Training loss by \(abscissa.title)",
            caption:
                "Training loss in nats per token against \(abscissa.title). Faint: as measured; "
                + "strong: centered moving average. The first twentieth of training, and single "
                + "losses far from the rest, may lie outside the frame. A bidirectional model's "
                + "loss is over both readings.",
            width: .column, table: table,
            body: FigureStyle.size(.column, height: 190).merging([
                "layer": [
                    [
                        "transform": [["filter": "datum.curve == 'measured'"]],
                        "mark": ["type": "line", "clip": true, "strokeWidth": 0.5, "opacity": 0.3],
                        "encoding": [
                            "x": x, "y": y, "detail": ["field": "run"],
                            "color": FigureStyle.colour(used),
                        ],
                    ],
                    [
                        "transform": [["filter": "datum.curve == 'smoothed'"]],
                        "mark": ["type": "line", "clip": true, "tooltip": true],
                        "encoding": [
                            "x": x, "y": y, "detail": ["field": "run"],
                            "color": FigureStyle.colour(used),
                            "strokeDash": FigureStyle.dash(used),
                        ],
                    ],
                ]
            ]))
    }

    /// Validation bits per byte over training in every native reading; `nil` without a history.
    static func validation(_ runs: [ComparedRun], suffix: String) -> Figure? {
        var table = DataTable(columns: ["series", "run", "tokens", "bits_per_byte"])
        var strands: [Strand] = []
        for run in runs {
            for curve in run.validationHistory {
                guard run.isNative(curve.reading) else { continue }
                let line = Series(
                    name: run.name, unit: "bits per byte", x: curve.tokens.map(Double.init),
                    y: curve.bitsPerByte
                ).downsampled(to: pointLimit)
                guard line.count > 0 else { continue }
                let strand = Strand(run.direction, curve.reading)
                strands.append(strand)
                for (x, y) in zip(line.x, line.y) {
                    table.append([.text(strand.label), .text(run.name), .number(x), .number(y)])
                }
            }
        }
        guard !strands.isEmpty else { return nil }
        let used = FigureStyle.ordered(strands)
        return Figure(
            name: "validation\(suffix)", title: "Validation bits per byte over training",
            caption: "Bits per byte on the validation windows during training, in each model's own "
                + "reading or readings.",
            width: .column, table: table,
            body: FigureStyle.size(.column, height: 190).merging([
                "mark": [
                    "type": "line", "tooltip": true, "point": ["size": 14, "filled": true],
                ],
                "encoding": [
                    "x": [
                        "field": "tokens", "type": "quantitative", "title": "training tokens",
                        "axis": FigureStyle.countAxis, "scale": ["nice": false, "domainMin": 0],
                    ],
                    "y": [
                        "field": "bits_per_byte", "type": "quantitative",
                        "title": "validation (bits per byte)", "scale": ["zero": false],
                    ],
                    "detail": ["field": "run"],
                    "color": FigureStyle.colour(used, legendColumns: 2),
                    "strokeDash": FigureStyle.dash(used, legendColumns: 2),
                ],
            ]))
    }

    /// Backward minus forward training loss at equal steps, seed by seed; `nil` without such pairs.
    static func gapOverTraining(_ runs: [ComparedRun], suffix: String) -> Figure? {
        var table = DataTable(columns: ["seed", "tokens", "gap"])
        for backward in runs where backward.direction == .backward {
            guard
                let forward = runs.first(where: {
                    $0.direction == .forward && $0.seed == backward.seed
                }),
                let theirs = forward.training.first, let ours = backward.training.first
            else { continue }
            let gap = series(ours, name: backward.name, by: .tokens)
                .minus(series(theirs, name: forward.name, by: .tokens)).finite()
            guard gap.count > 1 else { continue }
            // The first steps' differences are as large as they are meaningless.
            let calm = gap.localMean().mean.dropping(first: gap.count / 20)
            let line = calm.downsampled(to: pointLimit)
            for (x, y) in zip(line.x, line.y) {
                table.append([.text("seed \(backward.seed)"), .number(x), .number(y)])
            }
        }
        guard !table.rows.isEmpty else { return nil }
        return Figure(
            name: "gap-over-training\(suffix)",
            title: "Backward minus forward training loss",
            caption:
                "Training loss of the backward model minus that of the forward model of the same "
                + "seed at the same step, where both read the same windows; centered moving "
                + "average from the second twentieth of training on. Above zero, reading backward is "
                + "harder at that point.",
            width: .column, table: table,
            body: FigureStyle.size(.column, height: 150).merging([
                "layer": [
                    [
                        "data": ["values": [["zero": 0]]],
                        "mark": ["type": "rule", "color": "#777777", "strokeDash": [2, 2]],
                        "encoding": ["y": ["field": "zero", "type": "quantitative"]],
                    ],
                    [
                        "mark": [
                            "type": "line", "tooltip": true,
                            "color": .string(Strand.backward.colour), "strokeWidth": 1,
                        ],
                        "encoding": [
                            "x": [
                                "field": "tokens", "type": "quantitative",
                                "title": "training tokens",
                                "axis": FigureStyle.countAxis,
                                "scale": ["nice": false, "domainMin": 0],
                            ],
                            "y": [
                                "field": "gap", "type": "quantitative",
                                "title": "gap (nats per token)",
                            ],
                            "detail": ["field": "seed"],
                        ],
                    ],
                ]
            ]))
    }

    private static func series(
        _ curve: LearningCurve, name: String, by abscissa: Abscissa
    ) -> Series {
        let places = abscissa == .tokens ? curve.tokens : curve.steps
        return Series(
            name: name, unit: "nats per token", x: places.map(Double.init), y: curve.lossNats)
    }
}
