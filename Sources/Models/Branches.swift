internal import Tensors

/// Rows that hold several texts with a common beginning, written once: a tree of tokens, depth first.
///
/// Each token sees its own way back to the root and nothing of its neighbours, so a text scores as it does alone.
/// - Source: the attention mask of arXiv:2305.09781, §4.2.
public struct Branches {
    /// B.
    public let rowCount: Int
    /// T.
    public let columnCount: Int
    /// Where each cell stands in its own text, `[B, T]` row by row.
    let positions: [Int]
    /// Column behind the last token that comes after each cell in some text, `[B, T]` row by row.
    private let ends: [Int32]

    /// - Parameters:
    ///   - positions: where each cell stands in its own text, `[B, T]` row by row.
    ///   - ends: column behind the last cell that each may be seen from, `[B, T]` row by row.
    public init(rowCount: Int, columnCount: Int, positions: [Int], ends: [Int32]) {
        precondition(
            positions.count == rowCount * columnCount && ends.count == positions.count,
            "\(positions.count) positions and \(ends.count) ends for \(rowCount) rows of "
                + "\(columnCount)")
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.positions = positions
        self.ends = ends
    }

    /// Which columns each position sees, `[B, 1, T, T]`.
    /// - Parameter isBlind: does as if no row branched, to see what that breaks.
    func visible(device: Device, isBlind: Bool) -> Tensor {
        let T = columnCount
        let own = Tensor((0..<Int32(T)).map { $0 }, shape: [1, 1, T, 1], device: device)
        let seen = isBlind ? [Int32](repeating: Int32(T), count: ends.count) : ends
        let last = Tensor(seen, shape: [rowCount, 1, 1, T], device: device)
        return own.isLess(than: last).lowerTriangle()
    }
}
