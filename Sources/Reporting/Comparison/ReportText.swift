internal import Foundation
internal import Language
internal import Provenance

/// The words of a comparison report; every number in them comes from the comparison.
struct ReportText {
    let comparison: Comparison

    init(_ comparison: Comparison) { self.comparison = comparison }

    private var input: ComparisonInput { comparison.input }

    /// The whole report with its figures.
    func document(_ figures: [Figure], drawn: Bool) -> Document {
        var blocks: [Document.Block] = [.paragraph("\(headline)")]
        if !drawn {
            blocks.append(
                .note(
                    "The figures have not been drawn. Where vl-convert-python is installed, run "
                        + .code("python3 Tools/figures/render.py")
                        + " on this folder; specifications and data are complete."))
        }
        blocks += findings(figures)
        blocks += setup
        blocks += curves(figures)
        blocks += samples
        blocks += caveats
        blocks += reproduction
        return Document(title: input.title, blocks: blocks)
    }

    // MARK: Findings

    private func findings(_ figures: [Figure]) -> [Document.Block] {
        var blocks: [Document.Block] = [
            .heading(2, "What was found"),
            .paragraph(
                "Every model scored the same "
                    + "\(Numeral.grouped(input.validation.count)) windows of "
                    + "\(Numeral.grouped(comparison.documentCount)) documents "
                    + "(\(Numeral.grouped(comparison.tokenCount)) tokens, "
                    + "\(Numeral.grouped(comparison.byteCount)) bytes) in both readings. "
                    + "Gap = L(backward) − L(forward): above zero, reading backward is harder."),
            .table(contrastTable),
        ]
        blocks += figure("gap", figures)
        blocks.append(.table(evidenceTable))
        blocks.append(.heading(3, "Every model in every reading"))
        blocks.append(.table(scoreTable))
        blocks += figure("bits-per-byte", figures)
        return blocks
    }

    private var severalSeeds: Bool { comparison.contrasts.contains { $0.seedCount > 1 } }

    private func name(_ contrast: Contrast) -> Prose {
        let severalDepths = Set(comparison.contrasts.map(\.depth)).count > 1
        return
            "\(GapFigure.rowLabel(contrast.kind))\(severalDepths ? ", d\(contrast.depth)" : "")"
    }

    private var contrastTable: Document.Table {
        Document.Table(
            head: [
                "difference", "nats per token", "95 % interval", "relative", "bits per byte",
                "95 % interval",
            ],
            rows: comparison.contrasts.map { contrast in
                [
                    name(contrast), .strong(Numeral.signed(contrast.gapNats, digits: 4)),
                    "\(Numeral.interval(contrast.interval, digits: 4, signed: true))",
                    "\(Numeral.signed(contrast.relativeGap * 100, digits: 2)) %",
                    .strong(Numeral.signed(contrast.gapBitsPerByte, digits: 4)),
                    "\(Numeral.interval(contrast.intervalBitsPerByte, digits: 4, signed: true))",
                ]
            }, numeric: Set(1...5),
            caption: "Intervals: percentile bootstrap with "
                + "\(Numeral.grouped(comparison.resamples)) replicates, over "
                + (severalSeeds
                    ? "seeds, then documents (documents alone where a row has one seed)."
                    : "documents of this one training seed.")
                + " Relative: over the loss of the second named.")
    }

    private var evidenceTable: Document.Table {
        let overSeeds: [Prose] = [
            "by seed, nats per token", "standard error over seeds",
            "Student's 95 % interval over seeds", "sign across seeds",
        ]
        return Document.Table(
            head: ["difference"] + (severalSeeds ? overSeeds : [])
                + ["P(> 0)", "windows higher", "Cohen's d"],
            rows: comparison.contrasts.map { contrast in
                [name(contrast)] + (severalSeeds ? evidenceOverSeeds(contrast) : []) + [
                    "\(Numeral.fixed(contrast.signProbability ?? .nan, digits: 3))",
                    "\(Numeral.fixed((contrast.windowShareHigher ?? .nan) * 100, digits: 1)) %",
                    "\(Numeral.signed(contrast.cohensD ?? .nan, digits: 2))",
                ]
            }, numeric: severalSeeds ? [2, 3, 5, 6, 7] : [1, 2, 3],
            caption: (severalSeeds
                ? "The unit of inference is the training seed. A sign counts as established with at "
                    + "least three seeds, all of one sign, and a Student interval that excludes "
                    + "zero; the bootstrap over few seeds is too narrow and does not decide it. "
                : "")
                + "P(> 0) is the share of bootstrap replicates above zero; windows higher, the "
                + "share of windows with a higher mean loss in the first named; Cohen's d is "
                + "paired, over windows.")
    }

    private func evidenceOverSeeds(_ contrast: Contrast) -> [Prose] {
        let bySeed = contrast.pairs.map { "\($0.seed): \(Numeral.signed($0.gapNats, digits: 4))" }
        return [
            "\(bySeed.joined(separator: "; "))",
            "\(Numeral.fixed(contrast.seedStandardError ?? .nan, digits: 4))",
            "\(Numeral.interval(contrast.seedInterval, digits: 4, signed: true))",
            contrast.signIsEstablishedAcrossSeeds ? "established" : "not established",
        ]
    }

    private var scoreTable: Document.Table {
        let labels = MatrixFigure.modelLabels(input.runs)
        return Document.Table(
            head: [
                "model", "reading", "kind", "NLL, nats per token", "PPL", "bits per byte",
                "95 % interval",
            ],
            rows: comparison.cells.map { cell in
                [
                    "\(labels[cell.run])", "\(cell.reading.rawValue)",
                    cell.isNative ? "native" : "cross",
                    "\(Numeral.fixed(cell.natsPerToken, digits: 4))",
                    "\(Numeral.fixed(cell.perplexity, digits: 2))",
                    .strong(Numeral.fixed(cell.bitsPerByte, digits: 4)),
                    "\(Numeral.interval(cell.bitsPerByteInterval, digits: 4))",
                ]
            }, numeric: Set(3...6),
            caption:
                "PPL = exp(mean NLL). Native: a reading the model was trained on; cross: one it was "
                + "not. Intervals over documents; they are wide because documents differ, "
                + "which paired differences cancel.")
    }

    // MARK: Setup

    /// A setting as the setup shows it: in one sentence where all runs agree, else as a column.
    private struct Setting {
        var name: String
        var isNumeric: Bool
        var values: [String]
    }

    private var settings: [Setting] {
        let runs = input.runs.map(\.settings)
        func numbers(_ name: String, _ value: (RunSettings) -> Int) -> Setting {
            Setting(name: name, isNumeric: true, values: runs.map { Numeral.grouped(value($0)) })
        }
        return [
            numbers("depth", \.depth), numbers("width", \.width),
            numbers("parameters", \.parameterCount),
            numbers("vocabulary", \.vocabularySize), numbers("T", \.rowLength),
            numbers("steps", \.steps), numbers("training tokens", \.trainingTokens),
            Setting(
                name: "tokens per reading", isNumeric: true,
                values: input.runs.map {
                    Numeral.grouped($0.settings.trainingTokens / $0.direction.readings.count)
                }),
            Setting(name: "dtype", isNumeric: false, values: runs.map(\.dtype)),
            Setting(
                name: "seed", isNumeric: true, values: input.runs.map { String($0.seed) }),
            Setting(
                name: "tokenizer", isNumeric: false,
                values: runs.map { $0.tokenizerHash?.short ?? "not recorded" }),
        ]
    }

    private var setup: [Document.Block] {
        let common = settings.filter { Set($0.values).count == 1 }
        let differing = settings.filter { Set($0.values).count > 1 }
        let rows = input.runs.enumerated().map { index, run -> [Prose] in
            ["\(run.name)", "\(run.direction.rawValue)"]
                + differing.map { "\($0.values[index])" }
                + [.code(run.manifestHash?.short ?? "not recorded")]
        }
        var facts: [Prose] = ["Budget: \(budgetText)"]
        if !common.isEmpty {
            let list = common.map { "\($0.name) \($0.values[0])" }.joined(separator: ", ")
            facts.append("Common to all runs: \(list).")
        }
        facts.append(
            "Validation windows: \(input.validation.name), T = "
                + "\(input.validation.rowLength), hash " + .code(input.validation.hash.hex) + ".")
        for data in uniqueTexts(input.runs.flatMap(\.settings.dataFingerprints)) {
            facts.append("Training data: " + .code(data))
        }
        let numeric = differing.indices.filter { differing[$0].isNumeric }.map { $0 + 2 }
        let head: [Prose] =
            ["run", "direction"] + differing.map { "\($0.name)" } + ["manifest"]
        return [
            .heading(2, "Setup"),
            .table(.init(head: head, rows: rows, numeric: Set(numeric))), .bullets(facts),
        ]
    }

    private var budgetText: String {
        switch input.budget {
        case .equalTotalTokens:
            "equal total tokens. A bidirectional model sees half of them in each reading, so "
                + "against a dedicated model it has half as many tokens of that reading."
        case .equalTokensPerDirection:
            "equal tokens per direction. A bidirectional model trains on twice as many in all."
        case .equalCompute: "equal compute (floating-point operations)."
        }
    }

    // MARK: Curves

    private func curves(_ figures: [Figure]) -> [Document.Block] {
        let rest = figures.filter { $0.name != "gap" && $0.name != "bits-per-byte" }
        guard !rest.isEmpty else { return [] }
        return [.heading(2, "Learning and context")] + rest.map { .figure($0) }
    }

    private func figure(_ name: String, _ figures: [Figure]) -> [Document.Block] {
        figures.first { $0.name == name }.map { [.figure($0)] } ?? []
    }

    // MARK: Samples

    private var samples: [Document.Block] {
        guard input.runs.contains(where: { !$0.samples.isEmpty }) else { return [] }
        let labels = MatrixFigure.modelLabels(input.runs)
        var blocks: [Document.Block] = [
            .heading(2, "Samples"),
            .paragraph(
                "In natural order. A model that reads forward continues a beginning; one that reads "
                    + "backward is given an ending and writes what precedes it. The model's own "
                    + "words stand between ⟦ and ⟧."),
        ]
        for (index, run) in input.runs.enumerated() {
            for sample in run.samples {
                let stop = sample.isComplete ? "" : ", cut off at the length limit"
                blocks.append(
                    .paragraph(
                        .strong(labels[index])
                            + ", read \(sample.reading.rawValue)\(stop)"))
                blocks.append(.verbatim(sample.passage))
            }
        }
        return blocks
    }

    // MARK: Caveats

    private var caveats: [Document.Block] {
        var points: [Prose] = []
        let seeds = comparison.contrasts.map(\.seedCount).max() ?? 0
        if seeds == 1 {
            points.append(
                "One training seed. The intervals are within-run: they say how the windows vary, not "
                    + "how another seed would come out. The sign of the gap is not established "
                    + "across seeds.")
        } else if seeds > 1 && seeds < 5 {
            points.append(
                "\(seeds) training seeds: a bootstrap over so few is too narrow; read Student's "
                    + "interval beside it.")
        }
        for contrast in comparison.contrasts
        where contrast.pairs.contains(where: { !$0.sharesSeed }) {
            points.append(
                "\(GapFigure.rowLabel(contrast.kind)): no seed is common to both sides, so runs of "
                    + "different seeds were paired in order.")
        }
        for (index, run) in input.runs.enumerated() {
            for scores in run.scores
            where
                !(comparison.cell(run: index, reading: scores.reading)?.natsPerToken.isFinite
                ?? false)
            {
                points.append(
                    "\(run.name): the \(scores.reading.rawValue) scores are not finite; the run "
                        + "diverged or its evaluation failed, and differences with it are left out."
                )
            }
        }
        if comparison.documentCount < 30 {
            points.append(
                "Only \(comparison.documentCount) validation documents: intervals over so few are "
                    + "rough."
            )
        }
        points += budgetCaveats
        points.append(
            "Per-token losses are not comparable between readings; only window sums, or means at equal "
                + "context length, are.")
        points += input.remarks.map { "\($0)" }
        return [.heading(2, "What these numbers do not show"), .bullets(points)]
    }

    /// Whether the runs keep the budget that the comparison names, and what else differs.
    private var budgetCaveats: [Prose] {
        var points: [Prose] = []
        let runs = input.runs
        for depth in uniqueTexts(runs.map { String($0.settings.depth) }) {
            let group = runs.filter { String($0.settings.depth) == depth }
            let amounts = group.map { run in
                input.budget == .equalTokensPerDirection
                    ? run.settings.trainingTokens / run.direction.readings.count
                    : run.settings.trainingTokens
            }
            if input.budget != .equalCompute, let most = amounts.max(), let least = amounts.min(),
                Double(most - least) > 0.001 * Double(most)
            {
                points.append(
                    "The budget is not kept at depth \(depth): from \(Numeral.grouped(least)) to "
                        + "\(Numeral.grouped(most)) tokens.")
            }
            for (what, count) in [
                ("tokenizer", Set(group.map(\.settings.tokenizerHash)).count),
                ("training data", Set(group.map(\.settings.dataFingerprints)).count),
                ("dtype", Set(group.map(\.settings.dtype)).count),
                ("number of parameters", Set(group.map(\.settings.parameterCount)).count),
            ] where count > 1 {
                points.append("The runs of depth \(depth) differ in \(what).")
            }
        }
        return points
    }

    // MARK: Reproduction

    private var reproduction: [Document.Block] {
        var blocks: [Document.Block] = [.heading(2, "How to make this again")]
        if !input.commands.isEmpty {
            blocks.append(.verbatim(input.commands.joined(separator: "\n")))
        }
        blocks.append(
            .bullets(
                input.runs.map { run in
                    "\(run.name): manifest " + .code(run.manifestHash?.hex ?? "not recorded")
                } + ["validation windows: " + .code(input.validation.hash.hex)]))
        return blocks
    }

    private func uniqueTexts(_ texts: [String]) -> [String] {
        var unique: [String] = []
        for text in texts where !unique.contains(text) { unique.append(text) }
        return unique
    }
}
