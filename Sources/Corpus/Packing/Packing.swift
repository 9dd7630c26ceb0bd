/// How documents become rows of T + 1 ids.
public enum Packing: String, Codable, Hashable, CaseIterable, Sendable {
    /// Documents are cut into windows of at most T − 2 tokens and the windows packed best-fit; no token
    /// is dropped, and the plan is the same in every direction. The default.
    case matched
    /// nanochat, late 2025: a flat stream of `[BOS] + document`, cut every T ids.
    ///
    /// A backward stream is the flat stream of `[BOS] + reversed document`: reversal never crosses a
    /// document boundary, and rows begin mid-document as they do forward. So forward and backward rows
    /// do not hold the same text; `matched` is for comparing. The stream begins anew with each planning
    /// group, whose last row is padded. Rows that begin mid-document cannot tell a bidirectional model
    /// its direction, so there each row opens with BOS and marker, repeated at every document.
    case stream
    /// nanochat, 2026: whole documents best-fit, the row filled up with a piece of the shortest one left.
    ///
    /// The piece is chosen in natural order whatever the reading, so that both directions see the same
    /// text in the same rows; what is left of the document is dropped. nanochat keeps its buffer filled
    /// from the stream; here a planning group of at least as many documents is used up, which makes
    /// resuming exact.
    case bestfitCrop = "bestfit-crop"
}

/// Which piece of a document `Packing.bestfitCrop` keeps.
public enum Crop: String, Codable, Hashable, CaseIterable, Sendable {
    /// Its beginning in natural order, as nanochat does.
    case head
    /// A piece from a random place: beginnings and ends are kept equally often.
    case random
}
