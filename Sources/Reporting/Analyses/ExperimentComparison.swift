internal import Foundation
internal import Journal
internal import Language
public import Provenance

/// `compare`: experiments side by side, by any of their numbers.
public struct ExperimentComparison {
    private let groups: [RunGroup]
    private let metrics: [String]
    private let abscissa: Abscissa
    private let seed: Seed
    private let learning: LearningComparison?
    private let threshold: Double?

    /// One number of one run.
    struct Measure {
        var value: Double
        var interval: Interval?
        /// What the interval is over.
        var coverage = "items"
    }

    /// Compares `runs` by `metrics`; by loss and all common tasks where none are named.
    public init(
        of runs: [StudiedRun], metrics: [String], by abscissa: Abscissa, seed: Seed
    ) throws(ReportError) {
        guard !runs.isEmpty else { throw .unfit("there are no runs to compare.") }
        groups = RunGroup.groups(of: runs)
        self.abscissa = abscissa
        self.seed = seed
        let learning = try? LearningComparison(of: runs, by: abscissa, seed: seed)
        self.learning = learning
        threshold = learning?.chosenThresholds().last
        guard metrics.isEmpty else {
            self.metrics = metrics
            for name in metrics {
                let having = runs.filter {
                    Self.measure(name, $0, learning, learning?.chosenThresholds().last) != nil
                }
                // Runs of which some never come down to a common loss have no time of reaching it.
                guard having.isEmpty, !Self.isConvergence(name) else { continue }
                let known = Self.names(of: runs)
                throw .unfit(
                    "no run has '\(name)'; there are "
                        + (["convergence", "accuracy"] + known).prefix(40).joined(
                            separator: ", ")
                        + ".")
            }
            return
        }
        let tasks = Set(runs.flatMap { $0.tasks.map(\.task) }).sorted()
        self.metrics =
            [
                runs.allSatisfy { $0.metrics[Metric.validationBitsPerByte] != nil }
                    ? "val_bpb" : "loss"
            ]
            + tasks.prefix(3).map { "\($0)_acc" }
    }

    private static func names(of runs: [StudiedRun]) -> [String] {
        let tasks = runs.flatMap { $0.tasks.map { "\($0.task)_acc" } }
        return Set(tasks + runs.flatMap { $0.results.keys } + runs.flatMap(\.metrics.names))
            .sorted()
    }

    /// Whether more of it is better.
    static func higherIsBetter(_ name: String) -> Bool {
        let isCost = ["loss", "bpb", "convergence", "seconds", "perplexity", "nll", "unfinished"]
        return !isCost.contains { name.contains($0) }
    }

    private static func isConvergence(_ name: String) -> Bool {
        plain(name).hasPrefix("convergence")
    }

    private static func plain(_ name: String) -> String {
        name.lowercased().replacing("-", with: "_")
    }

    /// The number called `name` of `run`, in its native readings where it has several.
    static func measure(
        _ name: String, _ run: StudiedRun, _ learning: LearningComparison?, _ threshold: Double?
    ) -> Measure? {
        let wanted = plain(name)
        func task(_ matches: (TaskScore) -> Bool) -> Measure? {
            let scores = run.tasks.filter { $0.isNative && matches($0) }
            guard !scores.isEmpty else { return nil }
            let mean = scores.reduce(0) { $0 + $1.accuracy } / Double(scores.count)
            return Measure(value: mean, interval: scores.count == 1 ? scores[0].interval : nil)
        }
        switch wanted {
        case "accuracy": return task { _ in true }
        case "loss":
            guard let column = run.metrics[Metric.loss], !column.values.isEmpty else { return nil }
            let tail = column.values.suffix(max(1, column.values.count / 20))
            return Measure(value: tail.reduce(0, +) / Double(tail.count))
        case "convergence", "convergence_speed":
            guard let learning, let threshold else { return nil }
            guard
                case .at(let place, let earliest, let latest) = learning.training(run)
                    .arrival(at: threshold)
            else { return nil }
            return Measure(
                value: place, interval: Interval(lower: earliest, upper: latest), coverage: "steps")
        default: break
        }
        if wanted.hasSuffix("_acc"), let found = task({ plain($0.task) + "_acc" == wanted }) {
            return found
        }
        for reading in run.direction.readings {
            for key in run.results.keys.sorted() where plain(key) == "\(wanted)_\(reading.rawValue)"
            {
                return run.results[key].map { Measure(value: $0) }
            }
        }
        if let key = run.results.keys.sorted().first(where: { plain($0) == wanted }) {
            return run.results[key].map { Measure(value: $0) }
        }
        let column = run.metrics.names.first { plain($0) == wanted }.flatMap { run.metrics[$0] }
        return column?.values.last.map { Measure(value: $0) }
    }

    /// What guessing gives in the task whose accuracy `metric` is; `nil` of other metrics.
    private static func chance(_ metric: String, _ group: RunGroup) -> Double? {
        group.runs.flatMap(\.tasks).first {
            plain($0.task) + "_acc" == plain(metric) && $0.chance > 0
        }?.chance
    }

    /// One metric of one group.
    struct Cell {
        let mean: Double
        let interval: Interval?
        let values: [Double]
        var coverage: String
    }

    func cell(_ metric: String, _ group: RunGroup) -> Cell? {
        let measures = group.runs.compactMap { Self.measure(metric, $0, learning, threshold) }
        // The mean time of those runs that arrived would flatter a group of which some did not.
        let isPartial = Self.isConvergence(metric) && measures.count < group.runs.count
        guard !measures.isEmpty, !isPartial else { return nil }
        let values = measures.map(\.value)
        let mean = values.reduce(0, +) / Double(values.count)
        if values.count > 1 {
            var interval = Interval.student(of: values)
            if metric.contains("acc"), let whole = interval {
                // Shares end at 0 and 1.
                interval = Interval(lower: max(0, whole.lower), upper: min(1, whole.upper))
            }
            return Cell(mean: mean, interval: interval, values: values, coverage: "seeds")
        }
        return Cell(
            mean: mean, interval: measures[0].interval, values: values,
            coverage: measures[0].interval == nil
                ? "none" : "\(measures[0].coverage), one seed")
    }

    // MARK: Findings

    /// Everything found.
    public func findings() throws(ReportError) -> Findings {
        var numbers: [JSONValue] = []
        var table = DataTable(columns: [
            "panel", "item", "series", "value", "lower", "upper", "seeds", "interval_over",
            "chance",
        ])
        for metric in metrics {
            for group in groups {
                guard let cell = cell(metric, group) else { continue }
                let chance = Self.chance(metric, group)
                table.append([
                    .text(metric), .text(group.label), .text(group.label), .number(cell.mean),
                    .number(cell.interval?.lower ?? .nan), .number(cell.interval?.upper ?? .nan),
                    .number(Double(cell.values.count)), .text(cell.coverage),
                    chance.map { .number($0) } ?? .missing,
                ])
                numbers.append([
                    "metric": .string(metric), "group": .string(group.label),
                    "runs": .array(group.runs.map { .string($0.id) }),
                    "values": .array(cell.values.map { .number($0) }), "mean": .number(cell.mean),
                    "lower": .number(cell.interval?.lower ?? .nan),
                    "upper": .number(cell.interval?.upper ?? .nan),
                    "interval_over": .string(cell.coverage),
                ])
            }
        }
        var blocks: [Document.Block] = [.figure(metricsFigure(table))]
        blocks += unresolvedNotes()
        let ranking = ranking()
        blocks += [.heading(2, "Ranking"), .table(ranking.table)]
        if let curves = learning?.curvesFigure() {
            blocks += [.heading(2, "Curves"), .figure(curves)]
            if let learning {
                var ignored: [JSONValue] = []
                blocks += learning.speed(&ignored)
            }
        }
        let tests = taskTests()
        if !tests.rows.isEmpty {
            blocks += [.heading(2, "Tasks"), .table(tests)]
        }
        blocks += [.heading(2, "Settings that differ"), .table(settingsTable())]
        return Findings(
            title: "Experiments compared", headline: ranking.sentence, blocks: blocks,
            numbers: [
                "metrics": .array(numbers),
                "threshold_nats": threshold.map { .number($0) } ?? nil,
            ], table: table)
    }

    /// Which groups have no time of convergence, and why.
    private func unresolvedNotes() -> [Document.Block] {
        guard let metric = metrics.first(where: Self.isConvergence) else { return [] }
        guard let threshold else {
            return [
                .note(
                    "Convergence is not resolved: some run's training loss falls by less than its own noise can hide, so "
                        + "there is no common loss whose reaching could be timed.")
            ]
        }
        let open = groups.filter { cell(metric, $0) == nil }
        guard !open.isEmpty else { return [] }
        return [
            .note(
                Prose(
                    "Convergence is not resolved for \(open.map(\.label).joined(separator: ", ")): the noise of the "
                        + "training loss leaves open when it comes down to \(Numeral.fixed(threshold, digits: 3)) "
                        + "nats, or whether it does."))
        ]
    }

    private func axisTitle(_ metric: String) -> String {
        switch Self.plain(metric) {
        case "loss": "final training loss (nats)"
        case "convergence", "convergence_speed":
            "\(abscissa.title) to \(Numeral.fixed(threshold ?? .nan, digits: 2)) nats"
        case "val_bpb": "validation (bits per byte)"
        case let name where name.hasSuffix("_acc"): "\(name.dropLast(4)) accuracy"
        default: metric
        }
    }

    /// The metrics that some group has.
    private var shownMetrics: [String] {
        metrics.filter { metric in groups.contains { cell(metric, $0) != nil } }
    }

    private func metricsFigure(_ table: DataTable) -> Figure {
        guard let swept = RunGroup.sweptSetting(groups) else {
            let palette = Palette(groups)
            let hasChance = !table.numbers(in: "chance").isEmpty
            return Figure(
                name: "metrics", title: "Experiments by \(metrics.joined(separator: ", "))",
                caption:
                    "Means over seeds with Student's 95 % intervals where there are several; with one seed the "
                    + "interval of the items where there is one."
                    + (hasChance ? " Grey ticks: what guessing gives." : ""),
                width: .page, table: table,
                body: Charts.intervalPanels(
                    shownMetrics.map { ($0, axisTitle($0)) }, order: groups.map(\.label),
                    palette: palette, width: .page, label: ".4~g", hasChance: hasChance))
        }
        let short = swept.name.split(separator: ".").last.map(String.init) ?? swept.name
        var curve = DataTable(columns: [
            "panel", "series", short, "value", "lower", "upper", "seeds",
        ])
        let pairs = zip(groups, swept.values).sorted { $0.1 < $1.1 }
        for metric in metrics {
            for (group, value) in pairs {
                guard let cell = cell(metric, group) else { continue }
                curve.append([
                    .text(metric), "mean", .number(value), .number(cell.mean),
                    .number(cell.interval?.lower ?? cell.mean),
                    .number(cell.interval?.upper ?? cell.mean),
                    .number(Double(cell.values.count)),
                ])
            }
        }
        let values = swept.values.sorted()
        let isWide = (values.first ?? 0) > 0 && (values.last ?? 0) / (values.first ?? 1) >= 5
        return Figure(
            name: "response", title: "Response to \(short)",
            caption:
                "Each number against the swept setting \(swept.name); bands: Student's 95 % interval over "
                + "seeds where there are several, else the interval of the items where there is one.",
            width: .page, table: curve,
            body: Charts.row(
                shownMetrics.map {
                    Charts.Lines(
                        panel: $0,
                        x: Charts.Axis(
                            field: short, title: short,
                            logarithmic: isWide
                                ? LogScale(from: values[0], to: values[values.count - 1], air: 1)
                                : nil),
                        y: Charts.Axis(field: "value", title: axisTitle($0)), hasBand: true,
                        hasPoints: true)
                }, palette: Palette(["mean"]), width: .page, height: 150))
    }

    /// Groups by the first metric, and what places each could take with other seeds.
    private func ranking() -> (table: Document.Table, sentence: String) {
        let metric = metrics[0]
        let isHigher = Self.higherIsBetter(metric)
        let cells = groups.map { cell(metric, $0) }
        let known = groups.indices.filter { cells[$0] != nil }
        func better(_ a: Double, _ b: Double) -> Bool { isHigher ? a > b : a < b }
        let order = known.sorted { better(cells[$0]?.mean ?? .nan, cells[$1]?.mean ?? .nan) }
        var random = seed["ranking"].generator()
        var places = [[Double]](repeating: [], count: groups.count)
        if known.allSatisfy({ (cells[$0]?.values.count ?? 0) > 1 }), known.count > 1 {
            for _ in 0..<2000 {
                let means = known.map { index -> Double in
                    let values = cells[index]?.values ?? []
                    let sum = values.indices.reduce(0.0) { total, _ in
                        total + values[random.index(below: values.count)]
                    }
                    return sum / Double(values.count)
                }
                for (place, index) in known.enumerated() {
                    let ahead = means.count { better($0, means[place]) }
                    places[index].append(Double(ahead + 1))
                }
            }
        }
        let rows = order.enumerated().map { rank, index -> [Prose] in
            let cell = cells[index]
            return [
                Prose(String(rank + 1)), Prose(groups[index].label),
                Prose(String(cell?.values.count ?? 0)),
                .strong(String(format: "%.5g", cell?.mean ?? .nan)),
                Prose(
                    cell?.interval.map {
                        "[\(String(format: "%.5g", $0.lower)), \(String(format: "%.5g", $0.upper))]"
                    } ?? "–"),
                Prose(
                    Interval.percentile(of: places[index]).map {
                        "\(Int($0.lower.rounded())) – \(Int($0.upper.rounded()))"
                    } ?? "one seed"),
            ]
        }
        let head: [Prose] = ["rank", "runs", "seeds", Prose(axisTitle(metric)), "95 %", "places"]
        let table = Document.Table(
            head: head, rows: rows, numeric: [0, 2, 3, 4],
            caption:
                "By \(metric), \(isHigher ? "highest" : "lowest") first. Places: where a group comes out when "
                + "its seeds are drawn anew, 95 % of the time.")
        guard let first = order.first, let second = order.dropFirst().first else {
            return (table, "\(groups.count) group by \(metric).")
        }
        let (a, b) = (cells[first]?.values ?? [], cells[second]?.values ?? [])
        var sentence =
            "By \(metric), \(groups[first].label) comes first (\(String(format: "%.5g", cells[first]?.mean ?? .nan))), "
            + "\(groups[second].label) second (\(String(format: "%.5g", cells[second]?.mean ?? .nan)))"
        let seeds = zip(groups[first].runs, groups[second].runs).allSatisfy { $0.seed == $1.seed }
        if a.count > 1, a.count == b.count, seeds,
            let p = PairedTest.student(zip(a, b).map { $0 - $1 })
        {
            sentence +=
                "; paired by \(a.count) seeds the difference has p = \(String(format: "%.3g", p))"
            sentence += p < 0.05 ? "." : ", which does not tell them apart."
        } else {
            sentence += "; with these seeds the order is not established."
        }
        return (table, sentence)
    }

    /// Every task: each group's accuracy, and its test against the first group on the same items.
    private func taskTests() -> Document.Table {
        var rows: [(cells: [Prose], p: Double?)] = []
        guard let reference = groups.first?.runs.first else {
            return Document.Table(head: [], rows: [])
        }
        for score in reference.tasks {
            for group in groups.dropFirst() {
                for run in group.runs.prefix(1) {
                    guard
                        let other = run.tasks.first(where: {
                            $0.task == score.task && $0.reading == score.reading
                        }), other.items == score.items
                    else { continue }
                    let pairs = zip(other.judged, score.judged)
                    let p = PairedTest.mcNemar(
                        firstOnly: pairs.count { $0 && !$1 }, secondOnly: pairs.count { !$0 && $1 })
                    rows.append(
                        (
                            [
                                Prose(score.task), Prose(score.reading.rawValue), Prose(run.id),
                                Prose(reference.id), Prose(String(score.items.count)),
                                Prose(Numeral.fixed(other.accuracy * 100, digits: 1)),
                                Prose(Numeral.fixed(score.accuracy * 100, digits: 1)),
                                Prose(
                                    Numeral.signed(
                                        (other.accuracy - score.accuracy) * 100, digits: 1)),
                            ], p
                        ))
                }
            }
        }
        let corrected = Correction.holm(rows.map { $0.p ?? 1 })
        return Document.Table(
            head: ["task", "reading", "run", "against", "n", "%", "%", "difference", "p (Holm)"],
            rows: zip(rows, corrected).map { $0.cells + [Prose(Numeral.probability($1))] },
            numeric: [4, 5, 6, 7, 8],
            caption:
                "The same items; p is McNemar's exact test, corrected by Holm over this table. One run of each "
                + "group: it says nothing about other seeds.")
    }

    private func settingsTable() -> Document.Table {
        let all = groups.map { $0.runs[0] }
        let names = Set(all.flatMap(\.fields.keys)).sorted().filter { name in
            Set(all.map { $0.fields[name] ?? "–" }).count > 1
        }
        return Document.Table(
            head: ["setting"] + groups.map { Prose($0.label) },
            rows: names.map { name in [.code(name)] + all.map { Prose($0.fields[name] ?? "–") } },
            caption: names.isEmpty
                ? "The runs have the same settings." : "The first run of each group.")
    }
}
