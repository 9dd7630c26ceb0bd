internal import Foundation
internal import Journal
internal import Language
public import Provenance

/// `tokens`: the gap taken apart by what kind of token it comes from, and document by document.
public struct TokenClasses {
    private let pairs: [DirectionPairs.Pair]
    private let isWithinModel: Bool
    /// Bytes of each id.
    private let bytes: (Int32) -> [UInt8]
    private let seed: Seed

    /// One way to divide tokens into classes.
    enum Division: String, CaseIterable {
        case kind
        case frequency
        case mention

        var title: String {
            switch self {
            case .kind: "kind of token"
            case .frequency: "rank of the id by its count in the validation text"
            case .mention: "mentions of the id in the window"
            }
        }
        var classes: [String] {
            switch self {
            case .kind:
                ["word-initial", "continuation", "digits", "punctuation", "space", "other"]
            case .frequency: ["1–10", "11–100", "101–1000", "1001–10000", "beyond 10000"]
            case .mention: ["only", "first", "between", "last"]
            }
        }
    }

    /// The gap between backward and forward runs, of one depth, or of bidirectional runs.
    /// - Parameter bytes: the text of an id.
    public init(
        of runs: [StudiedRun], bytes: @escaping (Int32) -> [UInt8], seed: Seed
    ) throws(ReportError) {
        try StudiedRun.requireSameWindows(runs)
        let dedicated = DirectionPairs.dedicated(runs)
        let within = DirectionPairs.bidirectional(runs)
        guard dedicated.count < 2 else {
            throw .unfit(
                "the runs have the depths \(dedicated.map { String($0.depth) }.joined(separator: ", ")); "
                    + "choose those of one.")
        }
        guard let pairs = dedicated.first?.pairs ?? (within.isEmpty ? nil : within) else {
            throw .unfit(
                "a gap needs a forward and a backward run, or a bidirectional one; name them.")
        }
        self.pairs = pairs
        isWithinModel = dedicated.isEmpty
        self.bytes = bytes
        self.seed = seed
    }

    /// Which kind a token's bytes are.
    package static func kind(_ bytes: [UInt8]) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 10 || $0 == 13 }
        let body = bytes.drop(while: isSpace)
        guard let first = body.first else { return "space" }
        if body.allSatisfy({ (48...57).contains($0) }) { return "digits" }
        // Bytes above ASCII are letters of some script, or parts of one.
        let isLetter: (UInt8) -> Bool = {
            (65...90).contains($0) || (97...122).contains($0) || $0 >= 128
        }
        if isLetter(first) {
            return body.count < bytes.count ? "word-initial" : "continuation"
        }
        let isPunctuation: (UInt8) -> Bool = {
            (33...47).contains($0) || (58...64).contains($0) || (91...96).contains($0)
                || (123...126).contains($0)
        }
        return body.allSatisfy(isPunctuation) ? "punctuation" : "other"
    }

    /// The class of every token in one division.
    private func classes(_ division: Division, _ record: EvaluationRecord) -> [Int] {
        let ids = record.tokens.ids
        let names = division.classes
        switch division {
        case .kind:
            var known: [Int32: Int] = [:]
            return ids.map { id in
                if let place = known[id] { return place }
                let place = names.firstIndex(of: Self.kind(bytes(id))) ?? names.count - 1
                known[id] = place
                return place
            }
        case .frequency:
            var counts: [Int32: Int] = [:]
            for id in ids { counts[id, default: 0] += 1 }
            let order = counts.keys.sorted { (-(counts[$0] ?? 0), $0) < (-(counts[$1] ?? 0), $1) }
            var band: [Int32: Int] = [:]
            for (rank, id) in order.enumerated() {
                band[id] = rank < 10 ? 0 : rank < 100 ? 1 : rank < 1000 ? 2 : rank < 10_000 ? 3 : 4
            }
            return ids.map { band[$0] ?? 4 }
        case .mention:
            var result = [Int](repeating: 0, count: ids.count)
            var next = 0
            for count in record.windows.counts {
                var places: [Int32: [Int]] = [:]
                for place in next..<next + Int(count) {
                    places[ids[place], default: []].append(place)
                }
                for list in places.values where list.count > 1 {
                    for place in list { result[place] = 2 }
                    result[list[0]] = 1
                    result[list[list.count - 1]] = 3
                }
                next += Int(count)
            }
            return result
        }
    }

    /// Everything found.
    public func findings() throws(ReportError) -> Findings {
        var records: [(backward: EvaluationRecord, forward: EvaluationRecord)] = []
        for pair in pairs {
            let backward = try pair.backward.evaluation()
            records.append(
                (backward, isWithinModel ? backward : try pair.forward.evaluation()))
        }
        let first = records[0].backward
        let kept = first.tokens.ids.indices.filter { first.tokens.byteCounts[$0] > 0 }
        var values: [(minuend: [Double], subtrahend: [Double])] = []
        for (pair, record) in zip(pairs, records) {
            guard record.backward.tokens.ids == first.tokens.ids,
                record.forward.tokens.ids == first.tokens.ids,
                let b = record.backward.scores.first(where: { $0.reading == "backward" }),
                let f = record.forward.scores.first(where: { $0.reading == "forward" })
            else {
                throw .lacking(
                    run: pair.backward.id, what: "validation in both readings on the same tokens",
                    remedy: "finish its training, which ends with one")
            }
            values.append((kept.map { Double(b.nlls[$0]) }, kept.map { Double(f.nlls[$0]) }))
        }
        let documents = kept.map { Int(first.tokens.documents[$0]) }
        let ones = kept.map { _ in 1.0 }
        guard
            let whole = PairedGap(
                pairs: values, weights: ones, documents: documents, seed: seed["whole"])
        else { throw .unfit("there are no validation tokens.") }
        var table = DataTable(columns: [
            "division", "item", "series", "tokens", "share", "value", "lower", "upper",
            "backward", "forward",
        ])
        var blocks: [Document.Block] = []
        var numbers: [JSONValue] = []
        var kinds: [(name: String, gap: PairedGap)] = []
        for division in Division.allCases {
            let all = classes(division, first)
            let own = kept.map { all[$0] }
            var rows: [[Prose]] = []
            for (place, name) in division.classes.enumerated() {
                let inside = own.map { $0 == place ? 1.0 : 0 }
                let count = inside.reduce(0, +)
                guard count > 0 else { continue }
                func only(_ values: [Double]) -> [Double] {
                    zip(values, inside).map { $1 > 0 ? $0 : 0 }
                }
                let masked = values.map {
                    (minuend: only($0.minuend), subtrahend: only($0.subtrahend))
                }
                // Over all tokens, so that the classes of a division add up to the gap.
                guard
                    let gap = PairedGap(
                        pairs: masked, weights: ones, documents: documents,
                        resamples: 1000, seed: seed[division.rawValue][place])
                else { continue }
                let backward = Self.mean(masked.map(\.minuend), over: count)
                let forward = Self.mean(masked.map(\.subtrahend), over: count)
                let share = count / Double(kept.count)
                table.append([
                    .text(division.rawValue), .text(name), .text(division.title), .number(count),
                    .number(share), .number(gap.nats), .number(gap.interval?.lower ?? .nan),
                    .number(gap.interval?.upper ?? .nan), .number(backward), .number(forward),
                ])
                rows.append([
                    Prose(name), Prose(Numeral.grouped(Int(count))),
                    Prose(Numeral.fixed(share * 100, digits: 1) + " %"),
                    .strong(Numeral.signed(gap.nats, digits: 4)),
                    Prose(Numeral.interval(gap.interval, digits: 4, signed: true)),
                    Prose(Numeral.fixed(forward, digits: 3)),
                    Prose(Numeral.fixed(backward, digits: 3)),
                ])
                numbers.append([
                    "division": .string(division.rawValue), "class": .string(name),
                    "tokens": .number(count), "contribution_nats": .number(gap.nats),
                    "lower": gap.interval.map { .number($0.lower) } ?? nil,
                    "upper": gap.interval.map { .number($0.upper) } ?? nil,
                    "forward_loss": .number(forward), "backward_loss": .number(backward),
                ])
                if division == .kind { kinds.append((name, gap)) }
            }
            blocks += [
                .heading(2, Prose("By \(division.title)")),
                .table(
                    Document.Table(
                        head: [
                            "class", "tokens", "share", "part of the gap", "95 %", "forward loss",
                            "backward loss",
                        ], rows: rows, numeric: Set(1...6))),
            ]
        }
        let figure = figure(table, whole)
        let scores = documentScores(first, kept, values)
        let who = isWithinModel ? "the bidirectional model" : "dedicated models"
        let headline =
            "The gap of \(who) is \(Numeral.signed(whole.nats, digits: 4)) nats per token "
            + "\(Numeral.interval(whole.interval, digits: 4, signed: true)) over \(whole.coverage)"
            + Self.extremes(kinds)
        blocks =
            [
                .figure(figure),
                .note(
                    "A part is Σ (backward − forward) over the tokens of a class, divided by all tokens: the parts of "
                        + "a division add up to the gap. A single class may lose in one reading what another gains, "
                        + "because the chain rule moves cost between tokens; only the sum is free of that."
                ),
            ] + blocks
        return Findings(
            title: "The gap by token", headline: headline, blocks: blocks,
            numbers: [
                "gap_nats": .number(whole.nats), "classes": .array(numbers),
                "documents": .number(Double(scores.rows.count)),
            ], table: scores)
    }

    /// Mean over the seeds of Σ values / count.
    private static func mean(_ seeds: [[Double]], over count: Double) -> Double {
        let total = seeds.reduce(0.0) { $0 + $1.reduce(0, +) }
        return total / count / Double(seeds.count)
    }

    /// The kinds of token that take most off the gap and add most to it.
    private static func extremes(_ kinds: [(name: String, gap: PairedGap)]) -> String {
        func words(_ kind: (name: String, gap: PairedGap)) -> String {
            "\(kind.name) tokens \(Numeral.signed(kind.gap.nats, digits: 4)) "
                + Numeral.interval(kind.gap.interval, digits: 4, signed: true)
        }
        guard let most = kinds.max(by: { $0.gap.nats < $1.gap.nats }),
            let least = kinds.min(by: { $0.gap.nats < $1.gap.nats }), most.name != least.name
        else { return "." }
        return ", the sum of parts from \(words(least)) to \(words(most))."
    }

    private func figure(_ table: DataTable, _ whole: PairedGap) -> Figure {
        var shown = DataTable(columns: ["item", "series", "value", "lower", "upper", "tokens"])
        var order: [String] = []
        for row in table.rows {
            guard case .text(let name) = row[1] else { continue }
            order.append(name)
            shown.append([row[1], row[2], row[5], row[6], row[7], row[3]])
        }
        let palette = Palette(Division.allCases.map(\.title))
        return Figure(
            name: "gap-by-token", title: "Where the gap comes from",
            subtitle: "whole gap \(Numeral.signed(whole.nats, digits: 4)) nats per token",
            caption:
                "Parts of the gap (backward − forward, nats per token of all tokens) with 95 % bootstrap "
                + "intervals over \(whole.coverage). The classes of each colour add up to the whole.",
            width: .page, table: shown,
            body: Charts.intervals(
                .init(
                    order: order, title: "part of the gap (nats per token)", level: 0,
                    rowHeight: 15, isDodged: false), palette: palette, width: .page))
    }

    /// Mean losses of each document in both readings, and their difference forward − backward.
    private func documentScores(
        _ record: EvaluationRecord, _ kept: [Int],
        _ values: [(minuend: [Double], subtrahend: [Double])]
    ) -> DataTable {
        var table = DataTable(columns: [
            "document", "tokens", "bytes", "forward_nats_per_token", "backward_nats_per_token",
            "forward_minus_backward",
        ])
        let ids = kept.map { Int(record.tokens.documents[$0]) }
        let totals = DocumentTotals(documents: ids)
        let tokens = totals.sums(of: kept.map { _ in 1 })
        let bytes = totals.sums(of: kept.map { Double(record.tokens.byteCounts[$0]) })
        func mean(_ side: [[Double]]) -> [Double] {
            var sum = [Double](repeating: 0, count: totals.count)
            for values in side {
                for (place, value) in totals.sums(of: values).enumerated() { sum[place] += value }
            }
            return zip(sum, tokens).map { $0 / $1 / Double(side.count) }
        }
        let (backward, forward) = (mean(values.map(\.minuend)), mean(values.map(\.subtrahend)))
        var names: [Int] = []
        var seen: Set<Int> = []
        for id in ids where seen.insert(id).inserted { names.append(id) }
        for (place, name) in names.enumerated() {
            table.append([
                .number(Double(name)), .number(tokens[place]), .number(bytes[place]),
                .number(forward[place]), .number(backward[place]),
                .number(forward[place] - backward[place]),
            ])
        }
        return table
    }
}
