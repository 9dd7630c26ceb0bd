internal import Foundation
internal import Journal
internal import Language
public import Provenance

/// `report`: one experiment as people read it, with findings that are sentences about its own tests.
public struct ExperimentReport {
    /// What only the caller knows of an experiment.
    public struct Context: Sendable {
        /// Its ancestors, the first one first.
        public var ancestors: [StudiedRun]
        /// The forward run to compare with.
        public var baseline: StudiedRun?
        /// How the baseline was found, in words.
        public var baselineOrigin: String
        /// Commands that make the run and the report again.
        public var commands: [String]
        /// Facts about where it ran: commit, machine, versions.
        public var environment: [(name: String, value: String)]
        /// Digests of what it was trained on.
        public var data: [(name: String, hash: String)]

        /// Everything that is known.
        public init(
            ancestors: [StudiedRun] = [], baseline: StudiedRun? = nil, baselineOrigin: String = "",
            commands: [String], environment: [(name: String, value: String)],
            data: [(name: String, hash: String)]
        ) {
            self.ancestors = ancestors
            self.baseline = baseline
            self.baselineOrigin = baselineOrigin
            self.commands = commands
            self.environment = environment
            self.data = data
        }
    }

    private let run: StudiedRun
    private let context: Context
    private let seed: Seed

    /// The report on `run`.
    public init(on run: StudiedRun, context: Context, seed: Seed) {
        self.run = run
        self.context = context
        self.seed = seed
    }

    /// Collects blocks, findings, and what could not be had.
    private struct Draft {
        var blocks: [Document.Block] = []
        var findings: [Prose] = []
        var limits: [Prose] = []
        var missing: [Prose] = []
        var numbers: JSONValue = .object([])
        private var names: Set<String> = []

        /// Adds `more` without figures that are there already.
        mutating func add(_ more: [Document.Block]) {
            for block in more {
                if case .figure(let figure) = block, !names.insert(figure.name).inserted {
                    continue
                }
                blocks.append(block)
            }
        }

        /// Adds what an analysis finds; its headline becomes a finding, its fault something missing.
        mutating func add(
            _ title: String, _ key: String, asFinding: Bool = true,
            _ analysis: () throws(ReportError) -> Findings
        ) {
            do throws(ReportError) {
                let found = try analysis()
                add([.heading(2, Prose(title))] + found.document.blocks)
                numbers[key] = found.numbers
                if asFinding {
                    if found.isConclusive {
                        findings.append(Prose(found.headline))
                    } else {
                        limits.append(Prose(found.headline))
                    }
                }
            } catch { missing.append(Prose("\(title): \(error.description)")) }
        }
    }

    /// Everything found.
    public func findings() -> Findings {
        var draft = Draft()
        training(&draft)
        draft.add("Directions", "transfer") { () throws(ReportError) in
            try DirectionTransfer(through: [run], markers: [], seed: seed["transfer"]).findings()
        }
        tasks(&draft)
        draft.add("Positions", "positions", asFinding: run.direction == .bidirectional) {
            () throws(ReportError) in
            try PositionAccuracy(of: [run], boundary: 8, seed: seed["positions"]).findings()
        }
        draft.add("Gradients and activations", "gradients") { () throws(ReportError) in
            try GradientFlow(of: [run]).findings()
        }
        baseline(&draft)
        limits(&draft)
        let summary = headline(draft)
        var blocks: [Document.Block] = [.heading(2, "Key findings")]
        blocks.append(
            draft.findings.isEmpty
                ? .paragraph("Nothing was measured that a finding could rest on.")
                : .bullets(draft.findings))
        blocks += configuration()
        blocks += draft.blocks
        blocks += samples()
        blocks += [.heading(2, "What the data do not support"), .bullets(draft.limits)]
        if !draft.missing.isEmpty {
            blocks += [.heading(2, "What was not recorded"), .bullets(draft.missing)]
        }
        blocks += reproduction()
        return Findings(
            title: "Experiment \(run.id)", headline: summary, blocks: blocks,
            numbers: draft.numbers, table: scalarsTable().data)
    }

    private func headline(_ draft: Draft) -> String {
        let steps = run.metrics.steps.last ?? 0
        let descent = (context.ancestors.map(\.id) + [run.id]).joined(separator: " → ")
        var text =
            "A \(run.direction.rawValue) model of depth \(run.settings.depth) "
            + "(\(Numeral.grouped(run.settings.parameterCount)) parameters) after \(Numeral.grouped(steps)) of "
            + "\(Numeral.grouped(run.settings.steps)) steps of \(run.phase.rawValue) training"
        if let bits = run.metrics[Metric.validationBitsPerByte]?.values.last {
            text +=
                ": \(Numeral.fixed(bits, digits: 4)) bits per byte on its validation windows in its own reading"
        }
        return text + ". Descent: \(descent)."
    }

    // MARK: Parts

    private func configuration() -> [Document.Block] {
        let rows = run.fields.sorted { $0.key < $1.key }.filter { !$0.key.hasSuffix("hash") }
            .map { [Prose.code($0.key), Prose($0.value)] }
        var facts: [Prose] = context.data.map { Prose("\($0.name): ") + .code($0.hash) }
        if let hash = run.settings.tokenizerHash {
            facts.append("tokenizer (\(run.settings.vocabularySize) ids): " + .code(hash.hex))
        }
        if let validation = run.validation {
            facts.append("validation windows: " + .code(validation.hash.hex))
        }
        return [
            .heading(2, "Configuration"),
            .table(Document.Table(head: ["setting", "value"], rows: rows)),
            .heading(2, "Data"), .bullets(facts.isEmpty ? ["No digest was recorded."] : facts),
        ]
    }

    private func scalarsTable() -> (table: Document.Table, data: DataTable) {
        var data = DataTable(columns: ["column", "records", "first", "last", "lowest", "highest"])
        func number(_ value: Double) -> Prose { Prose(String(format: "%.5g", value)) }
        let rows = run.metrics.names.compactMap { name -> [Prose]? in
            guard let column = run.metrics[name], let first = column.values.first,
                let last = column.values.last
            else { return nil }
            let finite = column.values.filter(\.isFinite)
            let (low, high) = (finite.min() ?? .nan, finite.max() ?? .nan)
            data.append([
                .text(name), .number(Double(column.values.count)), .number(first), .number(last),
                .number(low), .number(high),
            ])
            return [
                .code(name), Prose(String(column.values.count)), number(first), number(last),
                number(low), number(high),
            ]
        }
        return (
            Document.Table(
                head: ["column", "records", "first", "last", "lowest", "highest"], rows: rows,
                numeric: [1, 2, 3, 4, 5]), data
        )
    }

    private func training(_ draft: inout Draft) {
        draft.add([.heading(2, "Training")])
        let together = [run] + (context.baseline.map { [$0] } ?? [])
        if let learning = try? LearningComparison(of: together, by: .tokens, seed: seed["learning"])
        {
            if let curves = learning.curvesFigure() { draft.add([.figure(curves)]) }
            var numbers: [JSONValue] = []
            draft.add(learning.speed(&numbers))
            draft.numbers["learning"] = .array(numbers)
        }
        if let figure = rewardFigure() { draft.add([.figure(figure)]) }
        draft.add([.table(scalarsTable().table)])
        if let rewards = run.metrics[Metric.reward], rewards.values.count >= 20 {
            // The first and the last fifth, step by step: what a trend has to beat.
            let fifth = rewards.values.count / 5
            let early = Array(rewards.values.prefix(fifth))
            let late = Array(rewards.values.suffix(fifth))
            let difference = zip(late, early).map { $0 - $1 }
            let interval = Interval.student(of: difference)
            let mean = difference.reduce(0, +) / Double(max(1, difference.count))
            draft.findings.append(
                "Reward per step, last fifth minus first fifth: \(Numeral.signed(mean, digits: 3)) "
                    + "\(Numeral.interval(interval, digits: 3, signed: true)) over \(fifth) pairs of steps"
                    + (interval?.excludesZero ?? false
                        ? "." : ", which does not exclude no change."))
        }
    }

    private func rewardFigure() -> Figure? {
        guard let column = run.metrics[Metric.reward], column.values.count > 1 else { return nil }
        let measured = Series(
            name: run.id, unit: "reward", x: column.steps.map { Double($0 + 1) }, y: column.values
        ).finite()
        let line = measured.localMean().mean
        var table = DataTable(columns: ["series", "step", "reward"])
        for (name, curve) in [("measured", measured), ("moving average", line)] {
            let drawn = curve.downsampled(to: 300)
            for (x, y) in zip(drawn.x, drawn.y) {
                table.append([.text(name), .number(x), .number(y)])
            }
        }
        return Figure(
            name: "reward", title: "Reward over training",
            caption: "Mean reward of a step's samples, and its centered moving average.",
            width: .column,
            table: table,
            body: Charts.row(
                [
                    Charts.Lines(
                        x: Charts.Axis(field: "step", title: "optimizer steps", isCount: true),
                        y: Charts.Axis(field: "reward", title: "mean reward"))
                ], palette: Palette(["moving average", "measured"]), width: .column, height: 150))
    }

    /// Which tasks are above chance, as a finding.
    private func tasks(_ draft: inout Draft) {
        let native = run.tasks.filter(\.isNative)
        guard !native.isEmpty else { return }
        let above = native.filter { $0.interval.lower > $0.chance }
        draft.findings.append(
            above.isEmpty
                ? "None of \(native.count) tasks in the model's own reading is shown to be above chance."
                : Prose(
                    "Above chance in its own reading (Wilson 95 %): "
                        + above.map {
                            "\($0.task) \(Numeral.fixed($0.accuracy * 100, digits: 1)) % "
                                + "\(Numeral.interval($0.interval.scaled(by: 100), digits: 1)) against "
                                + "\(Numeral.fixed($0.chance * 100, digits: 1)) %"
                        }.joined(separator: "; ") + "."))
        let unread = run.tasks.filter { score in
            !run.tasks.contains { $0.task == score.task && $0.reading != score.reading }
        }
        guard !unread.isEmpty else { return }
        draft.add([
            .heading(3, "Tasks in one reading only"),
            .table(
                Document.Table(
                    head: ["task", "reading", "", "%", "95 %", "chance", "n"],
                    rows: unread.map { task in
                        [
                            Prose(task.task), Prose(task.reading.rawValue),
                            task.isNative ? "native" : "cross",
                            Prose(Numeral.fixed(task.accuracy * 100, digits: 1)),
                            Prose(Numeral.interval(task.interval.scaled(by: 100), digits: 1)),
                            Prose(Numeral.fixed(task.chance * 100, digits: 1)),
                            Prose(String(task.items.count)),
                        ]
                    }, numeric: [3, 4, 5, 6], caption: "Accuracy with Wilson intervals.")),
        ])
    }

    /// The run beside the forward one.
    private func baseline(_ draft: inout Draft) {
        guard let other = context.baseline else {
            if run.direction != .forward {
                draft.missing.append(
                    "Comparison with a forward baseline: no forward run of the same stage, depth, data and windows "
                        + "was found; name one by --baseline.")
            }
            return
        }
        draft.add([
            .heading(2, "Against the forward baseline"),
            .paragraph("\(other.id), \(context.baselineOrigin)."),
        ])
        guard run.validation?.hash == other.validation?.hash else {
            draft.missing.append(
                "Comparison with \(other.id): it was validated on other windows "
                    + "(\(other.validation?.hash.short ?? "none") against "
                    + "\(run.validation?.hash.short ?? "none")).")
            return
        }
        var rows: [[Prose]] = []
        if let own = try? run.matched(), let theirs = try? other.matched(),
            let forward = theirs.scores.first(where: { $0.reading == .forward })
        {
            for scores in own.scores where run.direction.readings.contains(scores.reading) {
                guard
                    let gap = PairedGap(
                        pairs: [(scores.windowNats, forward.windowNats)],
                        weights: own.windows.tokenCounts.map(Double.init),
                        documents: own.windows.documents, seed: seed["baseline"])
                else { continue }
                rows.append([
                    "loss read \(scores.reading.rawValue), nats per token",
                    .strong(Numeral.signed(gap.nats, digits: 4)),
                    Prose(Numeral.interval(gap.interval, digits: 4, signed: true)), "–",
                ])
                let verdict =
                    gap.interval?.excludesZero ?? false
                    ? "which within this pair of runs excludes zero"
                    : "which does not exclude zero"
                draft.findings.append(
                    "Read \(scores.reading.rawValue), its loss minus that of \(other.id) read forward is "
                        + "\(Numeral.signed(gap.nats, digits: 4)) nats per token "
                        + "\(Numeral.interval(gap.interval, digits: 4, signed: true)) over documents, \(verdict)."
                )
            }
        }
        var tests: [(Prose, Double, Interval?, Double)] = []
        for score in run.tasks where score.isNative {
            guard
                let theirs = other.tasks.first(where: {
                    $0.task == score.task && $0.reading == .forward
                }), theirs.items == score.items
            else { continue }
            let pairs = zip(score.judged, theirs.judged)
            let gap = PairedGap(
                pairs: [
                    (score.judged.map { $0 ? 1.0 : 0 }, theirs.judged.map { $0 ? 1.0 : 0 })
                ], weights: score.items.map { _ in 1.0 }, documents: Array(score.items.indices),
                seed: seed["baseline"][score.task])
            tests.append(
                (
                    "\(score.task) read \(score.reading.rawValue), points",
                    (gap?.nats ?? .nan) * 100,
                    gap?.interval?.scaled(by: 100),
                    PairedTest.mcNemar(
                        firstOnly: pairs.count { $0 && !$1 }, secondOnly: pairs.count { !$0 && $1 })
                ))
        }
        for (test, p) in zip(tests, Correction.holm(tests.map(\.3))) {
            rows.append([
                test.0, Prose(Numeral.signed(test.1, digits: 1)),
                Prose(Numeral.interval(test.2, digits: 1, signed: true)),
                Prose(Numeral.probability(p)),
            ])
        }
        guard !rows.isEmpty else { return }
        draft.add([
            .table(
                Document.Table(
                    head: ["quantity", "this − baseline", "95 %", "p (Holm)"], rows: rows,
                    numeric: [1, 2, 3],
                    caption:
                        "This run in its own readings against the baseline read forward, on the same windows and "
                        + "items. One run on each side."))
        ])
    }

    private func limits(_ draft: inout Draft) {
        draft.limits.append(
            "One training seed: intervals are over documents, items or steps of this run; no sign of a gap is "
                + "established across seeds.")
        let native = run.tasks.filter(\.isNative)
        let chance = native.filter { $0.chance > 0 && $0.interval.lower <= $0.chance }
        if !chance.isEmpty {
            draft.limits.append(
                Prose(
                    "At chance, so differences in them mean nothing: "
                        + chance.map { "\($0.task) (\($0.reading.rawValue))" }.joined(
                            separator: ", ") + "."))
        }
        let low = run.tasks.filter(\.isBelowChance)
        if !low.isEmpty {
            draft.limits.append(
                Prose(
                    "Below chance, probably a fault of format: "
                        + low.map { "\($0.task) (\($0.reading.rawValue))" }.joined(separator: ", ")
                        + "."))
        }
        if let matched = try? run.matched(), let scores = matched.scores.first {
            let totals = DocumentTotals(windows: matched.windows)
            let weights = totals.sums(of: matched.windows.tokenCounts.map(Double.init))
            let nats = totals.sums(of: scores.windowNats)
            let mean = nats.reduce(0, +) / max(1, weights.reduce(0, +))
            let share = weights.map { $0 / max(1, weights.reduce(0, +)) * Double(totals.count) }
            let spread = zip(zip(nats, weights), share).map { ($0.0 / max(1, $0.1) - mean) * $1 }
            if let deviation = Summary(of: spread)?.standardDeviation,
                let least = Power.minimumDetectableGap(
                    standardDeviation: deviation, count: totals.count)
            {
                draft.limits.append(
                    "\(totals.count) validation documents: an unpaired difference below "
                        + "\(Numeral.fixed(least, digits: 3)) nats per token would be missed with more than one chance "
                        + "in five (level 0.05); paired differences on the same documents see far smaller ones."
                )
            }
        }
        if let failure = run.failure {
            draft.limits.append(
                "The run \(failure). What is measured of it describes a training that failed, not its direction, size "
                    + "or data.")
        }
        if let last = run.metrics.steps.last, last < run.settings.steps {
            draft.limits.append(
                "The run is not finished: \(Numeral.grouped(last + 1)) of \(Numeral.grouped(run.settings.steps)) "
                    + "steps. Its schedule has not come to its end.")
        }
        draft.limits.append(
            "Losses of single tokens are not comparable between readings; sums over windows, and means at equal context "
                + "length, are.")
    }

    private func samples() -> [Document.Block] {
        guard !run.samples.isEmpty else { return [] }
        var blocks: [Document.Block] = [
            .heading(2, "Samples"),
            .paragraph("In natural order; the model's own words stand between ⟦ and ⟧."),
        ]
        for sample in run.samples {
            let stop = sample.isComplete ? "" : ", cut off at the length limit"
            blocks.append(.paragraph("Read \(sample.reading.rawValue)\(stop)"))
            let own = "⟦\(sample.text)⟧"
            blocks.append(
                .verbatim(sample.reading == .forward ? sample.prompt + own : own + sample.prompt))
        }
        return blocks
    }

    private func reproduction() -> [Document.Block] {
        [
            .heading(2, "How to make this again"),
            .verbatim(context.commands.joined(separator: "\n")),
            .table(
                Document.Table(
                    head: ["what", "value"],
                    rows: context.environment.map { [Prose($0.name), .code($0.value)] }
                        + [["manifest", .code(run.manifestHash?.hex ?? "not recorded")]])),
        ]
    }
}
