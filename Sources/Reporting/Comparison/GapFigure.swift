internal import Foundation
internal import Language

/// The paired differences with their intervals, in nats per token and in bits per byte.
enum GapFigure {
    /// One row a contrast; `nil` without contrasts that came out finite.
    static func make(_ comparison: Comparison) -> Figure? {
        let contrasts = comparison.contrasts.filter(\.gapNats.isFinite)
        guard !contrasts.isEmpty else { return nil }
        var table = DataTable(columns: [
            "contrast", "series", "kind", "nats", "nats_lower", "nats_upper", "nats_label", "bits",
            "bits_lower", "bits_upper", "bits_label",
        ])
        var order: [JSONValue] = []
        var strands: [Strand] = []
        for contrast in contrasts {
            let label = rowLabel(contrast, among: contrasts)
            let strand = strand(contrast.kind)
            order.append(.string(label))
            strands.append(strand)
            table.append([
                .text(label), .text(strand.label), "mean", .number(contrast.gapNats),
                .number(contrast.interval?.lower ?? .nan),
                .number(contrast.interval?.upper ?? .nan),
                .text(
                    Numeral.signed(contrast.gapNats, digits: 4) + " ("
                        + Numeral.signed(contrast.relativeGap * 100, digits: 2) + " %)"),
                .number(contrast.gapBitsPerByte),
                .number(contrast.intervalBitsPerByte?.lower ?? .nan),
                .number(contrast.intervalBitsPerByte?.upper ?? .nan),
                .text(Numeral.signed(contrast.gapBitsPerByte, digits: 4)),
            ])
            guard contrast.pairs.count > 1 else { continue }
            for pair in contrast.pairs {
                table.append([
                    .text(label), .text(strand.label), "seed", .number(pair.gapNats), .missing,
                    .missing, .missing,
                    .number(pair.gapBitsPerByte), .missing, .missing, .missing,
                ])
            }
        }
        let used = FigureStyle.ordered(strands)
        let body: JSONValue = [
            "hconcat": [
                panel("nats", "difference (nats per token)", order, used, showsRows: true),
                panel("bits", "difference (bits per byte)", order, used, showsRows: false),
            ],
            "spacing": 14,
        ]
        let seeds = contrasts.map(\.seedCount).max() ?? 1
        return Figure(
            name: "gap", title: "Paired differences on the matched validation windows",
            subtitle: "positive: the first named is worse; bars: 95 % intervals over "
                + (seeds > 1 ? "seeds and documents" : "documents, one training seed"),
            caption:
                "Differences in mean loss on the same windows, with 95 % bootstrap intervals over "
                + (seeds > 1
                    ? "seeds, then documents; small marks are single seeds."
                    : "documents. One training seed: the interval says nothing about other seeds."),
            width: .page, table: table, body: body)
    }

    /// What a contrast subtracts from what, with depth and settings where they tell it from others.
    static func rowLabel(_ contrast: Contrast, among contrasts: [Contrast]) -> String {
        rowLabel(contrast.kind)
            + (Set(contrasts.map(\.depth)).count > 1 ? ", d\(contrast.depth)" : "")
            + (contrast.variant.isEmpty ? "" : ", \(contrast.variant)")
    }

    /// What a contrast subtracts from what, over two lines.
    static func rowLabel(_ kind: Contrast.Kind) -> String {
        switch kind {
        case .direction: "backward − forward, dedicated models"
        case .withinBidirectional: "backward − forward, bidirectional model"
        case .sharing(.forward): "bidirectional − dedicated, read forward"
        case .sharing(.backward): "bidirectional − dedicated, read backward"
        }
    }

    private static func strand(_ kind: Contrast.Kind) -> Strand {
        switch kind {
        case .direction: .backward
        case .withinBidirectional: .bidirectional
        case .sharing(.forward): .bidirectionalForward
        case .sharing(.backward): .bidirectionalBackward
        }
    }

    private static func panel(
        _ quantity: String, _ title: String, _ order: [JSONValue], _ strands: [Strand],
        showsRows: Bool
    ) -> JSONValue {
        let rows: JSONValue = [
            "field": "contrast", "type": "nominal", "sort": .array(order), "title": nil,
            "axis": showsRows
                ? [
                    "labelExpr": "split(datum.label, ', ')", "labelLimit": 0, "domain": false,
                    "ticks": false, "labelPadding": 6, "grid": true,
                ] : ["labels": false, "domain": false, "ticks": false, "grid": true],
        ]
        let x: JSONValue = [
            "field": .string(quantity), "type": "quantitative", "title": .string(title),
            "scale": ["padding": 22], "axis": ["tickCount": 4, "format": "~g"],
        ]
        var colour = FigureStyle.colour(strands)
        colour["legend"] = .null
        return [
            "width": 182, "height": ["step": 34],
            "layer": [
                [
                    "data": ["values": [["zero": 0]]],
                    "mark": ["type": "rule", "color": "#777777", "strokeDash": [2, 2]],
                    "encoding": ["x": ["field": "zero", "type": "quantitative"]],
                ],
                [
                    "transform": [["filter": "datum.kind == 'mean'"]],
                    "mark": ["type": "rule", "strokeWidth": 1.6],
                    "encoding": [
                        "y": rows,
                        "x": x.merging(["field": .string(quantity + "_lower")]),
                        "x2": ["field": .string(quantity + "_upper")], "color": colour,
                    ],
                ],
                [
                    "transform": [["filter": "datum.kind == 'seed'"]],
                    "mark": ["type": "tick", "thickness": 0.8, "size": 9, "opacity": 0.8],
                    "encoding": ["y": rows, "x": x, "color": colour],
                ],
                [
                    "transform": [["filter": "datum.kind == 'mean'"]],
                    "mark": [
                        "type": "point", "filled": true, "size": 34, "opacity": 1, "tooltip": true,
                    ],
                    "encoding": [
                        "y": rows, "x": x, "color": colour, "shape": FigureStyle.shape(strands),
                    ],
                ],
                // Twice: once as a white outline, so that lines behind do not cross the figures.
                label(quantity, rows, x, mark: ["stroke": "white", "strokeWidth": 3]),
                label(quantity, rows, x, mark: ["color": "#222222"]),
            ],
        ]
    }

    private static func label(
        _ quantity: String, _ rows: JSONValue, _ x: JSONValue, mark: JSONValue
    ) -> JSONValue {
        let plain: JSONValue = ["type": "text", "dy": -9]
        return [
            "transform": [["filter": "datum.kind == 'mean'"]],
            "mark": plain.merging(mark),
            "encoding": [
                "y": rows, "x": x,
                "text": ["field": .string(quantity + "_label"), "type": "nominal"],
            ],
        ]
    }
}
