internal import Corpus
public import Language
public import Models
public import Tensors

/// Writes text token by token, onward in either reading: a backward model is given an ending and
/// writes what came before it.
public struct Generation {
    /// How the next token is drawn.
    public struct Sampling: Hashable, Sendable {
        /// 0 takes the most likely token.
        public var temperature = 0.0
        /// Draw among this many likeliest tokens; `nil` draws among all.
        public var topK: Int?
        /// Tokens written at most.
        public var maximumCount = 16

        /// Greedy, sixteen tokens.
        public init() {}
    }

    /// One text.
    public struct Result: Hashable, Sendable {
        /// Tokens written, in the order of writing.
        public var tokens: [Int32]
        /// Whether the model ended the text itself, rather than the limit.
        public var isFinished: Bool
        /// Prompt and text in natural order.
        public var natural: [Int32]
    }

    private let model: GPT
    private let direction: Direction
    private let tokenizer: Tokenizer

    /// Texts by `model`, which was trained in `direction` with `tokenizer`.
    public init(_ model: GPT, direction: Direction, tokenizer: Tokenizer) {
        self.model = model
        self.direction = direction
        self.tokenizer = tokenizer
    }

    /// Continues `prompt`, given in natural order, in `reading`.
    /// - Parameter generator: where draws come from; unused at temperature 0.
    /// - Parameter onToken: called with each token as it is written.
    public func callAsFunction(
        _ prompt: [Int32], reading: Reading, sampling: Sampling = Sampling(),
        generator: Generator, onToken: (Int32) -> Void = { _ in }
    ) -> Result {
        var ids: [Int32] = [tokenizer.bos]
        if direction.usesMarkers { ids.append(tokenizer.id(of: .marker(of: reading))) }
        ids += reading.turned(prompt)
        let device = model.parameters[0].value.device
        let cache = KeyValueCache(
            model.configuration, rowCount: 1, capacity: ids.count + sampling.maximumCount,
            dtype: model.computeDType, device: device)
        var written: [Int32] = []
        var isFinished = false
        withoutGradient {
            var fresh = ids
            while written.count < sampling.maximumCount {
                let input = Tensor(fresh, shape: [1, fresh.count], device: device)
                    .cast(to: .int64)
                let hidden = model.hidden(input, cache: cache)
                let last = hidden.sliced(1, (fresh.count - 1)..<fresh.count)
                let logits = model.logits(last).reshaped(model.configuration.vocabularySize)
                let token = Self.drawn(from: logits, sampling, generator)
                if token == tokenizer.bos {
                    isFinished = true
                    break
                }
                written.append(token)
                onToken(token)
                fresh = [token]
            }
        }
        return Result(
            tokens: written, isFinished: isFinished,
            natural: reading.turned(reading.turned(prompt) + written))
    }

    private static func drawn(
        from logits: Tensor, _ sampling: Sampling, _ generator: Generator
    ) -> Int32 {
        guard sampling.temperature > 0 else { return Int32(logits.argmax(0).item()) }
        guard let topK = sampling.topK, topK < logits.count else {
            let chances = (logits / sampling.temperature).softmax(0)
            return Int32(generator.multinomial(chances).item())
        }
        let (values, indices) = logits.topK(topK)
        let chances = (values / sampling.temperature).softmax(0)
        let choice = Int(generator.multinomial(chances).item())
        return Int32(indices.selected(0, choice).item())
    }
}
