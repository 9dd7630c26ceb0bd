internal import Foundation
public import Language

/// Everything that a comparison concludes, in numbers: tables, figures and sentences are made of
/// it.
public struct Comparison: Sendable {
    /// What was compared.
    public let input: ComparisonInput
    /// Every model in every reading it was scored in, in the order of the runs.
    public let cells: [Cell]
    /// The paired differences, by depth.
    public let contrasts: [Contrast]
    /// The gaps between readings at equal context length.
    public let contextGaps: [ContextGap]
    /// Documents behind the intervals.
    public let documentCount: Int
    /// Scored targets of the validation list.
    public let tokenCount: Int
    /// Bytes of the validation list.
    public let byteCount: Int
    /// Bootstrap replicates behind each interval.
    public var resamples: Int { PairedScores.resamples }
    /// What the runs were given equal amounts of.
    public var budget: Budget { Budget(of: input.runs) }

    /// One model in one reading.
    public struct Cell: Sendable {
        /// Index into the input's runs.
        public let run: Int
        /// How the windows were read.
        public let reading: Reading
        /// Whether the model was trained on that reading.
        public let isNative: Bool
        /// Mean over all targets; NaN when a window's score is.
        public let natsPerToken: Double
        /// exp of the mean NLL.
        public let perplexity: Double
        /// Bits per UTF-8 byte.
        public let bitsPerByte: Double
        /// Interval over documents of the former.
        public let bitsPerByteInterval: Interval?
    }

    /// Draws the bootstrap and concludes.
    /// - Throws: when a run's scores do not belong to the validation list.
    public init(of input: ComparisonInput) throws(ReportError) {
        let windows = input.validation
        for run in input.runs {
            for scores in run.scores where scores.windowNats.count != windows.count {
                throw .unmatchedScores(
                    run: run.name, reading: scores.reading.rawValue,
                    scored: scores.windowNats.count, expected: windows.count)
            }
        }
        let documents = DocumentTotals(windows: windows)
        var columns = [windows.tokenCounts.map(Double.init)]
        columns.append(windows.byteCounts.map(Double.init))
        var columnOf: [ScoreKey: Int] = [:]
        for (index, run) in input.runs.enumerated() {
            for scores in run.scores where columnOf[.init(index, scores.reading)] == nil {
                columnOf[.init(index, scores.reading)] = columns.count
                columns.append(scores.windowNats)
            }
        }
        let table = ScoreTable(
            scores: PairedScores(columns, by: documents), columnOf: columnOf)

        self.input = input
        documentCount = documents.count
        tokenCount = windows.tokenCounts.reduce(0, +)
        byteCount = windows.byteCounts.reduce(0, +)
        var cells: [Cell] = []
        for (index, run) in input.runs.enumerated() {
            for reading in Reading.allCases {
                guard let column = columnOf[.init(index, reading)] else { continue }
                let nats = table.scores.mean(column, over: ScoreTable.tokens)
                let bits = table.scores.mean(column, over: ScoreTable.bytes)
                cells.append(
                    Cell(
                        run: index, reading: reading, isNative: run.isNative(reading),
                        natsPerToken: nats.value, perplexity: exp(nats.value),
                        bitsPerByte: bits.value / M_LN2,
                        bitsPerByteInterval: bits.interval?.scaled(by: 1 / M_LN2)))
            }
        }
        self.cells = cells
        let contrasts = ContrastBuilder(input: input, table: table).all()
        self.contrasts = contrasts
        contextGaps = contrasts.compactMap {
            ContextGap(of: $0, in: input, documents: documents)
        }
    }

    /// The score of `run` in `reading`, where it was taken.
    public func cell(run: Int, reading: Reading) -> Cell? {
        cells.first { $0.run == run && $0.reading == reading }
    }

    /// The difference between reading directions of dedicated models at the greatest depth
    /// compared.
    public var mainContrast: Contrast? {
        contrasts.filter { $0.kind == .direction }.max { $0.depth < $1.depth }
    }
}

/// Which of a comparison's scores: a run in a reading.
struct ScoreKey: Hashable, Sendable {
    let run: Int
    let reading: Reading

    init(_ run: Int, _ reading: Reading) {
        self.run = run
        self.reading = reading
    }
}

/// The resampled scores of a comparison, found by run and reading.
struct ScoreTable: Sendable {
    /// Column of the target counts.
    static let tokens = 0
    /// Column of the byte counts.
    static let bytes = 1

    let scores: PairedScores
    let columnOf: [ScoreKey: Int]

    func column(_ run: Int, _ reading: Reading) -> Int? { columnOf[ScoreKey(run, reading)] }
}
