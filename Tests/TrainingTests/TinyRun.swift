import Corpus
import Foundation
import Language
import Models
import Provenance
import Runs
import Tensors
import Training

/// The smallest run that has everything: two layers, bytes for tokens, sixty short documents.
enum TinyRun {
    static let columnCount = 16

    static func tokenizer() throws -> Tokenizer { try Tokenizer(merges: []) }

    /// Bytes of a small alphabet, from a seed; 3 to 40 in a document.
    static var documents: TokenList {
        var random = Seed(5)["documents"].generator()
        return TokenList(
            (0..<60).map { _ in
                (0..<Int.random(in: 3...40, using: &random)).map { _ in
                    Int32.random(in: 97...122, using: &random)
                }
            })
    }

    static func model() throws -> ModelConfiguration {
        try ModelConfiguration(
            contextLength: columnCount, vocabularySize: tokenizer().vocabularySize, layerCount: 2,
            headCount: 2, width: 32)
    }

    /// Two micro-batches of two rows a step.
    static func experiment(stepCount: Int = 6) throws -> Experiment {
        let tokenizer = try tokenizer()
        return try Experiment(
            model: model(), schedule: LearningRateSchedule(stepCount: stepCount),
            deviceBatchSize: 2, totalBatchSize: 4 * columnCount, tokenizerHash: tokenizer.hash,
            dataHash: ContentHash(of: Data("sixty documents".utf8)))
    }

    static func stream(
        _ experiment: Experiment, rowCount: Int? = nil, from cursor: Cursor = .start
    ) throws -> BatchStream<TokenList> {
        try BatchStream(
            documents, vocabulary: Vocabulary(tokenizer()),
            layout: BatchLayout(
                rowCount: rowCount ?? experiment.deviceBatchSize, columnCount: columnCount,
                direction: experiment.direction),
            seed: Seed(experiment.seed), from: cursor)
    }

    /// A trainer of a newborn model, or of one whose every weight is drawn: a newborn head is zero and
    /// sends no gradient to the blocks.
    static func trainer(_ experiment: Experiment, drawingWeights: Bool = false) -> Trainer {
        let model = GPT(experiment.model, seed: Seed(experiment.seed)["model"])
        if drawingWeights {
            for parameter in model.parameters {
                let draws = Generator(Seed(9)[parameter.name])
                    .normal(parameter.value.shape, deviation: 0.2)
                withoutGradient { parameter.value.assign(draws) }
            }
            model.refreshCopies()
        }
        return Trainer(
            model: model, optimizer: Optimizer(model, experiment.optimizer),
            schedule: experiment.schedule)
    }

    /// All weights as bits: NaN equals itself, and nothing is nearly equal.
    static func bits(_ model: GPT) -> [[UInt32]] {
        model.parameters.map { $0.value.detached().floats().map(\.bitPattern) }
    }

    /// Runs `body` with a folder that is gone afterwards.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tiny-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
