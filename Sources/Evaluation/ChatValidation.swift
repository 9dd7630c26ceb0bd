public import Corpus
public import Language
public import Models
public import Provenance
internal import Runs
internal import Tensors

/// Scores the fixed list of conversations with a model, in any reading.
public struct ChatValidation: MatchedList {
    /// The list.
    public let windows: ChatWindows
    /// Conversations scored at once.
    public let rowCount: Int
    private let byteCounts: [Int32]

    /// Scoring of `windows`, `rowCount` at a time.
    /// - Parameter byteCounts: raw bytes of each id.
    public init(_ windows: ChatWindows, rowCount: Int, byteCounts: [Int32]) {
        precondition(rowCount > 0, "scoring \(rowCount) conversations at a time")
        self.windows = windows
        self.rowCount = rowCount
        self.byteCounts = byteCounts
    }

    /// One window a conversation.
    public var list: [Window] { windows.windows }
    /// Names conversations and ids together.
    public var hash: ContentHash { windows.hash }
    /// T the conversations were fitted to.
    public var rowLength: Int { windows.columnCount }

    /// The ids of conversation number `index` as it is read.
    public func row(_ index: Int, direction: Direction, reading: Reading) -> [Int32] {
        windows.row(index, reading: reading, usesMarkers: direction.usesMarkers).ids
    }

    /// Losses of a conversation's scored tokens, text in natural order.
    private struct Losses {
        var nats: [Float] = []
        var predictions: [Int32] = []
        var ranks: [Int32] = []
        var entropies: [Float] = []
        var structure = Score.StructureSum()
    }

    /// What `model` makes of the list in `reading`.
    public func score(
        _ model: GPT, direction: Direction, reading: Reading, progress: (Int) -> Void = { _ in }
    ) -> Score {
        let rows = list.indices.map {
            windows.row($0, reading: reading, usesMarkers: direction.usesMarkers)
        }
        // Rows of like length together: little padding. Equal lengths keep the list's order.
        let order = rows.indices.sorted { (rows[$0].ids.count, $0) < (rows[$1].ids.count, $1) }
        var losses = [Losses](repeating: Losses(), count: rows.count)
        for start in stride(from: 0, to: order.count, by: rowCount) {
            let numbers = order[start..<min(start + rowCount, order.count)]
            for (number, found) in zip(
                numbers, self.losses(of: numbers.map { rows[$0] }, by: model))
            {
                losses[number] = found
            }
            progress(numbers.endIndex)
        }
        var score = Score(reading: reading, windows: [], tokens: Score.TokenValues())
        for (number, row) in rows.enumerated() {
            add(losses[number], of: row, number: number, to: &score)
        }
        return score
    }

    private func losses(of rows: [ChatWindows.Row], by model: GPT) -> [Losses] {
        let T = (rows.map(\.ids.count).max() ?? 1) - 1
        var inputs = [Int32](repeating: 0, count: rows.count * T)
        var targets = [Int32](repeating: -1, count: rows.count * T)
        for (index, row) in rows.enumerated() {
            for (column, id) in row.ids.dropLast().enumerated() { inputs[index * T + column] = id }
            for place in row.textPlaces + row.structurePlaces {
                targets[index * T + place - 1] = row.ids[place]
            }
        }
        let shape = [rows.count, T]
        let (nats, predictions, ranks, entropies) = withoutGradient {
            let ids = Tensor(inputs, shape: shape, device: model.device).cast(to: .int64)
            let truth = Tensor(targets, shape: shape, device: model.device).cast(to: .int64)
            let result = model.loss(model.hidden(ids), truth)
            return (
                result.perToken.scalars(Float.self),
                result.predictions.cast(to: .int32).scalars(Int32.self),
                result.ranks.cast(to: .int32).scalars(Int32.self),
                result.entropies.scalars(Float.self)
            )
        }
        return rows.enumerated().map { index, row in
            let cells = row.textPlaces.map { index * T + $0 - 1 }
            var losses = Losses(
                nats: cells.map { nats[$0] }, predictions: cells.map { predictions[$0] },
                ranks: cells.map { ranks[$0] }, entropies: cells.map { entropies[$0] })
            for place in row.structurePlaces {
                losses.structure.nats += Double(nats[index * T + place - 1])
                losses.structure.count += 1
            }
            return losses
        }
    }

    private func add(
        _ losses: Losses, of row: ChatWindows.Row, number: Int, to score: inout Score
    ) {
        let tokens = row.textPlaces.map { row.ids[$0] }
        var byteOffset = 0
        for (position, (token, place)) in zip(tokens, row.textPlaces).enumerated() {
            score.tokens.window.append(Int32(number))
            score.tokens.position.append(Int32(position))
            score.tokens.byteOffset.append(Int64(byteOffset))
            score.tokens.contextLength.append(Int32(place - row.openingCount))
            byteOffset += Int(byteCounts[Int(token)])
        }
        score.tokens.token += tokens
        score.tokens.nats += losses.nats
        score.tokens.prediction += losses.predictions
        score.tokens.rank += losses.ranks
        score.tokens.entropy += losses.entropies
        score.structure.nats += losses.structure.nats
        score.structure.count += losses.structure.count
        score.windows.append(
            Score.WindowSum(
                document: list[number].document, nats: losses.nats.reduce(0) { $0 + Double($1) },
                tokenCount: tokens.count, byteCount: byteOffset))
    }
}
