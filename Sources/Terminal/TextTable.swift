/// Rows of words in straight columns.
public struct TextTable: Sendable {
    /// To which side the words of a column go.
    public enum Alignment: Sendable {
        /// Words.
        case left
        /// Numbers.
        case right
    }

    private let header: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// A table with these columns and nothing in it.
    public init(_ columns: [(title: String, alignment: Alignment)]) {
        header = columns.map(\.title)
        alignments = columns.map(\.alignment)
    }

    /// Adds a row; it must have a word for every column.
    public mutating func add(_ row: [String]) {
        precondition(row.count == header.count, "\(row.count) words for \(header.count) columns")
        rows.append(row)
    }

    /// The lines: titles (where there are any), then the rows.
    public var lines: [String] {
        let all = header.allSatisfy(\.isEmpty) ? rows : [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, word) in row.enumerated() {
                let gap = String(repeating: " ", count: widths[column] - word.count)
                line += (column == 0 ? "" : "  ")
                line += alignments[column] == .left ? word + gap : gap + word
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
