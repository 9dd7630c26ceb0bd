import Arguments

/// `retro tokenizer …`: text to ids.
enum TokenizerCommands {
    static let all = Command<World>(
        "tokenizer", "Train a byte-level BPE tokenizer, measure it, look at it, use it.",
        subcommands: [
            Command(TokenizerTrain.self), Command(TokenizerEval.self),
            Command(TokenizerInspect.self), Command(TokenizerEncode.self),
        ])
}
