internal import Foundation

/// p values of paired comparisons.
public enum PairedTest {
    /// Student's t test that the mean of `differences` is 0, two-sided; `nil` below two values or without spread.
    public static func student(_ differences: [Double]) -> Double? {
        guard let summary = Summary(of: differences), let error = summary.standardError, error > 0
        else { return nil }
        return 2
            * Distribution.studentUpperTail(
                abs(summary.mean / error), degreesOfFreedom: summary.count - 1)
    }

    /// The exact test of McNemar that two programs judge the same items equally well, two-sided.
    /// - Parameters:
    ///   - firstOnly: items that only the first one gets right.
    ///   - secondOnly: items that only the second one does.
    public static func mcNemar(firstOnly: Int, secondOnly: Int) -> Double {
        precondition(firstOnly >= 0 && secondOnly >= 0, "counts are not below zero")
        let n = firstOnly + secondOnly
        guard n > 0 else { return 1 }
        let k = min(firstOnly, secondOnly)
        var tail = 0.0
        for right in 0...k {
            let logChoices =
                lgamma(Double(n) + 1) - lgamma(Double(right) + 1)
                - lgamma(Double(n - right) + 1)
            tail += exp(logChoices - Double(n) * M_LN2)
        }
        return min(1, 2 * tail)
    }
}

/// p values of several tests, made comparable.
public enum Correction {
    /// Holm's step-down values: the chance that any of the tests errs stays below the level.
    /// - Source: Holm, "A simple sequentially rejective multiple test procedure", 1979.
    public static func holm(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var result = values
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, values[index] * Double(values.count - rank)))
            result[index] = largest
        }
        return result
    }
}

/// What an experiment of this size could have seen.
public enum Power {
    /// The smallest mean difference that `count` pairs with this standard deviation show at the two-sided level
    /// `alpha` with probability `power`; `nil` below two pairs.
    ///
    /// By Student's quantiles, which is a little low for very few pairs.
    public static func minimumDetectableGap(
        standardDeviation: Double, count: Int, alpha: Double = 0.05, power: Double = 0.8
    ) -> Double? {
        guard count > 1 else { return nil }
        let quantiles =
            Distribution.studentQuantile(1 - alpha / 2, degreesOfFreedom: count - 1)
            + Distribution.studentQuantile(power, degreesOfFreedom: count - 1)
        return quantiles * standardDeviation / Double(count).squareRoot()
    }
}

/// How far two orders agree.
public enum Correlation {
    /// Pearson's r; `nil` below two values or without spread.
    public static func pearson(_ x: [Double], _ y: [Double]) -> Double? {
        precondition(x.count == y.count, "\(x.count) values beside \(y.count)")
        guard let a = Summary(of: x), let b = Summary(of: y), x.count > 1 else { return nil }
        var (xy, xx, yy) = (0.0, 0.0, 0.0)
        for (u, v) in zip(x, y) {
            xy += (u - a.mean) * (v - b.mean)
            xx += (u - a.mean) * (u - a.mean)
            yy += (v - b.mean) * (v - b.mean)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
    }

    /// Spearman's ρ: Pearson's r of the ranks, ties sharing theirs.
    public static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
        pearson(ranks(x), ranks(y))
    }

    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var begin = 0
        while begin < order.count {
            var end = begin
            while end + 1 < order.count, values[order[end + 1]] == values[order[begin]] { end += 1 }
            for place in begin...end { ranks[order[place]] = Double(begin + end) / 2 + 1 }
            begin = end + 1
        }
        return ranks
    }
}
