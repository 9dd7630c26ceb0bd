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

    /// The centered moving average, and the variance of each of its values in units of a point's own.
    ///
    /// The window reaches a tenth of the points so far to either side, at most 25, so that it follows the
    /// steep beginning of a learning curve and still calms its end. An average of the past alone would lie
    /// above every falling curve. Where the window is cut off, the value is that of a line fitted to the
    /// rest, so that the last value is not held up by what came before it. Values that are not finite
    /// neither count nor poison their neighbours.
    public func localMean() -> (mean: Series, variances: [Double]) {
        let kept = y.indices.filter { y[$0].isFinite }
        var result = self
        var variances = [Double](repeating: .nan, count: count)
        for place in kept.indices {
            let reach = min(place / 10, 25)
            let window = max(0, place - reach)...min(kept.count - 1, place + reach)
            let points = Double(window.count)
            let offset = Double(place) - Double(window.lowerBound + window.upperBound) / 2
            let spread = points * (points * points - 1) / 12
            // Differences to the middle value, so that large levels cost no digits.
            let level = y[kept[place]]
            var sum = 0.0
            for index in window {
                let distance = Double(index) - Double(window.lowerBound + window.upperBound) / 2
                let slope = spread > 0 ? offset * distance / spread : 0
                sum += (1 / points + slope) * (y[kept[index]] - level)
            }
            result.y[kept[place]] = level + sum
            variances[kept[place]] = 1 / points + (spread > 0 ? offset * offset / spread : 0)
        }
        return (result, variances)
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
