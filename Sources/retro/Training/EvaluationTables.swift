import Corpus
import Evaluation
import Journal
import Language
import Runs

/// Scores as the research log keeps them: one entry a token, in natural text order.
enum EvaluationTables {
    /// The tables of `scores`, which cover the same windows in the same order.
    static func record(
        _ scores: [Score], of matched: any MatchedList, byteCounts: [Int32], step: Int,
        attention: [EvaluationRecord.Attention] = []
    ) -> EvaluationRecord {
        let list = matched.list
        let tokens = scores.first?.tokens ?? Score.TokenValues()
        return EvaluationRecord(
            step: step,
            windows: EvaluationRecord.Windows(
                documents: list.map { Int64($0.document) }, starts: list.map { Int32($0.start) },
                counts: list.map { Int32($0.count) }),
            tokens: EvaluationRecord.Tokens(
                ids: tokens.token,
                documents: tokens.window.map { Int64(list[Int($0)].document) },
                positions: tokens.position, byteOffsets: tokens.byteOffset,
                byteCounts: tokens.token.map { byteCounts[Int($0)] }),
            scores: scores.map { score in
                EvaluationRecord.Scores(
                    reading: score.reading.rawValue, nlls: score.tokens.nats,
                    predictions: score.tokens.prediction, ranks: score.tokens.rank,
                    contextLengths: score.tokens.contextLength,
                    entropies: score.tokens.entropy)
            },
            summary: Dictionary(
                uniqueKeysWithValues: scores.map {
                    ("val_bpb_\($0.reading.rawValue)", $0.bitsPerByte)
                }), attention: attention)
    }
}
