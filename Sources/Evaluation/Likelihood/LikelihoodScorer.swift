public import Models
internal import Runs
internal import Tensors

/// A text of which some tokens are to be scored.
public struct ScoredText: Hashable, Sendable {
    /// The tokens in reading order, from BOS on.
    public var ids: [Int32]
    /// Which of them are scored; not the first, which nothing predicts.
    public var scored: Range<Int>

    /// `ids` with the tokens `scored` to be scored.
    public init(_ ids: [Int32], scored: Range<Int>) {
        precondition(
            scored.lowerBound > 0 && scored.upperBound <= ids.count,
            "scoring \(scored) of \(ids.count) tokens")
        self.ids = ids
        self.scored = scored
    }
}

/// What a model makes of the scored tokens of a text.
public struct TokenScores: Hashable, Sendable {
    /// Nats of each, in reading order.
    public var nats: [Float]
    /// Whether each is the likeliest of all ids.
    public var isLikeliest: [Bool]

    /// ln p of all.
    public var logProbability: Double { -nats.reduce(0) { $0 + Double($1) } }
    /// ln p of those in a part, counted from the first scored token.
    public func logProbability(of part: Range<Int>) -> Double {
        -nats[part].reduce(0) { $0 + Double($1) }
    }
}

/// Scores texts in groups that share much: what the texts of a group have in common is read once, groups of like
/// length are read together, and the head sees the scored tokens alone.
///
/// A text scores as it would alone, in its own row.
public struct LikelihoodScorer {
    private let model: GPT
    /// Cells read at once.
    private let cellLimit: Int
    /// Cells of an attention mask at once.
    private let maskLimit: Int
    /// Tokens scored at once, so that logits take bounded memory.
    private let headLimit: Int

    /// Scores by `model`, some `cellLimit` tokens at once.
    public init(_ model: GPT, cellLimit: Int = 8192, maskLimit: Int = 1 << 25) {
        precondition(cellLimit > 0 && maskLimit > 0, "scoring nothing at once")
        self.model = model
        self.cellLimit = cellLimit
        self.maskLimit = maskLimit
        headLimit = max(256, (1 << 27) / model.configuration.vocabularySize)
    }

    /// What the model makes of each text of each group.
    /// - Parameter progress: called with the number of groups scored.
    public func scores(
        _ groups: [[ScoredText]], progress: (Int) -> Void = { _ in }
    ) -> [[TokenScores]] {
        let trees = groups.map { TokenTree($0.map(\.ids)) }
        let order = trees.indices.sorted {
            (trees[$0].trunkCount, trees[$0].branchCount, $0)
                < (trees[$1].trunkCount, trees[$1].branchCount, $1)
        }
        var scores = [[TokenScores]](repeating: [], count: groups.count)
        var done = 0
        while done < order.count {
            var shape = Shape()
            var end = done
            while end < order.count {
                let grown = shape.adding(trees[order[end]])
                guard end == done || fits(grown) else { break }
                shape = grown
                end += 1
            }
            let batch = Array(order[done..<end])
            for (group, found) in zip(batch, read(batch.map { (groups[$0], trees[$0]) }, shape)) {
                scores[group] = found
            }
            done = end
            progress(done)
        }
        return scores
    }

    /// How much a pass reads: rows, columns of the longest trunk, columns of the longest branches.
    private struct Shape {
        var rowCount = 0
        var trunkCount = 0
        var branchCount = 0

        var columnCount: Int { trunkCount + branchCount }

        func adding(_ tree: TokenTree) -> Shape {
            Shape(
                rowCount: rowCount + 1, trunkCount: max(trunkCount, tree.trunkCount),
                branchCount: max(branchCount, tree.branchCount))
        }
    }

    private func fits(_ shape: Shape) -> Bool {
        shape.rowCount * shape.columnCount <= cellLimit
            && shape.rowCount * shape.branchCount * shape.columnCount <= maskLimit
    }

    /// One pass through the model.
    private func read(
        _ groups: [(texts: [ScoredText], tree: TokenTree)], _ shape: Shape
    ) -> [[TokenScores]] {
        let (B, T, P) = (shape.rowCount, shape.columnCount, shape.trunkCount)
        var inputs = [Int32](repeating: 0, count: B * T)
        var positions = [Int](repeating: 0, count: B * T)
        // Padding behind branches sees itself, as every position has to see something; that of a trunk is seen by
        // no branch.
        var ends = [Int32](repeating: Int32(T), count: B * T)
        // The column that predicts each scored token, by row, once for all texts that share both.
        var wanted: [[Int]] = []
        var targets: [[Int64]] = []
        // By group, text and scored token: its number among the row's.
        var places: [[[Int]]] = []
        for (row, group) in groups.enumerated() {
            let (tree, start) = (group.tree, row * T)
            let shift = P - tree.trunkCount
            func column(_ place: Int) -> Int { place < tree.trunkCount ? place : place + shift }
            for (place, id) in tree.ids.enumerated() {
                let cell = start + column(place)
                inputs[cell] = id
                positions[cell] = tree.positions[place]
                if place >= tree.trunkCount { ends[cell] = tree.ends[place] + Int32(shift) }
            }
            for padding in tree.trunkCount..<P { ends[start + padding] = 0 }
            var (own, truths): ([Int], [Int64]) = ([], [])
            var known: [Int: Int] = [:]
            places.append(
                zip(group.texts, tree.columns).map { text, columns in
                    text.scored.map { token in
                        // A token's column names its whole way from the root, so also its predictor.
                        if let place = known[columns[token]] { return place }
                        known[columns[token]] = own.count
                        own.append(column(columns[token - 1]))
                        truths.append(Int64(text.ids[token]))
                        return own.count - 1
                    }
                })
            wanted.append(own)
            targets.append(truths)
        }
        let branches =
            shape.branchCount > 0
            ? Branches(
                rowCount: B, columnCount: T, trunkCount: P, positions: positions, ends: ends) : nil
        let (nats, predictions) = withoutGradient {
            let ids = Tensor(inputs, shape: [B, T], device: model.device).cast(to: .int64)
            let stream = model.hidden(ids, branches: branches, wanted: WantedCells(wanted))
            let Q = stream.size(1)
            let cells = wanted.enumerated().flatMap { row, own in
                own.indices.map { Int64(row * Q + $0) }
            }
            return losses(stream.reshaped(B * Q, -1), cells, targets.flatMap { $0 })
        }
        var first = 0
        return places.enumerated().map { row, texts in
            defer { first += targets[row].count }
            return texts.map { tokens in
                TokenScores(
                    nats: tokens.map { nats[first + $0] },
                    isLikeliest: tokens.map { predictions[first + $0] == targets[row][$0] })
            }
        }
    }

    private func losses(
        _ stream: Tensor, _ cells: [Int64], _ targets: [Int64]
    ) -> (nats: [Float], predictions: [Int64]) {
        var nats: [Float] = []
        var predictions: [Int64] = []
        for start in stride(from: 0, to: cells.count, by: headLimit) {
            let part = start..<min(start + headLimit, cells.count)
            let index = Tensor(Array(cells[part]), shape: [part.count], device: model.device)
            let truth = Tensor(Array(targets[part]), shape: [part.count], device: model.device)
            let loss = model.loss(stream.selecting(0, index), truth)
            nats += loss.perToken.floats()
            predictions += loss.predictions.scalars(Int64.self)
        }
        return (nats, predictions)
    }
}
