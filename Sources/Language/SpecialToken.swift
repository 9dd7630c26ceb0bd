/// Tokens that stand for structure, never for text; text can never spell one.
///
/// nanochat's nine in its order, then the two direction markers. Their ids follow the mergeable
/// ranks: the first special's id is the number of byte-level tokens.
/// - Source: karpathy/nanochat `tokenizer.py`; traghav/onanchat for the markers.
public enum SpecialToken: String, Codable, Hashable, CaseIterable, Sendable {
    case bos = "<|bos|>"
    case userStart = "<|user_start|>"
    case userEnd = "<|user_end|>"
    case assistantStart = "<|assistant_start|>"
    case assistantEnd = "<|assistant_end|>"
    case pythonStart = "<|python_start|>"
    case pythonEnd = "<|python_end|>"
    case outputStart = "<|output_start|>"
    case outputEnd = "<|output_end|>"
    case forward = "<|forward|>"
    case backward = "<|backward|>"

    /// The marker that announces `reading` to a bidirectional model.
    public static func marker(of reading: Reading) -> SpecialToken {
        switch reading {
        case .forward: .forward
        case .backward: .backward
        }
    }
}
