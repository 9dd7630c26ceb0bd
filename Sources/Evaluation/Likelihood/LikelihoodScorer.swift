public import Models
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
        let order = trees.indices.sorted { (trees[$0].ids.count, $0) < (trees[$1].ids.count, $1) }
        var scores = [[TokenScores]](repeating: [], count: groups.count)
        var done = 0
        while done < order.count {
            var end = done + 1
            while end < order.count {
                let (B, T) = (end + 1 - done, trees[order[end]].ids.count)
                guard B * T <= cellLimit, B * T * T <= maskLimit else { break }
                end += 1
            }
            let batch = Array(order[done..<end])
            for (group, found) in zip(batch, read(batch.map { (groups[$0], trees[$0]) })) {
                scores[group] = found
            }
            done = end
            progress(done)
        }
        return scores
    }

    /// One pass through the model.
    private func read(_ groups: [(texts: [ScoredText], tree: TokenTree)]) -> [[TokenScores]] {
        let (B, T) = (groups.count, groups.reduce(1) { max($0, $1.tree.ids.count) })
        var inputs = [Int32](repeating: 0, count: B * T)
        var positions = [Int](repeating: 0, count: B * T)
        // Padding sees itself, as every position has to see something.
        var ends = [Int32](repeating: Int32(T), count: B * T)
        // The cell that predicts each scored token, once for all texts that share both.
        var cells: [Int64] = []
        var targets: [Int64] = []
        var known: [Int: Int] = [:]
        var places: [[[Int]]] = []
        for (row, group) in groups.enumerated() {
            let (tree, start) = (group.tree, row * T)
            inputs.replaceSubrange(start..<start + tree.ids.count, with: tree.ids)
            positions.replaceSubrange(start..<start + tree.ids.count, with: tree.positions)
            ends.replaceSubrange(start..<start + tree.ids.count, with: tree.ends)
            places.append(
                zip(group.texts, tree.columns).map { text, columns in
                    text.scored.map { token in
                        // A token's column names its whole way from the root, so also its predictor.
                        let cell = start + columns[token]
                        if let place = known[cell] { return place }
                        known[cell] = cells.count
                        cells.append(Int64(start + columns[token - 1]))
                        targets.append(Int64(text.ids[token]))
                        return cells.count - 1
                    }
                })
        }
        let isBranched = groups.contains { $0.tree.isBranched }
        let branches =
            isBranched
            ? Branches(rowCount: B, columnCount: T, positions: positions, ends: ends) : nil
        let (nats, predictions) = withoutGradient {
            let ids = Tensor(inputs, shape: [B, T], device: model.device).cast(to: .int64)
            let stream = model.hidden(ids, branches: branches).reshaped(B * T, -1)
            return losses(stream, cells, targets)
        }
        return places.map { texts in
            texts.map { tokens in
                TokenScores(
                    nats: tokens.map { nats[$0] },
                    isLikeliest: tokens.map { predictions[$0] == targets[$0] })
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
