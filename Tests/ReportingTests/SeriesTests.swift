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

    @Test func smoothingStartsAtTheFirstMeasurement() {
        let constant = Series(name: "a", unit: "", x: [0, 1, 2], y: [5, 5, 5])
        for value in constant.smoothed(decay: 0.9).y { #expect(abs(value - 5) < 1e-12) }
        let two = Series(name: "a", unit: "", x: [0, 1], y: [1, 2]).smoothed(decay: 0.5)
        #expect(two.y[0] == 1)
        #expect(abs(two.y[1] - 5.0 / 3) < 1e-12)  // (0.25·1 + 0.5·2) / 0.75
    }

    @Test func nanNeitherCountsNorPoisons() {
        let smoothed = Series(name: "a", unit: "", x: [0, 1, 2], y: [1, .nan, 2])
            .smoothed(decay: 0.5)
        #expect(smoothed.y[1].isNaN)
        #expect(abs(smoothed.y[2] - 5.0 / 3) < 1e-12)
    }

    @Test func differencesAreTakenAtCommonPlaces() {
        let a = Series(name: "a", unit: "", x: [1, 2, 4], y: [1, 2, 3])
        let b = Series(name: "b", unit: "", x: [2, 3, 4], y: [0.5, 9, 1])
        #expect(a.minus(b).x == [2, 4])
        #expect(a.minus(b).y == [1.5, 2])
    }
}
