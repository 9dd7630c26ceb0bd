import Corpus
import Foundation
import Journal
import Language
import Provenance
import Runs
import Testing

@Suite struct ExperimentTests {
    /// Two micro-batches of two rows a step, over two layers.
    private static func experiment() throws -> Experiment {
        try Experiment(
            model: ModelConfiguration(
                contextLength: 16, vocabularySize: 267, layerCount: 2, headCount: 2, width: 32),
            schedule: LearningRateSchedule(stepCount: 6), deviceBatchSize: 2, totalBatchSize: 64,
            tokenizerHash: ContentHash(of: Data("tokenizer".utf8)),
            dataHash: ContentHash(of: Data("sixty documents".utf8)))
    }

    /// Steps at 20 tokens a parameter, 524,288 a step, V 65,536, T 2,048.
    /// - Source: karpathy/nanochat, late 2025, `base_train.py` and `gpt.py`.
    static let horizons = [
        (4, 1_400), (6, 2_325), (8, 3_520), (10, 5_075), (12, 7_080), (14, 9_625), (16, 12_800),
        (18, 16_695), (20, 21_400), (22, 27_005), (24, 33_600), (26, 41_275), (28, 50_120),
        (30, 60_225), (32, 71_680), (34, 84_575),
    ]

    @Test(arguments: horizons) func stepsAreTheRecipes(depth: Int, steps: Int) throws {
        let model = try ModelConfiguration(
            depth: depth, vocabularySize: 65_536, contextLength: 2048)
        let found = Experiment.stepCount(
            iterations: nil, targetFLOPs: nil, tokensPerParameter: 20, model: model,
            totalBatchSize: 524_288)
        #expect(found == steps)
    }

    @Test func theFirstRuleGivenDecidesTheSteps() throws {
        let model = try ModelConfiguration(depth: 4, vocabularySize: 65_536, contextLength: 2048)
        func steps(_ iterations: Int?, _ flops: Double?) -> Int {
            Experiment.stepCount(
                iterations: iterations, targetFLOPs: flops, tokensPerParameter: 20, model: model,
                totalBatchSize: 524_288)
        }
        let step = model.trainingFLOPsPerToken * 524_288
        #expect(steps(7, step * 100) == 7)
        #expect(steps(nil, step * 100.4) == 100)
        #expect(steps(nil, step * 100.6) == 101)
    }

    @Test func settingsComeBackFromTheirJSON() throws {
        var experiment = try Self.experiment()
        experiment.direction = .backward
        experiment.packing = .bestfitCrop
        experiment.crop = .random
        experiment.seed = .max
        experiment.optimizer.gradientClip = 0.1
        let back = try Experiment(decoding: experiment.encoded())
        #expect(back == experiment)
        #expect(back.encoded() == experiment.encoded())
        #expect(back.hash == experiment.hash)
        experiment.seed -= 1
        #expect(back.hash != experiment.hash)
    }

    @Test(arguments: ["sead", "model_config.n_layers", "optimizer.momentum", "schedule.steps"])
    func anUnknownKeyIsRefused(key: String) throws {
        let data = try Self.settings { $0[key] = 1 }
        let error = #expect(throws: SettingsError.self) { try Experiment(decoding: data) }
        #expect(error?.description.contains("'\(key)'") == true)
    }

    @Test(arguments: ["seed", "model_config.n_layer", "optimizer.matrix_lr"])
    func aMissingKeyIsRefused(key: String) throws {
        let data = try Self.settings { $0[key] = nil }
        #expect(throws: SettingsError.self) { try Experiment(decoding: data) }
    }

    @Test(arguments: ["", "[]", "3", "{", "{\"seed\": \"x\"}"])
    func whatIsNoSettingsIsRefused(text: String) {
        #expect(throws: SettingsError.self) { try Experiment(decoding: Data(text.utf8)) }
    }

    @Test(arguments: [
        (2, 65), (2, 63), (0, 64), (-2, 64), (2, 0), (2, -64), (4, 32), (Int.max, 64),
    ])
    func anImpossibleBatchIsRefused(rows: Int, tokens: Int) throws {
        var experiment = try Self.experiment()
        try experiment.validate()
        experiment.deviceBatchSize = rows
        experiment.totalBatchSize = tokens
        let error = #expect(throws: SettingsError.self) { try experiment.validate() }
        #expect(error?.description.contains("--total-batch-size") == true)
    }

    @Test func aStepMustHoldAsManyRowsEachWay() throws {
        var experiment = try Self.experiment()
        experiment.direction = .bidirectional
        experiment.deviceBatchSize = 3
        experiment.totalBatchSize = 3 * experiment.model.contextLength
        #expect(throws: SettingsError.self) { try experiment.validate() }
        experiment.totalBatchSize *= 2
        try experiment.validate()
    }

    static let impossible: [@Sendable (inout Experiment) -> Void] = [
        { $0.schedule.stepCount = .max },
        { $0.schedule.warmupRatio = -0.1 },
        { $0.schedule.warmdownRatio = 1.5 },
        { $0.schedule.warmupRatio = 0.9 },
        { $0.schedule.finalFraction = .infinity },
        { $0.optimizer.matrixLearningRate = .nan },
        { $0.optimizer.embeddingLearningRate = -1 },
        { $0.optimizer.gradientClip = -1 },
        { $0.evalTokens = 0 },
        { $0.dtype = "float16" },
    ]

    @Test(arguments: impossible.indices) func numbersThatCannotBeAreRefused(index: Int) throws {
        var experiment = try Self.experiment()
        try experiment.validate()
        Self.impossible[index](&experiment)
        #expect(throws: SettingsError.self) { try experiment.validate() }
    }

    @Test(arguments: [Double.infinity, -Double.infinity, .nan, 1e300, -1])
    func noHorizonTraps(budget: Double) throws {
        let model = try ModelConfiguration(depth: 1, vocabularySize: 300, contextLength: 8)
        for (flops, ratio) in [(budget, 20.0), (nil, budget)] {
            let steps = Experiment.stepCount(
                iterations: nil, targetFLOPs: flops, tokensPerParameter: ratio, model: model,
                totalBatchSize: 8)
            var experiment = try Self.experiment()
            experiment.schedule.stepCount = steps
            #expect(throws: SettingsError.self) { try experiment.validate() }
        }
    }

    @Test func noStepsAndShortRowsAreRefused() throws {
        var experiment = try Self.experiment()
        experiment.schedule.stepCount = 0
        #expect(throws: SettingsError.self) { try experiment.validate() }
        experiment = try Self.experiment()
        experiment.model.contextLength = 4
        #expect(throws: SettingsError.self) { try experiment.validate() }
    }

    /// A settings file in which `change` was made; keys of inner objects are `outer.inner`.
    private static func settings(_ change: (inout [String: Any]) -> Void) throws -> Data {
        var flat: [String: Any] = [:]
        let object = try JSONSerialization.jsonObject(with: Self.experiment().encoded())
        for (key, value) in try #require(object as? [String: Any]) {
            guard let inner = value as? [String: Any] else {
                flat[key] = value
                continue
            }
            for (innerKey, value) in inner { flat["\(key).\(innerKey)"] = value }
        }
        change(&flat)
        var nested: [String: Any] = [:]
        for (key, value) in flat {
            let parts = key.split(separator: ".").map(String.init)
            guard parts.count == 2 else {
                nested[key] = value
                continue
            }
            var inner = nested[parts[0]] as? [String: Any] ?? [:]
            inner[parts[1]] = value
            nested[parts[0]] = inner
        }
        return try JSONSerialization.data(withJSONObject: nested)
    }

    @Test func changesAreNamedWithBothValues() throws {
        let former = try Self.experiment()
        var now = former
        now.schedule.stepCount = 9
        now.saveEvery = 3
        now.optimizer.matrixLearningRate = 0.5
        now.logging = LoggingSettings(tokensEvery: 5, attentionWindows: 0)
        let changes = now.changes(since: former)
        #expect(
            changes.map(\.name) == [
                "logging.attention_windows", "logging.tokens_every", "optimizer.matrix_lr",
                "save_every", "schedule.stepCount",
            ])
        #expect(
            changes.first { $0.name == "optimizer.matrix_lr" }?.description
                == "optimizer.matrix_lr was 0.02 and is now 0.5")
        #expect(
            changes.filter { !Experiment.isAcceptable($0) }.map(\.name) == ["optimizer.matrix_lr"])
        #expect(former.changes(since: former).isEmpty)
    }

    @Test func fewerStepsAreNoAcceptableChange() throws {
        let former = try Self.experiment()
        var now = former
        now.schedule.stepCount = 5
        #expect(now.changes(since: former).allSatisfy { !Experiment.isAcceptable($0) })
    }
}
