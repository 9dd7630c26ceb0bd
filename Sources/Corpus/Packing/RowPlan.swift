internal import Language
internal import Provenance

/// The rows made from one planning group of documents.
enum RowPlan {
    /// Readings behind their own BOS.
    case windows(WindowGroup)
    /// A flat stream cut every T ids.
    case flat(FlatGroup)

    /// Number of rows.
    var rowCount: Int {
        switch self {
        case .windows(let group): group.rowCount
        case .flat(let group): group.rowCount
        }
    }

    /// Tokens that stand in a row.
    func keptTokenCount(of documents: [TokenizedDocument]) -> Int {
        switch self {
        case .windows(let group): group.windowTokenCount
        case .flat: documents.reduce(0) { $0 + $1.tokens.count }
        }
    }

    /// Plans the rows of `documents`, all of which have text.
    init(_ documents: [TokenizedDocument], layout: BatchLayout, bos: Int32, seed: PlanSeed) {
        let T = layout.columnCount
        let usesMarkers = layout.direction.usesMarkers
        switch (layout.packing, layout.direction) {
        case (.matched, _):
            self = .windows(Self.matched(documents, columnCount: T, seed: seed))
        case (.bestfitCrop, _):
            self = .windows(
                Self.cropped(
                    documents, capacity: T + 1, overhead: usesMarkers ? 2 : 1, crop: layout.crop,
                    seed: seed.group))
        case (.stream, .bidirectional):
            self = .windows(Self.sequential(documents, columnCount: T))
        case (.stream, .forward):
            self = .flat(
                FlatGroup(documents: documents, reading: .forward, columnCount: T, bos: bos))
        case (.stream, .backward):
            self = .flat(
                FlatGroup(documents: documents, reading: .backward, columnCount: T, bos: bos))
        }
    }

    /// Input positions that hold padding, all rows together.
    func paddingCount(columnCount T: Int, usesMarkers: Bool) -> Int {
        switch self {
        case .windows(let group):
            group.paddingCount(columnCount: T, overhead: usesMarkers ? 2 : 1)
        case .flat(let group): group.paddingCount
        }
    }

    /// The same plan over a corpus in which every window stands the other way round.
    ///
    /// Written without `Reading`, which it serves to check.
    func mirrored() -> RowPlan {
        switch self {
        case .windows(let group): .windows(group.mirrored())
        case .flat(let group): .flat(group.mirrored())
        }
    }

    /// Ids a reading takes beside its tokens, in every direction: a forward or backward run leaves the
    /// marker's place to padding, so that its rows hold the same windows as a bidirectional run's.
    static let readingOverhead = 2

    private static func matched(
        _ documents: [TokenizedDocument], columnCount T: Int, seed: PlanSeed
    ) -> WindowGroup {
        var pieces = Pieces(documents)
        for (document, offset) in zip(documents, pieces.documentOffsets) {
            for window in DocumentCuts.windows(
                document: document.ordinal, tokenCount: document.tokens.count,
                capacity: T - readingOverhead, seed: seed.cuts)
            {
                pieces.append(window, documentOffset: offset)
            }
        }
        // The row's T + 1 ids are its readings and the BOS that closes them.
        let (rows, rowCount) = BestFit.rows(
            sizes: pieces.windows.map { $0.count + readingOverhead }, capacity: T)
        return WindowGroup(
            windows: pieces.windows, offsets: pieces.offsets, tokens: pieces.tokens,
            rowOfWindow: rows, rowCount: rowCount, order: .shuffled(seed.group))
    }

    private static func cropped(
        _ documents: [TokenizedDocument], capacity: Int, overhead: Int, crop: Crop, seed: Seed
    ) -> WindowGroup {
        var pieces = Pieces(documents)
        var starts = seed["crop"].generator()
        var rowOfWindow: [Int] = []
        let rows = BestFit.cropped(
            counts: documents.map(\.tokens.count), overhead: overhead, capacity: capacity)
        for (row, kept) in rows.enumerated() {
            for (index, count) in kept {
                let total = documents[index].tokens.count
                let start =
                    switch crop {
                    case .head: 0
                    // The excess of the last place is below 2^-30 for any document.
                    case .random: Int(starts.uniform() * Double(total - count + 1))
                    }
                pieces.append(
                    Window(
                        document: documents[index].ordinal, start: start, count: count,
                        opensDocument: start == 0, closesDocument: start + count == total),
                    documentOffset: pieces.documentOffsets[index])
                rowOfWindow.append(row)
            }
        }
        return WindowGroup(
            windows: pieces.windows, offsets: pieces.offsets, tokens: pieces.tokens,
            rowOfWindow: rowOfWindow, rowCount: rows.count, order: .shuffledRows(seed))
    }

    /// Documents in their order, cut wherever a row ends; both BOS and marker open each piece.
    private static func sequential(
        _ documents: [TokenizedDocument], columnCount T: Int
    ) -> WindowGroup {
        var pieces = Pieces(documents)
        var rowOfWindow: [Int] = []
        var row = 0
        var room = T
        for (document, offset) in zip(documents, pieces.documentOffsets) {
            let total = document.tokens.count
            var start = 0
            while start < total {
                if room <= readingOverhead {
                    row += 1
                    room = T
                }
                let count = min(total - start, room - readingOverhead)
                pieces.append(
                    Window(
                        document: document.ordinal, start: start, count: count,
                        opensDocument: start == 0, closesDocument: start + count == total),
                    documentOffset: offset)
                rowOfWindow.append(row)
                room -= count + readingOverhead
                start += count
            }
        }
        return WindowGroup(
            windows: pieces.windows, offsets: pieces.offsets, tokens: pieces.tokens,
            rowOfWindow: rowOfWindow, rowCount: rowOfWindow.isEmpty ? 0 : row + 1,
            order: .asGiven)
    }

    /// Windows in the making, over the tokens of their documents laid end to end.
    private struct Pieces {
        private(set) var windows: [Window] = []
        private(set) var offsets: [Int] = []
        private(set) var tokens: [Int32] = []
        /// Where each document begins in `tokens`.
        private(set) var documentOffsets: [Int] = []

        init(_ documents: [TokenizedDocument]) {
            tokens.reserveCapacity(documents.reduce(0) { $0 + $1.tokens.count })
            for document in documents {
                documentOffsets.append(tokens.count)
                tokens.append(contentsOf: document.tokens)
            }
        }

        mutating func append(_ window: Window, documentOffset: Int) {
            windows.append(window)
            offsets.append(documentOffset + window.start)
        }
    }
}

/// The random streams of a plan.
struct PlanSeed {
    /// Decides where documents are cut; one for the whole epoch, so that cuts do not depend on groups.
    var cuts: Seed
    /// Orders the rows of one group.
    var group: Seed
}
