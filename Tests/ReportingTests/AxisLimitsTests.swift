import Foundation
import Provenance
import Reporting
import Testing

/// Axes on which every curve is seen.
@Suite struct AxisLimitsTests {
    /// Losses of every kind that a run may leave behind.
    private static func losses(_ kind: String) -> [Double] {
        var random = Seed(7).generator()
        func noise(_ size: Double) -> Double { Double.random(in: -size...size, using: &random) }
        return switch kind {
        case "noisy": (0..<200).map { _ in 3.2 + noise(0.8) }
        case "first low": (0..<200).map { $0 < 11 ? 2.6 + noise(0.1) : 3.8 + noise(0.3) }
        case "falling": (0..<400).map { 3 + 6 * exp(-Double($0) / 20) + noise(0.1) }
        case "diverging": (0..<300).map { $0 < 200 ? 3 : 3 * exp(Double($0 - 200) / 10) }
        case "rising": (0..<300).map { 3 + 0.01 * Double($0) }
        case "spike": (0..<300).map { $0 == 150 ? 900 : 3 }
        case "short": [9, 7]
        case "one": [4]
        case "constant": (0..<80).map { _ in 2.5 }
        case "zero": (0..<80).map { _ in 0 }
        case "tiny": (0..<80).map { 1e-9 * Double($0) }
        case "negative": (0..<80).map { -1e3 + Double($0) }
        case "broken": (0..<80).map { $0 > 30 ? .nan : 5 - Double($0) / 10 }
        default: [.nan, 3, .infinity, 2, -.infinity, .nan]
        }
    }

    @Test(arguments: [
        "noisy", "first low", "falling", "diverging", "rising", "spike", "short", "one", "constant",
        "zero", "tiny", "negative", "broken", "not finite",
    ])
    func theWholeMovingAverageIsSeen(kind: String) throws {
        let values = Self.losses(kind)
        let series = Series(name: kind, unit: "", x: values.indices.map(Double.init), y: values)
            .finite()
        let mean = series.localMean().mean.y
        var limits = AxisLimits()
        limits.cover(mean)
        limits.cover(mostOf: series.y)
        let (low, high) = try #require(limits.logarithmic?.domain ?? limits.domain)
        #expect(low < high && low.isFinite && high.isFinite)
        let late = mean.dropFirst(mean.count >= 40 ? mean.count / 20 : 0)
        for value in late { #expect(low <= value && value <= high, "\(value)") }
        // What is shown takes up a good part of the frame.
        let raw = series.y.sorted()
        let most = Interval.quantile(0.98, ofSorted: raw) - Interval.quantile(0.02, ofSorted: raw)
        let shown = max(late.max() ?? 0, late.min() ?? 0) - (late.min() ?? 0)
        if limits.logarithmic == nil, max(most, shown) > 1e-5 * abs(high) {
            #expect(high - low < 3 * max(most, shown), "\(low) … \(high)")
        }
    }

    @Test func nothingHasNoLimits() {
        var limits = AxisLimits()
        limits.cover([.nan, .infinity])
        limits.cover(mostOf: [])
        #expect(limits.domain == nil && limits.logarithmic == nil)
    }

    @Test func spansOfDecadesAreShownOnALogarithmicAxis() throws {
        var limits = AxisLimits()
        limits.cover([2, 3, 5000])
        #expect(try #require(limits.logarithmic).ticks.count >= 3)
    }

    @Test(arguments: [1.0, 1.01, 1.3, 2, 3, 9, 12, 90, 301, 999, 1e4, 3e6, 1e12, 1e40])
    func logarithmicAxesHaveSeveralTicksThatDoNotCollide(ratio: Double) {
        for least in [3e-9, 2e-4, 0.11, 1, 7, 4e5] {
            let scale = LogScale(from: least, to: least * ratio)
            #expect((3...8).contains(scale.ticks.count), "\(least) × \(ratio): \(scale.ticks)")
            #expect(scale.ticks == scale.ticks.sorted())
            let (low, high) = scale.domain
            let range = log(high / low)
            for (a, b) in zip(scale.ticks, scale.ticks.dropFirst()) {
                #expect(log(b / a) / range > 0.04, "\(least) × \(ratio): \(a), \(b)")
            }
            #expect(scale.ticks.allSatisfy { $0 >= low && $0 <= high })
        }
    }
}
