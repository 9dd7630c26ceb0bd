/// Turns records into the parts of a research log; lives on the log's one writing thread.
struct ResearchWriter: Sendable {
    private let parts: ResearchParts
    private let segmentStepCount: Int
    private var index: ResearchIndex
    private var block = ColumnBlock()
    private var blockTail: Int?
    /// Parts that a merge has replaced; readers of an older index may still be looking at them.
    private var replaced: [ResearchParts.Columns] = []
    private var mustPublish = false

    /// Sixteen parts of one size become one of the next, so that a run of any length has few files
    /// to open and rewrites each row only once in sixteen-fold growth.
    private static let mergeCount = 16
    /// Parts beyond this many values are not merged again: writing one would hold up the next.
    private static let mergeValueLimit = 1 << 24

    /// Takes over the log: drops rows at or past `step`, files what the tails hold, removes remains.
    init(
        parts: ResearchParts, resumingAt step: Int, segmentStepCount: Int,
        attributes: [String: String]
    ) throws(JournalError) {
        self.parts = parts
        self.segmentStepCount = segmentStepCount
        index = ResearchIndex(parts: parts, attributes: attributes)
        try parts.makeFolder()
        let listing = try parts.list()
        var obsolete = listing.unfinished
        try adoptColumns(listing, before: step, &obsolete)
        try adoptGroups(listing, before: step, &obsolete)
        try adoptTails(listing, before: step)
        // The new index first: what it no longer shows may then go.
        try index.publish()
        for name in obsolete + listing.tails.map(ResearchParts.tail) { try parts.remove(name) }
    }

    private mutating func adoptColumns(
        _ listing: ResearchParts.Listing, before step: Int, _ obsolete: inout [String]
    ) throws(JournalError) {
        let (live, stale) = listing.current()
        obsolete += stale.map(\.name)
        for part in live {
            guard part.first < step else {
                obsolete.append(part.name)
                continue
            }
            let block = try read(part)
            if part.end <= step {
                index.columns.append(ResearchIndex.Summary(part, block))
            } else {
                try file(block.before(step), ResearchParts.Columns(first: part.first, end: step))
                obsolete.append(part.name)
            }
        }
    }

    private mutating func adoptGroups(
        _ listing: ResearchParts.Listing, before step: Int, _ obsolete: inout [String]
    ) throws(JournalError) {
        index.steps = listing.steps.filter { $0 < step }
        // An evaluation at `step` belongs to the weights that the run resumes with.
        index.evaluations = listing.evaluations.filter { $0 <= step && step > 0 }
        obsolete += listing.steps.filter { $0 >= step }.map { ResearchParts.step($0) + ".h5" }
        obsolete += listing.evaluations.filter { $0 > step || step == 0 }
            .map { ResearchParts.evaluation($0) + ".h5" }
    }

    /// Files the steps that only a tail holds.
    private mutating func adoptTails(
        _ listing: ResearchParts.Listing, before step: Int
    ) throws(JournalError) {
        var next = index.columns.last?.part.end ?? 0
        for tail in listing.tails {
            for record in try parts.readTail(tail) where record.step < step && record.step >= next {
                try add(record)
                next = record.step + 1
            }
        }
        try closeBlock()
    }

    /// Takes `record` in; `tail` is the step at which the tail that holds it began.
    mutating func append(_ record: StepRecord, tail: Int) throws(JournalError) {
        if let blockTail, blockTail != tail {
            try closeBlock()
            try mergeColumns()
        }
        blockTail = tail
        try add(record)
        try publishIfNeeded()
        // The tails before this one are filed and shown.
        if let filed = filedTail {
            filedTail = nil
            try parts.remove(ResearchParts.tail(filed))
        }
    }

    private var filedTail: Int?

    private mutating func add(_ record: StepRecord) throws(JournalError) {
        block.append(record)
        guard StepGroup.isSampled(record) else { return }
        let name = ResearchParts.step(record.step)
        try HDF5File.write(parts.path(name + ".h5")) { (root) throws(JournalError) in
            try StepGroup.write(record, to: root)
        }
        if !index.steps.contains(record.step) { index.steps.append(record.step) }
        mustPublish = true
    }

    /// Files an evaluation and shows it.
    mutating func append(_ evaluation: EvaluationRecord) throws(JournalError) {
        let name = ResearchParts.evaluation(evaluation.step)
        try HDF5File.write(parts.path(name + ".h5")) { (root) throws(JournalError) in
            try evaluation.write(to: root)
        }
        index.evaluations.removeAll { $0 == evaluation.step }
        index.evaluations.append(evaluation.step)
        mustPublish = true
        try publishIfNeeded()
    }

    /// Files the open rows and removes what merges have replaced.
    mutating func finish() throws(JournalError) {
        try closeBlock()
        try publishIfNeeded()
        if let filed = filedTail {
            filedTail = nil
            try parts.remove(ResearchParts.tail(filed))
        }
        while let part = replaced.last {
            try parts.remove(part.name)
            replaced.removeLast()
        }
    }

    private mutating func publishIfNeeded() throws(JournalError) {
        guard mustPublish else { return }
        try index.publish()
        mustPublish = false
    }

    private mutating func closeBlock() throws(JournalError) {
        guard let first = block.steps.first, let last = block.steps.last else { return }
        try file(block, ResearchParts.Columns(first: Int(first), end: Int(last) + 1))
        block = ColumnBlock()
        filedTail = blockTail
        blockTail = nil
    }

    private mutating func file(
        _ block: ColumnBlock, _ part: ResearchParts.Columns
    ) throws(JournalError) {
        try HDF5File.write(parts.path(part.name)) { (root) throws(JournalError) in
            try block.write(to: root)
        }
        index.columns.append(ResearchIndex.Summary(part, block))
        mustPublish = true
    }

    private func read(_ part: ResearchParts.Columns) throws(JournalError) -> ColumnBlock {
        try HDF5File.read(parts.path(part.name)) { (root) throws(JournalError) in
            try ColumnBlock(from: root)
        }
    }

    /// Replaces the last parts by one while enough of them are of a size.
    private mutating func mergeColumns() throws(JournalError) {
        while let last = index.columns.last {
            let level = level(last)
            let run = index.columns.reversed().prefix { self.level($0) <= level }.count
            let merged = index.columns.suffix(Self.mergeCount)
            let valueCount = merged.reduce(0) {
                $0 + $1.rowCount * $1.names.count + 4 * $1.positionRowCount * $1.T
            }
            guard run >= Self.mergeCount, valueCount <= Self.mergeValueLimit,
                let first = merged.first
            else { return }
            var block = ColumnBlock()
            for summary in merged { block.append(try read(summary.part)) }
            replaced += merged.map(\.part)
            index.columns.removeLast(Self.mergeCount)
            try file(
                block, ResearchParts.Columns(first: first.part.first, end: last.part.end))
        }
    }

    private func level(_ summary: ResearchIndex.Summary) -> Int {
        var level = 0
        var size = summary.rowCount / segmentStepCount
        while size >= Self.mergeCount {
            size /= Self.mergeCount
            level += 1
        }
        return level
    }
}
