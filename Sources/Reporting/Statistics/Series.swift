internal import Foundation

/// A measured quantity against another: a learning curve, a norm over time, a loss by position.
public struct Series: Hashable, Codable, Sendable {
    /// What the values are, for legends and column heads.
    public var name: String
    /// Unit of `y`, in words.
    public var unit: String
    /// Abscissa, ascending.
    public var x: [Double]
    /// Values; NaN where nothing was measured.
    public var y: [Double]

    /// A series of as many values as places.
    public init(name: String, unit: String, x: [Double], y: [Double]) {
        precondition(x.count == y.count, "\(x.count) places for \(y.count) values of '\(name)'")
        self.name = name
        self.unit = unit
        self.x = x
        self.y = y
    }

    /// Number of points.
    public var count: Int { x.count }

    /// The points whose place and value are both finite.
    public func finite() -> Series {
        let kept = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
        return selecting(kept)
    }

    /// At most `limit` points that draw the same line: of each stretch the first, lowest, highest
    /// and last point, so no spike is lost; values that are not finite are left out.
    /// - Source: M4 aggregation, Jugel et al., VLDB 2014.
    public func downsampled(to limit: Int) -> Series {
        precondition(limit >= 4, "a downsampled series keeps at least four points")
        let whole = finite()
        guard whole.count > limit else { return whole }
        let stretches = limit / 4
        var kept: [Int] = []
        for stretch in 0..<stretches {
            let lower = whole.count * stretch / stretches
            let upper = whole.count * (stretch + 1) / stretches
            var lowest = lower
            var highest = lower
            for index in lower..<upper {
                if whole.y[index] < whole.y[lowest] { lowest = index }
                if whole.y[index] > whole.y[highest] { highest = index }
            }
            for index in [lower, lowest, highest, upper - 1].sorted() where kept.last != index {
                kept.append(index)
            }
        }
        return whole.selecting(kept)
    }

    /// The exponential moving average, corrected for its start at nothing, so that the first value
    /// is the first measurement; values that are not finite neither count nor poison what follows.
    /// - Parameter decay: the weight of the past, in [0, 1).
    public func smoothed(decay: Double) -> Series {
        precondition(decay >= 0 && decay < 1, "decay \(decay) is outside [0, 1)")
        return smoothed { _ in decay }
    }

    /// A moving average that remembers `share` of the points so far, at most `limit` of them: it
    /// follows the steep beginning of a learning curve and still calms its end.
    public func smoothed(rememberingShare share: Double, atMost limit: Double) -> Series {
        precondition(share >= 0 && limit >= 1, "a memory of \(share), at most \(limit) points")
        return smoothed { index in 1 - 1 / min(1 + share * Double(index), limit) }
    }

    private func smoothed(decay: (_ index: Int) -> Double) -> Series {
        var result = self
        var average = 0.0
        var weight = 0.0
        for index in y.indices {
            guard y[index].isFinite else { continue }
            let past = decay(index)
            average = past * average + (1 - past) * y[index]
            weight = past * weight + (1 - past)
            result.y[index] = average / weight
        }
        return result
    }

    /// The series without its first `count` points.
    public func dropping(first count: Int) -> Series {
        selecting(Array(x.indices.dropFirst(count)))
    }

    /// This series minus `other` at the places both have, for paired curves.
    public func minus(_ other: Series) -> Series {
        var places: [Double] = []
        var differences: [Double] = []
        var theirs = 0
        for index in x.indices {
            while theirs < other.count && other.x[theirs] < x[index] { theirs += 1 }
            guard theirs < other.count, other.x[theirs] == x[index] else { continue }
            places.append(x[index])
            differences.append(y[index] - other.y[theirs])
        }
        return Series(
            name: "\(name) − \(other.name)", unit: unit, x: places, y: differences)
    }

    private func selecting(_ indices: [Int]) -> Series {
        Series(name: name, unit: unit, x: indices.map { x[$0] }, y: indices.map { y[$0] })
    }
}
