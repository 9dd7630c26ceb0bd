import Corpus
import Evaluation
import Language
import Models
import Provenance
import Runs
import Training

/// What midtraining and fine-tuning read: a mixture of conversations, and those that are held out.
struct ChatSides: StageData {
    /// Conversations to learn from.
    let mixture: Mixture
    /// Conversations to measure on.
    let heldOut: [any ConversationSource]
    /// Which of their tokens are learnt.
    let supervision: Supervision

    /// Digests of what is read.
    var fingerprints: [String: ContentHash] { ["mixture": mixture.fingerprint] }

    /// The rows of a run over the mixture.
    static func layout(of experiment: Experiment, supervision: Supervision) -> ChatLayout {
        ChatLayout(
            rowCount: experiment.deviceBatchSize, columnCount: experiment.model.contextLength,
            direction: experiment.direction, supervision: supervision, mix: experiment.directionMix)
    }

    /// The next token of conversations; batches are made ahead on a thread of their own.
    func objective(
        for run: StageRun, model: GPT, from cursor: Cursor
    ) throws -> PreparedObjective {
        let stream = try ChatStream(
            mixture, tokenizer: run.tokenizer,
            layout: Self.layout(of: run.experiment, supervision: supervision),
            seed: Seed(run.experiment.seed)["conversations"], from: cursor)
        let batches = BatchPrefetcher(stream, capacity: 8, seconds: run.world.seconds)
        return PreparedObjective(
            nextTokens: batches, microBatchCount: run.experiment.microBatchCount, from: cursor)
    }

    /// The fixed list of held-out conversations.
    func validation(for run: StageRun) throws -> (any MatchedList)? {
        guard !heldOut.isEmpty else { return nil }
        let experiment = run.experiment
        let source = Mixture(heldOut.map { Mixture.Part($0) }, seed: Seed(0)["validation"])
        let windows = try ChatWindows(
            MixedConversations(source), tokenizer: run.tokenizer,
            columnCount: experiment.model.contextLength, supervision: supervision,
            maximumTokens: experiment.evalTokens,
            maximumCount: experiment.stage?.validationCount ?? .max)
        return ChatValidation(
            windows, rowCount: experiment.deviceBatchSize, byteCounts: run.tokenizer.byteCounts)
    }
}

/// The conversations of one epoch of a mixture, one after another.
private struct MixedConversations: ConversationSource {
    let mixture: Mixture
    let order: Mixture.Order

    init(_ mixture: Mixture) {
        self.mixture = mixture
        order = mixture.order(epoch: 0)
    }

    var name: String { "held-out conversations" }
    var count: Int { mixture.count }
    var fingerprint: ContentHash { mixture.fingerprint }

    func conversation(at index: Int) throws(SourceError) -> Conversation {
        try mixture.conversation(of: order.entry(at: index))
    }
}
