internal import Tensors

/// The cells of `[B, T]` whose stream is wanted at the end: the last block works for them alone.
public struct WantedCells {
    /// B.
    public let rowCount: Int
    /// Q: cells of each row, as many as the row with most has.
    public let count: Int
    /// Column of each, `[B, Q]` row by row; padding wants column 0.
    private let columns: [Int32]

    /// The columns wanted of each row, of which there is at least one in some row.
    public init(_ rows: [[Int]]) {
        rowCount = rows.count
        let count = rows.reduce(1) { max($0, $1.count) }
        self.count = count
        columns = rows.flatMap { row in
            row.map { Int32($0) } + Array(repeating: 0, count: count - row.count)
        }
    }

    /// On the device, for rows of T columns.
    struct Prepared {
        /// Q.
        let count: Int
        /// Cells in `[B·T]`, `[B·Q]`.
        let index: Tensor
        /// What each sees, `[B, 1, Q, T]`.
        let visible: Tensor

        /// Of `[B, T, …]`, `[B, Q, …]`.
        func selected(_ x: Tensor) -> Tensor {
            let (B, T, C) = x.shape3
            return x.reshaped(B * T, C).selecting(0, index).reshaped(B, count, C)
        }
    }

    func prepared(
        columnCount T: Int, branches: Branches?, isBlind: Bool, device: Device
    ) -> Prepared {
        let cells = columns.enumerated().map { place, column in
            Int64(place / count * T) + Int64(column)
        }
        let own = Tensor(columns, shape: [rowCount, 1, count, 1], device: device)
        var visible = Tensor((0..<Int32(T)).map { $0 }, shape: [1, 1, 1, T], device: device)
            .isAtMost(own)
        if let branches, !isBlind {
            let ends = Tensor(branches.ends, shape: [rowCount, 1, 1, T], device: device)
            visible = visible.and(own.isLess(than: ends))
        }
        return Prepared(
            count: count, index: Tensor(cells, shape: [cells.count], device: device),
            visible: visible)
    }
}
