internal import Foundation

/// A loss over training beside its own noise: what may be said of its levels, its fall, and when it got there.
public struct LossCurve: Sendable {
    /// The finite points.
    public let measured: Series
    /// Their centered moving average.
    public let mean: Series
    /// Standard deviation of a point about the curve; `nil` of fewer points than it can be told from.
    public let noise: Double?
    /// Where the first value stands that is not finite.
    let broken: Double?
    private let variances: [Double]

    /// Points below which nothing is said of the noise.
    static let fewest = 10
    /// Standard errors that set two levels apart; three, since hundreds of places are looked at.
    static let certainty = 3.0

    /// The curve through `series`.
    public init(_ series: Series) {
        measured = series.finite()
        (mean, variances) = measured.localMean()
        noise = Self.noise(measured.y)
        broken = series.y.firstIndex { !$0.isFinite }.map { series.x[$0] }
    }

    /// The noise of single values, from the median distance to the middle of their neighbours.
    ///
    /// Neither a trend nor a few outliers reach it. Assumption: values are independent, as losses of different
    /// batches are.
    private static func noise(_ values: [Double]) -> Double? {
        guard values.count >= fewest else { return nil }
        let distances = (1..<values.count - 1).map { place -> Double in
            let middle = values[place - 1] / 2 + values[place + 1] / 2
            return abs(values[place] - middle)
        }
        // The distance has 3/2 of a value's variance, and a normal one its median at 0.6745 deviations.
        return Interval.quantile(0.5, ofSorted: distances.sorted()) / 0.6745 / 1.5.squareRoot()
    }

    // MARK: Levels

    /// A mean over part of the curve with its standard error.
    struct Level {
        let mean: Double
        let error: Double
        /// Whether this one is above `other` beyond the noise.
        func isAbove(_ other: Level, by margin: Double = 0) -> Bool {
            mean - other.mean - margin
                > LossCurve.certainty * (error * error + other.error * other.error).squareRoot()
        }
    }

    /// Points in a twentieth of the curve, the stretch that its start and its end are the means of.
    private var twentieth: Int { max(1, measured.count / 20) }

    private func level(_ values: ArraySlice<Double>) -> Level? {
        guard let noise, !values.isEmpty else { return nil }
        let count = Double(values.count)
        return Level(
            mean: values.reduce(0) { $0 + $1 / count }, error: noise / count.squareRoot())
    }

    /// The mean of the first twentieth.
    var start: Level? { level(measured.y.prefix(twentieth)) }
    /// The mean of the last twentieth.
    var end: Level? { level(measured.y.suffix(twentieth)) }

    /// The lowest value of the moving average, taken where five points or more are behind it.
    private var lowest: Level? {
        guard let noise else { return nil }
        let calm = mean.y.indices.filter { variances[$0] <= 0.2 }
        guard let place = calm.min(by: { mean.y[$0] < mean.y[$1] }) else { return nil }
        return Level(mean: mean.y[place], error: noise * variances[place].squareRoot())
    }

    /// How a curve over steps went wrong, in words that follow the run's name; `nil` where it did not, or is too
    /// short to say.
    public var failure: String? {
        if let broken { return "has a loss that is not a number at step \(Int(broken))" }
        guard let start, let end else { return nil }
        func text(_ value: Double) -> String { String(format: "%.4g", value) }
        if end.isAbove(start) {
            return "has a loss that rose from \(text(start.mean)) to \(text(end.mean)) nats"
        }
        // More than half of what it had gained was lost again.
        guard let lowest, end.isAbove(lowest, by: max(0, start.mean - lowest.mean) / 2) else {
            return nil
        }
        return
            "has a loss that fell from \(text(start.mean)) to \(text(lowest.mean)) nats and rose again to "
            + text(end.mean)
    }

    // MARK: Speed

    /// When a curve came down to a loss.
    public enum Arrival: Hashable, Sendable {
        /// Its moving average stays above.
        case never
        /// It comes so close that its noise leaves open when it got there, or whether it did.
        case unresolved
        /// From `place` on the moving average is at or below; by its noise not before `earliest`, and beyond doubt at
        /// `latest`.
        case at(place: Double, earliest: Double, latest: Double)

        /// The place, where there is one.
        public var place: Double? {
            guard case .at(let place, _, _) = self else { return nil }
            return place
        }
    }

    /// When the curve came down to `threshold`.
    public func arrival(at threshold: Double) -> Arrival {
        guard let noise, let end else { return .unresolved }
        func reach(_ index: Int) -> Double {
            Self.certainty * noise * variances[index].squareRoot()
        }
        let places = mean.y.indices
        let latest = places.first { mean.y[$0] + reach($0) <= threshold }
        guard let latest, stays(below: threshold, from: latest) else {
            let stays =
                mean.y.allSatisfy { $0 > threshold }
                && end.mean - Self.certainty * end.error > threshold
            return stays ? .never : .unresolved
        }
        let earliest = places.first { mean.y[$0] - reach($0) <= threshold } ?? latest
        // The last time that it comes down before it is beyond doubt: a single low value is not an arrival.
        let above = (earliest..<latest).last { mean.y[$0] > threshold }
        return .at(
            place: mean.x[above.map { $0 + 1 } ?? earliest], earliest: mean.x[earliest],
            latest: mean.x[latest])
    }

    /// Whether all that follows `place` together is below `threshold` beyond the noise: of hundreds of windows some are
    /// low by chance.
    private func stays(below threshold: Double, from place: Int) -> Bool {
        guard let rest = level(measured.y[place...]) else { return false }
        return rest.mean + Self.certainty * rest.error <= threshold
    }

    // MARK: Area

    /// Σ (loss − end) · weight with its 95 % interval, and the sum of the weights.
    public struct Area: Hashable, Sendable {
        /// Σ (loss − end) · weight.
        public let nats: Double
        /// What the noise of the losses, and most of all of the end, leaves open.
        public let interval: Interval
        /// Σ weight.
        public let weight: Double
        /// Whether noise alone would not have given as much.
        public var isResolved: Bool { interval.lower > 0 }
    }

    /// The area between the curve and its own end; `nil` where its noise is not known.
    ///
    /// The end is the mean of the last twentieth, not the lowest of a noisy curve. Its error counts for every target, so
    /// that of a run which hardly falls it is larger than the area.
    /// - Parameter weights: targets behind each of the finite points.
    /// - Source: the prequential estimate of arXiv:2601.03220.
    public func area(weights: [Double]) -> Area? {
        precondition(weights.count == measured.count, "\(weights.count) weights")
        guard let noise, let end else { return nil }
        let total = weights.reduce(0, +)
        guard total > 0 else { return nil }
        let tail = measured.count - twentieth
        var (area, squares) = (0.0, 0.0)
        for (index, loss) in measured.y.enumerated() {
            area += (loss - end.mean) * weights[index]
            let share = weights[index] - (index < tail ? 0 : total / Double(twentieth))
            squares += share * share
        }
        let reach = Distribution.normalQuantile(0.975) * noise * squares.squareRoot()
        return Area(
            nats: area, interval: Interval(lower: area - reach, upper: area + reach), weight: total)
    }
}
