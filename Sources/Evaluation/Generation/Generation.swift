internal import Foundation
public import Language
public import Models
public import Provenance

/// Goes on with texts in either reading: a backward model is given an ending and writes what came before it.
public struct Generation {
    /// One text.
    public struct Text: Hashable, Sendable {
        /// Which prompt.
        public var prompt: Int
        /// Which text of it.
        public var sample: Int
        /// Tokens written, in the order of writing, without the symbol that ends a text.
        public var tokens: [Int32]
        /// ln p of each.
        public var logProbabilities: [Float]
        /// Why it ended.
        public var ending: Completion.Ending
        /// What was written, in natural order, cut at a stop string.
        public var own: String
        /// Prompt and text in natural order, cut at a stop string.
        public var natural: String

        /// Whether the model ended the text itself.
        public var isFinished: Bool { ending == .stopID }
    }

    private let model: GPT
    private let direction: Direction
    private let tokenizer: Tokenizer
    private let rowLimit: Int

    /// Texts by `model`, which was trained in `direction` with `tokenizer`, `rowLimit` at once.
    public init(_ model: GPT, direction: Direction, tokenizer: Tokenizer, rowLimit: Int = 32) {
        self.model = model
        self.direction = direction
        self.tokenizer = tokenizer
        self.rowLimit = rowLimit
    }

    /// Tokens of a prompt that are read at most: half of the context, or more where less is to be written. Of
    /// a longer one what is farthest from the new text is left out.
    public func promptLimit(_ settings: GenerationSettings) -> Int {
        let T = model.configuration.contextLength
        return max(1, T - min(settings.maximumCount, T / 2) - (direction.usesMarkers ? 2 : 1))
    }

    /// Goes on with each of `prompts`, given in natural order, in `reading`.
    /// - Parameters:
    ///   - seeds: one a prompt; sample i draws from its branch i.
    ///   - onToken: called with each token as it is written; false ends the text.
    ///   - onText: called with each text as it ends.
    public func callAsFunction(
        _ prompts: [String], reading: Reading, sampleCount: Int = 1,
        settings: GenerationSettings, seeds: [Seed],
        onToken: (_ prompt: Int, _ sample: Int, _ token: Int32) -> Bool = { _, _, _ in true },
        onText: (Text) -> Void = { _ in }
    ) -> [[Text]] {
        precondition(prompts.count == seeds.count, "\(seeds.count) seeds for \(prompts.count)")
        var opening = [tokenizer.bos]
        if direction.usesMarkers { opening.append(tokenizer.id(of: .marker(of: reading))) }
        let limit = promptLimit(settings)
        let requests = zip(prompts, seeds).map { prompt, seed in
            let read = reading.turned(tokenizer.encode(prompt)).suffix(limit)
            return DecodingRequest(
                prompt: opening + read, sampleCount: sampleCount, seed: seed,
                maximumCount: settings.maximumCount)
        }
        let stops = settings.stopStrings.filter { !$0.isEmpty }.map { Array($0.utf8) }
        var written = [[[Int32]]](
            repeating: Array(repeating: [], count: stops.isEmpty ? 0 : sampleCount),
            count: prompts.count)
        func text(_ completion: Completion) -> Text {
            let isFinished = completion.ending == .stopID
            let tokens = Array(completion.ids.dropLast(isFinished ? 1 : 0))
            let prompt = Array(prompts[completion.request].utf8)
            let own = cut(reading.turned(tokens), at: stops, reading)
            return Text(
                prompt: completion.request, sample: completion.sample, tokens: tokens,
                logProbabilities: Array(completion.logProbabilities.prefix(tokens.count)),
                ending: completion.ending, own: String(decoding: own, as: UTF8.self),
                natural: String(
                    decoding: reading == .forward ? prompt + own : own + prompt, as: UTF8.self))
        }
        let decoder = Decoder(
            model, stopIDs: [tokenizer.bos], sampling: settings.sampling, rowLimit: rowLimit)
        let completions = decoder(
            requests,
            steer: { prompt, sample, token in
                if token == tokenizer.bos { return .go }
                guard onToken(prompt, sample, token) else { return .stop }
                guard !stops.isEmpty else { return .go }
                written[prompt][sample].append(token)
                let bytes = tokenizer.decodeBytes(reading.turned(written[prompt][sample]))
                return stops.contains { bytes.firstRange(of: $0) != nil } ? .stop : .go
            }, onFinish: { onText(text($0)) })
        return completions.map { $0.map(text) }
    }

    /// The text of natural `tokens` up to the stop string that was reached first in reading order.
    private func cut(_ tokens: [Int32], at stops: [[UInt8]], _ reading: Reading) -> [UInt8] {
        var bytes = tokenizer.decodeBytes(tokens)
        for stop in stops {
            switch reading {
            case .forward:
                if let found = bytes.firstRange(of: stop) {
                    bytes = Array(bytes[..<found.lowerBound])
                }
            case .backward:
                if let found = bytes.ranges(of: stop).last {
                    bytes = Array(bytes[found.upperBound...])
                }
            }
        }
        return bytes
    }
}
