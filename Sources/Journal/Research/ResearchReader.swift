internal import Foundation

/// Loss by position and by context length over the steps that took them.
public struct PositionTable: Sendable, Equatable {
    /// Steps, ascending.
    public var steps: [Int] = []
    /// T: values a step in each of the columns below, NaN behind the end of a narrower record.
    public var columnCount = 0
    /// Mean loss in nats of each column of the batch, step after step.
    public var lossMean: [Float] = []
    /// Standard deviation over rows.
    public var lossStandardDeviation: [Float] = []
    /// Share of columns predicted right.
    public var accuracy: [Float] = []
    /// Mean loss in nats at each context length in reading order.
    public var lossByContext: [Float] = []

    /// A table without rows.
    public init() {}
}

/// One statistic of one part of the model over the sampled steps.
public struct LayerSeries: Sendable, Equatable {
    /// Layer number; −1 for parts outside the blocks.
    public var layer: Int
    /// Name of the part: `attention.query`, `mlp.expand`, …
    public var part: String
    /// Steps, ascending.
    public var steps: [Int]
    /// Values, as many as steps.
    public var values: [Float]
}

/// Reads a research log back, finished, being written, or left by a killed run.
public struct ResearchReader: Sendable {
    private let parts: ResearchParts

    /// The log whose index is at `path`.
    public init(path: String) throws(JournalError) {
        parts = ResearchParts(index: path)
        guard FileManager.default.fileExists(atPath: path) else {
            throw .missing(
                path: (path as NSString).deletingLastPathComponent,
                what: (path as NSString).lastPathComponent)
        }
    }

    /// The scalars of every step, also of those that only the open tail holds.
    public func scalars() throws(JournalError) -> MetricsTable {
        let block = try block()
        var table = MetricsTable()
        for (row, step) in block.steps.enumerated() {
            // Which scalars a step did not record, the columns cannot tell from NaN.
            let present = zip(block.names, block.columns).filter { !$0.1[row].isNaN }
            table.append(step: Int(step), present.map { ($0.0, $0.1[row]) })
        }
        return table
    }

    /// Loss by position, also of the steps that only the open tail holds.
    public func positions() throws(JournalError) -> PositionTable {
        let block = try block()
        var table = PositionTable()
        table.steps = block.positionSteps.map(Int.init)
        table.columnCount = block.T
        table.lossMean = block.positions[0]
        table.lossStandardDeviation = block.positions[1]
        table.accuracy = block.positions[2]
        table.lossByContext = block.positions[3]
        return table
    }

    /// Steps whose per-token results or layer statistics were kept.
    public func sampledSteps() throws(JournalError) -> [Int] {
        let filed = try parts.list().steps
        return filed + (try tail(after: filed.last ?? -1).filter(StepGroup.isSampled).map(\.step))
    }

    /// What was sampled at `step`.
    public func sample(at step: Int) throws(JournalError) -> StepRecord {
        let path = parts.path(ResearchParts.step(step) + ".h5")
        if FileManager.default.fileExists(atPath: path) {
            return try HDF5File.read(path) { (root) throws(JournalError) in
                try StepGroup.read(step, from: root)
            }
        }
        let held = try tail(after: step - 1).first { $0.step == step && StepGroup.isSampled($0) }
        guard let held else { throw .missing(path: parts.index, what: "sample of step \(step)") }
        return held
    }

    /// What was sampled at `step`, if it is filed; `nil` where it was not taken or still stands in the open tail.
    func filedSample(at step: Int) throws(JournalError) -> StepRecord? {
        let path = parts.path(ResearchParts.step(step) + ".h5")
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try HDF5File.read(path) { (root) throws(JournalError) in
            var record = StepRecord(step: step)
            record.layers = try StepGroup.layers(in: root, withHistograms: false)
            return record
        }
    }

    /// One statistic (`norm`, `rms`, …) of every part that has it, over the sampled steps.
    public func layerSeries(
        _ kind: LayerRecord.Kind, _ statistic: String
    ) throws(JournalError) -> [LayerSeries] {
        struct Key: Hashable {
            var layer: Int
            var part: String
        }
        var series: [LayerSeries] = []
        var place: [Key: Int] = [:]
        for step in try sampledSteps() {
            for record in try layers(at: step) where record.kind == kind {
                guard let value = record.statistics.first(where: { $0.name == statistic })
                else { continue }
                let key = Key(layer: record.layer, part: record.part)
                let index = place[key] ?? series.count
                if index == series.count {
                    place[key] = index
                    series.append(
                        LayerSeries(layer: key.layer, part: key.part, steps: [], values: []))
                }
                series[index].steps.append(step)
                series[index].values.append(value.value)
            }
        }
        return series.sorted { ($0.layer, $0.part) < ($1.layer, $1.part) }
    }

    private func layers(at step: Int) throws(JournalError) -> [LayerRecord] {
        let path = parts.path(ResearchParts.step(step) + ".h5")
        guard FileManager.default.fileExists(atPath: path) else {
            return try sample(at: step).layers
        }
        return try HDF5File.read(path) { (root) throws(JournalError) in
            try StepGroup.layers(in: root, withHistograms: false)
        }
    }

    /// Steps after which an evaluation was kept.
    public func evaluationSteps() throws(JournalError) -> [Int] { try parts.list().evaluations }

    /// The evaluation after `step` steps.
    public func evaluation(at step: Int) throws(JournalError) -> EvaluationRecord {
        let path = parts.path(ResearchParts.evaluation(step) + ".h5")
        guard FileManager.default.fileExists(atPath: path) else {
            throw .missing(path: parts.index, what: "evaluation after step \(step)")
        }
        return try HDF5File.read(path) { (root) throws(JournalError) in
            try EvaluationRecord(step, from: root)
        }
    }

    /// All columns: what the index shows and what the tails hold beyond it.
    private func block() throws(JournalError) -> ColumnBlock {
        // A run that ends while we read removes merged parts; their rows then come out as fill.
        for _ in 0..<3 {
            var block = try HDF5File.read(parts.index) { (root) throws(JournalError) in
                try ColumnBlock(from: root)
            }
            if block.steps.contains(-1) || block.positionSteps.contains(-1) { continue }
            for record in try tail(after: Int(block.steps.last ?? -1)) {
                block.append(record)
            }
            return block
        }
        throw .corrupt(path: parts.index, detail: "parts that it shows are gone")
    }

    /// Records of the tails past `step`.
    private func tail(after step: Int) throws(JournalError) -> [StepRecord] {
        var records: [StepRecord] = []
        var last = step
        for tail in try parts.list().tails {
            // The writer may file and remove a tail between our listing and our reading it.
            guard FileManager.default.fileExists(atPath: parts.path(ResearchParts.tail(tail))),
                let held = try? parts.readTail(tail)
            else { continue }
            for record in held where record.step > last {
                records.append(record)
                last = record.step
            }
        }
        return records
    }
}

extension RunReader {
    /// The HDF5 log of `phase`.
    public func researchLog(_ phase: Phase) throws(JournalError) -> ResearchReader {
        try ResearchReader(path: directory.researchLog(phase))
    }

    /// The stages that have left a log in this run.
    public func researchPhases() -> [Phase] {
        Phase.allCases.filter {
            FileManager.default.fileExists(atPath: directory.researchLog($0))
        }
    }
}
