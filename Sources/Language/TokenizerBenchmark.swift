/// Times this module's tokenizer, for a table beside other programs.
public enum TokenizerBenchmark {
    /// One timed pass over some documents.
    public struct Pass: Codable, Hashable, Sendable {
        /// Bytes of UTF-8 passed over.
        public let byteCount: Int
        /// Tokens found, or merges made.
        public let resultCount: Int
        /// Wall time.
        public let durationSeconds: Double

        /// Throughput, in units of 10⁶ bytes.
        public var megabytesPerSecond: Double { Double(byteCount) / durationSeconds / 1e6 }
    }

    /// Encodes `documents` once.
    /// - Parameter seconds: reads a steady clock.
    public static func encode(
        _ documents: [String], with tokenizer: Tokenizer, threadCount: Int,
        seconds: () -> Double
    ) -> Pass {
        let start = seconds()
        let ids = tokenizer.encodeBatch(documents, threadCount: threadCount)
        let end = seconds()
        return Pass(
            byteCount: documents.reduce(0) { $0 + $1.utf8.count },
            resultCount: ids.reduce(0) { $0 + $1.count }, durationSeconds: end - start)
    }

    /// Trains on all of `documents` once.
    /// - Parameter seconds: reads a steady clock.
    public static func train(
        on documents: [String], vocabularySize: Int, threadCount: Int, seconds: () -> Double
    ) throws(TokenizerError) -> Pass {
        var settings = BytePairSettings()
        settings.vocabularySize = vocabularySize
        settings.maximumCharacters = .max
        settings.documentCap = .max
        let start = seconds()
        let training = try BytePairTrainer.train(
            documents, settings: settings, threadCount: threadCount)
        let end = seconds()
        return Pass(
            byteCount: training.byteCount, resultCount: training.tokenizer.merges.count,
            durationSeconds: end - start)
    }
}
