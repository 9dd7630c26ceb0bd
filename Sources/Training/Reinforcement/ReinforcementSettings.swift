public import Evaluation
internal import Models

/// How a model is rewarded. Names on disk are nanochat's flags where the feature is nanochat's.
/// - Source: karpathy/nanochat `chat_rl.py`, late 2025; clipping and KL: arXiv:1707.06347, arXiv:2402.03300.
public struct ReinforcementSettings: Codable, Hashable, Sendable {
    /// What is asked.
    public var task: String
    /// Questions of one step.
    public var examplesPerStep = 16
    /// Answers sampled to each question.
    public var samplesPerExample = 16
    /// Tokens of an answer, at most.
    public var maximumCount = 256
    /// Divides the logits where answers are sampled.
    public var temperature = 1.0
    /// Answers are drawn among so many likeliest tokens; 0 for all.
    public var topK = 50
    /// Whether advantages are divided by the standard deviation of their group's rewards.
    public var scalesByDeviation = false
    /// Updates that the samples of one step are used for.
    public var updatesPerStep = 1
    /// How far the probability of a token may move, as a ratio to that at sampling: 1 ± this.
    public var clipRange = 0.2
    /// Weight of the divergence from the parent; 0 for none.
    public var divergenceWeight = 0.0
    /// `countsUnfinished` where it is false. True is nil, as in settings of before it was asked, which so keep
    /// their digest.
    private var countUnfinished: Bool? = false
    /// Steps between records of the sampled texts; 0 keeps none.
    public var rolloutsEvery = 10

    enum CodingKeys: String, CodingKey {
        case task, temperature
        case examplesPerStep = "examples_per_step"
        case samplesPerExample = "num_samples"
        case maximumCount = "max_new_tokens"
        case topK = "top_k"
        case scalesByDeviation = "advantage_std"
        case updatesPerStep = "updates_per_step"
        case clipRange = "clip_range"
        case divergenceWeight = "kl_weight"
        case rolloutsEvery = "rollouts_every"
        case countUnfinished = "count_unfinished"
    }

    /// The recipe's settings for `task`.
    public init(task: String) { self.task = task }

    /// Whether answers can be right that the model did not end.
    public var countsUnfinished: Bool {
        get { countUnfinished ?? true }
        set { countUnfinished = newValue ? nil : false }
    }

    /// How answers are written.
    public var generation: GenerationSettings {
        GenerationSettings(
            sampling: Sampling(temperature: temperature, topK: topK > 0 ? topK : nil),
            maximumCount: maximumCount)
    }

    /// Says what cannot be, if anything cannot.
    func validate() throws(TrainingError) {
        for (flag, value) in [
            ("examples-per-step", examplesPerStep), ("num-samples", samplesPerExample),
            ("max-new-tokens", maximumCount), ("updates-per-step", updatesPerStep),
        ] where value < 1 {
            throw .impossibleSetting("--\(flag) is \(value)", remedy: "give 1 or more")
        }
        guard samplesPerExample > 1 else {
            throw .impossibleSetting(
                "one answer to each question has no advantage over others",
                remedy: "give --num-samples 2 or more")
        }
        if let fault = generation.sampling.fault {
            throw .impossibleSetting(fault, remedy: "give another value")
        }
        guard temperature > 0 else {
            throw .impossibleSetting(
                "answers at temperature 0 are all the same", remedy: "give --temperature above 0")
        }
        guard clipRange > 0, clipRange.isFinite, divergenceWeight >= 0, divergenceWeight.isFinite
        else {
            throw .impossibleSetting(
                "a clip range of \(clipRange) and a KL weight of \(divergenceWeight)",
                remedy: "give --clip-range above 0 and --kl-weight not below 0")
        }
    }
}
