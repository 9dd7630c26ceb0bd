public import Language

/// Rows of ids ready for a model, and where each came from. No tensor exists until here.
public struct Batch: Sendable {
    /// One reading of one window inside a row.
    public struct Placement: Hashable, Sendable {
        /// Row of the batch.
        public var row: Int
        /// Column, in `inputs`, of the BOS that opens the reading; of the first token where the BOS
        /// stands in an earlier row (`Packing.stream`).
        public var column: Int
        /// What was read.
        public var window: Window
        /// In which order.
        public var reading: Reading
        /// Column of the reading's first text token (after BOS and, if any, the marker).
        public var textColumn: Int

        /// A reading that opens in `column` of `row`.
        package init(row: Int, column: Int, window: Window, reading: Reading, textColumn: Int) {
            self.row = row
            self.column = column
            self.window = window
            self.reading = reading
            self.textColumn = textColumn
        }
    }

    /// B: rows.
    public var rowCount: Int
    /// T: positions a row.
    public var columnCount: Int
    /// Input ids, `[B, T]` row by row.
    public var inputs: [Int32]
    /// The next id of each position, `[B, T]`; −1 where nothing is to be predicted.
    public var targets: [Int32]
    /// Raw UTF-8 bytes of each target, `[B, T]`; 0 for special tokens and ignored positions.
    public var targetBytes: [Int32]
    /// The readings the rows hold, in row and column order.
    public var placements: [Placement]
    /// Number of targets that are not −1.
    public var targetCount: Int
    /// Number of input positions that hold no reading.
    public var paddingCount: Int
    /// Where to begin for the batch after this one.
    public var next: Cursor
    /// What packing made of the documents planned so far, up to the group of the last row.
    public var packing: PackingStatistics

    /// Text tokens read in `reading`.
    public func tokenCount(in reading: Reading) -> Int {
        placements.reduce(0) { $0 + ($1.reading == reading ? $1.window.count : 0) }
    }

    /// Rows that nothing has been written to.
    package init(rowCount: Int, columnCount: Int) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        inputs = Array(repeating: 0, count: rowCount * columnCount)
        targets = Array(repeating: -1, count: rowCount * columnCount)
        targetBytes = []
        placements = []
        targetCount = 0
        paddingCount = 0
        next = .start
        packing = PackingStatistics()
    }

    /// Derives `targetBytes` and `targetCount` from `targets`.
    mutating func countTargets(byteCounts: [Int32]) {
        let targets = targets
        var count = 0
        targetBytes = Array(unsafeUninitializedCapacity: targets.count) { bytes, initialized in
            for (index, target) in targets.enumerated() {
                bytes[index] = target < 0 ? 0 : byteCounts[Int(target)]
                if target >= 0 { count += 1 }
            }
            initialized = targets.count
        }
        targetCount = count
    }
}

/// A place in the endless stream of rows; all that resuming needs.
///
/// The plan of rows is a function of (corpus, tokenizer, T, seed), so the place is three integers.
public struct Cursor: Hashable, Codable, Sendable {
    /// Passes over the corpus completed.
    public var epoch: Int
    /// Position, in the epoch's order, of the first document of the current planning group.
    public var document: Int
    /// Rows of the current group already used.
    public var row: Int
    /// Rows handed out since the beginning of training.
    public var rowsServed: Int

    /// A place read back from a checkpoint.
    public init(epoch: Int, document: Int, row: Int, rowsServed: Int) {
        self.epoch = epoch
        self.document = document
        self.row = row
        self.rowsServed = rowsServed
    }

    /// The beginning of the stream.
    public static let start = Cursor(epoch: 0, document: 0, row: 0, rowsServed: 0)
}
