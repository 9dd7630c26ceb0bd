internal import Foundation

/// The part of an axis that shows every curve that it is told of.
package struct AxisLimits: Sendable {
    private var least = Double.infinity
    private var most = -Double.infinity

    /// Ratio of the ends beyond which only a logarithmic axis shows both.
    private static let widest = 100.0

    /// An axis that shows nothing yet.
    package init() {}

    /// Makes room for all of a curve, save for its steep beginning: the first twentieth may lie outside.
    package mutating func cover(_ values: [Double]) {
        for value in Self.settled(values) { cover(value) }
    }

    /// Makes room for what lies between the 2 % and the 98 % quantile: single outliers may lie outside.
    package mutating func cover(mostOf values: [Double]) {
        let sorted = Self.settled(values).sorted()
        guard !sorted.isEmpty else { return }
        for share in [0.02, 0.98] { cover(Interval.quantile(share, ofSorted: sorted)) }
    }

    private mutating func cover(_ value: Double) {
        least = min(least, value)
        most = max(most, value)
    }

    /// The finite values behind the first twentieth, which is all of a short curve.
    private static func settled(_ values: [Double]) -> [Double] {
        let finite = values.filter(\.isFinite)
        return Array(finite.dropFirst(finite.count >= 40 ? finite.count / 20 : 0))
    }

    /// A scale on which all of it is seen: logarithmic where a curve spans decades, as one that diverged does.
    package var logarithmic: LogScale? {
        least > 0 && most / least > Self.widest ? LogScale(from: least, to: most) : nil
    }

    /// Both ends with some air; `nil` where no curve was given.
    package var domain: (Double, Double)? {
        guard least <= most else { return nil }
        let size = max(abs(least), abs(most))
        let margin = size > 0 ? max((most - least) * 0.05, size * 1e-3) : 1e-3
        // Round numbers, a thousandth of the whole, for readable specifications.
        let grain = pow(10, log10(most - least + 2 * margin).rounded(.down) - 3)
        return (
            ((least - margin) / grain).rounded(.down) * grain,
            ((most + margin) / grain).rounded(.up) * grain
        )
    }
}

/// A logarithmic axis with its ticks: three at least, and no more than can be labelled.
package struct LogScale: Sendable {
    /// Both ends.
    package let domain: (Double, Double)
    /// Where ticks and labels stand.
    package let ticks: [Double]

    /// An axis from a little below `least` to a little above `most`; with `air` 1 exactly between them.
    package init(from least: Double, to most: Double, air: Double = 1.15, atMost limit: Int = 7) {
        precondition(least > 0 && most >= least, "a logarithmic axis from \(least) to \(most)")
        let ends = least < most ? (least / air, most * air) : (least / 2, most * 2)
        domain = ends
        let decades = Int(log10(ends.0).rounded(.down))...Int(log10(ends.1).rounded(.up))
        func ticks(_ digits: [Double], every stride: Int = 1) -> [Double] {
            decades.filter { $0.isMultiple(of: stride) }.flatMap { decade in
                digits.map { Double("\($0)e\(decade)") ?? $0 * pow(10, Double(decade)) }
            }.filter { $0 >= ends.0 && $0 <= ends.1 }
        }
        let candidates =
            [ticks([1, 2, 5]), ticks([1, 3]), ticks([1])] + (2...40).map { ticks([1], every: $0) }
        let fit = candidates.first { (3...limit).contains($0.count) }
        self.ticks = fit ?? Self.even(ends, limit)
    }

    /// Even steps of 1, 2 or 5 of some decade, for an axis shorter than a decade.
    private static func even(_ ends: (Double, Double), _ limit: Int) -> [Double] {
        let rough = (ends.1 - ends.0) / Double(limit)
        let decade = pow(10, log10(rough).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * decade }.first { $0 >= rough } ?? rough
        let first = Int((ends.0 / step).rounded(.up))
        let last = Int((ends.1 / step).rounded(.down))
        guard first <= last else { return [ends.0, ends.1] }
        return (first...last).map { Double(String(format: "%.12g", Double($0) * step)) ?? ends.0 }
    }

    /// Its part of an encoding's scale.
    var scale: JSONValue {
        [
            "type": "log", "nice": false,
            "domain": [.number(domain.0), .number(domain.1)],
        ]
    }

    /// Its ticks as an axis or a legend takes them.
    var values: JSONValue { .array(ticks.map { .number($0) }) }
}
