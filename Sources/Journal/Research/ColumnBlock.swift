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
    /// T; 0 while no step took positions.
    var T = 0

    var isEmpty: Bool { steps.isEmpty }

    /// Appends `record`, which must have the T of the others.
    mutating func append(_ record: StepRecord, path: String) throws(JournalError) {
        steps.append(Int64(record.step))
        for (name, value) in record.scalars { set(name, value) }
        for index in columns.indices where columns[index].count < steps.count {
            columns[index].append(.nan)
        }
        guard let taken = record.positions else { return }
        try take(T: taken.lossMean.count, path: path)
        positionSteps.append(Int64(record.step))
        let values = [
            taken.lossMean, taken.lossStandardDeviation, taken.accuracy, taken.lossByContext,
        ]
        for (index, value) in values.enumerated() { positions[index] += value }
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

    private mutating func take(T other: Int, path: String) throws(JournalError) {
        guard T == 0 || T == other else {
            throw .unfit(path: path, detail: "it has \(T) positions a row and the record \(other)")
        }
        T = other
    }

    /// Appends the rows of `other`, which come later.
    mutating func append(_ other: ColumnBlock, path: String) throws(JournalError) {
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
        guard other.T > 0 else { return }
        try take(T: other.T, path: path)
        positionSteps += other.positionSteps
        for index in positions.indices { positions[index] += other.positions[index] }
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
