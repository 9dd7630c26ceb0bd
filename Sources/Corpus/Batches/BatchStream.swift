internal import Language
public import Provenance

/// The endless stream of batches of a run, over epochs, from any place in it.
///
/// Documents are taken in the epoch's order until they fill a planning group; the group's rows are
/// planned at once and handed out. Everything is a function of (corpus, tokenizer, layout, seed), so the
/// stream that begins at `batch.next` goes on exactly as this one does.
public struct BatchStream<Documents: TokenizedDocuments>: Sendable {
    /// What the batches look like.
    public let layout: BatchLayout
    /// Where the next batch begins.
    public private(set) var cursor: Cursor
    /// What packing made of the groups planned so far by this stream.
    public private(set) var statistics = PackingStatistics()

    private let vocabulary: Vocabulary
    private let seed: Seed
    private let control: Control
    private var feed: DocumentFeed<Documents>
    private var group: Group?

    /// What is done to the corpus after planning, to check the framework itself.
    public enum Control: String, Codable, Hashable, Sendable {
        /// Nothing.
        case none
        /// Every window stands the other way round, its ends exchanged; the plan stays. A backward run
        /// must then be the forward run on the untouched corpus, bit for bit, and the other way about.
        case mirrored
        /// A wrong rule of targets, to see its null fail: a backward reading's first token, which BOS
        /// predicts, is left out.
        case missingFirstTargets
    }

    private struct Group: Sendable {
        var epoch: Int
        var begin: Int
        /// Position after the last document.
        var end: Int
        var plan: RowPlan
    }

    /// Documents that a cropping group holds at least.
    /// - Source: karpathy/nanochat `dataloader.py`, 2026, `buffer_size`.
    static var cropDocuments: Int { 1000 }

    /// The stream of `layout` over `documents` from `cursor` on.
    /// - Parameter seed: decides the order of documents, cuts and rows; the same in every direction.
    public init(
        _ documents: Documents, vocabulary: Vocabulary, layout: BatchLayout, seed: Seed,
        from cursor: Cursor = .start, control: Control = .none
    ) throws(BatchError) {
        precondition(
            layout.rowCount > 0 && layout.groupTokenCount > 0,
            "batches of \(layout.rowCount) rows, groups of \(layout.groupTokenCount) tokens")
        guard layout.columnCount >= BatchLayout.minimumColumnCount else {
            throw .rowsTooShort(columnCount: layout.columnCount)
        }
        self.layout = layout
        self.cursor = cursor
        self.vocabulary = vocabulary
        self.seed = seed
        self.control = control
        feed = DocumentFeed(documents, seed: seed["order"])
        guard cursor.epoch >= 0, cursor.row >= 0, cursor.rowsServed >= 0,
            (0...feed.positionCount).contains(cursor.document)
        else { throw .foreignCursor(cursor) }
    }

    /// Numbers of an epoch's documents; `cursor.document` over this is the epoch's progress.
    public var documentsPerEpoch: Int { feed.positionCount }

    /// The next batch.
    public mutating func next() throws(BatchError) -> Batch {
        var batch = Batch(rowCount: layout.rowCount, columnCount: layout.columnCount)
        for row in 0..<layout.rowCount {
            let plan = try currentPlan()
            write(plan, row: row, into: &batch)
            cursor.row += 1
            cursor.rowsServed += 1
        }
        if control == .missingFirstTargets {
            for place in batch.placements where place.reading == .backward {
                batch.targets[place.row * layout.columnCount + place.textColumn - 1] = -1
            }
        }
        batch.countTargets(byteCounts: vocabulary.byteCounts)
        leaveFinishedGroup()
        batch.next = cursor
        batch.packing = statistics
        return batch
    }

    private func write(_ plan: RowPlan, row: Int, into batch: inout Batch) {
        let T = layout.columnCount
        let reading = layout.mix.reading(
            ofRow: cursor.rowsServed, batchRows: layout.rowCount, direction: layout.direction)
        let planned = cursor.row / layout.mix.repeats(in: layout.direction)
        var placements: [Batch.Placement] = []
        let used = batch.inputs.withUnsafeMutableBufferPointer { inputs in
            batch.targets.withUnsafeMutableBufferPointer { targets in
                let buffers = RowBuffers(
                    inputs: inputs, targets: targets, start: row * T, columnCount: T)
                func place(_ window: Window, _ columns: (column: Int, textColumn: Int)) {
                    placements.append(
                        Batch.Placement(
                            row: row, column: columns.column, window: window, reading: reading,
                            textColumn: columns.textColumn))
                }
                return switch plan {
                case .windows(let group):
                    group.write(
                        row: planned, reading: reading,
                        usesMarkers: layout.direction.usesMarkers, vocabulary: vocabulary,
                        into: buffers, place: place)
                case .flat(let group):
                    group.write(row: planned, bos: vocabulary.bos, into: buffers, place: place)
                }
            }
        }
        batch.placements.append(contentsOf: placements)
        batch.paddingCount += T - used
    }

    /// The plan of the cursor's group, after moving past groups that are used up.
    private mutating func currentPlan() throws(BatchError) -> RowPlan {
        leaveFinishedGroup()
        while true {
            if cursor.document >= feed.positionCount {
                cursor.epoch += 1
                cursor.document = 0
            }
            if let group, group.epoch == cursor.epoch, group.begin == cursor.document {
                return group.plan
            }
            let group = try planned(epoch: cursor.epoch, from: cursor.document)
            self.group = group
            let rowCount = group.plan.rowCount * layout.mix.repeats(in: layout.direction)
            if cursor.row < rowCount { return group.plan }
            // A group without a row ends its epoch: there is no text behind it.
            guard cursor.row == 0 else { throw .foreignCursor(cursor) }
            guard group.begin > 0 else { throw .noTokens }
            cursor.document = group.end
        }
    }

    private mutating func leaveFinishedGroup() {
        guard let group, group.epoch == cursor.epoch, group.begin == cursor.document,
            cursor.row == group.plan.rowCount * layout.mix.repeats(in: layout.direction)
        else { return }
        cursor.document = group.end
        cursor.row = 0
    }

    private mutating func planned(epoch: Int, from begin: Int) throws(BatchError) -> Group {
        let wantedDocuments = layout.packing == .bestfitCrop ? Self.cropDocuments : 1
        var documents: [TokenizedDocument] = []
        var tokenCount = 0
        var position = begin
        while position < feed.positionCount,
            tokenCount < layout.groupTokenCount || documents.count < wantedDocuments
        {
            let document = try feed.document(at: position, epoch: epoch)
            position += 1
            guard let document, !document.tokens.isEmpty else { continue }
            tokenCount += document.tokens.count
            documents.append(document)
        }
        var plan = RowPlan(
            documents, layout: layout, bos: vocabulary.bos,
            seed: PlanSeed(cuts: seed["cuts"][epoch], group: seed["rows"][epoch][begin]))
        if control == .mirrored { plan = plan.mirrored() }
        count(plan, of: documents)
        return Group(epoch: epoch, begin: begin, end: position, plan: plan)
    }

    private mutating func count(_ plan: RowPlan, of documents: [TokenizedDocument]) {
        let kept = plan.keptTokenCount(of: documents)
        statistics.documentCount += documents.count
        statistics.tokenCount += documents.reduce(0) { $0 + $1.tokens.count }
        statistics.keptTokenCount += kept
        statistics.rowCount += plan.rowCount
        statistics.positionCount += plan.rowCount * layout.columnCount
        statistics.paddingCount += plan.paddingCount(
            columnCount: layout.columnCount, usesMarkers: layout.direction.usesMarkers)
    }
}
