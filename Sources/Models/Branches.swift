internal import Tensors

/// Rows that hold several texts with a common beginning, written once: a trunk, which all texts share, then a tree
/// of tokens, depth first.
///
/// Each token sees its own way back to the root and nothing of its neighbours, so a text scores as it does alone.
/// - Source: the attention mask of arXiv:2305.09781, §4.2.
public struct Branches {
    /// B.
    public let rowCount: Int
    /// T.
    public let columnCount: Int
    /// Columns of the trunk, which are read like any row; rows with a shorter trunk are padded behind it.
    public let trunkCount: Int
    /// Where each cell stands in its own text, `[B, T]` row by row.
    let positions: [Int]
    /// Column behind the last token that comes after each cell in some text, `[B, T]` row by row.
    let ends: [Int32]

    /// - Parameters:
    ///   - positions: where each cell stands in its own text, `[B, T]` row by row.
    ///   - ends: column behind the last cell that each may be seen from, `[B, T]` row by row; 0 for padding of the
    ///     trunk, which no branch sees.
    public init(
        rowCount: Int, columnCount: Int, trunkCount: Int, positions: [Int], ends: [Int32]
    ) {
        precondition((0..<columnCount).contains(trunkCount), "a trunk of \(trunkCount)")
        precondition(
            positions.count == rowCount * columnCount && ends.count == positions.count,
            "\(positions.count) positions and \(ends.count) ends for \(rowCount) rows of "
                + "\(columnCount)")
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.trunkCount = trunkCount
        self.positions = positions
        self.ends = ends
    }

    /// Which columns each position behind the trunk sees, `[B, 1, T − trunk, T]`.
    /// - Parameter isBlind: does as if no row branched, to see what that breaks.
    func visible(device: Device, isBlind: Bool) -> Tensor {
        let T = columnCount
        let columns = Array(Int32(trunkCount)..<Int32(T))
        let own = Tensor(columns, shape: [1, 1, columns.count, 1], device: device)
        let seen = isBlind ? [Int32](repeating: Int32(T), count: ends.count) : ends
        let last = Tensor(seen, shape: [rowCount, 1, 1, T], device: device)
        return own.isLess(than: last).lowerTriangle(diagonal: trunkCount)
    }
}
