import Evaluation
import Foundation
import Journal
import Language
import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing

@Suite(.countingHandles) struct RepresentationTests {
    private static let vocabulary = 300

    private static func model(seed: UInt64) throws -> GPT {
        let configuration = try ModelConfiguration(
            depth: 2, vocabularySize: vocabulary, contextLength: 32, aspectRatio: 16, headWidth: 16)
        return GPT(configuration, seed: Seed(seed), computeDType: .float32)
    }

    private static func record() -> EvaluationRecord {
        let (D, n) = (12, 20)
        let ids = (0..<D * n).map { Int32(($0 * 37) % 250) }
        let places = (0..<D * n).map { Int32($0 % n) }
        return EvaluationRecord(
            step: 0,
            windows: .init(
                documents: (0..<D).map { Int64($0) }, starts: [Int32](repeating: 0, count: D),
                counts: [Int32](repeating: Int32(n), count: D)),
            tokens: .init(
                ids: ids, documents: (0..<D * n).map { Int64($0 / n) }, positions: places,
                byteOffsets: places.map { Int64($0) },
                byteCounts: [Int32](repeating: 1, count: D * n)),
            scores: [])
    }

    private static func tokenizer() throws -> Tokenizer { try Tokenizer(merges: []) }

    @Test func aModelIsLikeItselfAndNothingIsLikeShuffledTokens() throws {
        let windows = RecordedWindows(Self.record(), tokenizer: try Self.tokenizer())
        let states = windows.states(try Self.model(seed: 1), reading: .forward, marker: .none)
        let other = windows.states(try Self.model(seed: 2), reading: .backward, marker: .none)
        let own = states.alignment(with: states)
        for layer in own.indices { #expect(abs(own[layer][layer] - 1) < 1e-5) }
        let across = states.alignment(with: other)
        // Symmetric, and a similarity.
        let back = other.alignment(with: states)
        for a in across.indices {
            for b in across[a].indices {
                #expect(abs(across[a][b] - back[b][a]) < 1e-5)
                #expect((0...1.0001).contains(across[a][b]))
            }
        }
        // Embeddings see the token alone, so reading order does not matter to what is like what.
        var order = Array(Int64(0)..<Int64(states.tokens))
        order.reverse()
        order.swapAt(3, 90)
        let shuffled = states.alignment(with: states, shuffle: order)
        #expect(shuffled[0][0] < 0.8)
        let cosines = states.cosines(0, tokens: [0, 1, 2, 3])
        #expect(cosines.count == 6 && cosines.allSatisfy { abs($0) <= 1.0001 })
    }

    /// A cut list takes windows from everywhere in it.
    @Test func cutListsTakeFromEverywhere() throws {
        let windows = RecordedWindows(
            Self.record(), tokenizer: try Self.tokenizer(), tokenLimit: 80)
        #expect(windows.tokenCount == 80)
        #expect(Set(windows.documents).count == 4 && windows.documents.max() ?? 0 > 8)
    }

    /// Shares that add up to one, and none for what comes later.
    @Test func patternsAreDistributionsOverWhatMayBeSeen() throws {
        let model = try Self.model(seed: 3)
        let ids = Tensor((0..<24).map { Int32($0 * 7 % 250) }, shape: [2, 12]).cast(to: .int64)
        var patterns: [Tensor] = []
        withoutGradient {
            _ = model.hidden(
                ids,
                observer: { _, part, tensor in
                    if part == "attention.pattern" { patterns.append(tensor) }
                }, watchesAttention: true)
        }
        #expect(patterns.count == 2)
        for pattern in patterns {
            let values = pattern.floats()
            let (B, H, T, _) = pattern.shape4
            for row in 0..<B * H * T {
                let line = values[row * T..<(row + 1) * T]
                #expect(abs(line.reduce(0, +) - 1) < 1e-5)
                // Nothing that comes later.
                #expect(line.dropFirst(row % T + 1).allSatisfy { $0 == 0 })
            }
        }
    }

    /// Σ nats of recorded windows with and without a marker differ, and scoring is that of single rows.
    @Test func windowsScoreAsSingleRowsWhateverTheBatch() throws {
        let windows = RecordedWindows(Self.record(), tokenizer: try Self.tokenizer())
        let model = try Self.model(seed: 4)
        // Heads are born as zeros: every loss is ln V until they are something.
        withoutGradient {
            for parameter in model.parameters where parameter.name == "head" {
                parameter.value.assign(Generator(Seed(5)).normal(parameter.value.shape))
            }
        }
        model.refreshCopies()
        let single = windows.nats(model, reading: .backward, marker: .of(.backward), rowCount: 1)
        let batched = windows.nats(model, reading: .backward, marker: .of(.backward), rowCount: 7)
        for (a, b) in zip(single, batched) { #expect(abs(a - b) < 1e-3) }
        let wrong = windows.nats(model, reading: .backward, marker: .of(.forward))
        #expect(zip(single, wrong).contains { abs($0 - $1) > 1e-3 })
    }
}
