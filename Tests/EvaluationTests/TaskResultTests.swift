import Corpus
import Evaluation
import Foundation
import Language
import Models
import Provenance
import Runs
import TestSupport
import Testing

@Suite(.countingHandles) struct TaskResultTests {
    /// Wilson's interval against values worked out by R's `prop.test(correct = FALSE)`.
    @Test(arguments: [(5, 10, 0.236593, 0.763407), (0, 20, 0, 0.161125), (20, 20, 0.838875, 1)])
    func intervalsAreWilsons(right: Int, count: Int, lower: Double, upper: Double) {
        let share = Proportion(right, of: count)
        #expect(abs(share.lower - lower) < 1e-6 && abs(share.upper - upper) < 1e-6)
    }

    /// Against counting all subsets.
    @Test func passAtKCountsSubsets() {
        for n in 1...8 {
            for right in 0...n {
                for k in 1...n {
                    var (hit, all) = (0, 0)
                    for subset in 0..<(1 << n) where subset.nonzeroBitCount == k {
                        all += 1
                        // The first `right` samples are the right ones.
                        hit += subset & ((1 << right) - 1) != 0 ? 1 : 0
                    }
                    let found = PassAtK.estimate(right: right, of: n, k: k)
                    #expect(abs(found - Double(hit) / Double(all)) < 1e-12)
                }
            }
        }
    }

    static func items(_ folder: String) throws -> TaskFile<MultipleChoiceItem> {
        let lines = (0..<12).map {
            #"{"question": "q\#($0 * $0)", "choices": ["a", "b", "c", "d"], "answer": \#($0 % 4)}"#
        }
        let path = folder + "/items.jsonl"
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
        return try TaskFile(
            "items", paths: [path], relativeTo: folder,
            spoolFolder: FileManager.default.temporaryDirectory.path)
    }

    @Test(arguments: Direction.allCases, Reading.allCases)
    func lettersAreScoredBehindThePrompt(direction: Direction, reading: Reading) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/letters-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let tokenizer = try TinyModel.tokenizer()
        let model = try TinyModel.make(drawingWeights: true, contextLength: 256)
        let items = try Self.items(folder)
        let setting = TaskResult.Setting(phase: "sft", step: 3, direction: direction)
        let results = try [1, 5].map {
            try LetterEvaluation(
                model, direction: direction, tokenizer: tokenizer, rowCount: $0
            ).result("items", items, setting, reading: reading, limit: 9)
        }
        #expect(results[0].examples.map(\.prediction) == results[1].examples.map(\.prediction))
        #expect(results[0].isNative == direction.readings.contains(reading))
        #expect(results[0].examples.count == 9 && results[0].chance == 0.25)
        let generation = ChatGeneration(model, direction: direction, tokenizer: tokenizer)
        for example in results[0].examples {
            let item = try items.item(at: example.index)
            let prompt = generation.prompt(
                item.conversation.question, reading: reading, maximumCount: 1)
            let logits = try #require(TinyModel.logits(model, prompt.ids).last)
            let own = item.letters.map { Double(logits[Int(tokenizer.encode($0)[0])]) }
            let total = log(own.reduce(0) { $0 + exp($1) })
            for (found, logit) in zip(try #require(example.scores), own) {
                #expect(abs(found - (logit - total)) < 1e-4)
            }
            #expect(example.truth == item.letters[item.answer])
            #expect(example.isRight == (example.prediction == example.truth))
        }
        let data = results[0].encoded()
        #expect(try JSONDecoder().decode(TaskResult.self, from: data) == results[0])
    }

    @Test func directionsAreCompared() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/letters-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let tokenizer = try TinyModel.tokenizer()
        let evaluation = LetterEvaluation(
            try TinyModel.make(drawingWeights: true, contextLength: 256), direction: .backward,
            tokenizer: tokenizer)
        let items = try Self.items(folder)
        let setting = TaskResult.Setting(phase: "sft", step: 3, direction: .backward)
        let results = try Reading.allCases.map {
            try evaluation.result("items", items, setting, reading: $0, limit: 12)
        }
        let summary = DirectionSummary(forward: results[0], backward: results[1])
        #expect(summary.native == results[1].accuracy.value)
        #expect(summary.cross == results[0].accuracy.value)
        #expect(summary.difference == abs(results[0].accuracy.value - results[1].accuracy.value))
    }
}
