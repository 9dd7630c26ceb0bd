public import Language

/// Validation windows as rows of ids, one window a row, all in the same reading.
public struct ScoringRows: Sendable {
    /// The windows, by their number in `ValidationWindows`; row r holds number `numbers.lowerBound + r`.
    public let numbers: Range<Int>
    /// The windows themselves.
    public let windows: [Window]
    /// In which order they are read.
    public let reading: Reading
    /// T: positions a row.
    public let columnCount: Int
    /// Column of each row's first text token, after BOS and, if any, the marker.
    public let textColumn: Int
    /// Input ids, `[B, T]` row by row.
    public internal(set) var inputs: [Int32]
    /// The next id of each position, `[B, T]`: the text, and the BOS behind a document's own end; else −1.
    public internal(set) var targets: [Int32]
    /// Raw UTF-8 bytes of each target, `[B, T]`; 0 for BOS, which is in no sum of bits per byte.
    public internal(set) var targetBytes: [Int32]

    /// B: rows.
    public var rowCount: Int { windows.count }

    /// Columns of row `row` whose targets are the window's tokens, in reading order.
    public func targetColumns(row: Int) -> Range<Int> {
        textColumn - 1..<textColumn - 1 + windows[row].count
    }

    /// Column of row `row` whose target is the BOS behind the document's end, if the window ends there.
    public func endColumn(row: Int) -> Int? {
        reading.endsDocument(windows[row]) ? targetColumns(row: row).upperBound : nil
    }

    /// What belongs to the tokens of row `row`, in natural order.
    /// - Parameter values: one value a target, `[B, T]` row by row: losses, predictions, ranks.
    public func naturalOrder<Value>(_ values: [Value], row: Int) -> [Value] {
        precondition(
            values.count == rowCount * columnCount,
            "\(values.count) values for \(rowCount) rows of \(columnCount)")
        let columns = targetColumns(row: row)
        let start = row * columnCount
        return reading.turned(values[start + columns.lowerBound..<start + columns.upperBound])
    }
}
