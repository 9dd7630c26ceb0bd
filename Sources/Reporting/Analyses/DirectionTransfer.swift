internal import Foundation
internal import Journal
public import Language
public import Provenance

/// `direction-transfer`: what a model can do in the reading it was trained on and in the other, stage by stage.
public struct DirectionTransfer {
    /// Losses of a bidirectional model when its marker is right, missing or wrong.
    public struct MarkerEffect: Hashable, Sendable {
        /// Name of the run.
        public var run: String
        /// How the windows were read.
        public var reading: Reading
        /// Σ nats of each window with the right marker, without one, with the other's.
        public var right, missing, wrong: [Double]
        /// Tokens of each window.
        public var tokens: [Int]
        /// Document of each window.
        public var documents: [Int]

        /// Sums by window; all arrays have one entry a window.
        public init(
            run: String, reading: Reading, right: [Double], missing: [Double], wrong: [Double],
            tokens: [Int], documents: [Int]
        ) {
            self.run = run
            self.reading = reading
            self.right = right
            self.missing = missing
            self.wrong = wrong
            self.tokens = tokens
            self.documents = documents
        }
    }

    /// Stages of one model's life, in order.
    private let runs: [StudiedRun]
    private let markers: [MarkerEffect]
    private let seed: Seed

    /// The transfer through `runs`, which descend from one another.
    public init(
        through runs: [StudiedRun], markers: [MarkerEffect], seed: Seed
    ) throws(ReportError) {
        guard !runs.isEmpty else { throw .unfit("there is no run to look at.") }
        self.runs = runs.sorted { ($0.phase, $0.id) < ($1.phase, $1.id) }
        self.markers = markers
        self.seed = seed
    }

    /// One task in both readings.
    struct TaskTransfer {
        let run: StudiedRun
        let task: String
        let forward, backward: TaskScore
        /// backward − forward accuracy.
        let gap: PairedGap?
        let balance: Double
        let balanceInterval: Interval?
        let agreement: Double
        /// Exact p of McNemar's test.
        let p: Double
        /// The same after Holm's correction over the tasks of the run.
        var corrected: Double

        var native: Double {
            switch (forward.isNative, backward.isNative) {
            case (true, false): forward.accuracy
            case (false, true): backward.accuracy
            default: (forward.accuracy + backward.accuracy) / 2
            }
        }
        var cross: Double? {
            switch (forward.isNative, backward.isNative) {
            case (true, false): backward.accuracy
            case (false, true): forward.accuracy
            default: nil
            }
        }
    }

    /// The tasks of `run` that were tried on the same items in both readings.
    static func transfers(of run: StudiedRun, seed: Seed) -> [TaskTransfer] {
        var found: [TaskTransfer] = []
        for forward in run.tasks where forward.reading == .forward {
            guard
                let backward = run.tasks.first(where: {
                    $0.reading == .backward && $0.task == forward.task
                }), backward.items == forward.items, !forward.items.isEmpty
            else { continue }
            let f = forward.judged.map { $0 ? 1.0 : 0 }
            let b = backward.judged.map { $0 ? 1.0 : 0 }
            let ones = f.map { _ in 1.0 }
            let units = Array(f.indices)
            let own = seed[run.id][forward.task]
            let sums = ResampledSums(of: [f, b], resamples: 2000, seed: own)
            let balances = zip(sums.replicates(of: 0), sums.replicates(of: 1)).map {
                max($0, $1) > 0 ? 1 - abs($0 - $1) / max($0, $1) : 1
            }
            let most = max(forward.accuracy, backward.accuracy)
            let pairs = zip(forward.judged, backward.judged)
            found.append(
                TaskTransfer(
                    run: run, task: forward.task, forward: forward, backward: backward,
                    gap: PairedGap(
                        pairs: [(b, f)], weights: ones, documents: units, seed: own["gap"]),
                    balance: most > 0 ? 1 - abs(forward.accuracy - backward.accuracy) / most : 1,
                    balanceInterval: .percentile(of: balances),
                    agreement: Double(pairs.count { $0 == $1 }) / Double(f.count),
                    p: PairedTest.mcNemar(
                        firstOnly: pairs.count { $0 && !$1 }, secondOnly: pairs.count { !$0 && $1 }
                    ), corrected: 1))
        }
        for (index, p) in Correction.holm(found.map(\.p)).enumerated() {
            found[index].corrected = p
        }
        return found
    }

    static func table(_ transfers: [TaskTransfer]) -> Document.Table {
        func percent(_ value: Double?) -> Prose {
            Prose(value.map { Numeral.fixed($0 * 100, digits: 1) } ?? "–")
        }
        return Document.Table(
            head: [
                "run", "task", "n", "chance", "native %", "cross %", "backward − forward", "95 %",
                "balance", "95 %", "agreement", "p (Holm)",
            ],
            rows: transfers.map { row in
                [
                    Prose(row.run.id), Prose(row.task), Prose(String(row.forward.items.count)),
                    percent(row.forward.chance), percent(row.native), percent(row.cross),
                    Prose(
                        Numeral.signed(
                            (row.backward.accuracy - row.forward.accuracy) * 100, digits: 1)),
                    Prose(
                        Numeral.interval(
                            row.gap?.interval?.scaled(by: 100), digits: 1, signed: true)),
                    Prose(Numeral.fixed(row.balance, digits: 3)),
                    Prose(Numeral.interval(row.balanceInterval, digits: 3)),
                    Prose(Numeral.fixed(row.agreement, digits: 3)),
                    Prose(Numeral.probability(row.corrected)),
                ]
            }, numeric: Set(2...11),
            caption:
                "Native: the reading that the model was trained on (of a bidirectional model the mean of both); "
                + "cross: the other. Differences in points with bootstrap intervals over items; balance is "
                + "1 − gap / max; p is McNemar's exact test, corrected by Holm over the tasks of a run."
        )
    }

    /// Everything found.
    public func findings() throws(ReportError) -> Findings {
        var blocks: [Document.Block] = []
        var numbers: [JSONValue] = []
        var table = DataTable(columns: [
            "run", "phase", "reading", "kind", "nats_per_token", "bits_per_byte", "tokens",
        ])
        var shown = DataTable(columns: ["item", "series", "value", "lower", "upper"])
        var order: [String] = []
        var rows: [[Prose]] = []
        var sentences: [String] = []
        for run in runs {
            guard let steps = try? run.evaluationSteps(), !steps.isEmpty else { continue }
            let matched = try run.matched()
            let tokens = Double(matched.windows.tokenCounts.reduce(0, +))
            let bytes = Double(matched.windows.byteCounts.reduce(0, +))
            let totals = DocumentTotals(windows: matched.windows)
            order.append("\(run.id) (\(run.phase.rawValue))")
            for scores in matched.scores {
                let isNative = run.direction.readings.contains(scores.reading)
                let nats = scores.windowNats.reduce(0, +)
                let sums = ResampledSums(
                    of: [
                        totals.sums(of: scores.windowNats),
                        totals.sums(of: matched.windows.tokenCounts.map(Double.init)),
                    ], seed: seed[run.id])
                let reach =
                    totals.count > 1 ? Interval.percentile(of: sums.ratios(of: 0, over: 1)) : nil
                table.append([
                    .text(run.id), .text(run.phase.rawValue), .text(scores.reading.rawValue),
                    .text(isNative ? "native" : "cross"), .number(nats / tokens),
                    .number(nats / bytes / M_LN2), .number(tokens),
                ])
                shown.append([
                    .text(order[order.count - 1]),
                    .text("read \(scores.reading.rawValue)"), .number(nats / tokens),
                    .number(reach?.lower ?? .nan), .number(reach?.upper ?? .nan),
                ])
            }
            guard let f = matched.scores.first(where: { $0.reading == .forward }),
                let b = matched.scores.first(where: { $0.reading == .backward }),
                let gap = PairedGap(
                    pairs: [(b.windowNats, f.windowNats)],
                    weights: matched.windows.tokenCounts.map(Double.init),
                    documents: matched.windows.documents, seed: seed[run.id]["gap"])
            else { continue }
            let (forward, backward) = (
                f.windowNats.reduce(0, +) / tokens, b.windowNats.reduce(0, +) / tokens
            )
            let balance = 1 - abs(backward - forward) / max(backward, forward)
            rows.append([
                Prose(run.id), Prose(run.phase.rawValue), Prose(run.direction.rawValue),
                Prose(Numeral.fixed(forward, digits: 4)), Prose(Numeral.fixed(backward, digits: 4)),
                .strong(Numeral.signed(gap.nats, digits: 4)),
                Prose(Numeral.interval(gap.interval, digits: 4, signed: true)),
                Prose(Numeral.fixed(balance, digits: 3)),
                .code(matched.windows.hash.short),
            ])
            numbers.append([
                "run": .string(run.id), "phase": .string(run.phase.rawValue),
                "direction": .string(run.direction.rawValue), "forward_nats": .number(forward),
                "backward_nats": .number(backward), "gap_nats": .number(gap.nats),
                "lower": .number(gap.interval?.lower ?? .nan),
                "upper": .number(gap.interval?.upper ?? .nan), "balance": .number(balance),
                "windows": .string(matched.windows.hash.hex),
            ])
            sentences.append(Self.sentence(run, gap))
        }
        guard !rows.isEmpty || runs.contains(where: { !$0.tasks.isEmpty }) else {
            throw .lacking(
                run: runs[0].id, what: "validation or task in both readings",
                remedy: "finish its training, or run base-eval or chat-eval on it")
        }
        if !rows.isEmpty {
            let palette = Palette(lines: [
                ("read forward", .forward), ("read backward", .backward),
            ])
            blocks.append(
                .figure(
                    Figure(
                        name: "likelihood-by-reading",
                        title: "Loss in each reading, stage by stage",
                        caption:
                            "Mean loss on each stage's own validation windows, with 95 % intervals over "
                            + "documents. Stages validate on different windows, so a line of stages is not a curve.",
                        width: .page, table: shown,
                        body: Charts.intervals(
                            .init(order: order, title: "loss (nats per token)", label: ".3f"),
                            palette: palette, width: .page))))
            blocks += [
                .heading(2, "Likelihood"),
                .table(
                    Document.Table(
                        head: [
                            "run", "stage", "trained", "forward, nats", "backward, nats",
                            "backward − forward", "95 %", "balance", "windows",
                        ], rows: rows, numeric: [3, 4, 5, 6, 7],
                        caption:
                            "One model each, the same windows in both readings; intervals over documents. "
                            + "Balance: 1 − |difference| / the larger loss.")),
            ]
        }
        let (markerBlocks, markerNumbers) = markerParts()
        blocks += markerBlocks
        let transfers = runs.flatMap { Self.transfers(of: $0, seed: seed) }
        if transfers.isEmpty {
            blocks += [
                .heading(2, "Tasks"),
                .paragraph("No task was tried on the same items in both readings."),
            ]
        } else {
            blocks += [.heading(2, "Tasks"), .table(Self.table(transfers))]
            blocks.append(.figure(Self.figure(transfers)))
            if let low = Self.atChance(transfers) { blocks.append(.note(low)) }
        }
        let lines = transfers.map { row -> JSONValue in
            [
                "run": .string(row.run.id), "task": .string(row.task),
                "native": .number(row.native), "cross": row.cross.map { .number($0) } ?? nil,
                "gap": .number(row.backward.accuracy - row.forward.accuracy),
                "lower": .number(row.gap?.interval?.lower ?? .nan),
                "upper": .number(row.gap?.interval?.upper ?? .nan),
                "balance": .number(row.balance), "agreement": .number(row.agreement),
                "p": .number(row.p), "p_holm": .number(row.corrected),
            ]
        }
        return Findings(
            title: "Transfer between directions",
            headline: sentences.isEmpty
                ? "\(transfers.count) tasks in both readings."
                : sentences.joined(separator: "; ") + ".",
            blocks: blocks,
            numbers: [
                "likelihood": .array(numbers), "markers": .array(markerNumbers),
                "tasks": .array(lines),
            ], table: table)
    }

    /// What the two readings of one model differ by, said the way round that its training makes natural.
    private static func sentence(_ run: StudiedRun, _ gap: PairedGap) -> String {
        let sign: Double = run.direction == .forward ? 1 : -1
        let isBoth = run.direction == .bidirectional
        let shown = isBoth ? gap.nats : sign * gap.nats
        let interval = gap.interval.map { interval in
            isBoth
                ? interval
                : Interval(
                    lower: min(sign * interval.lower, sign * interval.upper),
                    upper: max(sign * interval.lower, sign * interval.upper))
        }
        let amount =
            "\(Numeral.signed(shown, digits: isBoth ? 4 : 3)) nats per token "
            + Numeral.interval(interval, digits: isBoth ? 4 : 3, signed: true)
        let who =
            isBoth
            ? "the loss of \(run.id) read backward, less that read forward, is "
            : "read against its training, the loss of \(run.id) changes by "
        let verdict =
            interval == nil
            ? ", of one document" : interval?.excludesZero ?? false ? "" : ", which holds zero"
        return who + amount + verdict + (run.failure.map { "; but that run \($0)" } ?? "")
    }

    static func figure(_ transfers: [TaskTransfer]) -> Figure {
        var table = DataTable(columns: ["item", "series", "value", "lower", "upper", "chance"])
        var order: [String] = []
        let severalRuns = Set(transfers.map(\.run.id)).count > 1
        for row in transfers {
            let item = severalRuns ? "\(row.task) (\(row.run.phase.rawValue))" : row.task
            if !order.contains(item) { order.append(item) }
            for score in [row.forward, row.backward] {
                table.append([
                    .text(item), .text("read \(score.reading.rawValue)"),
                    .number(score.accuracy * 100), .number(score.interval.lower * 100),
                    .number(score.interval.upper * 100), .number(score.chance * 100),
                ])
            }
        }
        let palette = Palette(lines: [("read forward", .forward), ("read backward", .backward)])
        return Figure(
            name: "tasks-by-reading", title: "Tasks in each reading",
            subtitle: "grey ticks: what guessing gives; numbers: accuracy in %",
            caption:
                "Accuracy with Wilson's 95 % intervals, the same items in both readings. Grey ticks: what "
                + "guessing gives. An interval that reaches its tick does not show that the task is read at all.",
            width: .page, table: table,
            body: Charts.intervals(
                .init(order: order, title: "accuracy (%)", label: ".1f", hasChance: true),
                palette: palette, width: .page))
    }

    /// Which tasks the data do not tell from guessing.
    static func atChance(_ transfers: [TaskTransfer]) -> Prose? {
        let scores = transfers.flatMap { [$0.forward, $0.backward] }
        let low = scores.filter { $0.chance > 0 && $0.interval.lower <= $0.chance }
        let names = low.map { score -> String in
            let place = score.isBelowChance ? " (below)" : ""
            return "\(score.task) read \(score.reading.rawValue)\(place)"
        }
        guard !names.isEmpty else { return nil }
        return
            "Not shown to be above chance: \(names.joined(separator: ", ")). A difference between readings at chance "
            + "says nothing; below chance is probably a fault of format."
    }

    private func markerParts() -> (blocks: [Document.Block], numbers: [JSONValue]) {
        guard !markers.isEmpty else {
            guard runs.contains(where: { $0.direction == .bidirectional }) else { return ([], []) }
            return (
                [
                    .heading(2, "Direction marker"),
                    .paragraph(
                        "The effect of a wrong or missing marker was not measured: it needs the run's checkpoint and "
                            + "its tokenizer."),
                ], []
            )
        }
        var rows: [[Prose]] = []
        var numbers: [JSONValue] = []
        for effect in markers {
            let weights = effect.tokens.map(Double.init)
            for (name, values) in [("missing", effect.missing), ("wrong", effect.wrong)] {
                guard
                    let gap = PairedGap(
                        pairs: [(values, effect.right)], weights: weights,
                        documents: effect.documents, seed: seed[effect.run][name])
                else { continue }
                rows.append([
                    Prose(effect.run), Prose(effect.reading.rawValue), Prose(name),
                    .strong(Numeral.signed(gap.nats, digits: 4)),
                    Prose(Numeral.interval(gap.interval, digits: 4, signed: true)),
                ])
                numbers.append([
                    "run": .string(effect.run), "reading": .string(effect.reading.rawValue),
                    "marker": .string(name), "nats": .number(gap.nats),
                    "lower": .number(gap.interval?.lower ?? .nan),
                    "upper": .number(gap.interval?.upper ?? .nan),
                ])
            }
        }
        return (
            [
                .heading(2, "Direction marker"),
                .table(
                    Document.Table(
                        head: [
                            "run", "reading", "marker", "loss against the right one, nats", "95 %",
                        ],
                        rows: rows, numeric: [3, 4],
                        caption:
                            "The same windows scored with the right marker, without one, and with the other's; "
                            + "intervals over documents.")),
            ], numbers
        )
    }
}
