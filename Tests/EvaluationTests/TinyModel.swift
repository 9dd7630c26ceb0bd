import Language
import Models
import Provenance
import Runs
import Tensors

/// A model of two layers over bytes and one merge ("th", two bytes in one token).
enum TinyModel {
    static let columnCount = 16

    static func tokenizer() throws -> Tokenizer {
        try Tokenizer(merges: [Merge(left: 116, right: 104)])
    }

    /// As it is born, its head zero; or with every weight drawn.
    static func make(
        drawingWeights: Bool, contextLength: Int = columnCount
    ) throws -> GPT {
        let model = GPT(
            try ModelConfiguration(
                contextLength: contextLength, vocabularySize: tokenizer().vocabularySize,
                layerCount: 2, headCount: 2, width: 32), seed: Seed(4)["model"])
        if drawingWeights {
            for parameter in model.parameters {
                let draws = Generator(Seed(9)[parameter.name])
                    .normal(parameter.value.shape, deviation: 0.3)
                withoutGradient { parameter.value.assign(draws) }
            }
            model.refreshCopies()
        }
        return model
    }

    /// Capped scores of the next id after each of `ids`, without any cache.
    static func logits(_ model: GPT, _ ids: [Int32]) -> [[Float]] {
        let V = model.configuration.vocabularySize
        let flat = withoutGradient {
            let input = Tensor(ids, shape: [1, ids.count]).cast(to: .int64)
            return model.logits(model.hidden(input)).floats()
        }
        return ids.indices.map { Array(flat[$0 * V..<($0 + 1) * V]) }
    }
}
