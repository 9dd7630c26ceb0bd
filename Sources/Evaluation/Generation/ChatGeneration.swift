internal import Corpus
public import Language
public import Models
public import Provenance

/// A call of the calculator in an answer.
public struct ToolCall: Codable, Hashable, Sendable {
    /// What was to be worked out.
    public var expression: String
    /// The result that stands in the answer; nil where none does.
    public var written: String?
    /// What the calculator gives; nil where it can make nothing of the expression.
    public var result: String?

    /// A call with what was written and what is right.
    public init(expression: String, written: String?, result: String?) {
        self.expression = expression
        self.written = written
        self.result = result
    }

    /// Whether both say the same, compared as numbers where they are.
    public var agrees: Bool {
        guard let written, let result else { return false }
        guard let a = Arithmetic.result(in: written), let b = Arithmetic.result(in: result) else {
            return written == result
        }
        // Doubles are written with more digits than tell them apart, or fewer.
        return a == b || (!a.isInteger && !b.isInteger && Double(written) == Double(result))
    }
}

/// What a model answered.
public struct Answer: Hashable, Sendable {
    /// Which conversation.
    public var conversation: Int
    /// Which answer to it.
    public var sample: Int
    /// What the model was given, up to `<|assistant_start|>`.
    public var prompt: RenderedConversation
    /// What it wrote behind it, the end marker included if it wrote one.
    public var ids: [Int32]
    /// Whether each id was given by the calculator.
    public var isForced: [Bool]
    /// ln p of each id at temperature 1.
    public var logProbabilities: [Float]
    /// Why it ended.
    public var ending: Completion.Ending
    /// The answer in natural order.
    public var message: Message
    /// Its calls in natural order.
    public var calls: [ToolCall]

    /// Whether the model ended the answer itself.
    public var isFinished: Bool { ending == .stopID }
    /// Share of calls whose written result is the calculator's; nil without calls.
    public var toolAgreement: Double? {
        calls.isEmpty ? nil : Double(calls.count { $0.agrees }) / Double(calls.count)
    }
}

/// Answers to conversations, in either reading.
///
/// Forward, a call gets its result from the calculator. Backward, the result is written before the call; nothing
/// is worked out while reading, and calls are checked afterwards.
public struct ChatGeneration {
    /// The model's context is shared between prompt and answer: the answer keeps this share, or less where it is
    /// not asked to be so long.
    public static let answerShare = 0.5

    private let model: GPT
    private let direction: Direction
    private let renderer: ConversationRenderer
    private let rowLimit: Int

    private var tokenizer: Tokenizer { renderer.tokenizer }

    /// Answers by `model`, which was trained in `direction` with `tokenizer`, `rowLimit` at once.
    public init(_ model: GPT, direction: Direction, tokenizer: Tokenizer, rowLimit: Int = 32) {
        self.model = model
        self.direction = direction
        self.rowLimit = rowLimit
        renderer = ConversationRenderer(tokenizer: tokenizer)
    }

    /// Ids that a prompt may have. Of a longer one the oldest exchanges are left out.
    public func promptLimit(maximumCount: Int) -> Int {
        let T = model.configuration.contextLength
        let room = min(maximumCount, Int(Double(T) * Self.answerShare))
        return max(ConversationRenderer.minimumLimit + 1, T - room)
    }

    /// The prompt for the last question of `conversation`, fitted to the context.
    public func prompt(
        _ conversation: Conversation, reading: Reading, maximumCount: Int
    ) -> RenderedConversation {
        renderer.completionPrompt(
            conversation, reading: reading, marker: direction.usesMarkers,
            limit: promptLimit(maximumCount: maximumCount))
    }

    /// Answers to the last question of each of `conversations`.
    /// - Parameters:
    ///   - seeds: one a conversation; answer i draws from its branch i.
    ///   - onToken: called with each id as it is written, by the model or by the calculator; false ends the answer.
    ///   - onAnswer: called with each answer as it ends.
    public func answers(
        to conversations: [Conversation], reading: Reading, sampleCount: Int = 1,
        settings: GenerationSettings, seeds: [Seed],
        onToken: (_ conversation: Int, _ sample: Int, _ id: Int32) -> Bool = { _, _, _ in true },
        onAnswer: (Answer) -> Void = { _ in }
    ) -> [[Answer]] {
        precondition(
            conversations.count == seeds.count,
            "\(seeds.count) seeds for \(conversations.count) conversations")
        let prompts = conversations.map {
            prompt($0, reading: reading, maximumCount: settings.maximumCount)
        }
        let requests = zip(prompts, seeds).map { prompt, seed in
            DecodingRequest(
                prompt: prompt.ids, sampleCount: sampleCount, seed: seed,
                maximumCount: settings.maximumCount)
        }
        let usesCalculator = settings.usesCalculator && reading == .forward
        var calls = [[CallReader]](
            repeating: Array(
                repeating: CallReader(tokenizer), count: usesCalculator ? sampleCount : 0),
            count: conversations.count)
        let stops = settings.stopStrings.filter { !$0.isEmpty }
        var written = [[[Int32]]](
            repeating: Array(repeating: [], count: stops.isEmpty ? 0 : sampleCount),
            count: conversations.count)
        let decoder = Decoder(
            model, stopIDs: [tokenizer.id(of: .assistantEnd), tokenizer.bos],
            sampling: settings.sampling, rowLimit: rowLimit)
        func answer(_ completion: Completion) -> Answer {
            self.answer(completion, prompts[completion.request], reading)
        }
        let completions = decoder(
            requests,
            steer: { conversation, sample, id in
                guard onToken(conversation, sample, id) else { return .stop }
                if !stops.isEmpty {
                    written[conversation][sample].append(id)
                    let text = renderer.answer(in: written[conversation][sample], reading: reading)
                        .text
                    if stops.contains(where: { text.contains($0) }) { return .stop }
                }
                guard usesCalculator, let result = calls[conversation][sample].take(id) else {
                    return .go
                }
                for id in result where !onToken(conversation, sample, id) { return .stop }
                return .force(result)
            }, onFinish: { onAnswer(answer($0)) })
        return completions.map { $0.map(answer) }
    }

    private func answer(
        _ completion: Completion, _ prompt: RenderedConversation, _ reading: Reading
    ) -> Answer {
        let message = renderer.answer(in: completion.ids, reading: reading)
        return Answer(
            conversation: completion.request, sample: completion.sample, prompt: prompt,
            ids: completion.ids, isForced: completion.isForced,
            logProbabilities: completion.logProbabilities, ending: completion.ending,
            message: message, calls: Self.calls(in: message))
    }

    /// The calls of an answer in natural order, each with the result behind it.
    static func calls(in message: Message) -> [ToolCall] {
        message.parts.indices.compactMap { index in
            let part = message.parts[index]
            guard part.kind == .python else { return nil }
            let next = message.parts[(index + 1)...].first
            return ToolCall(
                expression: part.text,
                written: next?.kind == .pythonOutput ? next?.text : nil,
                result: Calculator.result(of: part.text))
        }
    }
}
