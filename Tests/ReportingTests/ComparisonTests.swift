import Foundation
import Language
import Provenance
import Reporting
import Testing

@Suite struct ComparisonTests {
    /// Two documents of one window each; every number can be worked out by hand.
    static func tiny(backward: [Double] = [22, 33]) -> ComparisonInput {
        let windows = MatchedWindows(
            name: "two windows", hash: ContentHash(of: Data("two".utf8)), rowLength: 8,
            documents: [3, 9], tokenCounts: [4, 6], byteCounts: [20, 20])
        func run(_ direction: Direction, _ scores: [ReadingScores]) -> ComparedRun {
            ComparedRun(
                name: "\(direction)", direction: direction, seed: 1, manifestHash: nil,
                settings: RunSettings(
                    depth: 2, width: 8, parameterCount: 100, trainingTokens: 1000, steps: 10,
                    rowLength: 8, dtype: "float32", tokenizerHash: nil, vocabularySize: 300,
                    dataFingerprints: []),
                scores: scores)
        }
        return ComparisonInput(
            title: "Tiny", validation: windows,
            runs: [
                run(.forward, [ReadingScores(reading: .forward, windowNats: [20, 30])]),
                run(.backward, [ReadingScores(reading: .backward, windowNats: backward)]),
            ])
    }

    @Test func scoresAndGapAreWhatTheHandSays() throws {
        let comparison = try Comparison(of: Self.tiny())
        let forward = try #require(comparison.cell(run: 0, reading: .forward))
        #expect(forward.natsPerToken == 5)
        #expect(abs(forward.perplexity - exp(5)) < 1e-9)
        #expect(abs(forward.bitsPerByte - 50 / (40 * log(2))) < 1e-12)
        #expect(forward.isNative)
        let gap = try #require(comparison.mainContrast)
        #expect(abs(gap.gapNats - 0.5) < 1e-12)
        #expect(abs(gap.gapBitsPerByte - 5 / (40 * log(2))) < 1e-12)
        #expect(abs(gap.relativeGap - 0.1) < 1e-12)
        #expect(gap.windowShareHigher == 1)
        #expect(gap.seedCount == 1 && gap.seedInterval == nil && gap.hierarchicalInterval == nil)
        #expect(!gap.signIsEstablishedAcrossSeeds)
        #expect(gap.signProbability == 1)
    }

    @Test func swappingTheModelsTurnsTheSign() throws {
        let gap = try #require(
            try Comparison(of: Self.tiny(backward: [18, 27])).mainContrast)
        #expect(abs(gap.gapNats + 0.5) < 1e-12)
        #expect(gap.signProbability == 0)
    }

    @Test func scoresOfOtherWindowsAreRefused() {
        #expect(throws: ReportError.self) {
            try Comparison(of: Self.tiny(backward: [1]))
        }
    }

    @Test func oneSeedSaysSoInWords() throws {
        let report = ComparisonReport(
            on: try Comparison(of: SyntheticComparison.input()))
        #expect(report.headline.contains("not established across seeds"))
        #expect(report.markdown.contains("One training seed."))
        #expect(report.html.contains("not established across seeds"))
        #expect(report.markdown.contains("equal total tokens"))
    }

    @Test func severalSeedsEstablishASign() throws {
        let comparison = try Comparison(
            of: SyntheticComparison.input(seeds: [1, 2, 3, 4], gap: 0.05))
        let gap = try #require(comparison.mainContrast)
        #expect(gap.seedCount == 4)
        #expect(gap.signIsEstablishedAcrossSeeds)
        #expect(gap.hierarchicalInterval?.contains(gap.gapNats) ?? false)
        let report = ComparisonReport(on: comparison)
        #expect(report.headline.contains("the sign is established across the 4 seeds"))
        #expect(!report.markdown.contains("One training seed."))
    }

    @Test func twoSeedsEstablishNothing() throws {
        let comparison = try Comparison(
            of: SyntheticComparison.input(seeds: [1, 2], gap: 0.5))
        let gap = try #require(comparison.mainContrast)
        #expect(gap.pairs.allSatisfy { $0.gapNats > 0.3 })
        #expect(!gap.signIsEstablishedAcrossSeeds)
    }

    @Test func noGapEstablishesNothing() throws {
        let comparison = try Comparison(
            of: SyntheticComparison.input(seeds: [1, 2, 3], gap: 0))
        #expect(!(comparison.mainContrast?.signIsEstablishedAcrossSeeds ?? true))
    }

    @Test func headlineIsTwoSentences() throws {
        for input in [Self.tiny(), SyntheticComparison.input(seeds: [1, 2])] {
            let headline = ComparisonReport(on: try Comparison(of: input)).headline
            let ends = headline.matches(of: /\.(\s|$)/)
            #expect(ends.count == 2, "\(headline)")
        }
    }

    @Test func divergedRunsAreNamedAndPoisonNothingElse() throws {
        var input = SyntheticComparison.input()
        input.runs[1].scores[1].windowNats[7] = .nan
        input.runs[1].training[0].lossNats[100] = .nan
        input.runs[1].gradientNorms[0].norms[3] = .infinity
        let comparison = try Comparison(of: input)
        #expect(comparison.mainContrast?.gapNats.isNaN ?? false)
        #expect(comparison.cell(run: 0, reading: .forward)?.natsPerToken.isFinite ?? false)
        let report = ComparisonReport(on: comparison)
        #expect(report.headline.contains("not finite"))
        #expect(report.markdown.contains("the backward scores are not finite"))
        for figure in report.figures {
            #expect(!figure.json.contains("nan") && !figure.json.contains("inf,"))
        }
    }

    @Test func emptyComparisonStillMakesAReport() throws {
        var input = Self.tiny()
        input.runs = []
        let report = ComparisonReport(on: try Comparison(of: input))
        #expect(report.figures.isEmpty)
        #expect(report.headline.contains("no gap to report"))
        #expect(!report.markdown.isEmpty && !report.html.isEmpty)
    }

    /// The budget is what the runs' numbers say, not what a caller says.
    @Test func budgetsAreThoseOfTheRuns() throws {
        func budget(_ tokens: [Direction: Int]) -> Budget {
            var input = SyntheticComparison.input()
            for index in input.runs.indices {
                let direction = input.runs[index].direction
                input.runs[index].settings.trainingTokens = tokens[direction] ?? 1000
            }
            return Budget(of: input.runs)
        }
        let total = budget([.forward: 1000, .backward: 1000, .bidirectional: 1000])
        #expect(total.depths[0].hasEqualTokens && total.depths[0].hasEqualCompute)
        #expect(!total.depths[0].hasEqualTokensPerDirection)
        #expect(total.sentence.contains("equal total tokens (1,000 a run)"))
        #expect(total.sentence.contains("not equal: tokens per direction (from 500 to 1,000)"))
        let each = budget([.forward: 1000, .backward: 1000, .bidirectional: 2000])
        #expect(each.depths[0].hasEqualTokensPerDirection && !each.depths[0].hasEqualTokens)
        #expect(each.sentence.hasPrefix("equal tokens per direction (1,000)"))
        let none = budget([.forward: 1000, .backward: 1500, .bidirectional: 1000])
        #expect(!none.depths[0].isEqual && none.sentence.hasPrefix("not equal: "))
        var two = SyntheticComparison.input().runs.filter { $0.direction != .bidirectional }
        #expect(
            Budget(of: two).sentence
                == "equal total tokens (12,288,000 a run), equal tokens per direction (12,288,000), "
                + "equal compute (5.41e+14 FLOPs a run).")
        two[0].settings.flopsPerToken *= 2
        two[1].settings.trainingTokens *= 2
        #expect(Budget(of: two).sentence.hasPrefix("equal compute (1.08e+15 FLOPs a run); not "))
    }

    @Test func unequalBudgetsAreTold() throws {
        var input = SyntheticComparison.input()
        input.runs[1].settings.trainingTokens /= 2
        input.runs[1].settings.dtype = "float32"
        let report = ComparisonReport(on: try Comparison(of: input))
        let markdown = report.markdown
        #expect(markdown.contains("The budgets at depth 4 are not equal"))
        #expect(markdown.contains("total tokens (from 6,144,000 to 12,288,000 a run)"))
        #expect(report.headline.contains("At budgets that are not equal"))
        #expect(markdown.contains("differ in dtype"))
    }
}
