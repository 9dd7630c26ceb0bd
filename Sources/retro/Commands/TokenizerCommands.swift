import Arguments
import Language

/// `retro tokenizer …`: text to ids.
enum TokenizerCommands {
    static let all = Command<World>(
        "tokenizer", "Train a byte-level BPE tokenizer, measure it, look at it, use it.",
        subcommands: [
            TokenizerTrain.command, TokenizerEval.command, TokenizerInspect.command,
            TokenizerEncode.command,
        ])

    static let text = Option<String?>("text", default: nil, "text to look at, instead of shards")
}

extension World {
    /// Reads the tokenizer that the options name.
    func tokenizer(_ options: Options) throws -> Tokenizer {
        try Tokenizer(contentsOf: tokenizerPath(options))
    }
}
