public import Language

/// What the making of rows has to know about a tokenizer.
public struct Vocabulary: Hashable, Sendable {
    /// The id that opens every reading and closes every row.
    public var bos: Int32
    /// The id that announces a forward reading to a bidirectional model.
    public var forwardMarker: Int32
    /// The id that announces a backward reading to a bidirectional model.
    public var backwardMarker: Int32
    /// Raw UTF-8 bytes of each id; 0 for special tokens.
    public var byteCounts: [Int32]

    /// A vocabulary of `byteCounts.count` ids.
    public init(bos: Int32, forwardMarker: Int32, backwardMarker: Int32, byteCounts: [Int32]) {
        for special in [bos, forwardMarker, backwardMarker] {
            precondition(
                byteCounts.indices.contains(Int(special)) && byteCounts[Int(special)] == 0,
                "special id \(special) is not one of \(byteCounts.count) ids, or has bytes")
        }
        self.bos = bos
        self.forwardMarker = forwardMarker
        self.backwardMarker = backwardMarker
        self.byteCounts = byteCounts
    }

    /// The id that announces `reading`.
    public func marker(of reading: Reading) -> Int32 {
        switch SpecialToken.marker(of: reading) {
        case .backward: backwardMarker
        default: forwardMarker
        }
    }
}
