import Corpus
import Evaluation
import Foundation
import Language
import Models
import Provenance
import Runs
import TestSupport
import Testing

@Suite(.countingHandles) struct CoreEvaluationTests {
    static func rows(
        _ selection: CoreSelection, _ number: Int, _ direction: Direction, _ reading: Reading,
        limit: Int = 512
    ) throws -> CoreRows {
        try CoreEvaluation(
            CoreParityTests.model(), direction: direction, tokenizer: TinyModel.tokenizer(),
            limit: limit
        ).rows(selection, number, reading)
    }

    static func text(_ ids: some Collection<Int32>, _ reading: Reading) throws -> String {
        try TinyModel.tokenizer().decode(reading.turned(ids))
    }

    /// In either reading the shots are read first, in the same order, and the item's parts are the same.
    @Test(arguments: Direction.allCases)
    func shotsAreReadBeforeTheItem(direction: Direction) throws {
        for selection in try CoreParityTests.selections()
        where selection.task.kind != .language {
            let delimiter = selection.task.delimiter
            for number in selection.items.indices {
                let item = selection.items[number]
                let shots = selection.shots(of: number).map { $0.solved(delimiter) }
                let options = item.options(delimiter)
                let forward = try Self.rows(selection, number, direction, .forward)
                let backward = try Self.rows(selection, number, direction, .backward)
                for index in options.indices {
                    let (f, b) = (forward.options[index], backward.options[index])
                    #expect(
                        try Self.text(f.joint.ids, .forward)
                            == (shots + [options[index]]).joined(separator: "\n\n"))
                    #expect(
                        try Self.text(b.joint.ids, .backward)
                            == ([options[index]] + shots.reversed()).joined(separator: "\n\n"))
                    // The scored part is the whole item, and nothing of the shots.
                    #expect(
                        try Self.text(f.joint.ids[f.joint.scored], .forward) == options[index])
                    #expect(
                        try Self.text(b.joint.ids[b.joint.scored], .backward) == options[index])
                    func parts(_ option: CoreRows.Option, _ reading: Reading) throws -> [String] {
                        let scored = Array(option.joint.ids[option.joint.scored])
                        return try [option.question, option.answer].map {
                            try Self.text(scored[$0], reading)
                        }
                    }
                    #expect(try parts(f, .forward) == parts(b, .backward))
                    #expect(f.questionBytes + f.answerBytes == options[index].utf8.count)
                    #expect(b.questionBytes == f.questionBytes && b.answerBytes == f.answerBytes)
                    let opening = direction.usesMarkers ? 2 : 1
                    #expect(
                        f.joint.ids.count + b.joint.ids.count
                            == 2 * opening + 2 * (f.joint.ids.count - opening))
                }
            }
        }
    }

    /// The chain rule, within one reading: both ways through the joint are one.
    @Test(arguments: Reading.allCases)
    func formulasFitTogether(reading: Reading) throws {
        let model = try CoreParityTests.model()
        let tokenizer = try TinyModel.tokenizer()
        let evaluation = CoreEvaluation(model, direction: .forward, tokenizer: tokenizer)
        for selection in try CoreParityTests.selections()
        where selection.task.kind != .language {
            let result = evaluation.result(
                selection, CoreParityTests.setting, reading: reading,
                weights: CoreParityTests.weights)
            #expect(result.matrix.count == 12)
            let headline = CoreResult.headline(reading)
            let cell = try #require(
                result.matrix.first { ($0.formula, $0.norm) == headline })
            #expect(cell.accuracy == result.accuracy)
            for (number, example) in result.examples.enumerated() {
                let rows = evaluation.rows(selection, number, reading)
                for (option, row) in zip(try #require(example.options), rows.options) {
                    // Read alone, in a row of its own, without any tree.
                    let joint = LikelihoodScorerTests.reference(model, row.joint).nats
                    let alone = LikelihoodScorerTests.reference(model, try #require(row.alone)).nats
                    #expect(abs(option.joint + joint.reduce(0, +)) < 1e-3)
                    let second = reading == .forward ? option.answer : option.question
                    #expect(abs(second + alone.reduce(0, +)) < 1e-3)
                    let mutual = LikelihoodFormula.allCases.map {
                        option.score($0, .mutualInformation)
                    }
                    #expect(mutual.allSatisfy { abs($0 - mutual[0]) < 1e-9 })
                    #expect(
                        option.score(.joint, .raw)
                            == option.score(.answerGivenQuestion, .raw) + option.question)
                }
            }
            let pmi = result.matrix.filter { $0.norm == .mutualInformation }.map(\.accuracy)
            #expect(Set(pmi).count == 1)
        }
    }

    /// What is read first goes first; the item stays as long as there is room, and cuts are counted.
    @Test(arguments: Reading.allCases, [60, 100, 24])
    func whatIsReadFirstIsLeftOut(reading: Reading, limit: Int) throws {
        let selections = try CoreParityTests.selections()
        for selection in selections where selection.task.kind != .language || reading == .forward {
            for number in selection.items.indices {
                let whole = try Self.rows(selection, number, .forward, reading)
                let cut = try Self.rows(selection, number, .forward, reading, limit: limit)
                let longest = whole.options.map(\.joint.ids.count).max() ?? 0
                #expect(cut.isTruncated == (longest > limit))
                for (a, b) in zip(whole.options, cut.options) {
                    #expect(b.joint.ids.count <= limit)
                    let drop = a.joint.ids.count - b.joint.ids.count
                    #expect(drop == max(0, longest - limit))
                    #expect(
                        Array(b.joint.ids.dropFirst()) == Array(a.joint.ids.dropFirst(1 + drop)))
                    let kept = min(a.joint.scored.count, b.joint.ids.count - 1)
                    #expect(b.joint.scored.count == kept)
                }
            }
        }
    }

    @Test func continuationsMeanNothingBackward() throws {
        let model = try CoreParityTests.model()
        let evaluation = CoreEvaluation(
            model, direction: .forward, tokenizer: try TinyModel.tokenizer())
        for selection in try CoreParityTests.selections() where selection.task.kind == .language {
            let result = evaluation.result(
                selection, CoreParityTests.setting, reading: .backward,
                weights: CoreParityTests.weights)
            #expect(result.notApplicable != nil && result.accuracy == nil)
            #expect(result.centered == nil && result.examples.isEmpty && result.side == nil)
            #expect(CoreTable([result], expectedCount: 1).mean == nil)
        }
    }

    @Test func theTableIsNanochats() throws {
        let model = try CoreParityTests.model()
        let evaluation = CoreEvaluation(
            model, direction: .forward, tokenizer: try TinyModel.tokenizer(), isFull: false)
        let results = try CoreParityTests.selections().map {
            evaluation.result(
                $0, CoreParityTests.setting, reading: .forward, weights: CoreParityTests.weights)
        }
        let lines = CoreTable(results, expectedCount: 6).csv.split(separator: "\n")
        #expect(lines[0] == "Task                               , Accuracy  , Centered  ")
        #expect(lines[1].hasPrefix("after_shots                        , 0."))
        let mean = results.compactMap(\.centered).reduce(0, +) / 6
        #expect(
            lines[7]
                == "CORE                               ,           , "
                + String(format: "%.6f", mean).padding(toLength: 10, withPad: " ", startingAt: 0))
        let partial = CoreTable(results, expectedCount: 7)
        #expect(partial.csv.contains("mean of 6/7") && !partial.csv.contains("CORE"))
        #expect(!partial.isCORE && CoreTable(results, expectedCount: 6).isCORE)
        let decoded = try JSONDecoder().decode(CoreResult.self, from: results[0].encoded())
        #expect(decoded == results[0])
    }

    /// Equal settings are known by their hash; whatever moves a number moves it.
    @Test func whateverMovesANumberMovesTheHash() throws {
        let model = try CoreParityTests.model()
        let tokenizer = try TinyModel.tokenizer()
        let selection = try CoreParityTests.selections()[0]
        func hash(_ limit: Int = 512, full: Bool = true, _ reading: Reading = .forward) -> String {
            CoreEvaluation(
                model, direction: .forward, tokenizer: tokenizer, limit: limit, isFull: full
            ).settingsHash(selection, reading: reading, weights: CoreParityTests.weights).hex
        }
        #expect(hash() == hash())
        #expect(Set([hash(), hash(100), hash(full: false), hash(512, .backward)]).count == 4)
    }
}
