/// The kinds of view that most figures are made of. Rows are told apart by the columns `panel` and `series`.
enum Charts {
    /// One axis of a view.
    struct Axis {
        var field: String
        var title: String
        var isLogarithmic = false
        var startsAtZero = false
        var isCount = false
        var domain: (Double, Double)?

        /// Its part of the encoding.
        var encoding: JSONValue {
            var scale: JSONValue = ["zero": .bool(startsAtZero)]
            if isLogarithmic { scale = ["type": "log", "nice": false] }
            if isCount, !isLogarithmic { scale["nice"] = false }
            if let domain {
                scale["domain"] = [.number(domain.0), .number(domain.1)]
                scale["nice"] = false
            }
            var result: JSONValue = [
                "field": .string(field), "type": "quantitative", "title": .string(title),
                "scale": scale,
            ]
            if isCount { result["axis"] = FigureStyle.countAxis.merging(["tickCount": 4]) }
            if isLogarithmic, !isCount { result["axis"] = ["format": "~g", "tickCount": 5] }
            return result
        }
    }

    /// A view of lines, each with a band where its rows have `lower` and `upper`.
    struct Lines {
        /// The rows to show: those whose `panel` is this; all of them without one.
        var panel: String?
        var title: String?
        var x: Axis
        var y: Axis
        var hasBand = false
        var hasPoints = false
        /// A dashed line across.
        var level: Double?
        /// Dashed lines upright, by the column `mark` of the rows of this panel.
        var hasMarks = false
    }

    /// Views beside each other in one figure of `width`, under one legend.
    static func row(
        _ views: [Lines], palette: Palette, width: FigureWidth, height: Double
    ) -> JSONValue {
        guard views.count > 1 else {
            let body = lines(views[0], palette)
            return FigureStyle.size(width, height: height).merging(body)
        }
        let gaps = 52.0 * Double(views.count)
        let each = ((width.points - gaps) / Double(views.count)).rounded(.down)
        return [
            "hconcat": .array(
                views.map { view in
                    lines(view, palette).merging([
                        "width": .number(each), "height": .number(height),
                    ])
                }), "spacing": 12,
        ]
    }

    private static func lines(_ view: Lines, _ palette: Palette) -> JSONValue {
        let (x, y) = (view.x.encoding, view.y.encoding)
        var layers: [JSONValue] = []
        if let level = view.level {
            layers.append([
                "data": ["values": [["level": .number(level)]]],
                "mark": ["type": "rule", "color": "#777777", "strokeDash": [2, 2]],
                "encoding": ["y": ["field": "level", "type": "quantitative"]],
            ])
        }
        if view.hasBand {
            layers.append([
                "mark": ["type": "area", "opacity": 0.18, "clip": true],
                "encoding": [
                    "x": x, "y": y.merging(["field": "lower"]), "y2": ["field": "upper"],
                    "color": palette.colour(),
                ],
            ])
        }
        if view.hasMarks {
            layers.append([
                "transform": [["filter": "isValid(datum.mark)"]],
                "mark": ["type": "rule", "strokeDash": [3, 2], "opacity": 0.8],
                "encoding": [
                    "x": x.merging(["field": "mark"]), "color": palette.colour(),
                ],
            ])
        }
        let mark: JSONValue = [
            "type": "line", "clip": .bool(!view.hasPoints), "tooltip": true,
        ]
        layers.append([
            "mark": view.hasPoints
                ? mark.merging(["point": ["size": 16, "filled": true]]) : mark,
            "encoding": [
                "x": x, "y": y, "color": palette.colour(), "strokeDash": palette.dash(),
            ],
        ])
        var body: JSONValue = ["layer": .array(layers)]
        if let panel = view.panel {
            body["transform"] = [["filter": .string("datum.panel == '\(panel)'")]]
        }
        if let title = view.title {
            body["title"] = [
                "text": .string(title), "fontSize": 8, "fontWeight": "normal", "anchor": "start",
                "frame": "group", "offset": 4,
            ]
        }
        return body
    }

    /// Points with their intervals, a row for each value of the column `item`; the value stands in `value`.
    static func intervals(
        order: [String], palette: Palette, title: String, level: Double?, width: FigureWidth,
        rowHeight: Double = 20, isDodged: Bool = true
    ) -> JSONValue {
        let (body, height) = intervalLayers(
            order: order, palette: palette, title: title, level: level, rowHeight: rowHeight,
            isDodged: isDodged)
        return FigureStyle.size(width, height: height).merging(body)
    }

    /// Views of points with their intervals beside each other, one for each value of the column `panel`.
    static func intervalPanels(
        _ panels: [(name: String, title: String)], order: [String], palette: Palette,
        width: FigureWidth
    ) -> JSONValue {
        let names = 150.0
        let each = ((width.points - names) / Double(max(1, panels.count)) - 16).rounded(.down)
        let views = panels.enumerated().map { index, panel -> JSONValue in
            var (body, height) = intervalLayers(
                order: order, palette: palette, title: panel.title, level: nil, rowHeight: 18,
                isDodged: false, showsNames: index == 0, hasLegend: false)
            body["transform"] = [["filter": .string("datum.panel == '\(panel.name)'")]]
            return body.merging(["width": .number(each), "height": .number(height - 44)])
        }
        return ["hconcat": .array(views), "spacing": 10]
    }

    private static func intervalLayers(
        order: [String], palette: Palette, title: String, level: Double?, rowHeight: Double,
        isDodged: Bool, showsNames: Bool = true, hasLegend: Bool = true
    ) -> (body: JSONValue, height: Double) {
        let count = Double(max(1, palette.entries.count))
        let y: JSONValue = [
            "field": "item", "type": "nominal", "title": nil,
            "sort": .array(order.map { .string($0) }),
            "axis": [
                "labelLimit": 170, "domain": false, "ticks": false, "labelPadding": 6, "grid": true,
                "labels": .bool(showsNames),
            ],
        ]
        let x: JSONValue = [
            "field": "value", "type": "quantitative", "title": .string(title),
            "scale": ["zero": false], "axis": ["tickCount": 5],
        ]
        let offset: JSONValue = [
            "field": "series", "type": "nominal",
            "scale": ["domain": .array(palette.entries.map { .string($0.label) })],
        ]
        var layers: [JSONValue] = []
        if let level {
            layers.append([
                "data": ["values": [["level": .number(level)]]],
                "mark": ["type": "rule", "color": "#777777", "strokeDash": [2, 2]],
                "encoding": ["x": ["field": "level", "type": "quantitative"]],
            ])
        }
        let colour = palette.colour(hasLegend: hasLegend, symbolSize: 40)
        var bars: JSONValue = [
            "y": y, "x": x.merging(["field": "lower"]), "x2": ["field": "upper"], "color": colour,
        ]
        var points: JSONValue = ["y": y, "x": x, "color": colour, "shape": palette.shape]
        if isDodged {
            bars["yOffset"] = offset
            points["yOffset"] = offset
        }
        layers.append(["mark": ["type": "rule", "strokeWidth": 1.4], "encoding": bars])
        layers.append([
            "mark": ["type": "point", "filled": true, "size": 30, "opacity": 1, "tooltip": true],
            "encoding": points,
        ])
        let perRow = isDodged ? max(rowHeight, 9 * count + 6) : rowHeight
        let height = perRow * Double(max(1, order.count)) + 50
        return (["layer": .array(layers)], height)
    }

    /// Tinted cells, a facet for each value of the column `panel`.
    struct Heat {
        var x: String
        var xTitle: String
        var y: String
        var yTitle: String
        var value: String
        var valueTitle: String
        var panels: [String]
        /// Whether zero is the middle of the scale.
        var isDiverging = false
        var isLogarithmic = false
        var domain: (Double, Double)?
        /// Order of the values down the page where they are names.
        var yOrder: [String]?
        var xIsOrdinal = true
        var cellHeight = 12.0
        var rowCount: Int
        var columns = 3
        /// What to write into the cells, e.g. `.2f`; nothing without.
        var label: String?
    }

    /// Heat maps beside each other.
    static func heat(_ heat: Heat, width: FigureWidth) -> JSONValue {
        let columns = min(max(1, heat.panels.count), heat.columns)
        let margin = heat.yOrder == nil ? 96.0 : 168.0
        let each = ((width.points - margin) / Double(columns)).rounded(.down) - 8
        var scale: JSONValue = [
            "scheme": heat.isDiverging ? "blueorange" : "viridis"
        ]
        if heat.isDiverging { scale["domainMid"] = 0 }
        if heat.isLogarithmic { scale["type"] = "log" }
        if let domain = heat.domain {
            scale["domain"] = [.number(domain.0), .number(domain.1)]
        }
        var y: JSONValue = [
            "field": .string(heat.y), "type": "ordinal", "title": .string(heat.yTitle),
            "axis": ["labelLimit": 120, "ticks": false, "domain": false],
        ]
        if let order = heat.yOrder {
            y["sort"] = .array(order.map { .string($0) })
            y["type"] = "nominal"
        }
        let x: JSONValue = [
            "field": .string(heat.x), "type": "ordinal", "title": .string(heat.xTitle),
            "axis": [
                "labelAngle": 0, "labelOverlap": "greedy", "ticks": false, "domain": false,
            ],
        ]
        let cells: JSONValue = [
            "mark": ["type": "rect", "tooltip": true],
            "encoding": [
                "x": x, "y": y,
                "color": [
                    "field": .string(heat.value), "type": "quantitative", "scale": scale,
                    "legend": [
                        "title": .string(heat.valueTitle), "gradientThickness": 8,
                        "gradientLength": 80, "format": "~g", "tickCount": 4,
                    ],
                ],
            ],
        ]
        var layers = [cells]
        if let label = heat.label {
            layers.append([
                "mark": ["type": "text", "fontSize": 6.5],
                "encoding": [
                    "x": x, "y": y,
                    "text": [
                        "field": .string(heat.value), "type": "quantitative",
                        "format": .string(label),
                    ],
                    "color": ["value": "white"],
                ],
            ])
        }
        let view: JSONValue = [
            "width": .number(each),
            "height": .number(max(40, heat.cellHeight * Double(heat.rowCount))),
            "layer": .array(layers),
        ]
        guard heat.panels.count > 1 || heat.panels.first != "" else { return view }
        return [
            "facet": [
                "field": "panel", "type": "nominal", "title": nil,
                "sort": .array(heat.panels.map { .string($0) }),
            ],
            "columns": .number(Double(columns)), "spacing": 10, "spec": view,
        ]
    }
}
