internal import Foundation
internal import Journal
internal import Language
public import Provenance

/// `compare-learning`: curves beside each other, and how fast each kind of run learns.
public struct LearningComparison {
    private let groups: [RunGroup]
    private let abscissa: Abscissa
    private let thresholds: [Double]
    private let seed: Seed

    /// Compares `runs` at equal amounts of `abscissa`.
    /// - Parameter thresholds: losses whose reaching is timed, nats per token; chosen from the data where empty.
    public init(
        of runs: [StudiedRun], by abscissa: Abscissa, thresholds: [Double] = [], seed: Seed
    ) throws(ReportError) {
        guard !runs.isEmpty else { throw .unfit("there are no runs to compare.") }
        for run in runs where run.metrics[Metric.loss] == nil {
            throw .lacking(
                run: run.id, what: "training loss",
                remedy: "it has taken no step yet, or is a stage that only samples")
        }
        groups = RunGroup.groups(of: runs)
        self.abscissa = abscissa
        self.thresholds = thresholds
        self.seed = seed
    }

    // MARK: Curves

    /// The training loss of a run.
    func training(_ run: StudiedRun) -> LossCurve { Self.training(run, by: abscissa) }

    static func training(_ run: StudiedRun, by abscissa: Abscissa) -> LossCurve {
        let column = run.metrics[Metric.loss] ?? MetricsTable.Column()
        return LossCurve(
            Series(
                name: run.id, unit: "nats per token", x: abscissa.places(of: column.steps, in: run),
                y: column.values))
    }

    private func validation(_ run: StudiedRun) -> Series? {
        guard let column = run.metrics[Metric.validationBitsPerByte] else { return nil }
        return Series(
            name: run.id, unit: "bits per byte",
            x: abscissa.places(of: column.steps.map { $0 - 1 }, in: run), y: column.values
        ).finite()
    }

    /// Mean, least and most of several curves on the places that all of them cover.
    static func band(
        _ curves: [Series], points: Int
    ) -> [(x: Double, mean: Double, lower: Double, upper: Double)] {
        let curves = curves.filter { $0.count > 1 }
        guard let begin = curves.map({ $0.x[0] }).max(),
            let end = curves.map({ $0.x[$0.count - 1] }).min(), end > begin
        else { return [] }
        // Where all have the same few places, as validations do, these are taken.
        let shared = curves.allSatisfy { $0.x == curves[0].x }
        let places =
            shared && curves[0].count <= points
            ? curves[0].x
            : (0..<points).map {
                begin + (end - begin) * Double($0) / Double(points - 1)
            }
        return places.map { x in
            let values = curves.map { $0.value(at: x) }
            return (
                x, values.reduce(0, +) / Double(values.count), values.min() ?? .nan,
                values.max() ?? .nan
            )
        }
    }

    /// Training and validation curves with seed bands; `nil` without curves.
    func curvesFigure() -> Figure? {
        var table = DataTable(columns: [
            "panel", "series", "seeds", abscissa.rawValue, "value", "lower", "upper",
        ])
        var limits = AxisLimits()
        var panels: [String] = []
        for group in groups {
            let smooth = group.runs.map { training($0).mean }
            let parts: [(String, [Series], Int)] = [
                ("training", smooth, 240),
                ("validation", group.runs.compactMap(validation), 60),
            ]
            for (panel, curves, points) in parts {
                let band = Self.band(curves, points: points)
                guard !band.isEmpty else { continue }
                if !panels.contains(panel) { panels.append(panel) }
                if panel == "training" {
                    for edge in [band.map(\.lower), band.map(\.upper)] { limits.cover(edge) }
                }
                for point in band {
                    table.append([
                        .text(panel), .text(group.label), .number(Double(curves.count)),
                        .number(point.x), .number(point.mean), .number(point.lower),
                        .number(point.upper),
                    ])
                }
            }
        }
        guard !panels.isEmpty else { return nil }
        let severalSeeds = groups.contains { $0.runs.count > 1 }
        let x = Charts.Axis(field: abscissa.rawValue, title: abscissa.title, isCount: true)
        let views = panels.map { panel in
            Charts.Lines(
                panel: panel, title: panel == "training" ? "training" : "validation", x: x,
                y: Charts.Axis(
                    field: "value",
                    title: panel == "training"
                        ? "loss (nats per token)" : "loss (bits per byte), own readings",
                    limits: panel == "training" ? limits : nil),
                hasBand: severalSeeds, hasPoints: panel == "validation")
        }
        return Figure(
            name: "learning-curves", title: "Learning curves by \(abscissa.title)",
            caption:
                "Left, training loss (centered moving average; the first twentieth may lie above the frame); "
                + "right, matched validation in each model's own readings. "
                + (severalSeeds
                    ? "Lines: mean over seeds; bands: lowest to highest seed."
                    : "One seed each."),
            width: .page, table: table,
            body: Charts.row(
                views, palette: Palette(groups), width: .page, height: 170))
    }

    // MARK: Speed

    /// Losses that every run reaches: 75, 90 and 97 % of the way down to the worst end; none where some run's fall is
    /// lost in its noise.
    func chosenThresholds() -> [Double] {
        if !thresholds.isEmpty { return thresholds }
        let curves = groups.flatMap { $0.runs.map(training) }
        // From where all have begun to where all have come.
        guard let start = curves.compactMap(\.start).min(by: { $0.mean < $1.mean }),
            let end = curves.compactMap(\.end).max(by: { $0.mean < $1.mean }),
            curves.allSatisfy({ $0.noise != nil }), start.isAbove(end)
        else { return [] }
        // Rounded up: what is rounded down some run may just miss.
        return [0.75, 0.9, 0.97].map {
            ((start.mean - (start.mean - end.mean) * $0) * 1000).rounded(.up) / 1000
        }
    }

    /// Σ (loss − end) over all targets: what the model learnt to predict along the way; `nil` where the run did not
    /// record its targets or is too short.
    static func areaAboveEnd(_ run: StudiedRun) -> LossCurve.Area? {
        guard let losses = run.metrics[Metric.loss], let targets = run.metrics["targets"] else {
            return nil
        }
        let kept = losses.steps.indices.filter { targets[step: losses.steps[$0]] != nil }
        let curve = LossCurve(
            Series(
                name: run.id, unit: "nats per token", x: kept.map { Double(losses.steps[$0]) },
                y: kept.map { losses.values[$0] }))
        return curve.area(
            weights: curve.measured.x.map { targets[step: Int($0)] ?? 0 })
    }

    /// When losses are reached, and the area above the end; with a note where that cannot be said.
    func speed(_ numbers: inout [JSONValue]) -> [Document.Block] {
        let thresholds = chosenThresholds()
        let table = Document.Block.table(speedTable(thresholds, &numbers))
        guard thresholds.isEmpty else { return [table] }
        return [
            table,
            .note(
                "No time to a loss is shown: the training loss of some run falls by less than its own noise can hide, so "
                    + "there is no loss of which it could be said when all have reached it."),
        ]
    }

    private func speedTable(
        _ thresholds: [Double], _ numbers: inout [JSONValue]
    ) -> Document.Table {
        var rows: [[Prose]] = []
        for group in groups {
            let curves = group.runs.map(training)
            var cells: [Prose] = [Prose(group.label), Prose(String(group.runs.count))]
            var reached: [JSONValue] = []
            for threshold in thresholds {
                let arrivals = curves.map { $0.arrival(at: threshold) }
                cells.append(Prose(Self.words(arrivals)))
                reached.append([
                    "loss": .number(threshold), "by_run": .array(arrivals.map(Self.json)),
                ])
            }
            let areas = group.runs.compactMap(Self.areaAboveEnd)
            cells += Self.cells(areas, of: group.runs.count)
            rows.append(cells)
            numbers.append([
                "group": .string(group.label), "runs": .array(group.runs.map { .string($0.id) }),
                "reached": .array(reached), "area_above_end": .array(areas.map(Self.json)),
            ])
        }
        return Document.Table(
            head: ["runs", "seeds"]
                + thresholds.map { "\(abscissa.rawValue) to \(Numeral.fixed($0, digits: 3)) nats" }
                + ["area above the end, bits", "nats a target"],
            rows: rows, numeric: Set(1...(thresholds.count + 3)),
            caption: Prose(
                "When the centered moving average of the training loss comes down to a value; in brackets the lowest "
                    + "and highest seed, of one seed what the noise of its losses leaves open (three standard errors). "
                    + "The area between the training loss and its own end (mean of the last twentieth) estimates what "
                    + "was learnt along the way (prequential epiplexity); its 95 % interval is over seeds, of one seed "
                    + "over the noise of its losses. Not resolved: the noise alone could give it.")
        )
    }

    private static func json(_ arrival: LossCurve.Arrival) -> JSONValue {
        switch arrival {
        case .never: ["outcome": "never"]
        case .unresolved: ["outcome": "not resolved"]
        case .at(let place, let earliest, let latest):
            [
                "outcome": "reached", "at": .number(place), "earliest": .number(earliest),
                "latest": .number(latest),
            ]
        }
    }

    /// What an area is worth saying; its size only where it is resolved.
    private static func json(_ area: LossCurve.Area) -> JSONValue {
        let shown = area.isResolved
        return [
            "resolved": .bool(shown), "bits": shown ? .number(area.nats / M_LN2) : nil,
            "lower": shown ? .number(area.interval.lower / M_LN2) : nil,
            "upper": shown ? .number(area.interval.upper / M_LN2) : nil,
            "nats_per_target": shown ? .number(area.nats / area.weight) : nil,
        ]
    }

    /// The arrivals of a group's runs in a cell of a table.
    private static func words(_ arrivals: [LossCurve.Arrival]) -> String {
        let never = arrivals.count { $0 == .never }
        guard never == 0 else {
            return arrivals.count == 1
                ? "not reached" : "\(arrivals.count - never) of \(arrivals.count) runs reach it"
        }
        let places = arrivals.compactMap(\.place)
        guard places.count == arrivals.count else { return "not resolved" }
        guard case .at(let place, let earliest, let latest) = arrivals[0], arrivals.count == 1
        else { return amount(places) }
        return earliest == latest
            ? amount([place]) : "\(amount([place])) [\(amount([earliest])), \(amount([latest]))]"
    }

    /// The areas of a group's runs in two cells, in bits and in nats a target.
    private static func cells(_ areas: [LossCurve.Area], of count: Int) -> [Prose] {
        guard areas.count == count else { return ["too short", "–"] }
        guard areas.allSatisfy(\.isResolved) else { return ["not resolved", "–"] }
        func cell(_ values: [Double], _ one: Interval, _ text: (Double) -> String) -> Prose {
            let mean = values.reduce(0, +) / Double(values.count)
            let interval = count > 1 ? Interval.student(of: values) : one
            return Prose(
                text(mean)
                    + (interval.map { " [\(text($0.lower)), \(text($0.upper))]" } ?? ""))
        }
        let first = areas[0]
        return [
            cell(areas.map { $0.nats / M_LN2 }, first.interval.scaled(by: 1 / M_LN2)) {
                String(format: "%.4g", $0)
            },
            cell(
                areas.map { $0.nats / $0.weight }, first.interval.scaled(by: 1 / first.weight)
            ) { Numeral.fixed($0, digits: 4) },
        ]
    }

    private static func amount(_ places: [Double]) -> String {
        let mean = places.reduce(0, +) / Double(places.count)
        func text(_ value: Double) -> String {
            value < 1e6 ? String(format: "%.0f", value) : String(format: "%.4g", value)
        }
        guard places.count > 1, let low = places.min(), let high = places.max() else {
            return text(mean)
        }
        return "\(text(mean)) [\(text(low)), \(text(high))]"
    }

    // MARK: Gap

    /// The gap of one pairing at one validation.
    struct GapPoint {
        let step: Int
        let x: Double
        let gap: PairedGap
    }

    /// The gap between dedicated runs at every validation they share.
    static func gaps(
        _ pairs: [DirectionPairs.Pair], by abscissa: Abscissa, seed: Seed
    ) throws(ReportError) -> [GapPoint] {
        try StudiedRun.requireSameWindows(pairs.flatMap { [$0.backward, $0.forward] })
        var steps: [Int]?
        for pair in pairs {
            for run in [pair.backward, pair.forward] {
                let own = try run.evaluationSteps()
                steps = steps.map { $0.filter { own.contains($0) } } ?? own
            }
        }
        var points: [GapPoint] = []
        for step in steps ?? [] {
            var values: [(minuend: [Double], subtrahend: [Double])] = []
            var windows: MatchedWindows?
            for pair in pairs {
                let backward = try pair.backward.matched(after: step)
                let forward = try pair.forward.matched(after: step)
                guard let b = backward.scores.first(where: { $0.reading == .backward }),
                    let f = forward.scores.first(where: { $0.reading == .forward }),
                    b.windowNats.count == f.windowNats.count
                else { continue }
                windows = backward.windows
                values.append((b.windowNats, f.windowNats))
            }
            guard let windows, values.count == pairs.count,
                let gap = PairedGap(
                    pairs: values, weights: windows.tokenCounts.map(Double.init),
                    documents: windows.documents, seed: seed[step])
            else { continue }
            let x = abscissa.places(of: [step - 1], in: pairs[0].backward)[0]
            points.append(GapPoint(step: step, x: x, gap: gap))
        }
        return points
    }

    /// The first validation from which on every interval excludes zero on the last one's side.
    static func onset(_ points: [GapPoint]) -> GapPoint? {
        guard let last = points.last?.gap, last.interval?.excludesZero ?? false else { return nil }
        var onset: GapPoint?
        for point in points.reversed() {
            guard point.gap.interval?.excludesZero ?? false, point.gap.nats * last.nats > 0 else {
                break
            }
            onset = point
        }
        return onset
    }

    private func gapParts(
        _ numbers: inout [JSONValue]
    ) throws(ReportError) -> (figure: Figure?, rows: [[Prose]], sentences: [String]) {
        let runs = groups.flatMap(\.runs)
        var table = DataTable(columns: [
            "series", abscissa.rawValue, "gap", "lower", "upper", "seeds",
        ])
        var rows: [[Prose]] = []
        var sentences: [String] = []
        var labels: [String] = []
        for (depth, pairs) in DirectionPairs.dedicated(runs) {
            let points = try Self.gaps(pairs, by: abscissa, seed: seed["gap"][depth])
            guard let last = points.last else { continue }
            let label = "backward − forward, d\(depth)"
            labels.append(label)
            for point in points {
                table.append([
                    .text(label), .number(point.x), .number(point.gap.nats),
                    .number(point.gap.interval?.lower ?? .nan),
                    .number(point.gap.interval?.upper ?? .nan),
                    .number(Double(point.gap.pairCount)),
                ])
            }
            let onset = Self.onset(points)
            let words =
                onset.map { "\(abscissa.title) \(String(format: "%.6g", $0.x))" }
                ?? "none: the last interval holds zero"
            rows.append([
                Prose(label), Prose(String(last.gap.pairCount)),
                Prose(Numeral.signed(last.gap.nats, digits: 4)),
                Prose(Numeral.interval(last.gap.interval, digits: 4, signed: true)), Prose(words),
            ])
            sentences.append(
                "At depth \(depth) the gap (backward − forward) ends at "
                    + "\(Numeral.signed(last.gap.nats, digits: 4)) nats per token "
                    + "\(Numeral.interval(last.gap.interval, digits: 4, signed: true)) over "
                    + "\(last.gap.coverage); "
                    + (onset.map {
                        "it keeps its sign from \(abscissa.title) "
                            + "\(String(format: "%.6g", $0.x)) on."
                    }
                        ?? "no onset: its last interval holds zero."))
            numbers.append([
                "depth": .number(Double(depth)),
                "onset": onset.map { .number($0.x) } ?? nil,
                "points": .array(
                    points.map {
                        [
                            "step": .number(Double($0.step)), "x": .number($0.x),
                            "gap_nats": .number($0.gap.nats),
                            "lower": $0.gap.interval.map { .number($0.lower) } ?? nil,
                            "upper": $0.gap.interval.map { .number($0.upper) } ?? nil,
                        ]
                    }),
            ])
        }
        guard !labels.isEmpty else { return (nil, [], []) }
        let figure = Figure(
            name: "matched-gap-over-training", title: "Matched gap over training",
            caption:
                "Backward minus forward loss on the matched windows at every shared validation, with "
                + "95 % bootstrap intervals (over seeds and documents; over documents with one seed).",
            width: .column, table: table,
            body: Charts.row(
                [
                    Charts.Lines(
                        x: Charts.Axis(
                            field: abscissa.rawValue, title: abscissa.title, isCount: true),
                        y: Charts.Axis(field: "gap", title: "gap (nats per token)"),
                        hasBand: true, hasPoints: true, level: 0)
                ], palette: Palette(labels), width: .column, height: 150))
        return (figure, rows, sentences)
    }

    /// Everything found.
    public func findings() throws(ReportError) -> Findings {
        var groupNumbers: [JSONValue] = []
        var gapNumbers: [JSONValue] = []
        let speed = speed(&groupNumbers)
        let gap = try gapParts(&gapNumbers)
        var blocks: [Document.Block] = []
        let curves = curvesFigure()
        if let curves { blocks.append(.figure(curves)) }
        blocks += [.heading(2, "Speed")] + speed
        if !gap.rows.isEmpty {
            blocks += [
                .heading(2, "Gap"),
                .table(
                    Document.Table(
                        head: ["difference", "seeds", "final gap, nats", "95 %", "onset"],
                        rows: gap.rows, numeric: [1, 2, 3],
                        caption:
                            "Onset: the first validation from which on every interval excludes zero on "
                            + "the side of the last.")),
            ]
            if let figure = gap.figure { blocks.append(.figure(figure)) }
        }
        let count = groups.reduce(0) { $0 + $1.runs.count }
        let seeds = groups.map(\.runs.count).min() ?? 0
        let headline =
            "\(count) runs in \(groups.count) groups at equal \(abscissa.title). "
            + (gap.sentences.isEmpty
                ? "No forward and backward run can be paired, so there is no gap."
                : gap.sentences.joined(separator: " "))
            + (seeds < 3 && !gap.sentences.isEmpty
                ? " Fewer than three seeds do not establish a sign." : "")
        return Findings(
            title: "Learning compared", headline: headline, blocks: blocks,
            numbers: [
                "abscissa": .string(abscissa.rawValue), "groups": .array(groupNumbers),
                "gaps": .array(gapNumbers),
            ], table: curves?.table ?? DataTable(columns: ["series"]))
    }
}

extension Series {
    /// The value at `place`, on the line between the points around it.
    func value(at place: Double) -> Double {
        var (low, high) = (0, count - 1)
        if place <= x[low] { return y[low] }
        if place >= x[high] { return y[high] }
        while high - low > 1 {
            let middle = (low + high) / 2
            if x[middle] <= place { low = middle } else { high = middle }
        }
        let share = (place - x[low]) / (x[high] - x[low])
        return y[low] + share * (y[high] - y[low])
    }
}
