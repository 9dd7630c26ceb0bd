/// The rows behind a figure: written as CSV beside it and into its specification.
public struct DataTable: Hashable, Sendable {
    /// One entry of a row.
    public enum Value: Hashable, Sendable {
        /// Words.
        case text(String)
        /// A number; what is not finite is an empty cell.
        case number(Double)
        /// Nothing measured.
        case missing
    }

    /// Column names, in order.
    public let columns: [String]
    /// Rows of as many values as columns.
    public private(set) var rows: [[Value]] = []

    /// An empty table.
    public init(columns: [String]) { self.columns = columns }

    /// Adds one row.
    public mutating func append(_ row: [Value]) {
        precondition(row.count == columns.count, "\(row.count) values for \(columns)")
        rows.append(row)
    }

    /// The finite numbers of a column, in order.
    package func numbers(in column: String) -> [Double] {
        guard let place = columns.firstIndex(of: column) else { return [] }
        return rows.compactMap { row in
            guard case .number(let value) = row[place], value.isFinite else { return nil }
            return value
        }
    }

    /// RFC 4180 text: comma, quotes where needed, one header line, `\n` line ends.
    public var csv: String {
        var output = columns.map(Self.quoted).joined(separator: ",") + "\n"
        for row in rows {
            for (index, value) in row.enumerated() {
                if index > 0 { output += "," }
                switch value {
                case .text(let text): output += Self.quoted(text)
                case .number(let number) where number.isFinite:
                    output += JSONValue.numberText(number)
                case .number, .missing: break
                }
            }
            output += "\n"
        }
        return output
    }

    /// The rows as Vega-Lite's inline data.
    package var json: JSONValue {
        .array(
            rows.map { row in
                .object(
                    zip(columns, row).map { name, value in
                        switch value {
                        case .text(let text): .init(key: name, value: .string(text))
                        case .number(let number): .init(key: name, value: .number(number))
                        case .missing: .init(key: name, value: .null)
                        }
                    })
            })
    }

    private static func quoted(_ text: String) -> String {
        let special = text.unicodeScalars.contains {
            $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r"
        }
        return special ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}

extension DataTable.Value: ExpressibleByStringLiteral, ExpressibleByFloatLiteral {
    /// Words.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
}
