public import Language
public import Provenance

/// The matched validation list: fixed windows that every model scores in every reading it can do.
///
/// Documents are cut as training cuts them; `ValidationChoice` says which windows are in. Of a long
/// document only some are, but always its first and its last, so that as many readings end at a
/// document's end one way as the other.
public struct ValidationWindows: Sendable {
    /// The windows, by document and start.
    public let windows: [Window]
    /// T the windows were cut for; each has at most T − 2 tokens.
    public let columnCount: Int
    /// Names windows and ids together: equal hashes mean that numbers may be compared.
    public let hash: ContentHash
    /// Tokens of all windows.
    public let tokenCount: Int
    /// UTF-8 bytes of those tokens: what bits per byte are divided by, in every reading.
    public let byteCount: Int

    private let vocabulary: Vocabulary
    /// The windows' tokens in natural order, where each begins in `tokens`, and at which byte of its
    /// document.
    private var tokens: [Int32] = []
    private var offsets: [Int] = []
    private var byteOffsets: [Int] = []

    /// One token of a window, and where it stands.
    public struct TokenPlace: Hashable, Sendable {
        /// Number of its document.
        public var document: Int
        /// Its natural position in the document, in tokens.
        public var position: Int
        /// The document's bytes before it.
        public var byteOffset: Int
        /// Its own bytes.
        public var byteCount: Int
        /// Tokens of the window that are read before it.
        public var contextLength: Int
    }

    /// The list over `documents`, which every run on them shares.
    /// - Parameter maximumTokens: tokens to hold; exceeded only to hold one document's first and last window.
    public init(
        _ documents: some TokenizedDocuments, vocabulary: Vocabulary, columnCount: Int,
        maximumTokens: Int
    ) throws(BatchError) {
        guard columnCount >= BatchLayout.minimumColumnCount else {
            throw .rowsTooShort(columnCount: columnCount)
        }
        let choice: ValidationChoice
        do {
            choice = try ValidationChoice(
                documents, capacity: columnCount - RowPlan.readingOverhead,
                maximumTokens: maximumTokens)
        } catch {
            throw .shard(error)
        }
        let chosen = choice.chosen.flatMap(\.windows)
        for (document, windows) in choice.chosen.map({ ($0.document, $0.windows) }) {
            var bytes = 0
            var position = 0
            for window in windows {
                bytes += document.tokens[position..<window.start].reduce(0) {
                    $0 + Int(vocabulary.byteCounts[Int($1)])
                }
                position = window.start
                offsets.append(tokens.count)
                byteOffsets.append(bytes)
                tokens += document.tokens[window.start..<window.start + window.count]
            }
        }
        guard !chosen.isEmpty else { throw .noTokens }
        self.windows = chosen
        self.columnCount = columnCount
        self.vocabulary = vocabulary
        tokenCount = tokens.count
        byteCount = tokens.reduce(0) { $0 + Int(vocabulary.byteCounts[Int($1)]) }
        hash = Self.hash(windows: chosen, tokens: tokens, columnCount: columnCount)
        checkTargets()
    }

    /// Number of windows.
    public var count: Int { windows.count }

    /// The tokens of window `number` in natural order.
    public func tokens(ofWindow number: Int) -> ArraySlice<Int32> {
        tokens[offsets[number]..<offsets[number] + windows[number].count]
    }

    /// The narrowest rows that hold windows `numbers` in every reading, with and without marker.
    public func narrowestColumnCount(_ numbers: Range<Int>) -> Int {
        windows[numbers].reduce(0) { max($0, $1.count) } + RowPlan.readingOverhead
    }

    /// Windows `numbers`, one a row of T positions.
    /// - Parameter usesMarkers: whether the model is told the reading (a bidirectional one is).
    public func rows(_ numbers: Range<Int>, reading: Reading, usesMarkers: Bool) -> ScoringRows {
        rows(numbers, reading: reading, usesMarkers: usesMarkers, columnCount: columnCount)
    }

    /// Windows `numbers`, one a row of `columnCount` positions, at least `narrowestColumnCount`.
    public func rows(
        _ numbers: Range<Int>, reading: Reading, usesMarkers: Bool, columnCount: Int
    ) -> ScoringRows {
        precondition(
            columnCount >= narrowestColumnCount(numbers),
            "windows \(numbers) need \(narrowestColumnCount(numbers)) columns, not \(columnCount)")
        var rows = ScoringRows(
            numbers: numbers, windows: Array(windows[numbers]), reading: reading,
            columnCount: columnCount, textColumn: usesMarkers ? 2 : 1,
            inputs: Array(repeating: 0, count: numbers.count * columnCount),
            targets: Array(repeating: -1, count: numbers.count * columnCount), targetBytes: [])
        rows.inputs.withUnsafeMutableBufferPointer { inputs in
            rows.targets.withUnsafeMutableBufferPointer { targets in
                for (row, number) in numbers.enumerated() {
                    var layout = RowLayout(
                        RowBuffers(
                            inputs: inputs, targets: targets, start: row * columnCount,
                            columnCount: columnCount),
                        vocabulary: vocabulary, usesMarkers: usesMarkers)
                    _ = layout.append(
                        tokens(ofWindow: number), of: windows[number], reading: reading)
                    layout.close()
                }
            }
        }
        rows.targetBytes = rows.targets.map { $0 < 0 ? 0 : vocabulary.byteCounts[Int($0)] }
        return rows
    }

    /// The tokens of window `number` in natural order, and what `reading` has read before each.
    public func places(ofWindow number: Int, reading: Reading) -> [TokenPlace] {
        let window = windows[number]
        var byteOffset = byteOffsets[number]
        return tokens(ofWindow: number).enumerated().map { index, token in
            let byteCount = Int(vocabulary.byteCounts[Int(token)])
            defer { byteOffset += byteCount }
            return TokenPlace(
                document: window.document, position: window.start + index, byteOffset: byteOffset,
                byteCount: byteCount,
                contextLength: reading.position(of: index, count: window.count))
        }
    }

    private static func hash(
        windows: [Window], tokens: [Int32], columnCount: Int
    ) -> ContentHash {
        var numbers = [Int64(columnCount), Int64(windows.count)]
        for window in windows {
            numbers += [Int64(window.document), Int64(window.start), Int64(window.count)]
            numbers.append((window.opensDocument ? 1 : 0) + (window.closesDocument ? 2 : 0))
        }
        numbers += tokens.map(Int64.init)
        var hasher = ContentHash.Hasher()
        let bytes = numbers.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        hasher.update(bytes)
        return hasher.finish()
    }

    /// Null 2: every reading predicts the same ids equally often, with markers and without.
    private func checkTargets() {
        let balances = Reading.allCases.flatMap { reading in
            [false, true].map { targetBalance(reading: reading, usesMarkers: $0) }
        }
        precondition(
            balances.allSatisfy { $0 == balances[0] },
            "validation targets differ between readings")
    }

    /// How often each id is a target.
    private func targetBalance(reading: Reading, usesMarkers: Bool) -> [Int] {
        var balance = [Int](repeating: 0, count: vocabulary.byteCounts.count)
        for start in stride(from: 0, to: count, by: 64) {
            let rows = rows(
                start..<min(start + 64, count), reading: reading, usesMarkers: usesMarkers)
            for target in rows.targets where target >= 0 { balance[Int(target)] += 1 }
        }
        return balance
    }
}
