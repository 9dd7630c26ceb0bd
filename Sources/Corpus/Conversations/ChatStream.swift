public import Language
public import Provenance

/// The endless stream of batches of conversations, over epochs, from any place in it.
///
/// Everything is a function of (mixture, tokenizer, layout, seed), so the stream that begins at `batch.next`
/// goes on exactly as this one does. No row is without a target: a conversation without one is left out and
/// counted, one that is too long is fitted and counted.
public struct ChatStream: BatchSource {
    /// What the batches look like.
    public let layout: ChatLayout
    /// What they hold.
    public let mixture: Mixture
    /// Where the next batch begins.
    public private(set) var cursor: Cursor
    /// What packing made of the groups planned so far by this stream.
    public private(set) var statistics = ChatStatistics()

    private let renderer: ConversationRenderer
    private let vocabulary: Vocabulary
    private let seed: Seed
    private let control: Control
    private var group: Group?

    /// What is done to the conversations after planning, to check the framework itself.
    public enum Control: String, Codable, Hashable, Sendable {
        /// Nothing.
        case none
        /// Every turn's content stands the other way round; the plan stays. A backward run must then be the
        /// forward run on the untouched conversations, bit for bit, and the other way about.
        case mirrored
        /// The first target of every backward reading is left out: null 2 must then fail.
        case missingFirstTargets
    }

    private struct Group: Sendable {
        var epoch: Int
        var begin: Int
        /// Position after the last conversation.
        var end: Int
        var plan: ChatGroup
    }

    /// The stream of `layout` over `mixture` from `cursor` on.
    /// - Parameter seed: decides the rows; the mixture has its own.
    public init(
        _ mixture: Mixture, tokenizer: Tokenizer, layout: ChatLayout, seed: Seed,
        from cursor: Cursor = .start, control: Control = .none
    ) throws(BatchError) {
        precondition(
            layout.rowCount > 0 && layout.groupTokenCount > 0,
            "batches of \(layout.rowCount) rows, groups of \(layout.groupTokenCount) ids")
        guard layout.columnCount >= ChatLayout.minimumColumnCount else {
            throw .rowsTooShortForTurns(columnCount: layout.columnCount)
        }
        guard mixture.count > 0 else { throw .noConversations }
        guard cursor.epoch >= 0, cursor.row >= 0, cursor.rowsServed >= 0,
            (0...mixture.count).contains(cursor.document)
        else { throw .foreignCursor(cursor) }
        self.layout = layout
        self.mixture = mixture
        self.cursor = cursor
        self.seed = seed
        self.control = control
        renderer = ConversationRenderer(tokenizer: tokenizer)
        vocabulary = Vocabulary(tokenizer)
    }

    /// Positions of a batch.
    public var positionCount: Int { layout.rowCount * layout.columnCount }

    /// Conversations of an epoch; `cursor.document` over this is the epoch's progress.
    public var conversationsPerEpoch: Int { mixture.count }

    /// Rows that epoch `epoch` gives. Encodes the whole of it: as long as reading it once.
    /// - Parameter progress: called with the number of conversations planned.
    public func rowCount(
        epoch: Int = 0, progress: (Int) -> Void = { _ in }
    ) throws(BatchError) -> Int {
        var stream = self
        var (position, rows) = (0, 0)
        while position < mixture.count {
            let group = try stream.planned(epoch: epoch, from: position)
            rows += group.plan.rowCount * layout.mix.repeats(in: layout.direction)
            position = group.end
            progress(position)
        }
        return rows
    }

    /// The next batch.
    public mutating func next() throws(BatchError) -> Batch {
        var batch = Batch(rowCount: layout.rowCount, columnCount: layout.columnCount)
        for row in 0..<layout.rowCount {
            let plan = try currentPlan()
            write(plan, row: row, into: &batch)
            cursor.row += 1
            cursor.rowsServed += 1
        }
        if control == .missingFirstTargets { leaveOutFirstTargets(of: &batch) }
        batch.countTargets(byteCounts: vocabulary.byteCounts)
        leaveFinishedGroup()
        batch.next = cursor
        batch.packing = statistics.packing
        return batch
    }

    private func leaveOutFirstTargets(of batch: inout Batch) {
        let T = layout.columnCount
        for place in batch.placements where place.reading == .backward {
            let cells = place.row * T + place.column..<(place.row + 1) * T
            if let first = cells.first(where: { batch.targets[$0] >= 0 }) {
                batch.targets[first] = -1
            }
        }
    }

    private func write(_ plan: ChatGroup, row: Int, into batch: inout Batch) {
        let T = layout.columnCount
        let reading = layout.mix.reading(
            ofRow: cursor.rowsServed, batchRows: layout.rowCount, direction: layout.direction)
        let marker = layout.direction.usesMarkers
        // T + 1 ids, and whether each is to be predicted.
        var ids: [Int32] = []
        var isTarget: [Bool] = []
        var endIsTrue = false
        for member in plan.row(cursor.row / layout.mix.repeats(in: layout.direction)) {
            let rendered = renderer.render(member.encoded, reading: reading, marker: marker)
            let opening = marker ? 2 : 1
            batch.placements.append(
                Batch.Placement(
                    row: row, column: ids.count,
                    window: Window(
                        document: member.ordinal, start: 0, count: rendered.ids.count - opening,
                        opensDocument: true, closesDocument: rendered.endIsTrue),
                    reading: reading, textColumn: ids.count + opening))
            switch layout.supervision {
            case .assistant:
                isTarget += rendered.mask
            case .everything:
                // BOS after a conversation's own end is learnt, as it is behind documents.
                isTarget.append(endIsTrue)
                isTarget += repeatElement(false, count: opening - 1)
                isTarget += repeatElement(true, count: rendered.ids.count - opening)
                for end in rendered.cutEnds { isTarget[ids.count + end] = false }
            }
            ids += rendered.ids
            endIsTrue = rendered.endIsTrue && layout.supervision == .everything
        }
        batch.paddingCount += T - ids.count
        ids.append(vocabulary.bos)
        isTarget.append(endIsTrue)
        for column in 0..<T {
            let cell = row * T + column
            batch.inputs[cell] = column < ids.count ? ids[column] : vocabulary.bos
            if column + 1 < ids.count, isTarget[column + 1] {
                batch.targets[cell] = ids[column + 1]
            }
        }
    }

    /// The plan of the cursor's group, after moving past groups that are used up.
    private mutating func currentPlan() throws(BatchError) -> ChatGroup {
        leaveFinishedGroup()
        while true {
            if cursor.document >= mixture.count {
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
            // A group without a row ends its epoch: nothing behind it has a target.
            guard cursor.row == 0 else { throw .foreignCursor(cursor) }
            guard group.begin > 0 else { throw .noConversations }
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
        let T = layout.columnCount
        let marker = layout.direction.usesMarkers
        let order = mixture.order(epoch: epoch)
        var members: [ChatGroup.Member] = []
        var (idCount, keptCount) = (0, 0)
        var position = begin
        while position < mixture.count, idCount < layout.groupTokenCount {
            let entry = order.entry(at: position)
            position += 1
            let conversation: Conversation
            do throws(SourceError) { conversation = try mixture.conversation(of: entry) } catch {
                throw .source(error)
            }
            let encoded = renderer.encode(conversation)
                .fitted(to: T, marker: true, keeping: .beginning)
            let isKept =
                layout.supervision == .everything || encoded.turns.contains(where: \.teaches)
            statistics.count(encoded, isKept: isKept)
            guard isKept else { continue }
            // With the marker's place in every direction: the groups have to be the same.
            idCount += encoded.idCount(marker: true)
            keptCount += encoded.idCount(marker: false)
            members.append(.init(ordinal: entry.ordinal, encoded: encoded))
        }
        var plan = ChatGroup(members, capacity: T, seed: seed["rows"][epoch][begin])
        if control == .mirrored { plan = plan.mirrored() }
        statistics.packing.keptTokenCount += keptCount
        statistics.packing.rowCount += plan.rowCount
        statistics.packing.positionCount += plan.rowCount * T
        statistics.packing.paddingCount += plan.paddingCount(columnCount: T, marker: marker)
        return Group(epoch: epoch, begin: begin, end: position, plan: plan)
    }
}
