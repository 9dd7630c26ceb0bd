/// The scalars of a run by name: what `metrics.jsonl` says, in columns.
public struct MetricsTable: Sendable, Equatable {
    /// The values of one scalar at the steps that recorded it.
    public struct Column: Sendable, Equatable {
        /// Steps, ascending.
        public var steps: [Int] = []
        /// Values, as many as steps; NaN where the run recorded NaN.
        public var values: [Double] = []

        /// An empty column.
        public init() {}

        /// The value at `step`, if it was recorded then.
        public subscript(step step: Int) -> Double? {
            var (low, high) = (0, steps.count)
            while low < high {
                let middle = (low + high) / 2
                if steps[middle] < step { low = middle + 1 } else { high = middle }
            }
            return low < steps.count && steps[low] == step ? values[low] : nil
        }
    }

    /// Every recorded step, ascending.
    public private(set) var steps: [Int] = []
    /// Names in order of first appearance.
    public private(set) var names: [String] = []
    private var columns: [String: Column] = [:]

    /// A table without rows.
    public init() {}

    /// The column called `name`, if any step recorded it.
    public subscript(name: String) -> Column? { columns[name] }

    /// `name` at every step of the table; NaN where it was not recorded.
    public func dense(_ name: String) -> [Double] {
        guard let column = columns[name] else { return steps.map { _ in .nan } }
        var next = 0
        return steps.map { step in
            guard next < column.steps.count, column.steps[next] == step else { return .nan }
            defer { next += 1 }
            return column.values[next]
        }
    }

    /// Appends a row; `step` must follow the last.
    mutating func append(step: Int, _ scalars: [(name: String, value: Double)]) {
        steps.append(step)
        for (name, value) in scalars {
            if columns[name] == nil { names.append(name) }
            columns[name, default: Column()].append(step, value)
        }
    }
}

extension MetricsTable.Column {
    fileprivate mutating func append(_ step: Int, _ value: Double) {
        guard steps.last != step else { return }  // a name given twice: the first counts
        steps.append(step)
        values.append(value)
    }
}
