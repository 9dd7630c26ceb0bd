internal import Foundation

/// Reads what a run records while it is recorded: the steps since the last look.
///
/// It only reads, so a run cannot tell whether it is followed.
public struct RunFollower {
    /// A step as trackers get it.
    public struct Step: Sendable {
        /// Optimizer steps completed before it.
        public var step: Int
        /// Its scalars, in the order of the record.
        public var scalars: [(name: String, value: Double)]
        /// Gradient norms by layer, √Σ over its parts, where the step has them.
        public var layerNorms: [(layer: Int, norm: Double)]
    }

    /// How far a follower has come; kept between its lives.
    public struct Place: Codable, Hashable, Sendable {
        /// Bytes of `metrics.jsonl` that are done.
        public var offset: Int
        /// The last step that is done; −1 for none.
        public var step: Int

        /// The beginning.
        public init(offset: Int = 0, step: Int = -1) {
            self.offset = offset
            self.step = step
        }
    }

    /// The run.
    public let directory: RunDirectory
    /// What is done.
    public private(set) var place: Place
    private let phase: Phase

    /// Follows the run in `directory` from `place` on.
    public init(_ directory: RunDirectory, phase: Phase, from place: Place) {
        self.directory = directory
        self.phase = phase
        self.place = place
    }

    /// What came since the last look.
    public struct News: Sendable {
        /// The first step that the run has taken back since, as a resumption does; `nil` as a rule.
        public var rewoundTo: Int?
        /// Whole new steps.
        public var steps: [Step]
    }

    /// Looks once; what it returns counts as done.
    /// - Parameters:
    ///   - holdsBack: whether the newest step is left for the next look, when its statistics will be filed.
    ///   - limit: steps at most.
    public mutating func look(holdsBack: Bool = false, limit: Int = 2000) -> News {
        var news = News(rewoundTo: nil, steps: [])
        guard let file = FileHandle(forReadingAtPath: directory.metrics) else { return news }
        defer { try? file.close() }
        let size = Int((try? file.seekToEnd()) ?? 0)
        if size < place.offset {
            // The run went on from an earlier checkpoint and dropped what came after it.
            let lines =
                ((try? file.seek(toOffset: 0)) != nil ? try? file.readToEnd() : nil)
                .flatMap { $0 }.map { Self.lines($0) } ?? (lines: [], used: 0)
            let last = lines.lines.last?.step ?? -1
            news.rewoundTo = last + 1
            place = Place(offset: lines.used, step: last)
            return news
        }
        guard size > place.offset, place.offset >= 0,
            (try? file.seek(toOffset: UInt64(place.offset))) != nil,
            let data = try? file.read(upToCount: 1 << 20)
        else { return news }
        let found = Self.lines(data, limit: limit, holdsBack: holdsBack)
        place.offset += found.used
        let research = try? RunReader(path: directory.path).researchLog(phase)
        for line in found.lines {
            if line.step <= place.step {
                // The file shrank and grew again between two looks.
                news.rewoundTo = min(news.rewoundTo ?? line.step, line.step)
            }
            place.step = line.step
            news.steps.append(
                Step(
                    step: line.step, scalars: line.scalars,
                    layerNorms: research.map { Self.norms($0, at: line.step) } ?? []))
        }
        return news
    }

    private static func lines(
        _ data: Data, limit: Int = .max, holdsBack: Bool = false
    ) -> (lines: [MetricsLine], used: Int) {
        var lines: [MetricsLine] = []
        var start = data.startIndex
        while lines.count < limit, let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if holdsBack, data[data.index(after: end)...].firstIndex(of: UInt8(ascii: "\n")) == nil
            {
                break
            }
            if let line = MetricsLine(Data(data[start..<end])) { lines.append(line) }
            start = data.index(after: end)
        }
        return (lines, start - data.startIndex)
    }

    /// Gradient norms of the blocks at `step`; none where they were not taken, or are not filed yet.
    private static func norms(_ research: ResearchReader, at step: Int) -> [(Int, Double)] {
        guard let record = try? research.filedSample(at: step) else { return [] }
        var squares: [Int: Double] = [:]
        for layer in record.layers where layer.kind == .gradients && layer.layer >= 0 {
            let norm = Double(layer.statistics.first { $0.name == "norm" }?.value ?? 0)
            squares[layer.layer, default: 0] += norm * norm
        }
        return squares.keys.sorted().map { ($0, (squares[$0] ?? 0).squareRoot()) }
    }
}
