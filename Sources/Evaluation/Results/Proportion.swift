internal import Foundation

/// A share with its 95 % interval by Wilson's score.
/// - Source: E. B. Wilson, JASA 22 (1927), 209–212.
public struct Proportion: Codable, Hashable, Sendable {
    /// Right ones among all.
    public var value: Double
    /// Lower end.
    public var lower: Double
    /// Upper end.
    public var upper: Double
    /// How many there were.
    public var count: Int

    /// The 97.5 % quantile of the normal distribution.
    private static let quantile = 1.959963984540054

    /// `right` of `count`, which is above 0.
    public init(_ right: Int, of count: Int) {
        precondition(count > 0 && (0...count).contains(right), "\(right) of \(count)")
        self.init(share: Double(right) / Double(count), of: count)
    }

    /// `share` of `count`, which is above 0: also a mean of shares.
    public init(share: Double, of count: Int) {
        precondition(count > 0 && (0...1).contains(share), "a share of \(share) of \(count)")
        let (n, z) = (Double(count), Self.quantile)
        let center = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half =
            z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        value = share
        self.count = count
        // At the ends the formula gives them up to rounding.
        lower = share == 0 ? 0 : max(0, center - half)
        upper = share == 1 ? 1 : min(1, center + half)
    }
}

/// pass@k: the chance that at least one of k samples is right.
public enum PassAtK {
    /// The estimate from `right` of `count` samples that is unbiased: 1 − C(n − c, k) / C(n, k).
    /// - Source: arXiv:2107.03374, §2.1.
    public static func estimate(right: Int, of count: Int, k: Int) -> Double {
        precondition(
            (1...max(1, count)).contains(k) && (0...count).contains(right),
            "pass@\(k) from \(right) of \(count)")
        guard count - right >= k else { return 1 }
        var miss = 1.0
        for place in (count - right + 1)..<(count + 1) where right > 0 {
            miss *= 1 - Double(k) / Double(place)
        }
        return 1 - miss
    }
}
