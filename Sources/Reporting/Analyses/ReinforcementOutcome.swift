internal import Journal

/// What reinforcement changed: the reward of the samples, and pass@k on held-out questions.
struct ReinforcementOutcome {
    private let run: StudiedRun
    private let rewards: MetricsTable.Column?
    private let passes: [Pass]

    /// pass@k of one task over the steps.
    fileprivate struct Pass {
        /// "arithmetic", of a bidirectional model "arithmetic forward".
        var task: String
        var k: Int
        var points: [Point]
        var name: String { "pass@\(k), \(task)" }
    }

    fileprivate struct Point {
        /// Steps taken before.
        var step: Int
        var value: Double
        /// Nil in records of before intervals were kept.
        var interval: Interval?
    }

    /// The outcome of `run`; nil where nothing was rewarded.
    init?(of run: StudiedRun) {
        self.run = run
        let rewards = run.metrics[Metric.reward]
        self.rewards = rewards.flatMap { $0.values.isEmpty ? nil : $0 }
        passes = run.metrics.names.compactMap { Pass($0, in: run.metrics) }
        if self.rewards == nil && passes.isEmpty { return nil }
    }

    /// Sentences about both.
    var findings: [Prose] { rewardFinding + passes.map(\.finding) }

    /// The same in a few words, for a headline.
    var summary: String {
        var parts: [String] = []
        if let rewards, let change = RewardChange(rewards.values) {
            parts.append(
                "reward \(Numeral.fixed(change.early, digits: 3)) → "
                    + Numeral.fixed(change.late, digits: 3))
        }
        parts += passes.compactMap { pass in
            guard let first = pass.points.first, let last = pass.points.last else { return nil }
            let begin = pass.points.count > 1 ? percent(first.value) + " → " : ""
            return "\(pass.name) \(begin)\(percent(last.value)) %"
        }
        return parts.joined(separator: "; ")
    }

    /// Figures and the table of pass@k.
    var blocks: [Document.Block] {
        let figures = [rewardFigure(), passFigure()].compactMap { $0 }.map(Document.Block.figure)
        guard !passes.isEmpty else { return figures }
        let rows = passes.flatMap { pass in
            pass.points.map { point -> [Prose] in
                [
                    Prose(pass.task), Prose("\(pass.k)"), Prose(Numeral.grouped(point.step)),
                    Prose(percent(point.value)), Prose(interval(point.interval)),
                ]
            }
        }
        return figures + [
            .table(
                Document.Table(
                    head: ["task", "k", "after steps", "pass@k, %", "95 %"], rows: rows,
                    numeric: [1, 2, 3, 4],
                    caption:
                        "Held-out questions of which at least one of k samples is right, with Wilson's "
                        + "intervals on the questions."))
        ]
    }

    /// For the report's JSON.
    var numbers: JSONValue {
        var numbers: JSONValue = [
            "pass": .array(
                passes.flatMap { pass in
                    pass.points.map { point in
                        [
                            "task": .string(pass.task), "k": .number(Double(pass.k)),
                            "step": .number(Double(point.step)), "value": .number(point.value),
                            "lower": point.interval.map { .number($0.lower) } ?? nil,
                            "upper": point.interval.map { .number($0.upper) } ?? nil,
                        ]
                    }
                })
        ]
        if let rewards, let change = RewardChange(rewards.values) {
            numbers["reward"] = [
                "early": .number(change.early), "late": .number(change.late),
                "steps_each": .number(Double(change.count)),
                "lower": change.interval.map { .number($0.lower) } ?? nil,
                "upper": change.interval.map { .number($0.upper) } ?? nil,
            ]
        }
        return numbers
    }

    // MARK: Reward

    /// The first and the last steps, a fifth of them each and at least two: what a trend has to beat.
    private struct RewardChange {
        var early: Double
        var late: Double
        /// Steps at either end.
        var count: Int
        /// Student's, of the differences step by step; nil of too few steps.
        var interval: Interval?

        init?(_ values: [Double]) {
            guard values.count > 1 else { return nil }
            count = values.count < 4 ? 1 : max(2, values.count / 5)
            let (first, last) = (values.prefix(count), values.suffix(count))
            early = first.reduce(0, +) / Double(count)
            late = last.reduce(0, +) / Double(count)
            interval = .student(of: zip(last, first).map { $0 - $1 })
        }
    }

    private var rewardFinding: [Prose] {
        guard let rewards else { return [] }
        guard let change = RewardChange(rewards.values) else {
            return ["Reward of the one recorded step: \(fixed(rewards.values[0]))."]
        }
        let steps = change.count == 1 ? "step" : "\(change.count) steps"
        let difference =
            "Reward of the samples: \(fixed(change.early)) in the first \(steps), "
            + "\(fixed(change.late)) in the last, \(Numeral.signed(change.late - change.early, digits: 3)) "
        guard let interval = change.interval else {
            return [Prose(difference + "(too few steps for an interval).")]
        }
        return [
            Prose(
                difference + Numeral.interval(interval, digits: 3, signed: true)
                    + (interval.excludesZero ? "." : ", which does not exclude no change."))
        ]
    }

    private func fixed(_ value: Double) -> String { Numeral.fixed(value, digits: 3) }
    private func percent(_ value: Double) -> String { Numeral.fixed(value * 100, digits: 1) }
    private func interval(_ interval: Interval?) -> String {
        Numeral.interval(interval?.scaled(by: 100), digits: 1)
    }

    private func rewardFigure() -> Figure? {
        guard let rewards, rewards.values.count > 1 else { return nil }
        let measured = Series(
            name: run.id, unit: "reward", x: rewards.steps.map { Double($0 + 1) },
            y: rewards.values
        ).finite()
        let line = measured.smoothed(rememberingShare: 0.1, atMost: 50)
        var table = DataTable(columns: ["series", "step", "reward"])
        for (name, curve) in [("measured", measured), ("moving average", line)] {
            let drawn = curve.downsampled(to: 300)
            for (x, y) in zip(drawn.x, drawn.y) {
                table.append([.text(name), .number(x), .number(y)])
            }
        }
        return Figure(
            name: "reward", title: "Reward over training",
            caption: "Mean reward of a step's samples, and its moving average.", width: .column,
            table: table,
            body: Charts.row(
                [
                    Charts.Lines(
                        x: Charts.Axis(field: "step", title: "optimizer steps", isCount: true),
                        y: Charts.Axis(field: "reward", title: "mean reward"))
                ], palette: Palette(["moving average", "measured"]), width: .column, height: 150))
    }

    private func passFigure() -> Figure? {
        guard passes.contains(where: { $0.points.count > 1 }) else { return nil }
        var table = DataTable(columns: ["series", "step", "value", "lower", "upper"])
        for pass in passes {
            for point in pass.points {
                table.append([
                    .text(pass.name), .number(Double(point.step)), .number(point.value * 100),
                    .number((point.interval?.lower ?? .nan) * 100),
                    .number((point.interval?.upper ?? .nan) * 100),
                ])
            }
        }
        return Figure(
            name: "pass-at-k", title: "Held-out questions answered",
            caption:
                "pass@k on held-out questions after so many steps; bands are Wilson's 95 % intervals on the "
                + "questions.",
            width: .column, table: table,
            body: Charts.row(
                [
                    Charts.Lines(
                        x: Charts.Axis(field: "step", title: "optimizer steps", isCount: true),
                        y: Charts.Axis(field: "value", title: "questions answered (%)"),
                        hasBand: passes.contains { $0.points.contains { $0.interval != nil } },
                        hasPoints: true)
                ], palette: Palette(passes.map(\.name)), width: .column, height: 150))
    }
}

extension ReinforcementOutcome.Pass {
    /// The column `name`, if it is pass@k of a task.
    fileprivate init?(_ name: String, in metrics: MetricsTable) {
        let parts = name.split(separator: "_pass@", maxSplits: 1)
        guard parts.count == 2, let k = Int(parts[1]), let column = metrics[name] else {
            return nil
        }
        self.k = k
        task = String(parts[0]).replacing("_", with: " ")
        let (lower, upper) = (
            metrics[Metric.lowerEnd(of: name)], metrics[Metric.upperEnd(of: name)]
        )
        points = zip(column.steps, column.values).map { step, value in
            let ends = lower?[step: step].flatMap { low in upper?[step: step].map { (low, $0) } }
            return ReinforcementOutcome.Point(
                step: step, value: value,
                interval: ends.map { Interval(lower: $0.0, upper: $0.1) })
        }
    }

    /// How it changed.
    fileprivate var finding: Prose {
        func said(_ point: ReinforcementOutcome.Point) -> String {
            let reach =
                point.interval == nil
                ? "" : " " + Numeral.interval(point.interval?.scaled(by: 100), digits: 1)
            let place =
                point.step == 0
                ? "before the first step" : "after \(Numeral.grouped(point.step)) steps"
            return "\(Numeral.fixed(point.value * 100, digits: 1)) %\(reach) \(place)"
        }
        guard let first = points.first, let last = points.last else {
            return Prose("\(name) was not measured.")
        }
        let begin = "pass@\(k) on held-out questions of \(task): "
        guard points.count > 1 else { return Prose(begin + said(last) + ".") }
        var text = begin + said(first) + ", " + said(last)
        if let a = first.interval, let b = last.interval {
            text +=
                a.upper < b.lower || b.upper < a.lower
                ? "; the intervals are apart" : "; the intervals overlap"
        }
        return Prose(text + ".")
    }
}
