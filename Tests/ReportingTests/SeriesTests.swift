import Foundation
import Provenance
import Reporting
import Testing

@Suite struct SeriesTests {
    @Test func downsamplingKeepsTheSpikes() {
        var y = (0..<10_000).map { Double($0 % 7) }
        y[4321] = 1000
        y[8765] = -1000
        let series = Series(name: "loss", unit: "nats", x: (0..<10_000).map(Double.init), y: y)
        let small = series.downsampled(to: 100)
        #expect(small.count <= 100)
        #expect(small.y.contains(1000) && small.y.contains(-1000))
        #expect(small.x.first == 0 && small.x.last == 9999)
        #expect(small.x == small.x.sorted())
        #expect(Set(small.x).count == small.count)
    }

    @Test func shortSeriesStayAsTheyAre() {
        let series = Series(name: "a", unit: "", x: [1, 2, 3], y: [3, .nan, 1])
        #expect(series.downsampled(to: 4).x == [1, 3])
    }

    /// On a line the average of what came before lies above it; the local mean lies on it, ends included.
    @Test func theLocalMeanOfALineIsTheLine() {
        let x = (0..<300).map(Double.init)
        let line = Series(name: "a", unit: "", x: x, y: x.map { 9 - 0.02 * $0 })
        for (value, mean) in zip(line.y, line.localMean().mean.y) {
            #expect(abs(value - mean) < 1e-9)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func theLocalMeanLiesAmidNoise(seed: UInt64) {
        var random = Seed(seed).generator()
        let x = (0..<2000).map(Double.init)
        // A loss as runs have it: steep at first, then slow, with noise from batch to batch.
        let truth = x.map { 3 + 4 * exp(-$0 / 60) + 2 / (1 + $0 / 400) }
        let noisy = truth.map { $0 + Double.random(in: -0.3...0.3, using: &random) }
        let (mean, variances) = Series(name: "a", unit: "", x: x, y: noisy).localMean()
        let bias = zip(mean.y, truth).reduce(0) { $0 + $1.0 - $1.1 } / 2000
        #expect(abs(bias) < 0.01, "seed \(seed): \(bias)")
        // Values are as far from the truth as their variances say: 0.3/√3 is the noise of one point.
        for (index, variance) in variances.enumerated() {
            let reach = 4.5 * 0.3 / 3.0.squareRoot() * variance.squareRoot() + 0.02
            #expect(abs(mean.y[index] - truth[index]) < reach, "seed \(seed), \(index)")
        }
        #expect(abs(variances[1000] - 1.0 / 51) < 1e-12)
        #expect(abs(variances[0] - 1) < 1e-12)
    }

    @Test func valuesThatAreNotFiniteNeitherCountNorPoison() {
        let x = (0..<100).map(Double.init)
        var y = x.map { _ in 5.0 }
        y[40] = .nan
        y[41] = .infinity
        let mean = Series(name: "a", unit: "", x: x, y: y).localMean().mean.y
        for index in y.indices {
            #expect(y[index].isFinite ? abs(mean[index] - 5) < 1e-12 : !mean[index].isFinite)
        }
        #expect(Series(name: "a", unit: "", x: [], y: []).localMean().mean.count == 0)
        #expect(Series(name: "a", unit: "", x: [1], y: [2]).localMean().mean.y == [2])
    }

    @Test func differencesAreTakenAtCommonPlaces() {
        let a = Series(name: "a", unit: "", x: [1, 2, 4], y: [1, 2, 3])
        let b = Series(name: "b", unit: "", x: [2, 3, 4], y: [0.5, 9, 1])
        #expect(a.minus(b).x == [2, 4])
        #expect(a.minus(b).y == [1.5, 2])
    }
}
