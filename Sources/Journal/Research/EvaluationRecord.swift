/// The scores of one evaluation token by token, in natural text order whatever the reading.
public struct EvaluationRecord: Sendable, Equatable {
    /// Runs of consecutive tokens of one document, scored each on its own.
    public struct Windows: Sendable, Equatable {
        /// Document of each window.
        public var documents: [Int64]
        /// Position of its first token in the document.
        public var starts: [Int32]
        /// Its number of tokens; the windows' tokens follow one another in the token tables.
        public var counts: [Int32]

        /// One entry a window.
        public init(documents: [Int64], starts: [Int32], counts: [Int32]) {
            precondition(
                documents.count == starts.count && starts.count == counts.count,
                "window columns differ in length")
            self.documents = documents
            self.starts = starts
            self.counts = counts
        }
    }

    /// What was scored: one entry a token.
    public struct Tokens: Sendable, Equatable {
        /// Token ids.
        public var ids: [Int32]
        /// Document of each token.
        public var documents: [Int64]
        /// Position in the document, counted in tokens.
        public var positions: [Int32]
        /// Position in the document, counted in bytes of UTF-8.
        public var byteOffsets: [Int64]
        /// Bytes of the token's text; 0 for a special token.
        public var byteCounts: [Int32]

        /// One entry a token.
        public init(
            ids: [Int32], documents: [Int64], positions: [Int32], byteOffsets: [Int64],
            byteCounts: [Int32]
        ) {
            precondition(
                Set([
                    ids.count, documents.count, positions.count, byteOffsets.count,
                    byteCounts.count,
                ]).count == 1, "token columns differ in length")
            self.ids = ids
            self.documents = documents
            self.positions = positions
            self.byteOffsets = byteOffsets
            self.byteCounts = byteCounts
        }
    }

    /// How the model did in one reading: one entry a token.
    public struct Scores: Sendable, Equatable {
        /// `forward` or `backward`.
        public var reading: String
        /// Negative log-likelihood in nats; NaN where the token was no target.
        public var nlls: [Float]
        /// The most likely id.
        public var predictions: [Int32]
        /// How many ids were likelier than the truth.
        public var ranks: [Int32]
        /// Tokens the model had read of the window before this one.
        public var contextLengths: [Int32]
        /// Entropy of the prediction, nats; empty in logs of before it was taken.
        public var entropies: [Float]

        /// One entry a token, in natural text order.
        public init(
            reading: String, nlls: [Float], predictions: [Int32], ranks: [Int32],
            contextLengths: [Int32], entropies: [Float] = []
        ) {
            precondition(
                Set([nlls.count, predictions.count, ranks.count, contextLengths.count]).count == 1,
                "score columns differ in length")
            precondition(
                entropies.isEmpty || entropies.count == nlls.count, "score columns differ in length"
            )
            self.reading = reading
            self.nlls = nlls
            self.predictions = predictions
            self.ranks = ranks
            self.contextLengths = contextLengths
            self.entropies = entropies
        }
    }

    /// Where a model looks while it reads in one way.
    public struct Attention: Sendable, Equatable {
        /// `forward` or `backward`.
        public var reading: String
        /// Number of layers and of heads in each.
        public var layerCount, headCount: Int
        /// Windows behind the summaries.
        public var windowCount: Int
        /// Mean distance in tokens, mean entropy in nats, mean share on the first token, `[layer, head]` row by row.
        public var distances, entropies, firstTokenMasses: [Float]
        /// Windows whose patterns are kept, and the layers of which.
        public var windows, layers: [Int32]
        /// Positions of each pattern, from the row's first on.
        public var tokenCount: Int
        /// Attention of each position to each, `[window, layer, head, position, position]`; 0 past a short window.
        public var patterns: [Float]

        /// Patterns of some windows and summaries of many.
        public init(
            reading: String, layerCount: Int, headCount: Int, windowCount: Int,
            distances: [Float], entropies: [Float], firstTokenMasses: [Float], windows: [Int32],
            layers: [Int32], tokenCount: Int, patterns: [Float]
        ) {
            let heads = layerCount * headCount
            precondition(
                distances.count == heads && entropies.count == heads
                    && firstTokenMasses.count == heads, "summaries miss heads")
            precondition(
                patterns.count == windows.count * layers.count * headCount * tokenCount
                    * tokenCount, "patterns miss positions")
            self.reading = reading
            self.layerCount = layerCount
            self.headCount = headCount
            self.windowCount = windowCount
            self.distances = distances
            self.entropies = entropies
            self.firstTokenMasses = firstTokenMasses
            self.windows = windows
            self.layers = layers
            self.tokenCount = tokenCount
            self.patterns = patterns
        }
    }

    /// Optimizer steps completed before the evaluation.
    public var step: Int
    /// The windows.
    public var windows: Windows
    /// Their tokens.
    public var tokens: Tokens
    /// One for each reading.
    public var scores: [Scores]
    /// Named results: `val_bpb_forward`, `gap_nats`, …
    public var summary: [String: Double]
    /// One for each reading, where it was taken.
    public var attention: [Attention]

    /// An evaluation after `step` steps; all tables cover the same tokens.
    public init(
        step: Int, windows: Windows, tokens: Tokens, scores: [Scores],
        summary: [String: Double] = [:], attention: [Attention] = []
    ) {
        let count = tokens.ids.count
        precondition(windows.counts.reduce(0) { $0 + Int($1) } == count, "windows miss tokens")
        precondition(scores.allSatisfy { $0.nlls.count == count }, "scores miss tokens")
        self.step = step
        self.windows = windows
        self.tokens = tokens
        self.scores = scores
        self.summary = summary
        self.attention = attention
    }
}

extension EvaluationRecord {
    func write(to root: borrowing HDF5Group) throws(JournalError) {
        try root.set("step", Int64(step))
        for (name, value) in summary.sorted(by: { $0.key < $1.key }) where name != "step" {
            try root.set(name, value)
        }
        let windowGroup = try root.create("windows")
        try windowGroup.write(windows.documents, as: "document")
        try windowGroup.write(windows.starts, as: "start")
        try windowGroup.write(windows.counts, as: "count")
        let tokenGroup = try root.create("tokens")
        try tokenGroup.write(tokens.ids, as: "id")
        try tokenGroup.write(tokens.documents, as: "document")
        try tokenGroup.write(tokens.positions, as: "position")
        try tokenGroup.write(tokens.byteOffsets, as: "byte_offset")
        try tokenGroup.write(tokens.byteCounts, as: "byte_count")
        let nll = try root.create("nll")
        let predictions = try root.create("predictions")
        let rank = try root.create("rank")
        let context = try root.create("context_length")
        for score in scores {
            try nll.write(score.nlls, as: score.reading)
            try predictions.write(score.predictions, as: score.reading)
            try rank.write(score.ranks, as: score.reading)
            try context.write(score.contextLengths, as: score.reading)
        }
        if scores.contains(where: { !$0.entropies.isEmpty }) {
            let entropy = try root.create("entropy")
            for score in scores { try entropy.write(score.entropies, as: score.reading) }
        }
        guard !attention.isEmpty else { return }
        let group = try root.create("attention")
        for sample in attention { try sample.write(to: try group.create(sample.reading)) }
    }

    /// Reads what `write` wrote.
    init(_ step: Int, from root: borrowing HDF5Group) throws(JournalError) {
        self.step = step
        summary = [:]
        for (name, value) in try root.numbers() where name != "step" { summary[name] = value }
        let windowGroup = try root.open("windows")
        let documents: [Int64] = try windowGroup.read("document").values
        let starts: [Int32] = try windowGroup.read("start").values
        let counts: [Int32] = try windowGroup.read("count").values
        let tokenGroup = try root.open("tokens")
        let ids: [Int32] = try tokenGroup.read("id").values
        let ofDocument: [Int64] = try tokenGroup.read("document").values
        let positions: [Int32] = try tokenGroup.read("position").values
        let byteOffsets: [Int64] = try tokenGroup.read("byte_offset").values
        let byteCounts: [Int32] = try tokenGroup.read("byte_count").values
        let count = ids.count
        /// Tables that do not fit together would be read past their ends.
        func need(_ holds: Bool, _ what: String) throws(JournalError) {
            guard holds else { throw .corrupt(path: root.path, detail: what) }
        }
        try need(
            documents.count == counts.count && starts.count == counts.count
                && counts.allSatisfy { $0 >= 0 }
                && counts.reduce(0) { $0 + Int($1) } == count
                && [ofDocument.count, positions.count, byteOffsets.count, byteCounts.count]
                    .allSatisfy { $0 == count },
            "its tables of windows and tokens differ in length")
        try need(
            (ids + byteCounts).allSatisfy { $0 >= 0 }, "it holds a token below zero")
        windows = Windows(documents: documents, starts: starts, counts: counts)
        tokens = Tokens(
            ids: ids, documents: ofDocument, positions: positions, byteOffsets: byteOffsets,
            byteCounts: byteCounts)
        let nll = try root.open("nll")
        let predictions = try root.open("predictions")
        let rank = try root.open("rank")
        let context = try root.open("context_length")
        scores = []
        for reading in try nll.names() {
            let nlls: [Float] = try nll.read(reading).values
            let best: [Int32] = try predictions.read(reading).values
            let ranks: [Int32] = try rank.read(reading).values
            let contexts: [Int32] = try context.read(reading).values
            let entropies: [Float] =
                root.contains("entropy") ? try root.open("entropy").read(reading).values : []
            try need(
                [nlls.count, best.count, ranks.count, contexts.count].allSatisfy { $0 == count }
                    && (entropies.isEmpty || entropies.count == count),
                "its scores and its tokens differ in length")
            // No token has more before it than there are.
            try need(
                contexts.allSatisfy { $0 >= 0 && $0 <= count }, "it holds an impossible context")
            scores.append(
                Scores(
                    reading: reading, nlls: nlls, predictions: best, ranks: ranks,
                    contextLengths: contexts, entropies: entropies))
        }
        attention = []
        guard root.contains("attention") else { return }
        let group = try root.open("attention")
        for reading in try group.names() {
            attention.append(try Attention(reading, from: try group.open(reading)))
        }
    }
}

extension EvaluationRecord.Attention {
    func write(to group: borrowing HDF5Group) throws(JournalError) {
        let heads = [layerCount, headCount]
        try group.set("window_count", Int64(windowCount))
        try group.write(distances, as: "distance", shape: heads)
        try group.write(entropies, as: "entropy", shape: heads)
        try group.write(firstTokenMasses, as: "first_token_mass", shape: heads)
        try group.write(windows, as: "windows")
        try group.write(layers, as: "layers")
        try group.write(
            patterns, as: "patterns",
            shape: [windows.count, layers.count, headCount, tokenCount, tokenCount])
    }

    /// Reads what `write` wrote.
    init(_ reading: String, from group: borrowing HDF5Group) throws(JournalError) {
        let distances: HDF5Array<Float> = try group.read("distance")
        let patterns: HDF5Array<Float> = try group.read("patterns")
        let entropies: HDF5Array<Float> = try group.read("entropy")
        let masses: HDF5Array<Float> = try group.read("first_token_mass")
        let windows: [Int32] = try group.read("windows").values
        let layers: [Int32] = try group.read("layers").values
        guard distances.shape.count == 2, patterns.shape.count == 5,
            entropies.shape == distances.shape, masses.shape == distances.shape,
            case let T = patterns.shape[3],
            patterns.shape == [windows.count, layers.count, distances.shape[1], T, T]
        else { throw .corrupt(path: group.path, detail: "attention of another shape") }
        var windowCount = 0
        for (name, value) in try group.numbers() where name == "window_count" {
            windowCount = Int(exactly: value) ?? 0
        }
        self.init(
            reading: reading, layerCount: distances.shape[0], headCount: distances.shape[1],
            windowCount: windowCount, distances: distances.values, entropies: entropies.values,
            firstTokenMasses: masses.values, windows: windows, layers: layers, tokenCount: T,
            patterns: patterns.values)
    }
}
