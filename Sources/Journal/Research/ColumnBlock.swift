/// The columns of consecutive steps: every scalar, and position statistics where they were taken.
struct ColumnBlock: Sendable {
    /// The datasets of `/positions` beside `step`, in the order that `PositionRecord` lists them.
    static let positionNames = ["loss_mean", "loss_std", "accuracy", "loss_by_context"]

    var steps: [Int64] = []
    /// Names in order of first appearance.
    var names: [String] = []
    /// One value a step for each name; NaN where the step did not record it.
    var columns: [[Double]] = []
    var positionSteps: [Int64] = []
    /// One array for each position name, T values a step.
    var positions: [[Float]] = positionNames.map { _ in [] }
    /// T, that of the widest record: narrower ones end in NaN. 0 while no step took positions.
    var T = 0

    var isEmpty: Bool { steps.isEmpty }

    /// Appends `record`.
    mutating func append(_ record: StepRecord) {
        steps.append(Int64(record.step))
        for (name, value) in record.scalars { set(name, value) }
        for index in columns.indices where columns[index].count < steps.count {
            columns[index].append(.nan)
        }
        guard let taken = record.positions else { return }
        append(
            [Int64(record.step)],
            [taken.lossMean, taken.lossStandardDeviation, taken.accuracy, taken.lossByContext],
            width: taken.lossMean.count)
    }

    /// Appends position statistics of `width` columns, in the order of `positionNames`.
    private mutating func append(_ steps: [Int64], _ values: [[Float]], width: Int) {
        if width > T {
            for index in positions.indices {
                positions[index] = Self.rows(
                    positions[index], count: positionSteps.count, from: T, to: width)
            }
            T = width
        }
        for index in positions.indices {
            positions[index] += Self.rows(values[index], count: steps.count, from: width, to: T)
        }
        positionSteps += steps
    }

    /// `count` rows of `width` values with NaN behind them, up to `newWidth`.
    private static func rows(
        _ values: [Float], count: Int, from width: Int, to newWidth: Int
    ) -> [Float] {
        guard width < newWidth else { return values }
        let rest = [Float](repeating: .nan, count: newWidth - width)
        return (0..<count).flatMap { values[$0 * width..<($0 + 1) * width] + rest }
    }

    private mutating func set(_ name: String, _ value: Double) {
        precondition(
            !name.isEmpty && name != "." && name != "step" && !name.contains("/"),
            "'\(name)' cannot name a column")
        let index = names.firstIndex(of: name) ?? names.count
        if index == names.count {
            names.append(name)
            columns.append([Double](repeating: .nan, count: steps.count - 1))
        }
        if columns[index].count < steps.count { columns[index].append(value) }
    }

    /// Appends the rows of `other`, which come later.
    mutating func append(_ other: ColumnBlock) {
        let former = steps.count
        steps += other.steps
        for (name, values) in zip(other.names, other.columns) {
            let index = names.firstIndex(of: name) ?? names.count
            if index == names.count {
                names.append(name)
                columns.append([Double](repeating: .nan, count: former))
            }
            columns[index] += values
        }
        for index in columns.indices {
            let missing = steps.count - columns[index].count
            columns[index] += [Double](repeating: .nan, count: missing)
        }
        append(other.positionSteps, other.positions, width: other.T)
    }

    /// The rows before `step`.
    func before(_ step: Int) -> ColumnBlock {
        var block = self
        let rows = steps.count { $0 < step }
        block.steps.removeLast(steps.count - rows)
        for index in columns.indices { block.columns[index].removeLast(steps.count - rows) }
        let taken = positionSteps.count { $0 < step }
        block.positionSteps.removeLast(positionSteps.count - taken)
        for index in positions.indices {
            block.positions[index].removeLast((positionSteps.count - taken) * T)
        }
        return block
    }
}

extension ColumnBlock {
    /// Writes `/scalars` and `/positions`.
    func write(to root: borrowing HDF5Group) throws(JournalError) {
        let scalars = try root.create("scalars")
        try scalars.write(steps, as: "step")
        for (name, values) in zip(names, columns) { try scalars.write(values, as: name) }
        guard !positionSteps.isEmpty else { return }
        let group = try root.create("positions")
        try group.write(positionSteps, as: "step")
        for (name, values) in zip(Self.positionNames, positions) {
            try group.write(values, as: name, shape: [positionSteps.count, T])
        }
    }

    /// Reads what `write` wrote, also through an index.
    init(from root: borrowing HDF5Group) throws(JournalError) {
        if root.contains("scalars") {
            let scalars = try root.open("scalars")
            if scalars.contains("step") { steps = try scalars.read("step").values }
            for name in try scalars.names() where name != "step" {
                names.append(name)
                columns.append(try scalars.read(name).values)
            }
            guard columns.allSatisfy({ $0.count == steps.count }) else {
                throw .corrupt(path: root.path, detail: "its columns differ in length")
            }
        }
        guard root.contains("positions") else { return }
        let group = try root.open("positions")
        guard group.contains("step") else { return }
        positionSteps = try group.read("step").values
        for (index, name) in Self.positionNames.enumerated() {
            let array: HDF5Array<Float> = try group.read(name)
            guard array.shape.count == 2, array.shape[0] == positionSteps.count,
                index == 0 || array.shape[1] == T
            else {
                throw .corrupt(path: root.path, detail: "its positions differ in length")
            }
            positions[index] = array.values
            T = array.shape[1]
        }
    }
}
