internal import Language

/// Bits per byte of every model in every reading.
enum MatrixFigure {
    /// A table of tinted cells; `nil` without scores.
    static func make(_ comparison: Comparison) -> Figure? {
        let rows = means(comparison)
        guard let least = rows.map(\.bitsPerByte).min(), let most = rows.map(\.bitsPerByte).max()
        else { return nil }
        var table = DataTable(columns: [
            "model", "reading", "bits_per_byte", "seeds", "label", "kind",
        ])
        var models: [JSONValue] = []
        for row in rows {
            if !models.contains(.string(row.model)) { models.append(.string(row.model)) }
            table.append([
                .text(row.model), .text(row.reading.rawValue), .number(row.bitsPerByte),
                .number(Double(row.seedCount)), .text(Numeral.fixed(row.bitsPerByte, digits: 4)),
                .text(row.isNative ? "native" : "cross"),
            ])
        }
        let seeds = rows.map(\.seedCount).max() ?? 1
        let x: JSONValue = [
            "field": "reading", "type": "nominal", "title": "read",
            "sort": ["forward", "backward"],
            "axis": ["orient": "top", "labelAngle": 0, "domain": false, "ticks": false],
        ]
        let y: JSONValue = [
            "field": "model", "type": "nominal", "title": nil, "sort": .array(models),
            "axis": ["domain": false, "ticks": false, "labelLimit": 110],
        ]
        // Ink that reads on its cell: white on the dark end of the scale.
        let threshold = least + (most - least) * 0.62
        let ink: JSONValue = [
            "condition": [
                "test": .string("datum.bits_per_byte > \(JSONValue.numberText(threshold))"),
                "value": most > least ? "white" : "#111111",
            ],
            "value": "#111111",
        ]
        return Figure(
            name: "bits-per-byte",
            title: "Bits per byte of each model in each reading",
            caption:
                "Bits per UTF-8 byte on the matched windows; lower is better. 'native' is a reading "
                + "the model was trained on, 'cross' one it was not."
                + (seeds > 1 ? " Means over \(seeds) seeds." : ""),
            width: .column, table: table,
            body: FigureStyle.size(.column, height: Double(models.count) * 30 + 62).merging([
                "encoding": ["x": x, "y": y],
                "layer": [
                    [
                        "mark": [
                            "type": "rect", "stroke": "white", "strokeWidth": 2, "tooltip": true,
                        ],
                        "encoding": [
                            "color": [
                                "field": "bits_per_byte", "type": "quantitative",
                                "title": "bits per byte",
                                "scale": [
                                    "scheme": ["name": "blues", "extent": [0.08, 0.9]],
                                    "domain": [.number(least), .number(max(most, least + 1e-6))],
                                ],
                                "legend": nil,
                            ]
                        ],
                    ],
                    [
                        "mark": ["type": "text", "fontSize": 8.5, "dy": -4],
                        "encoding": ["text": ["field": "label", "type": "nominal"], "color": ink],
                    ],
                    [
                        "mark": ["type": "text", "fontSize": 7, "dy": 6],
                        "encoding": ["text": ["field": "kind", "type": "nominal"], "color": ink],
                    ],
                ],
            ]))
    }

    /// One model kind in one reading, averaged over its seeds.
    private struct Row {
        var model: String
        var reading: Reading
        var isNative: Bool
        var bitsPerByte: Double
        var seedCount: Int
    }

    private static func means(_ comparison: Comparison) -> [Row] {
        let runs = comparison.input.runs
        let severalDepths = Set(runs.map(\.settings.depth)).count > 1
        var rows: [Row] = []
        for cell in comparison.cells where cell.bitsPerByte.isFinite {
            let run = runs[cell.run]
            let model =
                run.direction.rawValue + (severalDepths ? " d\(run.settings.depth)" : "")
                + (run.variant.isEmpty ? "" : " \(run.variant)")
            if let known = rows.firstIndex(where: {
                $0.model == model && $0.reading == cell.reading
            }) {
                rows[known].bitsPerByte += cell.bitsPerByte
                rows[known].seedCount += 1
            } else {
                rows.append(
                    Row(
                        model: model, reading: cell.reading, isNative: cell.isNative,
                        bitsPerByte: cell.bitsPerByte, seedCount: 1))
            }
        }
        for index in rows.indices { rows[index].bitsPerByte /= Double(rows[index].seedCount) }
        return rows
    }

    /// Direction, with depth and seed where they are needed to tell runs apart.
    static func modelLabels(_ runs: [ComparedRun]) -> [String] {
        let severalDepths = Set(runs.map(\.settings.depth)).count > 1
        let severalSeeds = Set(runs.map(\.seed)).count > 1
        let labels = runs.map { run in
            run.direction.rawValue + (severalDepths ? " d\(run.settings.depth)" : "")
                + (run.variant.isEmpty ? "" : " \(run.variant)")
                + (severalSeeds ? ", seed \(run.seed)" : "")
        }
        // Runs that differ in something else go by their names.
        return labels.indices.map { index in
            labels.filter { $0 == labels[index] }.count > 1 ? runs[index].name : labels[index]
        }
    }
}
