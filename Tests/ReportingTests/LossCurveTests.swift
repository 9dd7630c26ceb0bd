import Foundation
import Provenance
import Reporting
import Testing

/// What is said of a loss against its own noise.
@Suite struct LossCurveTests {
    private static func curve(
        _ count: Int, noise: Double, seed: UInt64 = 1, _ truth: (Double) -> Double
    ) -> LossCurve {
        var random = Seed(seed).generator()
        let x = (0..<count).map(Double.init)
        return LossCurve(
            Series(
                name: "loss", unit: "nats", x: x,
                y: x.map {
                    // A sum of twelve is close to normal and has deviation 1.
                    let normal = (0..<12).reduce(-6.0) { sum, _ in
                        sum + Double.random(in: 0...1, using: &random)
                    }
                    return truth($0) + noise * normal
                }))
    }

    @Test(arguments: [0.01, 0.1, 1])
    func theNoiseIsFoundBesideATrend(noise: Double) throws {
        let curve = Self.curve(1000, noise: noise) { 3 + 6 * exp(-$0 / 50) }
        let found = try #require(curve.noise)
        #expect(abs(found / noise - 1) < 0.15, "\(found)")
    }

    @Test func arrivalsHoldForTheTrueCurve() throws {
        // 3 + 4·exp(−t/200) is 4 at t = 200 ln 4 = 277.
        let truth = 277.26
        let threshold = 4.0
        var inside = 0
        for seed in UInt64(1)...20 {
            let curve = Self.curve(1000, noise: 0.3, seed: seed) { 3 + 4 * exp(-$0 / 200) }
            guard case .at(let place, let earliest, let latest) = curve.arrival(at: threshold)
            else {
                Issue.record("seed \(seed) does not arrive")
                continue
            }
            #expect(earliest <= place && place <= latest)
            // 0.3/√51 of noise over a slope of 0.005 a step: 8 steps of standard error.
            #expect(abs(place - truth) < 4.5 * 8.4, "seed \(seed): \(place)")
            inside += earliest <= truth && truth <= latest ? 1 : 0
        }
        #expect(inside >= 19)
    }

    @Test func whatIsAtThresholdIsSoInTheMeanOfTheRawLosses() throws {
        let curve = Self.curve(400, noise: 0.4) { 6 - 0.01 * $0 }
        let place = try #require(curve.arrival(at: 4).place)
        let around = (Int(place) - 20)...(Int(place) + 20)
        let sum: Double = around.reduce(0) { $0 + curve.measured.y[$1] }
        let mean = sum / 41
        #expect(abs(mean - 4) < 4 * 0.4 / 41.0.squareRoot())
    }

    @Test func aFlatNoisyLossArrivesNowhere() {
        for seed in UInt64(1)...20 {
            let flat = Self.curve(200, noise: 0.3, seed: seed) { _ in 3 }
            #expect(flat.arrival(at: 2.98) == .unresolved, "seed \(seed)")
            #expect(flat.arrival(at: 1) == .never, "seed \(seed)")
            #expect(flat.failure == nil, "seed \(seed): \(flat.failure ?? "")")
            let area = flat.area(weights: flat.measured.x.map { _ in 100 })
            #expect(area?.isResolved == false, "seed \(seed)")
        }
        #expect(Self.curve(5, noise: 0.1) { 9 - $0 }.arrival(at: 7) == .unresolved)
    }

    @Test func theAreaHasTheErrorOfItsEnd() throws {
        let truth = { (x: Double) in 3 + 2 * exp(-x / 30) }
        let exact = (0..<600).reduce(0.0) { $0 + truth(Double($1)) - 3 } * 50
        var inside = 0
        for seed in UInt64(1)...40 {
            let curve = Self.curve(600, noise: 0.2, seed: seed, truth)
            let area = try #require(curve.area(weights: curve.measured.x.map { _ in 50 }))
            #expect(area.weight == 30_000)
            inside += area.interval.contains(exact) ? 1 : 0
        }
        #expect(inside >= 34, "\(inside) of 40")
        // The end's own error, 0.2/√30, counts for all 30,000 targets.
        let curve = Self.curve(600, noise: 0.2, truth)
        let area = try #require(curve.area(weights: curve.measured.x.map { _ in 50 }))
        let reach = (area.interval.upper - area.interval.lower) / 2 / 1.96
        #expect(abs(reach / (30_000 * 0.2 / 30.0.squareRoot()) - 1) < 0.2)
    }

    @Test func coursesThatWentWrongAreNamed() throws {
        let rising = Self.curve(300, noise: 0.2) { 3 + 0.01 * $0 }
        #expect(try #require(rising.failure).contains("rose from"))
        #expect(rising.area(weights: rising.measured.x.map { _ in 1 })?.isResolved == false)
        let back = Self.curve(300, noise: 0.2) { $0 < 150 ? 9 - 0.04 * $0 : 3 + 0.03 * ($0 - 150) }
        #expect(try #require(back.failure).contains("rose again"))
        let broken = LossCurve(
            Series(
                name: "a", unit: "", x: (0..<20).map(Double.init),
                y: (0..<20).map { $0 < 12 ? 5 : .nan }))
        #expect(try #require(broken.failure).contains("not a number at step 12"))
        #expect(Self.curve(300, noise: 0.2) { 3 + 6 * exp(-$0 / 40) }.failure == nil)
        // One spike that is recovered from is no divergence.
        let spike = Self.curve(300, noise: 0.2) { $0 == 200 ? 50 : 3 + 6 * exp(-$0 / 40) }
        #expect(spike.failure == nil)
        #expect(LossCurve(Series(name: "a", unit: "", x: [], y: [])).failure == nil)
        let constant = Self.curve(50, noise: 0) { _ in 2 }
        #expect(constant.failure == nil && constant.arrival(at: 3).place == 0)
        #expect(constant.area(weights: constant.measured.x.map { _ in 1 })?.isResolved == false)
    }
}
