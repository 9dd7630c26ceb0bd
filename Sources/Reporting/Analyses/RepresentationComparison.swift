internal import Foundation

/// `representations`: how alike the layers of two models are on the same tokens, and where their heads look.
public struct RepresentationComparison {
    /// Summary of one head.
    public struct Head: Hashable, Sendable {
        let layer, head: Int
        let distance, entropy, firstMass: Double

        /// One head of one layer.
        public init(
            layer: Int, head: Int, distance: Double, entropy: Double, firstMass: Double
        ) {
            self.layer = layer
            self.head = head
            self.distance = distance
            self.entropy = entropy
            self.firstMass = firstMass
        }
    }

    /// What was measured of one pair of models.
    public struct Input: Sendable {
        /// Names of the two, with their readings.
        public var first, second: String
        /// CKA between every stream of the first and every one of the second.
        public var alignment: [[Double]]
        /// The same with the second's tokens shuffled.
        public var shuffled: [[Double]]
        /// Cosines between tokens in every stream of the first and of the second.
        public var firstCosines, secondCosines: [[Double]]
        /// Heads of both.
        public var firstHeads, secondHeads: [Head]
        /// Tokens that were read.
        public var tokenCount: Int
        /// Tokens between which cosines were taken.
        public var cosineTokens: Int

        /// Measurements.
        public init(
            first: String, second: String, alignment: [[Double]], shuffled: [[Double]],
            firstCosines: [[Double]], secondCosines: [[Double]], firstHeads: [Head],
            secondHeads: [Head], tokenCount: Int, cosineTokens: Int
        ) {
            self.first = first
            self.second = second
            self.alignment = alignment
            self.shuffled = shuffled
            self.firstCosines = firstCosines
            self.secondCosines = secondCosines
            self.firstHeads = firstHeads
            self.secondHeads = secondHeads
            self.tokenCount = tokenCount
            self.cosineTokens = cosineTokens
        }
    }

    private let input: Input

    /// The comparison of two models.
    public init(of input: Input) { self.input = input }

    private static func stream(_ index: Int) -> String {
        index == 0 ? "embedding" : "layer \(index - 1)"
    }

    /// Everything found.
    public func findings() -> Findings {
        let similarity = input.firstCosines.map { first in
            input.secondCosines.map { Correlation.spearman(first, $0) ?? .nan }
        }
        var table = DataTable(columns: ["panel", "first", "second", "value"])
        for (name, matrix) in [
            ("linear CKA", input.alignment), ("RSA (Spearman)", similarity),
            ("CKA, tokens shuffled", input.shuffled),
        ] {
            for (a, row) in matrix.enumerated() {
                for (b, value) in row.enumerated() {
                    table.append([
                        .text(name), .text(Self.stream(a)), .text(Self.stream(b)), .number(value),
                    ])
                }
            }
        }
        let order = input.alignment.indices.map(Self.stream)
        let heat = Charts.Heat(
            x: "second", xTitle: input.second, y: "first", yTitle: input.first, value: "value",
            valueTitle: "similarity",
            panels: ["linear CKA", "RSA (Spearman)", "CKA, tokens shuffled"], domain: (0, 1),
            yOrder: order, cellHeight: 20, rowCount: order.count, columns: 3, label: ".2f")
        var body = Charts.heat(heat, width: .page)
        body = Self.ordered(body, order)
        let alignmentFigure = Figure(
            name: "alignment", title: "How alike the layers are",
            caption:
                "Similarity of the residual stream behind each layer, token by token in natural order, on "
                + "\(Numeral.grouped(input.tokenCount)) tokens (RSA: cosines between \(input.cosineTokens) of them). "
                + "With the second model's tokens shuffled nothing but chance is left.",
            width: .page, table: table, body: body)
        let heads = headFigure()
        let diagonal = input.alignment.indices.map { index in
            index < input.alignment[index].count ? input.alignment[index][index] : .nan
        }
        let floor = input.shuffled.flatMap { $0 }.max() ?? .nan
        let texts = diagonal.map { Numeral.fixed($0, digits: 2) }.joined(separator: ", ")
        let headline =
            "Linear CKA between \(input.first) and \(input.second), from the embedding up: \(texts); with tokens "
            + "shuffled at most \(Numeral.fixed(floor, digits: 2)). One pair of models: it says nothing about seeds."
        return Findings(
            title: "Representations compared", headline: headline,
            blocks: [
                .figure(alignmentFigure), .heading(2, "Attention"), .figure(heads.figure),
                .table(heads.table),
            ],
            numbers: [
                "first": .string(input.first), "second": .string(input.second),
                "tokens": .number(Double(input.tokenCount)), "cka": Self.json(input.alignment),
                "cka_shuffled": Self.json(input.shuffled), "rsa": Self.json(similarity),
                "heads": .array(
                    [(input.first, input.firstHeads), (input.second, input.secondHeads)]
                        .flatMap { name, heads in
                            heads.map { head -> JSONValue in
                                [
                                    "model": .string(name), "layer": .number(Double(head.layer)),
                                    "head": .number(Double(head.head)),
                                    "distance": .number(head.distance),
                                    "entropy_nats": .number(head.entropy),
                                    "first_token_mass": .number(head.firstMass),
                                ]
                            }
                        }),
            ], table: table)
    }

    private static func json(_ matrix: [[Double]]) -> JSONValue {
        .array(matrix.map { .array($0.map { .number($0) }) })
    }

    /// The columns in the order of the layers, not of their names.
    private static func ordered(_ body: JSONValue, _ order: [String]) -> JSONValue {
        guard var spec = body["spec"], case .array(let layers)? = spec["layer"] else { return body }
        let sorted = layers.map { layer -> JSONValue in
            var layer = layer
            guard var encoding = layer["encoding"], var x = encoding["x"] else { return layer }
            x["sort"] = .array(order.map { .string($0) })
            x["axis"] = ["labelAngle": -45, "ticks": false, "domain": false]
            encoding["x"] = x
            layer["encoding"] = encoding
            return layer
        }
        spec["layer"] = .array(sorted)
        var result = body
        result["spec"] = spec
        return result
    }

    private func headFigure() -> (figure: Figure, table: Document.Table) {
        var table = DataTable(columns: ["panel", "series", "layer", "value", "head"])
        var rows: [[Prose]] = []
        for (name, heads) in [(input.first, input.firstHeads), (input.second, input.secondHeads)] {
            for head in heads {
                for (panel, value) in [
                    ("distance", head.distance), ("entropy", head.entropy),
                    ("first", head.firstMass),
                ] {
                    table.append([
                        .text(panel), .text(name), .number(Double(head.layer)), .number(value),
                        .number(Double(head.head)),
                    ])
                }
                rows.append([
                    Prose(name), Prose("\(head.layer).\(head.head)"),
                    Prose(Numeral.fixed(head.distance, digits: 1)),
                    Prose(Numeral.fixed(head.entropy, digits: 2)),
                    Prose(Numeral.fixed(head.firstMass, digits: 3)),
                ])
            }
        }
        let palette = Palette([input.first, input.second])
        func panel(_ name: String, _ title: String) -> JSONValue {
            [
                "transform": [["filter": .string("datum.panel == '\(name)'")]],
                "width": 128, "height": 120,
                "mark": ["type": "point", "size": 26, "tooltip": true],
                "encoding": [
                    "x": [
                        "field": "layer", "type": "ordinal", "title": "layer",
                        "axis": ["labelAngle": 0],
                    ],
                    "xOffset": ["field": "series", "type": "nominal"],
                    "y": ["field": "value", "type": "quantitative", "title": .string(title)],
                    "color": palette.colour(), "shape": palette.shape,
                ],
            ]
        }
        let figure = Figure(
            name: "attention", title: "Where the heads look",
            caption:
                "Every head of every layer: mean distance in reading order, mean entropy of the attention, and "
                + "mean share of it on BOS, over the same tokens.",
            width: .page, table: table,
            body: [
                "hconcat": [
                    panel("distance", "distance (tokens)"), panel("entropy", "entropy (nats)"),
                    panel("first", "share on BOS"),
                ], "spacing": 10,
            ])
        return (
            figure,
            Document.Table(
                head: ["model", "layer.head", "distance", "entropy, nats", "share on BOS"],
                rows: rows, numeric: [2, 3, 4])
        )
    }
}
