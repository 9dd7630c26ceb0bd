internal import Foundation

/// How far a run has come. This is what "finished" means, everywhere.
public struct RunProgress: Hashable, Sendable {
    /// How it stands.
    public enum Status: String, Codable, Hashable, Sendable, CaseIterable {
        /// No step is recorded.
        case begun
        /// It has steps left; it may be running.
        case stopped
        /// Its loss is not finite, or ended above where it began, beyond its noise.
        case diverged
        /// It took all its steps and validated after the last one.
        case finished
    }

    /// How it stands.
    public let status: Status
    /// Optimizer steps taken.
    public let stepsTaken: Int
    /// Optimizer steps that its settings ask for; `nil` where they do not say.
    public let stepCount: Int?

    /// Whether its numbers are those of a whole training.
    public var isFinished: Bool { status == .finished }

    /// "finished", "stopped after 30 of 60 steps", …
    public var words: String {
        let count = stepCount.map { " of \($0)" } ?? ""
        return switch status {
        case .begun: "begun, no step taken"
        case .stopped: "stopped after \(stepsTaken)\(count) steps"
        case .diverged: "diverged after \(stepsTaken)\(count) steps"
        case .finished: "finished"
        }
    }

    /// Records at either end that say whether a run diverged.
    private static let window = 20

    /// The deviation of single losses, from the median distance to the middle of their neighbours: no trend reaches it.
    private static func noise(of losses: [Double]) -> Double {
        let distances = (1..<losses.count - 1).map { place -> Double in
            let middle = losses[place - 1] / 2 + losses[place + 1] / 2
            return abs(losses[place] - middle)
        }.sorted()
        // The distance has 3/2 of a value's variance, and a normal one its median at 0.6745 deviations.
        return distances[distances.count / 2] / 0.6745 / 1.5.squareRoot()
    }

    /// The progress that the records of a run show.
    /// - Parameters:
    ///   - first: the first records.
    ///   - last: the last records; may overlap the first ones.
    ///   - phase: base training must end below where it began; rewards and short stages need not.
    init(first: [MetricsLine], last: [MetricsLine], stepCount: Int?, phase: Phase?) {
        self.stepCount = stepCount
        guard let end = last.last else {
            status = .begun
            stepsTaken = 0
            return
        }
        func values(_ lines: [MetricsLine], _ name: String) -> [Double] {
            lines.compactMap { line in line.scalars.first { $0.name == name }?.value }
        }
        // The record of step n is written when it is taken; the one behind the last step holds the ending alone.
        let isWhole = stepCount.map { end.step >= $0 } ?? false
        let failed = values([end], Metric.diverged).contains { $0 != 0 }
        stepsTaken = isWhole || failed ? end.step : end.step + 1
        let losses = values(last, Metric.loss).suffix(Self.window)
        let ending = [
            losses.last, values(last, Metric.validationBitsPerByte).last,
            values(last, Metric.validationLoss).last,
        ].compactMap { $0 }
        var isAbove = false
        if phase == .base, let start = values(first, Metric.loss).first,
            losses.count == Self.window
        {
            let rise = losses.reduce(0, +) / Double(losses.count) - start
            isAbove = rise > 3 * Self.noise(of: Array(losses))
        }
        if failed || isAbove || !ending.allSatisfy(\.isFinite) {
            status = .diverged
        } else {
            status = isWhole ? .finished : .stopped
        }
    }
}

extension RunReader {
    /// How far the run has come, from both ends of its record: there may be a thousand runs.
    public func progress() throws(JournalError) -> RunProgress {
        let settings = try configuration()
        let object = (try? JSONSerialization.jsonObject(with: settings)) as? [String: Any]
        return progress(
            stepCount: object.flatMap(Self.stepCount),
            phase: (object?["phase"] as? String).flatMap(Phase.init(rawValue:)))
    }

    /// How far the run has come of `stepCount` steps of `phase`.
    public func progress(stepCount: Int?, phase: Phase?) -> RunProgress {
        let ends = MetricsEnds(path: directory.metrics)
        return RunProgress(
            first: ends.first, last: ends.last, stepCount: stepCount, phase: phase)
    }

    /// Optimizer steps that `config.json` asks for.
    private static func stepCount(_ settings: [String: Any]) -> Int? {
        let schedule = settings["schedule"] as? [String: Any]
        // `stepCount` in runs of before keys were the flags' names.
        let value =
            settings["num_iterations"] ?? schedule?["num_iterations"] ?? schedule?["stepCount"]
        return (value as? NSNumber)?.intValue
    }
}

/// The records at the beginning and at the end of a `metrics.jsonl`, without what lies between.
struct MetricsEnds {
    /// The first records.
    var first: [MetricsLine] = []
    /// The last records.
    var last: [MetricsLine] = []

    /// Bytes that are read at either end: two dozen records.
    private static let span: UInt64 = 1 << 14

    /// Reads `path`; a file that is not there, or a torn line, has no records.
    init(path: String) {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        let start = size > Self.span ? size - Self.span : 0
        try? file.seek(toOffset: 0)
        first = Self.lines((try? file.read(upToCount: Int(Self.span))) ?? Data(), isTorn: false)
        try? file.seek(toOffset: start)
        last = Self.lines((try? file.readToEnd()) ?? Data(), isTorn: start > 0)
    }

    private static func lines(_ data: Data, isTorn: Bool) -> [MetricsLine] {
        var lines: [MetricsLine] = []
        var begin = data.startIndex
        while let end = data[begin...].firstIndex(of: UInt8(ascii: "\n")) {
            if !(isTorn && begin == data.startIndex), let line = MetricsLine(data[begin..<end]) {
                lines.append(line)
            }
            begin = data.index(after: end)
        }
        return lines
    }
}
