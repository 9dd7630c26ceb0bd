internal import Language

/// The buffers of one row of a batch.
struct RowBuffers {
    /// Input ids, `[T]`.
    var inputs: UnsafeMutableBufferPointer<Int32>
    /// Next ids, `[T]`; −1 where nothing is to be predicted.
    var targets: UnsafeMutableBufferPointer<Int32>

    /// A row of `columnCount` positions that begins at `start` of both buffers.
    init(
        inputs: UnsafeMutableBufferPointer<Int32>, targets: UnsafeMutableBufferPointer<Int32>,
        start: Int, columnCount: Int
    ) {
        self.inputs = .init(rebasing: inputs[start..<start + columnCount])
        self.targets = .init(rebasing: targets[start..<start + columnCount])
    }
}

/// Writes readings one after another into a row of T + 1 ids, and says what is to be predicted where.
///
/// Every reading stands behind its own BOS (and marker). The BOS that follows a reading is a target only
/// if the reading ended where its document ends in that order; the marker never is.
struct RowLayout {
    private let row: RowBuffers
    private let vocabulary: Vocabulary
    private let usesMarkers: Bool
    /// Ids written, of T + 1.
    private(set) var used = 0
    /// Whether the last reading ended at its document's end; nothing precedes the first BOS.
    private var endIsTrue = false

    /// An empty row.
    init(_ row: RowBuffers, vocabulary: Vocabulary, usesMarkers: Bool) {
        self.row = row
        self.vocabulary = vocabulary
        self.usesMarkers = usesMarkers
    }

    /// Writes one reading of `window`.
    /// - Parameter natural: the window's tokens in natural order.
    /// - Returns: columns of the opening BOS and of the first text token.
    mutating func append(
        _ natural: ArraySlice<Int32>, of window: Window, reading: Reading
    ) -> (column: Int, textColumn: Int) {
        let column = used
        place(vocabulary.bos, isTarget: endIsTrue)
        if usesMarkers { place(vocabulary.marker(of: reading), isTarget: false) }
        let textColumn = used
        let ids = reading.turned(natural)
        let inputCount = min(ids.count, row.inputs.count - textColumn)
        precondition(ids.count <= inputCount + 1, "a reading runs over the end of its row")
        ids.withUnsafeBufferPointer { ids in
            _ = row.inputs[textColumn...].update(fromContentsOf: ids[..<inputCount])
            _ = row.targets[(textColumn - 1)...].update(fromContentsOf: ids)
        }
        used += ids.count
        endIsTrue = reading.endsDocument(window)
        return (column, textColumn)
    }

    /// Writes the closing BOS if there is room for it, then padding: BOS that predicts nothing.
    mutating func close() {
        let readCount = used
        if used <= row.inputs.count { place(vocabulary.bos, isTarget: endIsTrue) }
        guard readCount < row.inputs.count else { return }
        row.inputs[readCount...].update(repeating: vocabulary.bos)
        row.targets[readCount...].update(repeating: -1)
    }

    private mutating func place(_ id: Int32, isTarget: Bool) {
        if used > 0 { row.targets[used - 1] = isTarget ? id : -1 }
        if used < row.inputs.count { row.inputs[used] = id }
        used += 1
    }
}

extension Reading {
    /// Whether a reading of `window` ends where its document ends in this order.
    func endsDocument(_ window: Window) -> Bool {
        switch self {
        case .forward: window.closesDocument
        case .backward: window.opensDocument
        }
    }
}
