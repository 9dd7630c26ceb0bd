internal import Language

/// Documents as one flat stream of BOS and reading, cut every T ids: nanochat's late 2025 rows.
struct FlatGroup {
    private var ids: [Int32]
    private let reading: Reading
    private let columnCount: Int
    private let windows: [Window]
    /// Where each document's BOS stands in `ids`.
    private let starts: [Int]

    /// Number of rows; neighbours share one id, the last target of one being the first input of the next.
    let rowCount: Int

    /// The stream of `documents` in `reading`, closed by one BOS.
    init(documents: [TokenizedDocument], reading: Reading, columnCount: Int, bos: Int32) {
        self.reading = reading
        self.columnCount = columnCount
        var ids: [Int32] = []
        var windows: [Window] = []
        var starts: [Int] = []
        ids.reserveCapacity(documents.reduce(1) { $0 + $1.tokens.count + 1 })
        for document in documents {
            starts.append(ids.count)
            windows.append(
                Window(
                    document: document.ordinal, start: 0, count: document.tokens.count,
                    opensDocument: true, closesDocument: true))
            ids.append(bos)
            ids.append(contentsOf: reading.turned(document.tokens))
        }
        rowCount = (ids.count + columnCount - 1) / columnCount
        ids.append(bos)
        self.ids = ids
        self.windows = windows
        self.starts = starts
    }

    /// Input positions that hold nothing.
    var paddingCount: Int { rowCount * columnCount - (ids.count - 1) }

    /// The group with every document turned around.
    func mirrored() -> FlatGroup {
        var mirror = self
        for (start, window) in zip(starts, windows) {
            mirror.ids[start + 1..<start + 1 + window.count].reverse()
        }
        return mirror
    }

    /// Writes row `index`.
    /// - Parameter place: receives the piece of each document the row holds; a piece whose BOS stands in
    ///   an earlier row begins at its first token.
    /// - Returns: ids among the inputs; the rest is padding.
    func write(
        row index: Int, bos: Int32, into row: RowBuffers,
        place: (Window, (column: Int, textColumn: Int)) -> Void
    ) -> Int {
        let start = index * columnCount
        // The closing BOS is a target, never an input.
        let end = min(start + columnCount, ids.count - 1)
        let count = end - start
        ids.withUnsafeBufferPointer { ids in
            _ = row.inputs.update(fromContentsOf: ids[start..<end])
            _ = row.targets.update(fromContentsOf: ids[start + 1..<end + 1])
        }
        row.inputs[count...].update(repeating: bos)
        row.targets[count...].update(repeating: -1)

        var document = firstDocument(at: start)
        while document < windows.count, starts[document] < end {
            let whole = windows[document]
            let text = starts[document] + 1
            let inside = max(text, start)..<max(min(text + whole.count, end), max(text, start))
            // A BOS in the last column leaves its text to the next row.
            if !inside.isEmpty {
                place(
                    piece(of: whole, read: inside.lowerBound - text..<inside.upperBound - text),
                    (max(starts[document], start) - start, inside.lowerBound - start))
            }
            document += 1
        }
        return count
    }

    /// The window of natural tokens that stands at `read` of the document's reading.
    private func piece(of whole: Window, read: Range<Int>) -> Window {
        let ends = [read.lowerBound, read.upperBound - 1].map {
            reading.position(of: $0, count: whole.count)
        }
        let start = min(ends[0], ends[1])
        return Window(
            document: whole.document, start: start, count: read.count,
            opensDocument: start == 0, closesDocument: start + read.count == whole.count)
    }

    /// The last document whose BOS stands at or before `position`.
    private func firstDocument(at position: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle } else { high = middle }
        }
        return low
    }
}
