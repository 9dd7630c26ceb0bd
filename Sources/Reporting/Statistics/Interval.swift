internal import Foundation

/// Two ends that hold the unknown value with a stated confidence.
public struct Interval: Hashable, Codable, Sendable {
    /// Lower end.
    public var lower: Double
    /// Upper end.
    public var upper: Double
    /// Nominal coverage, 0.95 as a rule.
    public var confidence: Double

    /// An interval from `lower` to `upper`.
    public init(lower: Double, upper: Double, confidence: Double = 0.95) {
        self.lower = lower
        self.upper = upper
        self.confidence = confidence
    }

    /// Whether `value` lies inside, ends included.
    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

    /// Whether every value inside has the same sign; false when an end is not a number.
    public var excludesZero: Bool { lower > 0 || upper < 0 }

    /// The interval of the measured quantity multiplied by a positive `factor`.
    public func scaled(by factor: Double) -> Interval {
        Interval(lower: lower * factor, upper: upper * factor, confidence: confidence)
    }

    /// The part of it that the measured quantity can take.
    public func clamped(to bounds: ClosedRange<Double>) -> Interval {
        func inside(_ value: Double) -> Double {
            value.isNaN ? value : min(max(value, bounds.lowerBound), bounds.upperBound)
        }
        return Interval(lower: inside(lower), upper: inside(upper), confidence: confidence)
    }

    /// The central part of bootstrap replicates; `nil` unless at least two are given and all are
    /// finite.
    public static func percentile(
        of replicates: [Double], confidence: Double = 0.95
    ) -> Interval? {
        guard replicates.count > 1, replicates.allSatisfy(\.isFinite) else { return nil }
        let sorted = replicates.sorted()
        let tail = (1 - confidence) / 2
        return Interval(
            lower: quantile(tail, ofSorted: sorted), upper: quantile(1 - tail, ofSorted: sorted),
            confidence: confidence)
    }

    /// Student's interval of a mean, for units as few as seeds; `nil` below two finite values.
    public static func student(
        of values: [Double], confidence: Double = 0.95
    ) -> Interval? {
        guard let summary = Summary(of: values), let error = summary.standardError else {
            return nil
        }
        let reach =
            error
            * Distribution.studentQuantile(
                1 - (1 - confidence) / 2, degreesOfFreedom: values.count - 1)
        return Interval(
            lower: summary.mean - reach, upper: summary.mean + reach, confidence: confidence)
    }

    /// Wilson's score interval of a proportion; `nil` without trials.
    /// - Source: Wilson, JASA 1927.
    public static func wilson(
        successes: Int, trials: Int, confidence: Double = 0.95
    ) -> Interval? {
        precondition(
            successes >= 0 && successes <= trials, "\(successes) successes of \(trials) trials")
        guard trials > 0 else { return nil }
        let z = Distribution.normalQuantile(1 - (1 - confidence) / 2)
        let n = Double(trials)
        let p = Double(successes) / n
        let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        let reach = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        return Interval(
            lower: successes == 0 ? 0 : centre - reach,
            upper: successes == trials ? 1 : centre + reach, confidence: confidence)
    }

    /// The `q` quantile with linear interpolation between order statistics (R's type 7, numpy's
    /// default).
    package static func quantile(_ q: Double, ofSorted sorted: [Double]) -> Double {
        precondition(!sorted.isEmpty, "a quantile of nothing")
        let place = q * Double(sorted.count - 1)
        let below = min(max(Int(place.rounded(.down)), 0), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
