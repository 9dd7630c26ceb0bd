/// The kinds of view that most figures are made of. Rows are told apart by the columns `panel` and `series`.
enum Charts {
    /// One axis of a view.
    struct Axis {
        var field: String
        var title: String
        var logarithmic: LogScale?
        var startsAtZero = false
        var isCount = false
        /// What the axis shows; chosen by Vega without.
        var limits: AxisLimits?

        /// Its part of the encoding.
        var encoding: JSONValue {
            var scale: JSONValue = ["zero": .bool(startsAtZero)]
            let logarithmic = logarithmic ?? limits?.logarithmic
            if let logarithmic {
                scale = logarithmic.scale
            } else if let domain = limits?.domain {
                scale["domain"] = [.number(domain.0), .number(domain.1)]
            }
            if isCount || limits != nil { scale["nice"] = false }
            var result: JSONValue = [
                "field": .string(field), "type": "quantitative", "title": .string(title),
                "scale": scale,
            ]
            if let logarithmic {
                let labels = isCount ? FigureStyle.countAxis : ["format": "~g"]
                result["axis"] = labels.merging([
                    "values": logarithmic.values, "labelOverlap": "greedy",
                    "labelSeparation": 3,
                ])
            } else if isCount {
                result["axis"] = FigureStyle.countAxis.merging(["tickCount": 4])
            }
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

    /// How a view of points with their intervals is drawn.
    struct Intervals {
        /// Values of the column `item` from the top down, a row each.
        var order: [String]
        var title: String
        /// A dashed line upright.
        var level: Double?
        var rowHeight = 20.0
        /// Whether the series of a row stand below each other.
        var isDodged = true
        /// How each value is written behind its interval, e.g. `.1f`; not at all without.
        var label: String?
        /// Whether a tick marks the column `chance`.
        var hasChance = false
        var showsNames = true
        var hasLegend = true
    }

    /// Points with their intervals; the value stands in `value`, the interval in `lower` and `upper`.
    static func intervals(
        _ view: Intervals, palette: Palette, width: FigureWidth
    ) -> JSONValue {
        let (body, height) = layers(of: view, palette)
        return FigureStyle.size(width, height: height).merging(body)
    }

    /// Views of points with their intervals beside each other, one for each value of the column `panel`.
    static func intervalPanels(
        _ panels: [(name: String, title: String)], order: [String], palette: Palette,
        width: FigureWidth, label: String? = nil, hasChance: Bool = false
    ) -> JSONValue {
        let longest = Double(order.map(\.count).max() ?? 0)
        let names = min(170, longest * 4.2) + 24
        let across = min(panels.count, 3)
        let each = ((width.points - names) / Double(max(1, across)) - 16).rounded(.down)
        let views = panels.enumerated().map { index, panel -> JSONValue in
            var (body, height) = layers(
                of: Intervals(
                    order: order, title: panel.title, rowHeight: 18, isDodged: false, label: label,
                    hasChance: hasChance, showsNames: index % across == 0, hasLegend: false),
                palette)
            body["transform"] = [["filter": .string("datum.panel == '\(panel.name)'")]]
            return body.merging(["width": .number(each), "height": .number(height - 44)])
        }
        let lines = stride(from: 0, to: views.count, by: across).map { start -> JSONValue in
            let line = Array(views[start..<min(start + across, views.count)])
            return ["hconcat": .array(line), "spacing": 10]
        }
        return lines.count == 1 ? lines[0] : ["vconcat": .array(lines), "spacing": 14]
    }

    private static func layers(
        of view: Intervals, _ palette: Palette
    ) -> (body: JSONValue, height: Double) {
        let count = Double(max(1, palette.entries.count))
        let y: JSONValue = [
            "field": "item", "type": "nominal", "title": nil,
            "sort": .array(view.order.map { .string($0) }),
            "axis": [
                "labelLimit": 170, "domain": false, "ticks": false, "labelPadding": 6, "grid": true,
                "labels": .bool(view.showsNames),
            ],
        ]
        let x: JSONValue = [
            "field": "value", "type": "quantitative", "title": .string(view.title),
            // Room for the number behind the last interval.
            "scale": view.label == nil ? ["zero": false] : ["zero": false, "padding": 26],
            "axis": ["tickCount": 5, "labelOverlap": "greedy", "labelSeparation": 4],
        ]
        let offset: JSONValue = [
            "field": "series", "type": "nominal",
            "scale": ["domain": .array(palette.entries.map { .string($0.label) })],
        ]
        func dodged(_ encoding: JSONValue) -> JSONValue {
            view.isDodged ? encoding.merging(["yOffset": offset]) : encoding
        }
        let colour = palette.colour(hasLegend: view.hasLegend, symbolSize: 40)
        var layers: [JSONValue] = []
        if let level = view.level {
            layers.append([
                "data": ["values": [["level": .number(level)]]],
                "mark": ["type": "rule", "color": "#777777", "strokeDash": [2, 2]],
                "encoding": ["x": ["field": "level", "type": "quantitative"]],
            ])
        }
        let perRow = view.isDodged ? max(view.rowHeight, 9 * count + 6) : view.rowHeight
        if view.hasChance {
            layers.append([
                "transform": [["filter": "isValid(datum.chance)"]],
                "mark": [
                    "type": "tick", "orient": "vertical", "thickness": 1.3, "color": "#8A8A8A",
                    "size": .number(perRow / (view.isDodged ? count : 1) - 2),
                ],
                "encoding": dodged(["y": y, "x": x.merging(["field": "chance"])]),
            ])
        }
        layers.append([
            "mark": ["type": "rule", "strokeWidth": 1.4],
            "encoding": dodged([
                "y": y, "x": x.merging(["field": "lower"]), "x2": ["field": "upper"],
                "color": colour,
            ]),
        ])
        layers.append([
            "mark": ["type": "point", "filled": true, "size": 30, "opacity": 1, "tooltip": true],
            "encoding": dodged(["y": y, "x": x, "color": colour, "shape": palette.shape]),
        ])
        if let label = view.label {
            layers.append([
                "transform": [
                    [
                        "calculate":
                            "isValid(datum.upper) ? max(datum.upper, datum.value) : datum.value",
                        "as": "end",
                    ]
                ],
                "mark": ["type": "text", "align": "left", "dx": 5, "fontSize": 6.5],
                "encoding": dodged([
                    "y": y, "x": x.merging(["field": "end"]),
                    "text": [
                        "field": "value", "type": "quantitative", "format": .string(label),
                    ],
                ]),
            ])
        }
        return (["layer": .array(layers)], perRow * Double(max(1, view.order.count)) + 50)
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
        var logarithmic: LogScale?
        var domain: (Double, Double)?
        /// Order of the values down the page where they are names.
        var yOrder: [String]?
        /// Order of the values across where they are names, which are then set aslant.
        var xOrder: [String]?
        var cellHeight = 12.0
        var rowCount: Int
        var columns = 3
        /// What to write into the cells, e.g. `.2f`; nothing without.
        var label: String?

        /// `table` with an empty row for every cell of the grid that has none.
        func completing(_ table: DataTable) -> DataTable {
            let places = ["panel", y, x].map { table.columns.firstIndex(of: $0) }
            guard let panel = places[0], let down = places[1], let across = places[2] else {
                return table
            }
            func values(_ column: Int) -> [DataTable.Value] {
                var seen: Set<DataTable.Value> = []
                return table.rows.map { $0[column] }.filter { seen.insert($0).inserted }
            }
            var known: Set<[DataTable.Value]> = []
            for row in table.rows { known.insert([row[panel], row[down], row[across]]) }
            var whole = table
            for first in values(panel) {
                for second in values(down) {
                    for third in values(across) where !known.contains([first, second, third]) {
                        var row = table.columns.map { _ in DataTable.Value.missing }
                        (row[panel], row[down], row[across]) = (first, second, third)
                        whole.append(row)
                    }
                }
            }
            return whole
        }

        /// What a caption has to say of cells of the whole `table` that have no colour of the scale; nothing where there
        /// are none.
        func remark(on table: DataTable) -> String {
            let numbers = table.numbers(in: value)
            let isZero = logarithmic != nil && numbers.contains { $0 <= 0 }
            return
                (isZero
                ? " Dark grey: exactly zero, for which a logarithmic scale has no colour." : "")
                + (numbers.count < table.rows.count
                    ? " Light grey with a cross: not measured." : "")
        }
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
        var legend: JSONValue = [
            "title": .string(heat.valueTitle), "gradientThickness": 8, "gradientLength": 80,
            "format": "~g", "tickCount": 4,
        ]
        if let logarithmic = heat.logarithmic {
            scale = scale.merging(logarithmic.scale)
            legend["values"] = logarithmic.values
        } else if let domain = heat.domain {
            scale["domain"] = [.number(domain.0), .number(domain.1)]
        }
        var y: JSONValue = [
            "field": .string(heat.y), "type": "ordinal", "title": .string(heat.yTitle),
            "axis": ["labelLimit": 160, "ticks": false, "domain": false],
        ]
        if let order = heat.yOrder {
            y["sort"] = .array(order.map { .string($0) })
            y["type"] = "nominal"
        }
        var x: JSONValue = [
            "field": .string(heat.x), "type": "ordinal", "title": .string(heat.xTitle),
            "axis": [
                "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 4, "ticks": false,
                "domain": false,
            ],
        ]
        if let order = heat.xOrder {
            x["sort"] = .array(order.map { .string($0) })
            x["axis"] = [
                "labelAngle": -40, "labelLimit": 130, "labelOverlap": false, "ticks": false,
                "domain": false,
            ]
        }
        let field = "datum['\(heat.value)']"
        let isMeasured: JSONValue = .string(
            heat.logarithmic == nil ? "isValid(\(field))" : "\(field) > 0")
        var layers: [JSONValue] = [
            [
                "transform": [["filter": isMeasured]],
                "mark": ["type": "rect", "tooltip": true],
                "encoding": [
                    "x": x, "y": y,
                    "color": [
                        "field": .string(heat.value), "type": "quantitative", "scale": scale,
                        "legend": legend,
                    ],
                ],
            ]
        ]
        if heat.logarithmic != nil {
            layers.append([
                "transform": [["filter": .string("isValid(\(field)) && \(field) <= 0")]],
                "mark": ["type": "rect", "tooltip": true, "color": "#7A7A7A"],
                "encoding": ["x": x, "y": y],
            ])
        }
        layers += [
            [
                "transform": [["filter": .string("!isValid(\(field))")]],
                "mark": ["type": "rect", "color": "#EFEFEF"], "encoding": ["x": x, "y": y],
            ],
            [
                "transform": [["filter": .string("!isValid(\(field))")]],
                "mark": ["type": "text", "fontSize": 6.5, "color": "#8A8A8A"],
                "encoding": ["x": x, "y": y, "text": ["value": "×"]],
            ],
        ]
        if let label = heat.label { layers.append(labels(heat, label, x, y)) }
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

    /// The values in their cells, in ink that reads on them.
    private static func labels(
        _ heat: Heat, _ format: String, _ x: JSONValue, _ y: JSONValue
    ) -> JSONValue {
        let field = "datum['\(heat.value)']"
        let middle = heat.domain.map { $0.0 + 0.62 * ($0.1 - $0.0) } ?? 0
        let widest = heat.domain.map { max(abs($0.0), abs($0.1)) } ?? 1
        let isDark =
            heat.isDiverging
            ? "abs(\(field)) > \(JSONValue.numberText(0.6 * widest))"
            : "\(field) < \(JSONValue.numberText(middle))"
        return [
            "transform": [["filter": .string("isValid(\(field))")]],
            "mark": ["type": "text", "fontSize": 6.5],
            "encoding": [
                "x": x, "y": y,
                "text": [
                    "field": .string(heat.value), "type": "quantitative",
                    "format": .string(format),
                ],
                "color": [
                    "condition": ["test": .string(isDark), "value": "white"], "value": "#111111",
                ],
            ],
        ]
    }
}
