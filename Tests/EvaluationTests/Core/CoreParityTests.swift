import Corpus
import Evaluation
import Foundation
import Language
import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing

/// CORE's rule against an independent program on PyTorch: bundle, model and results are of
/// `Tools/golden/core.py`, which names the versions.
@Suite(.countingHandles) struct CoreParityTests {
    /// float32 with other orders of summation.
    static let natsTolerance: Float = 1e-4

    struct Golden: Decodable {
        struct Item: Decodable {
            var line: Int
            var shots: [Int]
            var rows: [[Int32]]
            var spans: [[Int]]
            var nats: [[Float]]
            var correct: Bool
        }
        struct Task: Decodable {
            var accuracy: Double
            var centered: Double
            var items: [Item]
        }
        var tasks: [String: Task]
    }

    static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Golden/core"
    static let weights = ContentHash(of: Array("golden".utf8))

    static func golden() throws -> Golden {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json"))
        return try JSONDecoder().decode(Golden.self, from: data)
    }

    static func model() throws -> GPT {
        let model = GPT(
            try ModelConfiguration(
                contextLength: 512, vocabularySize: TinyModel.tokenizer().vocabularySize,
                layerCount: 2, headCount: 2, width: 32), seed: Seed(0))
        try model.load(try Safetensors.read(folder + "/model.safetensors").tensors)
        return model
    }

    static func selections() throws -> [CoreSelection] {
        let bundle = try CoreBundle(folder: folder + "/bundle")
        return try bundle.tasks.compactMap {
            try bundle.selection(
                of: $0, maximum: .max, spoolFolder: FileManager.default.temporaryDirectory.path)
        }
    }

    static let setting = TaskResult.Setting(phase: "base", step: 400, direction: .forward)

    @Test(arguments: [true, false])
    func accuraciesAreThoseOfTheReference(isFull: Bool) throws {
        let (golden, model) = (try Self.golden(), try Self.model())
        let evaluation = CoreEvaluation(
            model, direction: .forward, tokenizer: try TinyModel.tokenizer(), isFull: isFull)
        var seen = 0
        for selection in try Self.selections() {
            let expected = try #require(golden.tasks[selection.task.label])
            let result = evaluation.result(
                selection, Self.setting, reading: .forward, weights: Self.weights)
            #expect(result.accuracy?.value == expected.accuracy)
            #expect(abs((result.centered ?? 9) - expected.centered) < 1e-12)
            #expect(result.examples.map(\.isRight) == expected.items.map(\.correct))
            #expect(result.examples.map(\.index) == expected.items.map(\.line))
            for (example, item) in zip(result.examples, expected.items)
            where selection.task.kind != .language {
                for (score, nats) in zip(example.scores, item.nats) {
                    let mean = nats.reduce(0, +) / Float(nats.count)
                    #expect(abs(Float(-score) - mean) < Self.natsTolerance)
                }
            }
            seen += 1
        }
        // The last is told of, not there.
        #expect(seen == golden.tasks.count && seen == 6)
    }

    @Test func rowsSpansAndLossesAreThoseOfTheReference() throws {
        let (golden, model) = (try Self.golden(), try Self.model())
        let evaluation = CoreEvaluation(
            model, direction: .forward, tokenizer: try TinyModel.tokenizer())
        for selection in try Self.selections() {
            let expected = try #require(golden.tasks[selection.task.label])
            for (number, item) in expected.items.enumerated() {
                let rows = evaluation.rows(selection, number, .forward)
                #expect(!rows.isTruncated && rows.options.count == item.rows.count)
                let scores = LikelihoodScorer(model).scores([rows.options.map(\.joint)])[0]
                for (index, option) in rows.options.enumerated() {
                    #expect(option.joint.ids == item.rows[index])
                    let answer = option.joint.scored.lowerBound + option.answer.lowerBound
                    #expect(answer == item.spans[index][0])
                    #expect(option.joint.ids.count == item.spans[index][1])
                    for (a, b) in zip(scores[index].nats[option.answer], item.nats[index]) {
                        #expect(abs(a - b) < Self.natsTolerance)
                    }
                }
            }
        }
    }

    /// Some continuations are found, some not: the check can fail either way.
    @Test func theReferenceHasBothKindsOfAnswers() throws {
        for (name, task) in try Self.golden().tasks where name.hasSuffix("_shots") {
            #expect(task.accuracy > 0, "\(name)")
            #expect(task.accuracy < 1, "\(name)")
        }
    }
}
