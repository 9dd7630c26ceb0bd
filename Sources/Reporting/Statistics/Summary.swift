internal import Foundation

/// Mean and spread of independent values.
public struct Summary: Hashable, Sendable {
    /// How many.
    public let count: Int
    /// Arithmetic mean.
    public let mean: Double
    /// Sample standard deviation (n − 1); `nil` for a single value.
    public let standardDeviation: Double?

    /// The summary of `values`; `nil` when there are none or one is not finite.
    public init?(of values: [Double]) {
        guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
        count = values.count
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        standardDeviation =
            values.count > 1
            ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                / Double(values.count - 1)).squareRoot() : nil
    }

    /// Standard error of the mean; `nil` for a single value.
    public var standardError: Double? {
        standardDeviation.map { $0 / Double(count).squareRoot() }
    }
}

/// What pairs of measurements say beyond their mean difference.
public enum PairedEffect {
    /// Cohen's d of paired differences: mean over standard deviation; `nil` where there is no
    /// spread.
    public static func cohensD(of differences: [Double]) -> Double? {
        guard let summary = Summary(of: differences), let deviation = summary.standardDeviation,
            deviation > 0
        else { return nil }
        return summary.mean / deviation
    }

    /// The share of `values` above zero, ties counted half; `nil` when empty or not finite.
    ///
    /// Of bootstrap replicates it is the probability, as the resampling sees it, that the quantity
    /// is positive; of windows the share that is harder in one reading.
    public static func positiveShare(of values: [Double]) -> Double? {
        guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
        let points = values.reduce(0.0) { $0 + ($1 > 0 ? 1 : $1 == 0 ? 0.5 : 0) }
        return points / Double(values.count)
    }
}
