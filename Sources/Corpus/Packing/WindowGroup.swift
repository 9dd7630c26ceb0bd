internal import Language
internal import Provenance

/// Windows of some documents and the rows they stand in: the unit of planning.
struct WindowGroup {
    /// All windows, by document and start.
    private(set) var windows: [Window]
    /// Where each window's tokens begin in `tokens`.
    private let offsets: [Int]
    /// The documents' tokens in natural order, one after another.
    private var tokens: [Int32]
    /// Windows by row, and where each row begins among them; one more entry than rows.
    private let members: [Int]
    private let rowStarts: [Int]

    /// Number of rows.
    var rowCount: Int { rowStarts.count - 1 }
    /// Tokens of all windows.
    var windowTokenCount: Int { windows.reduce(0) { $0 + $1.count } }

    /// In which order rows, and the windows within each, are laid out.
    enum Order {
        /// Rows by number, windows as they come.
        case asGiven
        /// Rows permuted; the piece that was cut to fill a row stays its last.
        case shuffledRows(Seed)
        /// Both permuted: packing by size would put the short windows behind the long ones.
        case shuffled(Seed)

        /// The places of rows that were planned in another order.
        fileprivate func rows(_ planned: [Int], rowCount: Int) -> [Int] {
            switch self {
            case .asGiven:
                return planned
            case .shuffledRows(let seed), .shuffled(let seed):
                let places = Permutation(count: rowCount, seed: seed["rows"])
                return planned.map { places[$0] }
            }
        }

        /// All windows, in the order in which they enter their rows.
        fileprivate func windows(count: Int) -> [Int] {
            switch self {
            case .asGiven, .shuffledRows:
                return Array(0..<count)
            case .shuffled(let seed):
                let places = Permutation(count: count, seed: seed["windows"])
                return (0..<count).map { places[$0] }
            }
        }
    }

    /// Places each window in its row.
    /// - Parameter offsets: where each window's tokens begin in `tokens`.
    init(
        windows: [Window], offsets: [Int], tokens: [Int32], rowOfWindow: [Int], rowCount: Int,
        order: Order
    ) {
        self.windows = windows
        self.offsets = offsets
        self.tokens = tokens
        let rows = order.rows(rowOfWindow, rowCount: rowCount)
        var ends = [Int](repeating: 0, count: rowCount + 1)
        for row in rows { ends[row + 1] += 1 }
        for row in 0..<rowCount { ends[row + 1] += ends[row] }
        rowStarts = ends
        var members = [Int](repeating: 0, count: windows.count)
        for window in order.windows(count: windows.count) {
            members[ends[rows[window]]] = window
            ends[rows[window]] += 1
        }
        self.members = members
    }

    /// The windows of row `index`, in the order in which they stand there.
    func windows(inRow index: Int) -> [Window] {
        members[rowStarts[index]..<rowStarts[index + 1]].map { windows[$0] }
    }

    /// Writes row `index` in `reading`.
    /// - Returns: ids of BOS, markers and text among the inputs; the rest is padding.
    func write(
        row index: Int, reading: Reading, usesMarkers: Bool, vocabulary: Vocabulary,
        into row: RowBuffers, place: (Window, (column: Int, textColumn: Int)) -> Void
    ) -> Int {
        var layout = RowLayout(row, vocabulary: vocabulary, usesMarkers: usesMarkers)
        for member in members[rowStarts[index]..<rowStarts[index + 1]] {
            let window = windows[member]
            let offset = offsets[member]
            place(
                window,
                layout.append(
                    tokens[offset..<offset + window.count], of: window, reading: reading))
        }
        let used = min(layout.used, row.inputs.count)
        layout.close()
        return used
    }

    /// Input positions that hold no reading, all rows together.
    func paddingCount(columnCount T: Int, overhead: Int) -> Int {
        (0..<rowCount).reduce(0) { sum, row in
            let used = members[rowStarts[row]..<rowStarts[row + 1]].reduce(0) {
                $0 + windows[$1].count + overhead
            }
            return sum + max(0, T - used)
        }
    }

    /// The group with every window turned around and its ends exchanged.
    func mirrored() -> WindowGroup {
        var mirror = self
        for index in windows.indices {
            let range = offsets[index]..<offsets[index] + windows[index].count
            mirror.tokens[range].reverse()
            mirror.windows[index].opensDocument = windows[index].closesDocument
            mirror.windows[index].closesDocument = windows[index].opensDocument
        }
        return mirror
    }
}
