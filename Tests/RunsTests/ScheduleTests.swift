import Foundation
import Runs
import Testing

/// Multipliers worked out by hand from the recipe's formula.
@Suite struct ScheduleTests {
    @Test func climbsStaysAndFalls() {
        let schedule = LearningRateSchedule(
            stepCount: 10, warmupRatio: 0.2, warmdownRatio: 0.4)
        let found = (0..<10).map { schedule.multiplier(at: $0) }
        #expect(found == [0.5, 1, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25])
    }

    @Test func fallsToTheFinalFraction() {
        let schedule = LearningRateSchedule(
            stepCount: 10, warmupRatio: 0, warmdownRatio: 0.4, finalFraction: 0.5)
        #expect((6..<10).map { schedule.multiplier(at: $0) } == [1, 0.875, 0.75, 0.625])
    }

    @Test func theDefaultFallsOverTheLastFifth() {
        let schedule = LearningRateSchedule(stepCount: 10)
        #expect((0..<10).map { schedule.multiplier(at: $0) } == [1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5])
    }

    @Test func halvesRoundToEvenAsPythonDoes() {
        // 2.5 steps of warmup are two, as `round` has it.
        let schedule = LearningRateSchedule(stepCount: 25, warmupRatio: 0.1, warmdownRatio: 0)
        #expect((0..<3).map { schedule.multiplier(at: $0) } == [0.5, 1, 1])
        #expect(schedule.multiplier(at: 24) == 1)
    }

    /// A few roundings of numbers near one.
    static let momentumTolerance = 1e-12

    @Test(arguments: [(0, 0.85), (3, 0.851), (150, 0.9), (300, 0.95), (100_000, 0.95)])
    func momentumRampsOverThreeHundredSteps(step: Int, momentum: Double) {
        let found = LearningRateSchedule(stepCount: 10).muonMomentum(at: step)
        #expect(abs(found - momentum) < Self.momentumTolerance)
    }

    @Test func momentumCanStandStill() throws {
        var schedule = LearningRateSchedule(stepCount: 10)
        schedule.momentumWarmupSteps = 0
        #expect(schedule.muonMomentum(at: 0) == 0.95)
        let data = try JSONEncoder().encode(schedule)
        #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: data) == schedule)
    }

    /// Settings written before the momentum could be chosen are the recipe's.
    @Test func aScheduleWithoutMomentumIsTheRecipes() throws {
        let schedule = LearningRateSchedule(stepCount: 10)
        let data = try JSONEncoder().encode(schedule)
        #expect(!String(decoding: data, as: UTF8.self).contains("momentum"))
        #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: data) == schedule)
    }
}
