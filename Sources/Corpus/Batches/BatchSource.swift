/// An endless stream of batches that can be begun anywhere: documents or conversations.
public protocol BatchSource: Sendable {
    /// Input positions of a batch.
    var positionCount: Int { get }
    /// The next batch.
    mutating func next() throws(BatchError) -> Batch
}

extension BatchStream: BatchSource {
    /// Input positions of a batch.
    public var positionCount: Int { layout.rowCount * layout.columnCount }
}
