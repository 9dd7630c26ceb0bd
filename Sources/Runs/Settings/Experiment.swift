public import Corpus
public import Foundation
public import Journal
public import Language
public import Provenance

/// The one value that describes a run: what is decoded from it is what ran.
///
/// Nothing in it means "auto"; what the flags leave open is derived before and stored here.
public struct Experiment: Codable, Hashable, Sendable {
    /// The stage.
    public var phase = Phase.base
    /// Which way the model reads.
    public var direction = Direction.forward
    /// How a bidirectional run shares its rows.
    public var directionMix = DirectionMix.rows
    /// How documents become rows.
    public var packing = Packing.matched
    /// Which piece `bestfit-crop` keeps.
    public var crop = Crop.head
    /// The model's shape.
    public var model: ModelConfiguration
    /// Learning rates.
    public var optimizer = OptimizerSettings()
    /// How the rates move, and the number of steps.
    public var schedule: LearningRateSchedule
    /// B: rows of one micro-batch.
    public var deviceBatchSize: Int
    /// Input tokens of one optimizer step, all micro-batches together.
    public var totalBatchSize: Int
    /// Steps between validations; 0 validates at the end only.
    public var evalEvery = 250
    /// Tokens of the matched validation.
    public var evalTokens = 524_288
    /// Steps between samples; 0 samples at the end only.
    public var sampleEvery = 2000
    /// Steps between checkpoints; 0 saves at the end only.
    public var saveEvery = 0
    /// Checkpoints kept, the newest first; 0 keeps all.
    public var keepCheckpoints = 2
    /// Steps between gradient and activation statistics; 0 takes none.
    public var statisticsEvery = 100
    /// Steps between statistics by position; 0 takes none.
    public var positionsEvery = 10
    /// Root of every random stream.
    public var seed: UInt64 = 42
    /// dtype of activations: `float32` or `bfloat16`.
    public var dtype = "float32"
    /// Digest of the tokenizer.
    public var tokenizerHash: ContentHash
    /// Digest of the training and validation text.
    public var dataHash: ContentHash
    /// Share of documents held out for validation.
    public var validationFraction = 0.01
    /// What a stage after base adds; nil for base training.
    public var stage: StageSettings?
    /// Tasks tried while the model trains; nil for none.
    public var taskMetrics: TaskMetricSettings?
    /// ChatCORE tried while the model trains; nil for not at all.
    public var chatCORE: ChatCoreSettings?
    /// What else is logged; nil in runs of before there was a choice.
    public var logging: LoggingSettings?

    enum CodingKeys: String, CodingKey {
        case phase, direction, packing, crop, seed, dtype, optimizer, schedule
        case directionMix = "direction_mix"
        case model = "model_config"
        case deviceBatchSize = "device_batch_size"
        case totalBatchSize = "total_batch_size"
        case evalEvery = "eval_every"
        case evalTokens = "eval_tokens"
        case sampleEvery = "sample_every"
        case saveEvery = "save_every"
        case keepCheckpoints = "keep_checkpoints"
        case statisticsEvery = "statistics_every"
        case positionsEvery = "positions_every"
        case tokenizerHash = "tokenizer_hash"
        case dataHash = "data_hash"
        case validationFraction = "val_fraction"
        case stage
        case taskMetrics = "task_metrics"
        case chatCORE = "chatcore"
        case logging
    }

    /// A run with the recipe's defaults for what is not named.
    public init(
        model: ModelConfiguration, schedule: LearningRateSchedule, deviceBatchSize: Int,
        totalBatchSize: Int, tokenizerHash: ContentHash, dataHash: ContentHash
    ) {
        self.model = model
        self.schedule = schedule
        self.deviceBatchSize = deviceBatchSize
        self.totalBatchSize = totalBatchSize
        self.tokenizerHash = tokenizerHash
        self.dataHash = dataHash
    }

    /// Reads settings from disk; a key that is not one of them is refused.
    /// - Parameter path: where they come from, for errors.
    public init(decoding data: Data, path: String = "config.json") throws(SettingsError) {
        do throws(JSONFault) {
            self = try JSONFile.value(Experiment.self, from: data, path: path)
        } catch {
            throw .unreadable(error)
        }
        guard isCountable else {
            throw .unreadable(
                .malformed(path: path, what: "its batch and its steps cannot be counted"))
        }
        guard let given = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let known = try? JSONSerialization.jsonObject(with: encoded()) as? [String: Any]
        else { throw .unreadable(.malformed(path: path, what: "it is not an object")) }
        if let stray = Self.strayKey(in: given, beside: known) {
            throw .unreadable(
                .malformed(path: path, what: "'\(stray)' is not a setting"))
        }
    }

    /// Whether the numbers that follow from the settings can be computed, whoever wrote them.
    public var isCountable: Bool {
        let rowTokens = deviceBatchSize.multipliedReportingOverflow(by: model.contextLength)
        let tokens = schedule.stepCount.multipliedReportingOverflow(by: totalBatchSize)
        return deviceBatchSize > 0 && totalBatchSize > 0 && schedule.stepCount >= 0
            && !rowTokens.overflow && !tokens.overflow
    }

    /// The settings as they stand on disk: sorted keys, one value a line.
    public func encoded() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("settings are numbers and strings")
        }
        return data
    }

    /// Digest of the settings.
    public var hash: ContentHash { ContentHash(of: encoded()) }

    /// Micro-batches of one optimizer step.
    public var microBatchCount: Int {
        totalBatchSize / (deviceBatchSize * model.contextLength)
    }
    /// Rows of one optimizer step.
    public var rowsPerStep: Int { microBatchCount * deviceBatchSize }
    /// Input tokens of the whole run.
    public var totalTokens: Int { schedule.stepCount * totalBatchSize }
    /// Floating-point operations of the whole run.
    public var totalFLOPs: Double { Double(totalTokens) * model.trainingFLOPsPerToken }

    /// Says what cannot be trained, if anything cannot.
    public func validate() throws(SettingsError) {
        let (rowTokens, isTooLarge) =
            deviceBatchSize.multipliedReportingOverflow(by: model.contextLength)
        guard deviceBatchSize > 0, totalBatchSize > 0, !isTooLarge,
            totalBatchSize.isMultiple(of: rowTokens)
        else {
            throw .impossibleSetting(
                "a total batch of \(totalBatchSize) tokens is not made of micro-batches of "
                    + "\(deviceBatchSize) rows of \(model.contextLength)",
                remedy: "give --total-batch-size a multiple of \(max(1, rowTokens))")
        }
        guard schedule.stepCount > 0 else {
            throw .impossibleSetting(
                "\(schedule.stepCount) steps are nothing to train",
                remedy: "give --num-iterations, --target-flops or --target-param-data-ratio")
        }
        guard !schedule.stepCount.multipliedReportingOverflow(by: totalBatchSize).overflow else {
            throw .impossibleSetting(
                "\(schedule.stepCount) steps of \(totalBatchSize) tokens cannot be counted",
                remedy: "give a smaller --num-iterations, --target-flops or batch")
        }
        try validateRates()
        guard evalTokens > 0 else {
            throw .impossibleSetting(
                "a validation of \(evalTokens) tokens", remedy: "give --eval-tokens 1 or more")
        }
        guard ["float32", "bfloat16"].contains(dtype) else {
            throw .impossibleSetting(
                "activations in '\(dtype)'", remedy: "give --dtype float32 or bfloat16")
        }
        guard model.contextLength >= 8 else {
            throw .impossibleSetting(
                "rows of \(model.contextLength) tokens", remedy: "give --max-seq-len 8 or more")
        }
        try stage?.validate(phase: phase, columnCount: model.contextLength)
        if let count = taskMetrics?.maximumProblems, count < 1 {
            throw .impossibleSetting(
                "chat tasks of \(count) questions", remedy: "give --metrics-max-problems 1 or more")
        }
        do {
            try directionMix.validate(
                rowsPerStep: rowsPerStep, microBatch: deviceBatchSize, direction: direction)
        } catch {
            throw .batches(error)
        }
    }

    /// Numbers that must be numbers, not below zero, and shares that must be shares.
    private func validateRates() throws(SettingsError) {
        let rates = [
            ("embedding-lr", optimizer.embeddingLearningRate),
            ("unembedding-lr", optimizer.unembeddingLearningRate),
            ("matrix-lr", optimizer.matrixLearningRate),
            ("weight-decay", optimizer.weightDecay), ("grad-clip", optimizer.gradientClip),
            ("final-lr-frac", schedule.finalFraction),
        ]
        for (flag, value) in rates where !(value.isFinite && value >= 0) {
            throw .impossibleSetting(
                "--\(flag) is \(value)", remedy: "give a number that is not below 0")
        }
        let shares = [
            ("warmup-ratio", schedule.warmupRatio), ("warmdown-ratio", schedule.warmdownRatio),
        ]
        for (flag, value) in shares where !(0...1).contains(value) {
            throw .impossibleSetting("--\(flag) is \(value)", remedy: "give a share from 0 to 1")
        }
        guard schedule.warmupRatio + schedule.warmdownRatio <= 1 else {
            throw .impossibleSetting(
                "rates that climb for \(schedule.warmupRatio) of the steps and fall for "
                    + "\(schedule.warmdownRatio) of them",
                remedy: "give --warmup-ratio and --warmdown-ratio a sum of at most 1")
        }
    }

    private static func strayKey(in given: [String: Any], beside known: [String: Any]) -> String? {
        for key in given.keys.sorted() {
            guard let counterpart = known[key] else { return key }
            if let inner = given[key] as? [String: Any],
                let knownInner = counterpart as? [String: Any],
                let stray = strayKey(in: inner, beside: knownInner)
            {
                return "\(key).\(stray)"
            }
        }
        return nil
    }
}

extension Experiment {
    /// Steps of a run, by the first rule that is given: a number, a budget of operations, or tokens
    /// for each parameter.
    /// - Source: karpathy/nanochat `base_train.py`, late 2025.
    public static func stepCount(
        iterations: Int?, targetFLOPs: Double?, tokensPerParameter: Double,
        model: ModelConfiguration, totalBatchSize: Int
    ) -> Int {
        if let iterations { return iterations }
        let batch = Double(totalBatchSize)
        let wanted =
            if let targetFLOPs {
                (targetFLOPs / (model.trainingFLOPsPerToken * batch)).rounded()
            } else {
                (tokensPerParameter * Double(model.parameterCount) / batch).rounded(.towardZero)
            }
        // More than can be counted is refused by `validate`, as is what is no number.
        return Int(exactly: wanted) ?? (wanted > 0 ? .max : 0)
    }
}

/// How often the research log takes what a step does not have to give.
public struct LoggingSettings: Codable, Hashable, Sendable {
    /// Steps between per-token losses and predictions; 0 takes none.
    public var tokensEvery: Int
    /// Validation windows at whose attention each evaluation looks; below 0 all, 0 none.
    public var attentionWindows: Int

    enum CodingKeys: String, CodingKey {
        case tokensEvery = "tokens_every"
        case attentionWindows = "attention_windows"
    }

    /// Tokens every so many steps, attention over so many windows.
    public init(tokensEvery: Int, attentionWindows: Int) {
        self.tokensEvery = tokensEvery
        self.attentionWindows = attentionWindows
    }
}
