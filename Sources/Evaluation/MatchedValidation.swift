public import Corpus
public import Language
public import Models
public import Provenance
internal import Runs
internal import Tensors

/// A fixed list of windows, of documents or of conversations, that every model scores in every reading.
public protocol MatchedList {
    /// The windows: start and count in scored text tokens.
    var list: [Window] { get }
    /// Names windows and ids together: equal hashes mean that numbers may be compared.
    var hash: ContentHash { get }
    /// T the windows were fitted to.
    var rowLength: Int { get }

    /// The ids of window number `index` as a model of `direction` reads it.
    func row(_ index: Int, direction: Direction, reading: Reading) -> [Int32]

    /// What `model` makes of the list in `reading`.
    /// - Parameter direction: what the model was trained on; a bidirectional one is told the reading.
    /// - Parameter progress: called with the number of windows scored.
    func score(
        _ model: GPT, direction: Direction, reading: Reading, progress: (Int) -> Void
    ) -> Score
}

/// Scores the fixed list of validation windows with a model, in any reading.
///
/// Every model scores the same windows; the targets of all readings are the same multiset, asserted
/// where the list is made.
public struct MatchedValidation: MatchedList {
    /// The list.
    public let windows: ValidationWindows
    /// Windows scored at once.
    public let rowCount: Int

    /// Scoring of `windows`, `rowCount` at a time.
    public init(_ windows: ValidationWindows, rowCount: Int) {
        precondition(rowCount > 0, "scoring \(rowCount) windows at a time")
        self.windows = windows
        self.rowCount = rowCount
    }

    /// The windows of documents.
    public var list: [Window] { windows.windows }
    /// Names windows and ids together.
    public var hash: ContentHash { windows.hash }
    /// T the windows were cut for.
    public var rowLength: Int { windows.columnCount }

    /// The ids of window number `index` as it is read.
    public func row(_ index: Int, direction: Direction, reading: Reading) -> [Int32] {
        let rows = windows.rows(
            index..<index + 1, reading: reading, usesMarkers: direction.usesMarkers)
        return Array(rows.inputs[..<(rows.textColumn + rows.windows[0].count)])
    }

    /// What `model` makes of the list in `reading`.
    /// - Parameter direction: what the model was trained on; a bidirectional one is told the reading.
    /// - Parameter progress: called with the number of windows scored.
    public func score(
        _ model: GPT, direction: Direction, reading: Reading,
        progress: (Int) -> Void = { _ in }
    ) -> Score {
        var score = Score(reading: reading, windows: [], tokens: Score.TokenValues())
        score.windows.reserveCapacity(windows.count)
        for start in stride(from: 0, to: windows.count, by: rowCount) {
            let numbers = start..<min(start + rowCount, windows.count)
            let rows = windows.rows(
                numbers, reading: reading, usesMarkers: direction.usesMarkers)
            add(rows, losses(of: rows, by: model), to: &score)
            progress(numbers.upperBound)
        }
        return score
    }

    /// Per-target numbers of one batch of rows, `[B, T]` row by row.
    private struct Losses {
        var nats: [Float]
        var predictions: [Int64]
        var ranks: [Int64]
        var entropies: [Float]
    }

    private func losses(of rows: ScoringRows, by model: GPT) -> Losses {
        let shape = [rows.rowCount, rows.columnCount]
        return withoutGradient {
            let ids = Tensor(rows.inputs, shape: shape, device: model.device).cast(to: .int64)
            let targets = Tensor(rows.targets, shape: shape, device: model.device)
                .cast(to: .int64)
            let result = model.loss(model.hidden(ids), targets)
            return Losses(
                nats: result.perToken.scalars(Float.self),
                predictions: result.predictions.scalars(Int64.self),
                ranks: result.ranks.scalars(Int64.self),
                entropies: result.entropies.scalars(Float.self))
        }
    }

    private func add(_ rows: ScoringRows, _ losses: Losses, to score: inout Score) {
        for row in 0..<rows.rowCount {
            let number = rows.numbers.lowerBound + row
            let window = rows.windows[row]
            let nats = rows.naturalOrder(losses.nats, row: row)
            let places = windows.places(ofWindow: number, reading: score.reading)
            score.windows.append(
                Score.WindowSum(
                    document: window.document, nats: nats.reduce(0) { $0 + Double($1) },
                    tokenCount: window.count,
                    byteCount: places.reduce(0) { $0 + $1.byteCount }))
            score.tokens.nats += nats
            score.tokens.prediction += rows.naturalOrder(losses.predictions, row: row).map {
                Int32($0)
            }
            score.tokens.rank += rows.naturalOrder(losses.ranks, row: row).map { Int32($0) }
            score.tokens.entropy += rows.naturalOrder(losses.entropies, row: row)
            score.tokens.token += windows.tokens(ofWindow: number)
            for place in places {
                score.tokens.window.append(Int32(number))
                score.tokens.position.append(Int32(place.position))
                score.tokens.byteOffset.append(Int64(place.byteOffset))
                score.tokens.contextLength.append(Int32(place.contextLength))
            }
        }
    }
}
