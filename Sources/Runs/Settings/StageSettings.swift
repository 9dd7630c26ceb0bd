public import Corpus
public import Journal
public import Language
public import Provenance

/// What a stage after base adds to a run's settings: where its weights come from, and what it reads.
public struct StageSettings: Codable, Hashable, Sendable {
    /// The checkpoint that the stage begins with.
    public struct Parent: Codable, Hashable, Sendable {
        /// Name of its run.
        public var run: String
        /// Its stage.
        public var phase: Phase
        /// Optimizer steps it had taken.
        public var step: Int
        /// Digest of its weights.
        public var modelHash: ContentHash
        /// Which way it reads.
        public var direction: Direction

        enum CodingKeys: String, CodingKey {
            case run, phase, step, direction
            case modelHash = "model_hash"
        }

        /// A checkpoint of the run called `run`.
        public init(
            run: String, phase: Phase, step: Int, modelHash: ContentHash, direction: Direction
        ) {
            self.run = run
            self.phase = phase
            self.step = step
            self.modelHash = modelHash
            self.direction = direction
        }
    }

    /// A source of conversations and its share.
    public struct Share: Codable, Hashable, Sendable {
        /// What reports call it.
        public var name: String
        /// Conversations of it in one epoch of the mixture.
        public var count: Int
        /// Digest of its content.
        public var fingerprint: ContentHash

        /// `count` conversations of the source called `name`.
        public init(name: String, count: Int, fingerprint: ContentHash) {
            self.name = name
            self.count = count
            self.fingerprint = fingerprint
        }
    }

    /// The checkpoint that the stage begins with.
    public var parent: Parent
    /// Which tokens of the conversations are learnt.
    public var supervision: Supervision
    /// What is read, in the order of the mixture's parts.
    public var mixture: [Share]
    /// Conversations of the validation, at most; nil for as many as `evalTokens` allows.
    public var validationCount: Int?
    /// How the model is rewarded; nil for stages that are not.
    public var reinforcement: ReinforcementSettings?

    enum CodingKeys: String, CodingKey {
        case parent, supervision, mixture, reinforcement
        case validationCount = "eval_conversations"
    }

    /// A stage from `parent` over `mixture`.
    public init(parent: Parent, supervision: Supervision, mixture: [Share]) {
        self.parent = parent
        self.supervision = supervision
        self.mixture = mixture
    }

    /// Whether a run in `direction` changes the parent's: a transfer between directions.
    public func isDirectionTransfer(to direction: Direction) -> Bool {
        parent.direction != direction
    }

    /// Says what cannot be trained, if anything cannot.
    func validate(phase: Phase, columnCount: Int) throws(SettingsError) {
        guard phase != .base else {
            throw .impossibleSetting(
                "base training with a parent", remedy: "choose another phase")
        }
        try reinforcement?.validate()
        guard columnCount >= ChatLayout.minimumColumnCount else {
            throw .batches(.rowsTooShortForTurns(columnCount: columnCount))
        }
    }
}

/// Tasks tried while a model trains.
public struct TaskMetricSettings: Codable, Hashable, Sendable {
    /// Steps between trials; 0 tries at the end only.
    public var every: Int
    /// Examples of each task, at most.
    public var maximumProblems: Int

    enum CodingKeys: String, CodingKey {
        case every
        case maximumProblems = "max_problems"
    }

    /// Trials of `maximumProblems` examples every so many steps.
    public init(every: Int, maximumProblems: Int) {
        self.every = every
        self.maximumProblems = maximumProblems
    }
}

/// ChatCORE tried while a model trains.
/// - Source: karpathy/nanochat `chat_sft.py`, 2026.
public struct ChatCoreSettings: Codable, Hashable, Sendable {
    /// Steps between trials; 0 tries at the end only.
    public var every: Int
    /// Questions of each task with letters to choose from, at most; nil for all.
    public var maximumLetters: Int?
    /// Questions of each task with written answers, at most; nil for all.
    public var maximumWritten: Int?

    enum CodingKeys: String, CodingKey {
        case every
        case maximumLetters = "max_cat"
        case maximumWritten = "max_sample"
    }

    /// Trials every so many steps.
    public init(every: Int, maximumLetters: Int?, maximumWritten: Int?) {
        self.every = every
        self.maximumLetters = maximumLetters
        self.maximumWritten = maximumWritten
    }
}
