internal import Foundation
internal import Journal
internal import Language
public import Provenance

/// `position-accuracy`: how well tokens are predicted by how much of the text was read before them.
public struct PositionAccuracy {
    private let groups: [RunGroup]
    /// Tokens at either end of a document that count as its boundary.
    private let boundary: Int
    private let seed: Seed

    /// Positions of `runs`, which must have been validated on the same windows.
    public init(
        of runs: [StudiedRun], boundary: Int, seed: Seed
    ) throws(ReportError) {
        guard !runs.isEmpty else { throw .unfit("there are no runs to look at.") }
        try StudiedRun.requireSameWindows(runs)
        groups = RunGroup.groups(of: runs)
        self.boundary = boundary
        self.seed = seed
    }

    /// Where in its document a token stands.
    private enum Region: String, CaseIterable {
        case opening
        case interior
        case closing
    }

    /// One reading of one group, ready to be summed.
    private struct Line {
        let group: RunGroup
        let reading: Reading
        let strand: Strand
        let label: String
        /// One entry a seed.
        let tables: [(tokens: EvaluationRecord.Tokens, scores: EvaluationRecord.Scores)]
    }

    private func lines() throws(ReportError) -> [Line] {
        var lines: [Line] = []
        let severalGroups = Set(groups.map(\.direction)).count < groups.count
        for group in groups {
            var records: [EvaluationRecord] = []
            for run in group.runs { records.append(try run.evaluation()) }
            for reading in group.direction.readings {
                let tables = records.compactMap { record in
                    record.scores.first { $0.reading == reading.rawValue }
                        .map { (record.tokens, $0) }
                }
                guard tables.count == records.count else { continue }
                let strand = Strand(group.direction, reading)
                let label =
                    severalGroups
                    ? group.label
                        + (group.direction.readings.count > 1 ? ", \(reading.rawValue)" : "")
                    : strand.label
                lines.append(
                    Line(
                        group: group, reading: reading, strand: strand, label: label,
                        tables: tables))
            }
        }
        return lines
    }

    /// The region of every token, by its distance to the ends of what is listed of its document.
    private func regions(_ tokens: EvaluationRecord.Tokens) -> [Region] {
        var last: [Int64: Int32] = [:]
        for (document, position) in zip(tokens.documents, tokens.positions) {
            last[document] = max(last[document] ?? 0, position)
        }
        return zip(tokens.documents, tokens.positions).map { document, position in
            if position < boundary { return .opening }
            return Int(last[document] ?? 0) - Int(position) < boundary ? .closing : .interior
        }
    }

    /// Sums of losses and right predictions.
    private struct Cell {
        var nats = 0.0
        var right = 0
        var count = 0
        mutating func add(_ nats: Float, right isRight: Bool) {
            self.nats += Double(nats)
            right += isRight ? 1 : 0
            count += 1
        }
        var loss: Double { nats / Double(count) }
        var accuracy: Double { Double(right) / Double(count) }
    }

    /// Everything found.
    public func findings() throws(ReportError) -> Findings {
        let lines = try lines()
        var table = DataTable(columns: [
            "panel", "series", "context", "value", "lower", "upper", "targets",
        ])
        var regionRows: [[Prose]] = []
        var numbers: [JSONValue] = []
        for line in lines {
            var bySeed: [[Int: Cell]] = []
            var byRegion: [Region: Cell] = [:]
            var places: [Int: (sum: Double, count: Double)] = [:]
            for (tokens, scores) in line.tables {
                let regions = regions(tokens)
                var cells: [Int: Cell] = [:]
                for index in tokens.ids.indices
                where tokens.byteCounts[index] > 0 && scores.nlls[index].isFinite {
                    let right = scores.predictions[index] == tokens.ids[index]
                    byRegion[regions[index], default: Cell()].add(scores.nlls[index], right: right)
                    // The boundary is told apart below; curves show what is inside.
                    guard regions[index] == .interior else { continue }
                    let context = Int(scores.contextLengths[index])
                    let bin = ContextBins.index(of: context)
                    cells[bin, default: Cell()].add(scores.nlls[index], right: right)
                    places[bin, default: (0, 0)].sum += log(Double(context + 1))
                    places[bin, default: (0, 0)].count += 1
                }
                bySeed.append(cells)
            }
            var points: [JSONValue] = []
            for bin in places.keys.sorted() {
                let cells = bySeed.compactMap { $0[bin] }
                guard let place = places[bin], cells.allSatisfy({ $0.count >= 5 }) else { continue }
                let x = exp(place.sum / place.count)
                for (panel, values) in [
                    ("loss", cells.map(\.loss)), ("accuracy", cells.map { $0.accuracy * 100 }),
                ] {
                    table.append([
                        .text(panel), .text(line.label), .number((x * 100).rounded() / 100),
                        .number(values.reduce(0, +) / Double(values.count)),
                        .number(values.min() ?? .nan), .number(values.max() ?? .nan),
                        .number(Double(cells[0].count)),
                    ])
                }
                points.append([
                    "context": .number(x), "targets": .number(Double(cells[0].count)),
                    "loss": .array(cells.map { .number($0.loss) }),
                    "accuracy": .array(cells.map { .number($0.accuracy) }),
                ])
            }
            var row: [Prose] = [Prose(line.label)]
            var regionNumbers: JSONValue = .object([])
            for region in Region.allCases {
                let cell = byRegion[region] ?? Cell()
                row.append(Prose(cell.count == 0 ? "–" : Numeral.fixed(cell.loss, digits: 3)))
                row.append(
                    Prose(cell.count == 0 ? "–" : Numeral.fixed(cell.accuracy * 100, digits: 1)))
                regionNumbers[region.rawValue] = [
                    "loss": .number(cell.loss), "accuracy": .number(cell.accuracy),
                    "targets": .number(Double(cell.count)),
                ]
            }
            regionRows.append(row)
            numbers.append([
                "series": .string(line.label), "reading": .string(line.reading.rawValue),
                "by_context": .array(points), "by_region": regionNumbers,
            ])
        }
        let palette = Palette(lines: lines.map { ($0.label, $0.strand) })
        let severalSeeds = groups.contains { $0.runs.count > 1 }
        let contexts = table.numbers(in: "context")
        let x = Charts.Axis(
            field: "context", title: "tokens already read, BOS included",
            logarithmic: LogScale(
                from: contexts.min() ?? 1, to: contexts.max() ?? 2, air: 1, atMost: 9))
        let figure = Figure(
            name: "position-accuracy", title: "Prediction by context length, in reading order",
            caption:
                "Loss and share of tokens whose likeliest id is right, on the matched windows, by the number "
                + "of tokens read before; tokens within \(boundary) of either end of a document are left out. At "
                + "equal context length the readings may be compared."
                + (severalSeeds ? " Bands: lowest to highest seed." : ""),
            width: .page, table: table,
            body: Charts.row(
                [
                    Charts.Lines(
                        panel: "loss", title: "loss", x: x,
                        y: Charts.Axis(field: "value", title: "loss (nats per token)"),
                        hasBand: severalSeeds, hasPoints: true),
                    Charts.Lines(
                        panel: "accuracy", title: "accuracy", x: x,
                        y: Charts.Axis(field: "value", title: "right predictions (%)"),
                        hasBand: severalSeeds, hasPoints: true),
                ], palette: palette, width: .page, height: 170))
        var blocks: [Document.Block] = [
            .figure(figure), .heading(2, "At the ends of documents"),
            .table(
                Document.Table(
                    head: [
                        "reading", "opening: loss", "%", "interior: loss", "%", "closing: loss",
                        "%",
                    ], rows: regionRows, numeric: Set(1...6),
                    caption:
                        "Loss in nats per token and right predictions. Opening and closing: within "
                        + "\(boundary) tokens of the beginning and end of the document in natural order, whatever "
                        + "the reading. These hold different tokens, so rows compare only within a column as sums "
                        + "of the same tokens.")),
        ]
        let gap = try gapParts()
        if let figure = gap.figure {
            blocks += [.heading(2, "Gap by context"), .figure(figure)]
        }
        if let training = trainingFigure() {
            blocks += [.heading(2, "Training rows"), .figure(training)]
        }
        return Findings(
            title: "Accuracy by position", headline: gap.sentence, blocks: blocks,
            numbers: [
                "boundary": .number(Double(boundary)), "series": .array(numbers),
                "gap_by_context": .array(gap.numbers),
            ], table: table)
    }

    // MARK: Gap

    private func gapParts() throws(ReportError) -> (
        figure: Figure?, sentence: String, numbers: [JSONValue]
    ) {
        var runs: [ComparedRun] = []
        var windows: MatchedWindows?
        for run in groups.flatMap(\.runs) {
            let matched = try run.matched()
            windows = matched.windows
            runs.append(
                ComparedRun(
                    name: run.id, direction: run.direction, seed: run.seed, manifestHash: nil,
                    settings: run.settings, scores: matched.scores))
        }
        guard let windows else { return (nil, "Nothing was validated.", []) }
        let comparison = try Comparison(
            of: ComparisonInput(
                title: "", budget: .equalTotalTokens, validation: windows, runs: runs),
            seed: seed, resamples: 1000)
        let gaps = comparison.contextGaps
        guard let gap = gaps.first, let first = gap.points.first, let last = gap.points.last else {
            return (nil, "No two readings can be paired, so there is no gap by context.", [])
        }
        func words(_ point: ContextGap.Point) -> String {
            "\(Numeral.signed(point.gapNats, digits: 4)) nats "
                + "\(Numeral.interval(point.interval, digits: 4, signed: true)) after "
                + "\(Numeral.fixed(point.context, digits: 0)) tokens"
        }
        let kind = gap.kind == .direction ? "dedicated models" : "the bidirectional model"
        let sentence =
            "The gap (backward − forward) of \(kind) goes from \(words(first)) to \(words(last)) of context; "
            + "intervals over documents."
        let numbers: [JSONValue] = gaps.map { gap in
            [
                "kind": .string(gap.kind == .direction ? "dedicated" : "bidirectional"),
                "depth": .number(Double(gap.depth)),
                "points": .array(
                    gap.points.map {
                        [
                            "context": .number($0.context), "gap_nats": .number($0.gapNats),
                            "lower": $0.interval.map { .number($0.lower) } ?? nil,
                            "upper": $0.interval.map { .number($0.upper) } ?? nil,
                        ]
                    }),
            ]
        }
        return (ProfileFigures.gapByContext(gaps, suffix: ""), sentence, numbers)
    }

    /// Accuracy by column of the training rows, late in training.
    private func trainingFigure() -> Figure? {
        var table = DataTable(columns: ["panel", "series", "position", "value"])
        var strands: [(String, Strand)] = []
        for group in groups {
            guard let research = try? group.runs[0].research(),
                let positions = try? research.positions(), positions.columnCount > 0
            else { continue }
            strands.append((group.label, Strand(group.direction, nil)))
            let T = positions.columnCount
            let rows = max(1, positions.steps.count / 10)
            let width = max(1, T / 64)
            for (panel, values, scale) in [
                ("loss", positions.lossMean, 1.0), ("accuracy", positions.accuracy, 100),
            ] {
                for begin in stride(from: 0, to: T, by: width) {
                    var (sum, count) = (0.0, 0)
                    for row in (positions.steps.count - rows)..<positions.steps.count {
                        for column in begin..<min(T, begin + width) {
                            let value = values[row * T + column]
                            guard value.isFinite else { continue }
                            sum += Double(value) * scale
                            count += 1
                        }
                    }
                    guard count > 0 else { continue }
                    table.append([
                        .text(panel), .text(group.label), .number(Double(begin)),
                        .number(sum / Double(count)),
                    ])
                }
            }
        }
        guard !table.rows.isEmpty else { return nil }
        let x = Charts.Axis(field: "position", title: "column of the row, in reading order")
        return Figure(
            name: "training-positions", title: "Training rows by column",
            caption:
                "Loss and right predictions by column of the packed rows over the last tenth of the records, "
                + "the first seed of each group. Columns hold different tokens in different readings.",
            width: .page, table: table,
            body: Charts.row(
                [
                    Charts.Lines(
                        panel: "loss", title: "loss", x: x,
                        y: Charts.Axis(field: "value", title: "loss (nats per token)")),
                    Charts.Lines(
                        panel: "accuracy", title: "accuracy", x: x,
                        y: Charts.Axis(field: "value", title: "right predictions (%)")),
                ], palette: Palette(lines: strands), width: .page, height: 130))
    }
}
