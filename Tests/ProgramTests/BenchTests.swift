import Foundation
import Testing

/// `bench` tells what it measured, also where a part of it failed.
@Suite(.serialized) struct BenchTests {
    private static let shape = [
        "--depth", "1", "--vocab-size", "300", "--max-seq-len", "32", "--device-batch-size", "2",
        "--rounds", "2", "--threads", "1", "--quiet", "--json",
    ]

    private static func result(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any],
            "\(outcome.errors)")
    }

    /// Without its own library Python does not start, and so no twin.
    @Test func whatWasMeasuredSurvivesATwinThatDoesNotStart() throws {
        let outcome = try Program().run(
            ["bench", "train", "--steps", "1"] + Self.shape,
            variables: ["PYTHONHOME": "/nonexistent"])
        #expect(outcome.status == 1)
        let result = try Self.result(outcome)
        #expect((result["tokens_per_second"] as? Double ?? 0) > 0)
        let failures = try #require(result["failures"] as? [[String: Any]])
        #expect(failures.map { $0["program"] as? String } == ["pytorch eager", "pytorch compiled"])
        #expect((result["twins"] as? [Any])?.isEmpty == true && result["ratio"] == nil)
        #expect(outcome.errors.contains("the eager twin did not start"))
    }

    /// Costs are differences of times: some are below zero, and none is cut off there.
    @Test func costsOfTheLogKeepTheirSign() throws {
        let outcome = try Program().run(["bench", "log"] + Self.shape)
        #expect(outcome.status == 0)
        let result = try Self.result(outcome)
        let bare = try #require(result["bare_seconds"] as? Double)
        let kinds = try #require(result["kinds"] as? [[String: Any]])
        let first = try #require(kinds.first?["seconds"] as? Double) - bare
        var sum = 0.0
        for (index, kind) in kinds.enumerated() {
            let seconds = try #require(kind["seconds"] as? Double)
            let every = try #require(kind["every"] as? Int)
            let share = try #require(kind["share"] as? Double)
            let cost = index == 0 ? first : seconds - bare - first
            #expect(abs(share - cost / bare / Double(every)) < 1e-9)
            sum += share
        }
        let share = try #require(result["share"] as? Double)
        #expect(abs(share - sum) < 1e-9)
    }
}
