internal import Foundation
internal import Language
public import Provenance

/// `scaling`: how the loss falls with size and tokens in each direction.
public struct ScalingFit {
    private let runs: [StudiedRun]
    private let directions: [Direction]
    private let points: [PowerLaw.Point]
    private let seed: Seed

    /// The final matched loss of each of `runs`, in its native reading.
    public init(of runs: [StudiedRun], seed: Seed) throws(ReportError) {
        guard !runs.isEmpty else { throw .unfit("there are no runs to fit.") }
        try StudiedRun.requireSameWindows(runs)
        self.runs = runs
        directions = Direction.allCases.filter { direction in
            runs.contains { $0.direction == direction }
        }
        var points: [PowerLaw.Point] = []
        for run in runs {
            let matched = try run.matched()
            let native = matched.scores.filter { run.direction.readings.contains($0.reading) }
            let tokens = Double(matched.windows.tokenCounts.reduce(0, +))
            let nats = native.reduce(0) { $0 + $1.windowNats.reduce(0, +) }
            let kind = directions.firstIndex(of: run.direction) ?? 0
            points.append(
                PowerLaw.Point(
                    kind: kind, parameters: Double(run.settings.parameterCount),
                    tokens: Double(run.settings.trainingTokens),
                    loss: nats / tokens / Double(max(1, native.count))))
        }
        self.points = points
        self.seed = seed
    }

    /// Everything found.
    public func findings() -> Findings {
        let objection = PowerLaw.objection(to: points)
        let law = objection == nil ? PowerLaw(fitting: points) : nil
        let replicates = law?.replicates(of: points, count: 400, seed: seed) ?? []
        var table = DataTable(columns: ["panel", "series", "run", "kind", "N", "D", "loss", "fit"])
        for (run, point) in zip(runs, points) {
            table.append([
                .text("data"), .text(label(point)), .text(run.id), "measured",
                .number(point.parameters), .number(point.tokens), .number(point.loss),
                .number(
                    law?.loss(
                        kind: point.kind, parameters: point.parameters, tokens: point.tokens)
                        ?? .nan),
            ])
        }
        if let law { addLines(of: law, to: &table) }
        var blocks: [Document.Block] = [.figure(figure(table, hasFit: law != nil))]
        var headline: String
        var numbers: JSONValue = [
            "objection": objection.map { .string($0) } ?? nil,
            "points": .array(
                zip(runs, points).map { run, point in
                    [
                        "run": .string(run.id), "direction": .string(run.direction.rawValue),
                        "N": .number(point.parameters), "D": .number(point.tokens),
                        "loss": .number(point.loss),
                    ]
                }),
        ]
        if let law {
            let (rows, json) = tables(law, replicates)
            numbers["fit"] = json
            let reach = Interval.percentile(of: replicates.map(\.irreducible))
            headline =
                "L = E + A/N^α + B/D^β with one E over \(points.count) runs: E = "
                + "\(Numeral.fixed(law.irreducible, digits: 3)) "
                + "\(Numeral.interval(reach, digits: 3)) nats, ln(fit/data) "
                + "\(String(format: "%.2g", law.error)) root mean square."
            let wide = weaknesses(law, replicates)
            if !wide.isEmpty {
                headline += " The data do not fix it: " + wide.joined(separator: "; ") + "."
            }
            blocks.append(
                .table(
                    Document.Table(
                        head: ["quantity", "value", "95 %"], rows: rows, numeric: [1, 2],
                        caption:
                            "Intervals: \(replicates.count) refits of resampled data (seeds drawn anew where "
                            + "a cell has several, signs of residuals flipped where it has one). N counts all "
                            + "trained parameters, D all training tokens.")))
        } else {
            headline = "No fit: \(objection ?? "no starting place led to one")."
        }
        blocks.append(
            .table(
                Document.Table(
                    head: ["run", "direction", "N", "D", "loss, nats", "fit"],
                    rows: zip(runs, points).map { run, point in
                        [
                            Prose(run.id), Prose(run.direction.rawValue),
                            Prose(Numeral.grouped(Int(point.parameters))),
                            Prose(Numeral.grouped(Int(point.tokens))),
                            Prose(Numeral.fixed(point.loss, digits: 4)),
                            Prose(
                                law.map {
                                    Numeral.fixed(
                                        $0.loss(
                                            kind: point.kind, parameters: point.parameters,
                                            tokens: point.tokens), digits: 4)
                                } ?? "–"),
                        ]
                    }, numeric: [2, 3, 4, 5])))
        return Findings(
            title: "Scaling", headline: headline, blocks: blocks, numbers: numbers, table: table)
    }

    private func label(_ point: PowerLaw.Point) -> String {
        directions[point.kind].rawValue + " " + millions(point.parameters)
    }

    private func millions(_ parameters: Double) -> String {
        String(format: "%.3g M", parameters / 1e6)
    }

    private func addLines(of law: PowerLaw, to table: inout DataTable) {
        guard let low = points.map(\.tokens).min(), let high = points.map(\.tokens).max() else {
            return
        }
        var known: Set<String> = []
        for point in points where known.insert(label(point)).inserted {
            for place in 0...40 {
                let tokens = low / 1.3 * pow(high / low * 1.69, Double(place) / 40)
                let loss = law.loss(kind: point.kind, parameters: point.parameters, tokens: tokens)
                table.append([
                    .text("fit"), .text(label(point)), .missing, "fit", .number(point.parameters),
                    .number(tokens), .number(loss), .number(loss),
                ])
            }
        }
    }

    private func tables(
        _ law: PowerLaw, _ replicates: [PowerLaw]
    ) -> (rows: [[Prose]], json: JSONValue) {
        var rows: [[Prose]] = []
        var json: JSONValue = .object([])
        func add(_ name: String, _ value: Double, _ of: (PowerLaw) -> Double) {
            let interval = Interval.percentile(of: replicates.map(of))
            rows.append([
                Prose(name), Prose(String(format: "%.4g", value)),
                Prose(
                    interval.map {
                        "[\(String(format: "%.4g", $0.lower)), \(String(format: "%.4g", $0.upper))]"
                    } ?? "n/a"),
            ])
            json[name] = [
                "value": .number(value), "lower": .number(interval?.lower ?? .nan),
                "upper": .number(interval?.upper ?? .nan),
            ]
        }
        add("E", law.irreducible) { $0.irreducible }
        for (kind, direction) in directions.enumerated() {
            let own = law.terms[kind]
            add("A \(direction.rawValue)", own.a) { $0.terms[kind].a }
            add("α \(direction.rawValue)", own.alpha) { $0.terms[kind].alpha }
            add("B \(direction.rawValue)", own.b) { $0.terms[kind].b }
            add("β \(direction.rawValue)", own.beta) { $0.terms[kind].beta }
        }
        return (rows, json)
    }

    /// Exponents whose interval says next to nothing.
    private func weaknesses(_ law: PowerLaw, _ replicates: [PowerLaw]) -> [String] {
        guard replicates.count > 50 else { return ["too few refits came to an end"] }
        var found: [String] = []
        if let reach = Interval.percentile(of: replicates.map(\.irreducible)),
            reach.upper - reach.lower > law.irreducible / 2
        {
            found.append("the interval of E is wider than half of it")
        }
        for (kind, direction) in directions.enumerated() {
            for (name, value) in [
                ("α", { (law: PowerLaw) in law.terms[kind].alpha }),
                ("β", { (law: PowerLaw) in law.terms[kind].beta }),
            ] {
                guard let reach = Interval.percentile(of: replicates.map(value)) else { continue }
                if reach.lower <= 0 || reach.upper - reach.lower > abs(value(law)) {
                    found.append(
                        "\(name) of \(direction.rawValue) is \(Numeral.interval(reach, digits: 2))")
                }
            }
        }
        return found
    }

    private func figure(_ table: DataTable, hasFit: Bool) -> Figure {
        var labels: [(String, Strand)] = []
        for point in points.sorted(by: { ($0.kind, $0.parameters) < ($1.kind, $1.parameters) }) {
            guard !labels.contains(where: { $0.0 == label(point) }) else { continue }
            labels.append((label(point), Strand(directions[point.kind], nil)))
        }
        let palette = Palette(shadesOf: labels.map { (label: $0.0, strand: $0.1) })
        let x = Charts.Axis(
            field: "D", title: "training tokens",
            logarithmic: LogScale(
                from: points.map(\.tokens).min() ?? 1, to: points.map(\.tokens).max() ?? 1,
                air: 1.3),
            isCount: true
        ).encoding
        let y = Charts.Axis(field: "loss", title: "matched validation loss (nats per token)")
            .encoding
        var layers: [JSONValue] = []
        if hasFit {
            layers.append([
                "transform": [["filter": "datum.kind == 'fit'"]],
                "mark": ["type": "line", "strokeWidth": 1],
                "encoding": [
                    "x": x, "y": y, "color": palette.colour(), "strokeDash": palette.dash(),
                ],
            ])
        }
        layers.append([
            "transform": [["filter": "datum.kind == 'measured'"]],
            "mark": ["type": "point", "filled": true, "size": 30, "opacity": 1, "tooltip": true],
            "encoding": ["x": x, "y": y, "color": palette.colour(), "shape": palette.shape],
        ])
        return Figure(
            name: "scaling", title: "Loss by tokens and size",
            caption:
                "Matched validation loss in each model's own readings against training tokens; points are runs"
                + (hasFit ? ", lines the fitted law at each size." : "; no law was fitted."),
            width: .page, table: table,
            body: FigureStyle.size(.page, height: 230).merging(["layer": .array(layers)]))
    }
}
