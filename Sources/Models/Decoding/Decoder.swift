public import Provenance
public import Runs
internal import Tensors

/// A prompt to go on from.
public struct DecodingRequest: Hashable, Sendable {
    /// Ids to read first, at least one.
    public var prompt: [Int32]
    /// Texts wanted.
    public var sampleCount: Int
    /// Sample i draws from `seed[i]`.
    public var seed: Seed
    /// Ids written at most.
    public var maximumCount: Int

    /// `sampleCount` texts of at most `maximumCount` ids behind `prompt`.
    public init(prompt: [Int32], sampleCount: Int = 1, seed: Seed, maximumCount: Int) {
        precondition(!prompt.isEmpty, "nothing to go on from")
        precondition(
            sampleCount > 0 && maximumCount > 0, "\(sampleCount) texts of \(maximumCount) ids")
        self.prompt = prompt
        self.sampleCount = sampleCount
        self.seed = seed
        self.maximumCount = maximumCount
    }
}

/// What the caller wants after an id.
public enum Steering: Hashable, Sendable {
    /// Go on.
    case go
    /// Put these ids next, whatever the model would write.
    case force([Int32])
    /// The text is finished.
    case stop
}

/// One text.
public struct Completion: Hashable, Sendable {
    /// Why a text ended.
    public enum Ending: String, Codable, Hashable, Sendable {
        /// The model wrote an id that ends it.
        case stopID = "stop"
        /// The caller ended it.
        case caller
        /// It reached the number of ids asked for.
        case length
        /// It reached the end of the context that the model was trained on.
        case context
    }

    /// Which request.
    public var request: Int
    /// Which text of it.
    public var sample: Int
    /// What was written, the id that ended it included.
    public var ids: [Int32]
    /// Whether each id was forced by the caller.
    public var isForced: [Bool]
    /// ln p of each id under the model's own distribution (temperature 1, nothing left out), forced ones too.
    public var logProbabilities: [Float]
    /// Why it ended.
    public var ending: Ending
}

/// Writes many texts at once behind prompts of any lengths, each position computed once.
///
/// Prompts are read in batches, right-padded; what a prompt is read into is shared by its samples. A row that
/// has ended leaves the batch, and waiting prompts take its place. A row's text depends on its prompt, seed and
/// settings only, not on the rows beside it, as far as float32 sums do not.
public struct Decoder {
    /// Ids that end a text.
    public let stopIDs: [Int32]
    /// How ids are drawn.
    public let sampling: Sampling
    /// Rows computed at once.
    public let rowLimit: Int
    private let model: GPT

    /// A decoder of `model`.
    public init(_ model: GPT, stopIDs: [Int32], sampling: Sampling, rowLimit: Int = 32) {
        precondition(rowLimit > 0, "\(rowLimit) rows at once")
        if let fault = sampling.fault { preconditionFailure(fault) }
        self.model = model
        self.stopIDs = stopIDs
        self.sampling = sampling
        self.rowLimit = rowLimit
    }

    /// The texts of each request, in order.
    ///
    /// Prompts must be shorter than the model's context; callers fit them.
    /// - Parameters:
    ///   - steer: called with each id as it is written; not for forced ones.
    ///   - onFinish: called with each text as it ends.
    public func callAsFunction(
        _ requests: [DecodingRequest],
        steer: (_ request: Int, _ sample: Int, _ id: Int32) -> Steering = { _, _, _ in .go },
        onFinish: (Completion) -> Void = { _ in }
    ) -> [[Completion]] {
        for request in requests {
            precondition(
                request.prompt.count < model.configuration.contextLength,
                "a prompt of \(request.prompt.count) ids in a context of "
                    + "\(model.configuration.contextLength)")
        }
        return withoutGradient {
            var work = DecodingWork(model, requests, self)
            while work.advance(steer: steer, onFinish: onFinish) {}
            return work.completions
        }
    }
}
