public import Language

extension Vocabulary {
    /// What rows need of `tokenizer`.
    public init(_ tokenizer: Tokenizer) {
        self.init(
            bos: tokenizer.bos, forwardMarker: tokenizer.id(of: .forward),
            backwardMarker: tokenizer.id(of: .backward), byteCounts: tokenizer.byteCounts)
    }
}

extension EncodedDocuments {
    /// The documents of `source` through `tokenizer`, a block on `threadCount` threads at once.
    public init(_ source: Source, tokenizer: Tokenizer, threadCount: Int) {
        self.init(source) { documents in
            tokenizer.encodeBatch(
                documents.map { String(decoding: $0, as: UTF8.self) }, threadCount: threadCount)
        }
    }
}
