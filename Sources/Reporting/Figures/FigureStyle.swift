internal import Language

/// How wide a figure is printed.
public enum FigureWidth: Double, Hashable, Sendable {
    /// One column of a two-column paper, in inches.
    case column = 3.3
    /// The full width of its page.
    case page = 6.8

    /// Width in points, 72 to the inch: the unit of the specifications.
    var points: Double { (rawValue * 72).rounded() }
}

/// What a line stands for: a kind of model, read in one order.
///
/// The hue says the reading (blue forward, orange to red backward, green both), lightness and dash
/// the kind of model, so that the lines stay apart in grey and for colour-blind readers.
/// - Source: the eight colours of Okabe & Ito, "Color Universal Design", 2008.
enum Strand: Int, CaseIterable {
    case forward, backward, bidirectional, bidirectionalForward, bidirectionalBackward

    /// The strand of a model's scores in `reading`, or of all it reads (`nil`).
    init(_ direction: Direction, _ reading: Reading?) {
        switch (direction, reading) {
        case (.forward, _): self = .forward
        case (.backward, _): self = .backward
        case (.bidirectional, nil): self = .bidirectional
        case (.bidirectional, .forward): self = .bidirectionalForward
        case (.bidirectional, .backward): self = .bidirectionalBackward
        }
    }

    /// Name in legends.
    var label: String {
        switch self {
        case .forward: "forward"
        case .backward: "backward"
        case .bidirectional: "bidirectional"
        case .bidirectionalForward: "bidirectional, fwd"
        case .bidirectionalBackward: "bidirectional, bwd"
        }
    }

    /// Line colour.
    var colour: String {
        switch self {
        case .forward: "#0072B2"
        case .backward: "#D55E00"
        case .bidirectional: "#009E73"
        case .bidirectionalForward: "#56B4E9"
        case .bidirectionalBackward: "#E69F00"
        }
    }

    /// Lengths of strokes and pauses, in points.
    var dash: JSONValue {
        switch self {
        case .forward: [1, 0]
        case .backward: [5, 2]
        case .bidirectional: [6, 2, 1, 2]
        case .bidirectionalForward: [1, 1.5]
        case .bidirectionalBackward: [3, 1.5, 1, 1.5]
        }
    }

    /// Mark of single points.
    var shape: String {
        switch self {
        case .forward: "circle"
        case .backward: "square"
        case .bidirectional: "diamond"
        case .bidirectionalForward: "triangle-right"
        case .bidirectionalBackward: "triangle-left"
        }
    }
}

/// The look that all figures share, sized for print: 1 unit is 1/72 inch.
enum FigureStyle {
    /// Vega-Lite's `config`.
    static let config: JSONValue = [
        "background": "white",
        // The first is inside the renderer, which measures and outlines labels with it; a browser has one
        // of equal widths.
        "font": "'Liberation Sans', Arial, Helvetica, sans-serif",
        "padding": 3,
        "title": [
            "anchor": "start", "frame": "bounds", "fontSize": 8.5, "fontWeight": "bold",
            "subtitleFontSize": 7.5, "subtitleColor": "#444444", "subtitlePadding": 2, "offset": 6,
            "color": "#111111",
        ],
        "axis": [
            "labelFontSize": 7.5, "titleFontSize": 8, "titleFontWeight": "normal",
            "labelColor": "#222222", "titleColor": "#111111", "gridColor": "#E4E4E4",
            "gridWidth": 0.5, "domainColor": "#555555", "domainWidth": 0.6, "tickColor": "#555555",
            "tickWidth": 0.6, "tickSize": 3, "titlePadding": 4, "labelPadding": 2,
            "labelFlush": false,
        ],
        "legend": [
            "labelFontSize": 7.5, "titleFontSize": 8, "titleFontWeight": "normal",
            "symbolStrokeWidth": 1.4, "symbolSize": 260, "labelLimit": 0, "rowPadding": 2,
            "columnPadding": 8, "labelOffset": 3, "padding": 0, "offset": 6,
        ],
        "header": [
            "labelFontSize": 8, "titleFontSize": 8, "labelColor": "#111111", "labelPadding": 3,
        ],
        "view": ["stroke": nil],
        "line": ["strokeWidth": 1.3, "strokeCap": "butt"],
        "rule": ["strokeWidth": 0.8],
        "text": ["fontSize": 7.5],
    ]

    /// A whole specification: `body` under title, data and the shared look.
    static func specification(
        title: [String], subtitle: [String] = [], table: DataTable, body: JSONValue
    ) -> JSONValue {
        var heading: JSONValue = ["text": .array(title.map { .string($0) })]
        if !subtitle.isEmpty {
            heading["subtitle"] = .array(subtitle.map { .string($0) })
        }
        let head: JSONValue = [
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "title": heading,
        ]
        var whole = head.merging(body)
        whole["config"] = config
        whole["data"] = ["values": table.json]
        return whole
    }

    /// Axis of steps or tokens: 500k, 1M, and a plain 0.
    static let countAxis: JSONValue = [
        "labelExpr": "datum.value == 0 ? '0' : format(datum.value, '~s')", "tickCount": 6,
    ]

    /// Size of a single view that fills `width`, axes and legend included.
    static func size(_ width: FigureWidth, height: Double) -> JSONValue {
        [
            "width": .number(width.points), "height": .number(height),
            "autosize": ["type": "fit", "contains": "padding"],
        ]
    }

    /// Colour by the column `series`, in the strands' own order, with a legend below.
    static func colour(
        _ strands: [Strand], names: [Strand: String] = [:], legendColumns: Int = 3
    ) -> JSONValue {
        [
            "field": "series", "type": "nominal",
            "scale": [
                "domain": labels(strands, names),
                "range": .array(strands.map { .string($0.colour) }),
            ],
            "legend": legend(columns: legendColumns),
        ]
    }

    /// Dash by the column `series`; shares its legend with the colour.
    static func dash(
        _ strands: [Strand], names: [Strand: String] = [:], legendColumns: Int = 3
    ) -> JSONValue {
        [
            "field": "series", "type": "nominal",
            "scale": [
                "domain": labels(strands, names), "range": .array(strands.map(\.dash)),
            ],
            "legend": legend(columns: legendColumns),
        ]
    }

    /// Shape of points by the column `series`.
    static func shape(_ strands: [Strand]) -> JSONValue {
        [
            "field": "series", "type": "nominal",
            "scale": [
                "domain": labels(strands), "range": .array(strands.map { .string($0.shape) }),
            ],
            "legend": nil,
        ]
    }

    /// Strands in their fixed order, once each.
    static func ordered(_ strands: [Strand]) -> [Strand] {
        Strand.allCases.filter { strands.contains($0) }
    }

    /// Breaks `text` into lines that fit a title of `width`.
    static func lines(_ text: String, _ width: FigureWidth) -> [String] {
        let limit = width == .column ? 46 : 104
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= limit {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    private static func labels(
        _ strands: [Strand], _ names: [Strand: String] = [:]
    ) -> JSONValue {
        .array(strands.map { .string(names[$0] ?? $0.label) })
    }

    private static func legend(columns: Int) -> JSONValue {
        [
            "orient": "bottom", "title": nil, "columns": .number(Double(columns)),
            "symbolType": "stroke", "symbolOpacity": 1,
        ]
    }
}
