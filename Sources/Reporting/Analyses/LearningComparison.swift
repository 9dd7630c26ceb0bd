internal import Foundation
internal import Journal
internal import Language

/// `compare-learning`: curves beside each other, and how fast each kind of run learns.
public struct LearningComparison {
    private let groups: [RunGroup]
    private let abscissa: Abscissa
    private let thresholds: [Double]
    private let selection: RunSelection
    private let warmup = 20

    /// Compares `runs` at equal amounts of `abscissa`.
    /// - Parameters:
    ///   - thresholds: losses whose reaching is timed, nats per token; chosen from the data where empty.
    ///   - includingUnfinished: whether runs that stopped or diverged are compared as far as they came.
    public init(
        of runs: [StudiedRun], by abscissa: Abscissa, thresholds: [Double] = [],
        includingUnfinished: Bool = false
    ) throws(ReportError) {
        guard !runs.isEmpty else { throw .unfit("there are no runs to compare.") }
        selection = try RunSelection(of: runs, includingUnfinished: includingUnfinished)
        for run in selection.runs where run.metrics[Metric.loss] == nil {
            throw .lacking(
                run: run.id, what: "training loss",
                remedy: "it has taken no step yet, or is a stage that only samples")
        }
        groups = RunGroup.groups(of: selection.runs)
        self.abscissa = abscissa
        self.thresholds = thresholds
    }

    // MARK: Curves

    /// The training loss of a run: as measured, and its moving average.
    func training(_ run: StudiedRun) -> (measured: Series, smoothed: Series) {
        let column = run.metrics[Metric.loss] ?? MetricsTable.Column()
        let measured = Series(
            name: run.id, unit: "nats per token", x: abscissa.places(of: column.steps, in: run),
            y: column.values
        ).finite()
        return (measured, measured.smoothed(rememberingShare: 0.1, atMost: 50))
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
        var ceiling = -Double.infinity
        var floor = Double.infinity
        var panels: [String] = []
        for group in groups {
            let smooth = group.runs.map { training($0).smoothed }
            let parts: [(String, [Series], Int)] = [
                ("training", smooth, 240),
                ("validation", group.runs.compactMap(validation), 60),
            ]
            for (panel, curves, points) in parts {
                let band = Self.band(curves, points: points)
                guard !band.isEmpty else { continue }
                if !panels.contains(panel) { panels.append(panel) }
                if panel == "training" {
                    ceiling = max(ceiling, band[band.count / 20].upper)
                    floor = min(floor, band.map(\.lower).min() ?? floor)
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
        let margin = max((ceiling - floor) * 0.05, 1e-3)
        let views = panels.map { panel in
            Charts.Lines(
                panel: panel, title: panel == "training" ? "training" : "validation", x: x,
                y: Charts.Axis(
                    field: "value",
                    title: panel == "training"
                        ? "loss (nats per token)" : "loss (bits per byte), own readings",
                    domain: panel == "training" ? (floor - margin, ceiling + margin) : nil),
                hasBand: severalSeeds, hasPoints: panel == "validation")
        }
        return Figure(
            name: "learning-curves", title: "Learning curves by \(abscissa.title)",
            caption:
                "Left, training loss (moving average; the first twentieth may lie above the frame); "
                + "right, matched validation in each model's own readings. "
                + (severalSeeds
                    ? "Lines: mean over seeds; bands: lowest to highest seed."
                    : "One seed each."),
            width: .page, table: table,
            body: Charts.row(
                views, palette: Palette(groups), width: .page, height: 170))
    }

    // MARK: Speed

    /// Losses that every run reaches: three quarters, nine tenths and 97 hundredths of the way down to the worst end.
    func chosenThresholds() -> [Double] {
        if !thresholds.isEmpty { return thresholds }
        let curves = groups.flatMap { $0.runs.map { training($0).smoothed } }
        // From where all have begun to where all have come, at their lowest.
        guard let start = curves.compactMap(\.y.first).min(),
            let end = curves.compactMap({ $0.y.min() }).max(), start > end
        else { return [] }
        // Rounded up: what is rounded down some run may just miss.
        return [0.75, 0.9, 0.97].map {
            ((start - (start - end) * $0) * 1000).rounded(.up) / 1000
        }
    }

    /// The first place at which the moving average is at or below `threshold`; `nil` where it never is.
    static func reached(_ threshold: Double, _ curve: Series) -> Double? {
        curve.y.firstIndex { $0 <= threshold }.map { curve.x[$0] }
    }

    /// Σ (loss − end) over all targets, in nats: what the model learnt to predict along the way.
    ///
    /// The end is the mean of the last twentieth, not the lowest of a noisy curve.
    /// - Source: the prequential estimate of arXiv:2601.03220.
    static func areaAboveEnd(_ run: StudiedRun) -> (nats: Double, perTarget: Double)? {
        guard let losses = run.metrics[Metric.loss], losses.values.count >= 20,
            let targets = run.metrics["targets"]
        else { return nil }
        let tail = losses.values.suffix(max(1, losses.values.count / 20))
        let end = tail.reduce(0, +) / Double(tail.count)
        var (area, count) = (0.0, 0.0)
        for (step, loss) in zip(losses.steps, losses.values) {
            guard let n = targets[step: step], loss.isFinite else { continue }
            area += (loss - end) * n
            count += n
        }
        return count > 0 ? (area, area / count) : nil
    }

    /// When thresholds are reached, and the area above the end.
    func speedTable(
        _ thresholds: [Double], _ numbers: inout [JSONValue]
    ) -> Document.Table {
        var rows: [[Prose]] = []
        for group in groups {
            let curves = group.runs.map { training($0).smoothed }
            var cells: [Prose] = [Prose(group.label), Prose(String(group.runs.count))]
            var reached: [JSONValue] = []
            for threshold in thresholds {
                let places = curves.compactMap { Self.reached(threshold, $0) }
                cells.append(
                    places.count < curves.count
                        ? "\(places.count) of \(curves.count) runs reach it"
                        : Prose(Self.amount(places)))
                reached.append([
                    "loss": .number(threshold), "by_run": .array(places.map { .number($0) }),
                ])
            }
            let areas = group.runs.compactMap(Self.areaAboveEnd)
            let mean = areas.reduce(0) { $0 + $1.nats } / Double(max(1, areas.count))
            let perTarget = areas.reduce(0) { $0 + $1.perTarget } / Double(max(1, areas.count))
            cells.append(areas.isEmpty ? "n/a" : Prose(String(format: "%.4g", mean / M_LN2)))
            cells.append(areas.isEmpty ? "n/a" : Prose(Numeral.fixed(perTarget, digits: 4)))
            rows.append(cells)
            numbers.append([
                "group": .string(group.label), "runs": .array(group.runs.map { .string($0.id) }),
                "reached": .array(reached),
                "area_above_end_bits": .array(areas.map { .number($0.nats / M_LN2) }),
                "area_above_end_nats_per_target": .array(areas.map { .number($0.perTarget) }),
            ])
        }
        return Document.Table(
            head: ["runs", "seeds"]
                + thresholds.map { "\(abscissa.rawValue) to \(Numeral.fixed($0, digits: 3)) nats" }
                + ["area above the end, bits", "nats a target"],
            rows: rows, numeric: Set(1...(thresholds.count + 3)),
            caption:
                "When the moving average of the training loss first reaches a value: mean over seeds, "
                + "lowest and highest in brackets. The area between the training loss and its own end (mean of "
                + "the last twentieth) estimates what was learnt along the way (prequential epiplexity)."
        )
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
        _ pairs: [Pairing.Runs], by abscissa: Abscissa
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
            var values: [(minuend: [Double], subtrahend: [Double], seeds: [UInt64])] = []
            var windows: MatchedWindows?
            for pair in pairs {
                let backward = try pair.backward.matched(after: step)
                let forward = try pair.forward.matched(after: step)
                guard let b = backward.scores.first(where: { $0.reading == .backward }),
                    let f = forward.scores.first(where: { $0.reading == .forward }),
                    backward.windows == forward.windows,
                    windows ?? backward.windows == forward.windows
                else { continue }
                windows = backward.windows
                values.append((b.windowNats, f.windowNats, pair.backward.identity.seeds))
            }
            guard let windows, values.count == pairs.count,
                let gap = PairedGap(
                    values, weights: windows.tokenCounts.map(Double.init),
                    documents: windows.documents)
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
            guard point.gap.interval?.excludesZero ?? false, point.gap.value * last.value > 0 else {
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
        for (depth, variant, pairs) in Pairing.dedicated(runs) {
            let bare = pairs.flatMap { [$0.backward, $0.forward] }.filter { $0.validation == nil }
            guard bare.isEmpty else {
                sentences.append(
                    "At depth \(depth) there is no gap to show: \(bare.map(\.id).joined(separator: ", ")) "
                        + "has no validation windows.")
                continue
            }
            let points = try Self.gaps(pairs, by: abscissa)
            guard let last = points.last else { continue }
            let place = variant.isEmpty ? "" : ", \(variant)"
            let label = "backward − forward, d\(depth)\(place)"
            labels.append(label)
            for point in points {
                table.append([
                    .text(label), .number(point.x), .number(point.gap.value),
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
                Prose(Numeral.signed(last.gap.value, digits: 4)),
                Prose(Numeral.interval(last.gap.interval, digits: 4, signed: true)), Prose(words),
            ])
            sentences.append(
                "At depth \(depth)\(place) the gap (backward − forward) ends at "
                    + "\(Numeral.signed(last.gap.value, digits: 4)) nats per token "
                    + "\(Numeral.interval(last.gap.interval, digits: 4, signed: true)) over "
                    + "\(last.gap.coverage); "
                    + (onset.map {
                        "it keeps its sign from \(abscissa.title) "
                            + "\(String(format: "%.6g", $0.x)) on."
                    }
                        ?? "no onset: its last interval holds zero."))
            numbers.append([
                "depth": .number(Double(depth)), "variant": .string(variant),
                "onset": onset.map { .number($0.x) } ?? nil,
                "points": .array(
                    points.map {
                        [
                            "step": .number(Double($0.step)), "x": .number($0.x),
                            "gap_nats": .number($0.gap.value),
                            "lower": $0.gap.interval.map { .number($0.lower) } ?? nil,
                            "upper": $0.gap.interval.map { .number($0.upper) } ?? nil,
                        ]
                    }),
            ])
        }
        guard !labels.isEmpty else { return (nil, [], sentences) }
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
        let thresholds = chosenThresholds()
        var groupNumbers: [JSONValue] = []
        var gapNumbers: [JSONValue] = []
        let speed = speedTable(thresholds, &groupNumbers)
        let gap = try gapParts(&gapNumbers)
        var blocks: [Document.Block] = []
        let curves = curvesFigure()
        if let curves { blocks.append(.figure(curves)) }
        blocks += [.heading(2, "Speed"), .table(speed)]
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
            + (seeds < 3 && !gap.rows.isEmpty
                ? " Fewer than three seeds do not establish a sign." : "")
        return Findings(
            title: "Learning compared", headline: headline, blocks: blocks,
            numbers: [
                "abscissa": .string(abscissa.rawValue), "groups": .array(groupNumbers),
                "gaps": .array(gapNumbers),
            ], table: curves?.table ?? DataTable(columns: ["series"])
        ).about(selection)
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
