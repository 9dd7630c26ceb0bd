public import Provenance

/// One task of an evaluation bundle.
public struct CoreTask: Hashable, Sendable {
    /// What results call it.
    public var label: String
    /// Its file in the bundle's `eval_data`.
    public var file: String
    /// How its items are judged.
    public var kind: CoreItem.Kind
    /// Solved examples before each item.
    public var shotCount: Int
    /// What stands between question and answer.
    public var delimiter: String
    /// What guessing gets, as a share.
    public var baseline: Double

    /// A task of these items.
    package init(
        label: String, file: String, kind: CoreItem.Kind, shotCount: Int, delimiter: String,
        baseline: Double
    ) {
        self.label = label
        self.file = file
        self.kind = kind
        self.shotCount = shotCount
        self.delimiter = delimiter
        self.baseline = baseline
    }
}

/// The items of a task in the order and with the shots that nanochat's evaluation takes.
/// - Source: karpathy/nanochat `core_eval.py` and `base_eval.py`, 2025: shuffled by `Random(1337)`, cut, and the
///   shots of item i drawn by `Random(1234 + i)` from all other items.
public struct CoreSelection: Sendable {
    /// The task.
    public let task: CoreTask
    /// Names the items' file.
    public let fingerprint: ContentHash
    /// The items, in the order of trial.
    public let items: [CoreItem]
    /// Where each stands in its file, from 0.
    public let lines: [Int]

    /// At most `maximum` items of `file`.
    public init(
        _ task: CoreTask, _ file: TaskFile<CoreItem>, maximum: Int
    ) throws(BundleError) {
        var order = Array(0..<file.count)
        var random = PythonRandom(seed: 1337)
        random.shuffle(&order)
        lines = Array(order.prefix(maximum))
        var items: [CoreItem] = []
        for line in lines {
            let item: CoreItem
            do throws(SourceError) { item = try file.item(at: line) } catch {
                throw .items(error)
            }
            guard item.kind == task.kind else {
                throw .foreignItem(
                    task: task.label, line: line + 1, kind: item.kind.rawValue,
                    expected: task.kind.rawValue)
            }
            items.append(item)
        }
        guard items.count > task.shotCount else {
            throw .tooFewItems(task: task.label, count: items.count, shots: task.shotCount)
        }
        self.task = task
        self.items = items
        fingerprint = file.fingerprint
    }

    /// The solved examples that go with item `index`, in the order of reading.
    public func shots(of index: Int) -> [CoreItem] {
        guard task.shotCount > 0 else { return [] }
        var random = PythonRandom(seed: UInt64(1234 + index))
        let others = items.indices.filter { $0 != index }
        return random.sample(others, count: task.shotCount).map { items[$0] }
    }
}
