/// What a model costs, from its shape alone.
extension ModelConfiguration {
    /// Parameters of one block: queries, output, keys, values, and two projections of four widths.
    var blockParameterCount: Int {
        let attention = 2 * width * width + 2 * width * keyValueHeadCount * headWidth
        return attention + 8 * width * width
    }

    /// All parameters; the embedding and the head are not tied.
    public var parameterCount: Int {
        2 * vocabularySize * width + layerCount * blockParameterCount
    }

    /// Parameters that multiply an activation: all but the embedding, which is looked up.
    public var multipliedParameterCount: Int { parameterCount - vocabularySize * width }

    /// Floating-point operations of training on one token: six for each multiplied parameter
    /// (two forward, four backward) and twelve for each width, layer and position of attention.
    /// - Source: karpathy/nanochat `gpt.py`, `estimate_flops`; PaLM, arXiv:2204.02311, appendix B.
    public var trainingFLOPsPerToken: Double {
        6 * Double(multipliedParameterCount)
            + 12 * Double(layerCount) * Double(width) * Double(contextLength)
    }

    /// Floating-point operations of scoring one token: a third of training.
    public var scoringFLOPsPerToken: Double { trainingFLOPsPerToken / 3 }
}
