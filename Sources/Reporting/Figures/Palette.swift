internal import Language

/// Colour, dash and mark of each series of a figure: the hue says the direction where it can.
struct Palette {
    /// One series.
    struct Entry {
        let label: String
        let colour: String
        let dash: JSONValue
        let shape: String
    }

    let entries: [Entry]

    /// Colours without a meaning of their own.
    /// - Source: Okabe & Ito, "Color Universal Design", 2008.
    private static let plain = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#111111", "#8A8A8A",
    ]
    private static let dashes: [JSONValue] = [
        [1, 0], [5, 2], [6, 2, 1, 2], [1, 1.5], [3, 1.5, 1, 1.5], [8, 3], [2, 2], [4, 1],
    ]
    private static let shapes = [
        "circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right",
        "triangle-left",
    ]

    /// Series of any kind.
    init(_ labels: [String]) {
        self.init(
            entries: labels.enumerated().map { index, label in
                Entry(
                    label: label, colour: Self.plain[index % Self.plain.count],
                    dash: Self.dashes[index % Self.dashes.count],
                    shape: Self.shapes[index % Self.shapes.count])
            })
    }

    /// Groups of runs; those of one direction share its hue, paler one after another.
    init(_ groups: [RunGroup]) {
        let hasMeaning = Set(groups.map(\.direction)).count > 1 || groups.count == 1
        self = hasMeaning ? Palette(directionsOf: groups) : Palette(groups.map(\.label))
    }

    private init(directionsOf groups: [RunGroup]) {
        self.init(shadesOf: groups.map { ($0.label, Strand($0.direction, nil)) })
    }

    /// Series of few strands; those of one strand share its hue, the last with its full colour.
    init(shadesOf lines: [(label: String, strand: Strand)]) {
        var seen: [Strand: Int] = [:]
        let counts = Dictionary(grouping: lines, by: \.strand).mapValues(\.count)
        self.init(
            entries: lines.map { line in
                let place = seen[line.strand, default: 0]
                seen[line.strand] = place + 1
                let last = (counts[line.strand] ?? 1) - 1
                let paleness = last == 0 ? 0 : 0.62 * Double(last - place) / Double(last)
                return Entry(
                    label: line.label, colour: Self.mixed(line.strand.colour, white: paleness),
                    dash: line.strand.dash, shape: line.strand.shape)
            })
    }

    /// Lines of named strands; several of one strand go by colours without a meaning.
    init(lines: [(label: String, strand: Strand)]) {
        guard Set(lines.map(\.strand)).count == lines.count else {
            self.init(lines.map(\.label))
            return
        }
        self.init(
            entries: lines.map {
                Entry(
                    label: $0.label, colour: $0.strand.colour, dash: $0.strand.dash,
                    shape: $0.strand.shape)
            })
    }

    private init(entries: [Entry]) { self.entries = entries }

    private static func mixed(_ colour: String, white share: Double) -> String {
        let value = Int(colour.dropFirst(), radix: 16) ?? 0
        let parts = [value >> 16, value >> 8 & 255, value & 255].map { part -> String in
            let mixed = Int((Double(part) + (255 - Double(part)) * share).rounded())
            let text = String(mixed, radix: 16, uppercase: true)
            return text.count < 2 ? "0" + text : text
        }
        return "#" + parts.joined()
    }

    private func encoding(_ range: [JSONValue], legend: JSONValue) -> JSONValue {
        [
            "field": "series", "type": "nominal",
            "scale": [
                "domain": .array(entries.map { .string($0.label) }), "range": .array(range),
            ],
            "legend": legend,
        ]
    }

    private func legend(symbolSize: Double) -> JSONValue {
        let longest = entries.map(\.label.count).max() ?? 0
        let columns = longest > 40 ? 1 : longest > 24 ? 2 : 3
        return entries.count < 2
            ? nil
            : [
                "orient": "bottom", "title": nil, "columns": .number(Double(columns)),
                "symbolType": symbolSize > 100 ? "stroke" : "circle", "symbolOpacity": 1,
                "symbolSize": .number(symbolSize),
            ]
    }

    /// Colour by the column `series`.
    /// - Parameter symbolSize: area of a symbol in the legend; small ones are dots, large ones strokes.
    func colour(hasLegend: Bool = true, symbolSize: Double = 260) -> JSONValue {
        encoding(
            entries.map { .string($0.colour) },
            legend: hasLegend ? legend(symbolSize: symbolSize) : nil)
    }
    /// Dash by the column `series`.
    func dash(hasLegend: Bool = true) -> JSONValue {
        encoding(entries.map(\.dash), legend: hasLegend ? legend(symbolSize: 260) : nil)
    }
    /// Shape of points by the column `series`.
    var shape: JSONValue { encoding(entries.map { .string($0.shape) }, legend: nil) }
}
