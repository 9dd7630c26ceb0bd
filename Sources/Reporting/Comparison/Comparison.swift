internal import Foundation
public import Language
public import Provenance

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
    public let resamples: Int

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
    public init(
        of input: ComparisonInput, seed: Seed, resamples: Int = 2000
    ) throws(ReportError) {
        let windows = input.validation
        for run in input.runs {
            for scores in run.scores where scores.windowNats.count != windows.count {
                throw .unmatchedScores(
                    run: run.name, reading: scores.reading.rawValue,
                    scored: scores.windowNats.count, expected: windows.count)
            }
        }
        let documents = DocumentTotals(windows: windows)
        var columns = [documents.sums(of: windows.tokenCounts.map(Double.init))]
        columns.append(documents.sums(of: windows.byteCounts.map(Double.init)))
        var columnOf: [ScoreKey: Int] = [:]
        for (index, run) in input.runs.enumerated() {
            for scores in run.scores where columnOf[.init(index, scores.reading)] == nil {
                columnOf[.init(index, scores.reading)] = columns.count
                columns.append(documents.sums(of: scores.windowNats))
            }
        }
        let sums = ResampledSums(
            of: columns, resamples: resamples, seed: seed["report/documents"])
        let table = ScoreTable(sums: sums, columnOf: columnOf)

        self.input = input
        self.resamples = resamples
        documentCount = documents.count
        tokenCount = windows.tokenCounts.reduce(0, +)
        byteCount = windows.byteCounts.reduce(0, +)
        var cells: [Cell] = []
        for (index, run) in input.runs.enumerated() {
            for reading in Reading.allCases {
                guard let column = columnOf[.init(index, reading)] else { continue }
                let nats = sums.totals[column] / sums.totals[ScoreTable.tokens]
                let bits = sums.totals[column] / sums.totals[ScoreTable.bytes] / M_LN2
                let interval =
                    documents.count > 1
                    ? Interval.percentile(of: sums.ratios(of: column, over: ScoreTable.bytes))
                    : nil
                cells.append(
                    Cell(
                        run: index, reading: reading, isNative: run.isNative(reading),
                        natsPerToken: nats, perplexity: exp(nats), bitsPerByte: bits,
                        bitsPerByteInterval: interval?.scaled(by: 1 / M_LN2)))
            }
        }
        self.cells = cells
        let contrasts = ContrastBuilder(input: input, table: table, seed: seed["report/seeds"])
            .all()
        self.contrasts = contrasts
        contextGaps = contrasts.compactMap { contrast in
            ContextGap(
                of: contrast, in: input, documents: documents, resamples: resamples,
                seed: seed["report/contexts"])
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

/// The resampled sums of a comparison, found by run and reading.
struct ScoreTable: Sendable {
    /// Column of the target counts.
    static let tokens = 0
    /// Column of the byte counts.
    static let bytes = 1

    let sums: ResampledSums
    let columnOf: [ScoreKey: Int]

    func column(_ run: Int, _ reading: Reading) -> Int? { columnOf[ScoreKey(run, reading)] }
}

/// Sums of quantities by document: windows and tokens of one document stand or fall together.
struct DocumentTotals {
    /// Number of documents.
    let count: Int
    private let place: [Int]

    init(windows: MatchedWindows) { self.init(documents: windows.documents) }

    /// - Parameter documents: the document of each unit.
    init(documents: [Int]) {
        var placeOf: [Int: Int] = [:]
        place = documents.map { document in
            if let known = placeOf[document] { return known }
            let next = placeOf.count
            placeOf[document] = next
            return next
        }
        count = placeOf.count
    }

    /// One sum a document, in order of first appearance.
    func sums(of values: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        for (place, value) in zip(place, values) { result[place] += value }
        return result
    }
}
