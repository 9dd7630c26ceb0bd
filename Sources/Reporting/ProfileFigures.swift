internal import Foundation
internal import Language

/// Losses over the columns of a row and over the length of the context.
enum ProfileFigures {
    /// Training loss by position in the row; `nil` without profiles.
    static func byPosition(_ runs: [ComparedRun], suffix: String) -> Figure? {
        var table = DataTable(columns: ["series", "run", "position", "loss"])
        var strands: [Strand] = []
        for run in runs {
            guard let profile = run.positions else { continue }
            let strand = Strand(run.direction, nil)
            let bins = evenBins(profile.lossByColumn, count: 64)
            guard !bins.isEmpty else { continue }
            strands.append(strand)
            for bin in bins {
                table.append([
                    .text(strand.label), .text(run.name), .number(bin.place), .number(bin.loss),
                ])
            }
        }
        guard !strands.isEmpty else { return nil }
        return line(
            name: "loss-by-position\(suffix)", title: "Training loss by position in the row",
            caption:
                "Mean training loss at each column of the packed rows, in reading order, averaged "
                + "over the last records of training (neighbouring columns are pooled). Columns of "
                + "different readings hold different tokens of a window, so only the shapes compare.",
            table: table, strands: strands,
            x: [
                "field": "position", "type": "quantitative",
                "title": "column of the row, in reading order",
            ])
    }

    /// Validation loss by context length in every native reading; `nil` without such scores.
    static func byContext(_ runs: [ComparedRun], suffix: String) -> Figure? {
        var table = DataTable(columns: ["series", "run", "context", "loss", "targets"])
        var strands: [Strand] = []
        for run in runs {
            for scores in run.scores where run.isNative(scores.reading) {
                let bins = contextBins(scores)
                guard !bins.isEmpty else { continue }
                let strand = Strand(run.direction, scores.reading)
                strands.append(strand)
                for bin in bins {
                    table.append([
                        .text(strand.label), .text(run.name), .number(bin.place), .number(bin.loss),
                        .number(bin.weight),
                    ])
                }
            }
        }
        guard !strands.isEmpty else { return nil }
        return line(
            name: "loss-by-context\(suffix)", title: "Validation loss by context length",
            caption:
                "Mean loss on the matched windows against the number of tokens already read (BOS "
                + "counts), each model in its own reading. At equal context length the readings "
                + "may be compared.",
            table: table, strands: strands, x: contextAxis)
    }

    /// Backward minus forward loss at equal context length; `nil` without both readings.
    static func gapByContext(_ comparison: Comparison, depth: Int, suffix: String) -> Figure? {
        var table = DataTable(columns: ["series", "context", "gap"])
        var strands: [Strand] = []
        for contrast in comparison.contrasts where contrast.depth == depth {
            let strand: Strand
            switch contrast.kind {
            case .direction: strand = .backward
            case .withinBidirectional: strand = .bidirectional
            case .sharing: continue
            }
            let perPair = contrast.pairs.compactMap { pair -> [ContextBin]? in
                guard
                    let backward = comparison.input.runs[pair.minuend].scores(in: .backward),
                    let forward = comparison.input.runs[pair.subtrahend].scores(in: .forward)
                else { return nil }
                let ours = contextBins(backward)
                let theirs = contextBins(forward)
                guard !ours.isEmpty, ours.map(\.place) == theirs.map(\.place) else { return nil }
                return zip(ours, theirs).map {
                    ContextBin(place: $0.place, loss: $0.loss - $1.loss, weight: $0.weight)
                }
            }
            guard let first = perPair.first, perPair.allSatisfy({ $0.count == first.count }) else {
                continue
            }
            strands.append(strand)
            for index in first.indices {
                let mean = perPair.reduce(0) { $0 + $1[index].loss } / Double(perPair.count)
                table.append([.text(strand.label), .number(first[index].place), .number(mean)])
            }
        }
        guard !strands.isEmpty else { return nil }
        let used = FigureStyle.ordered(strands)
        return Figure(
            name: "gap-by-context\(suffix)", title: "Backward minus forward loss by context length",
            caption: "Mean loss reading backward minus mean loss reading forward on the matched "
                + "windows at equal context length; mean over seeds. 'backward' is the pair of "
                + "dedicated models, 'bidirectional' one model read both ways.",
            width: .column, table: table,
            body: FigureStyle.size(.column, height: 170).merging([
                "layer": [
                    [
                        "data": ["values": [["zero": 0]]],
                        "mark": ["type": "rule", "color": "#777777", "strokeDash": [2, 2]],
                        "encoding": ["y": ["field": "zero", "type": "quantitative"]],
                    ],
                    [
                        "mark": ["type": "line", "tooltip": true],
                        "encoding": [
                            "x": contextAxis,
                            "y": [
                                "field": "gap", "type": "quantitative",
                                "title": "gap (nats per token)",
                            ],
                            "color": FigureStyle.colour(used),
                            "strokeDash": FigureStyle.dash(used),
                        ],
                    ],
                ]
            ]))
    }

    private static let contextAxis: JSONValue = [
        "field": "context", "type": "quantitative", "title": "tokens already read (BOS counts)",
        "scale": ["type": "log", "base": 2], "axis": ["format": "d", "tickCount": 8],
    ]

    /// Losses pooled over neighbouring places.
    struct ContextBin {
        var place: Double
        var loss: Double
        var weight: Double
    }

    /// Single context lengths up to 8, then six bins an octave, weighted by targets.
    static func contextBins(_ scores: ReadingScores) -> [ContextBin] {
        var bins: [(key: Int, places: Double, nats: Double, targets: Double)] = []
        for (context, loss) in scores.lossByContext.enumerated() {
            let targets = Double(scores.targetsByContext[context])
            guard loss.isFinite, targets > 0 else { continue }
            let place = Double(context + 1)
            let key = place <= 8 ? context : 8 + Int(((log2(place) - 3) * 6).rounded(.down))
            if bins.last?.key != key { bins.append((key, 0, 0, 0)) }
            bins[bins.count - 1].places += log(place) * targets
            bins[bins.count - 1].nats += loss * targets
            bins[bins.count - 1].targets += targets
        }
        return bins.map {
            ContextBin(
                place: (exp($0.places / $0.targets) * 1000).rounded() / 1000,
                loss: $0.nats / $0.targets, weight: $0.targets)
        }
    }

    /// At most `count` even stretches of a profile, each the mean of its finite values.
    private static func evenBins(_ losses: [Double], count: Int) -> [ContextBin] {
        let bins = min(count, losses.count)
        return (0..<bins).compactMap { bin in
            let range = losses.count * bin / bins..<losses.count * (bin + 1) / bins
            let kept = range.filter { losses[$0].isFinite }
            guard !kept.isEmpty else { return nil }
            let places = kept.reduce(0) { $0 + Double($1) }
            return ContextBin(
                place: places / Double(kept.count),
                loss: kept.reduce(0) { $0 + losses[$1] } / Double(kept.count),
                weight: Double(kept.count))
        }
    }

    private static func line(
        name: String, title: String, caption: String, table: DataTable, strands: [Strand],
        x: JSONValue
    ) -> Figure {
        let used = FigureStyle.ordered(strands)
        let legendColumns = used.contains(.bidirectionalForward) ? 2 : 3
        return Figure(
            name: name, title: title, caption: caption, width: .column, table: table,
            body: FigureStyle.size(.column, height: 190).merging([
                "mark": ["type": "line", "tooltip": true],
                "encoding": [
                    "x": x,
                    "y": [
                        "field": "loss", "type": "quantitative", "title": "loss (nats per token)",
                        "scale": ["zero": false],
                    ],
                    "detail": ["field": "run"],
                    "color": FigureStyle.colour(used, legendColumns: legendColumns),
                    "strokeDash": FigureStyle.dash(used, legendColumns: legendColumns),
                ],
            ]))
    }
}
