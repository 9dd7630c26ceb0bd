internal import Provenance

/// The documents of an epoch by position in its order; holds one tokenized block.
struct DocumentFeed<Documents: TokenizedDocuments>: Sendable {
    private let documents: Documents
    private let blocks: [Range<Int>]
    private let seed: Seed
    private var epoch = 0
    private var order: DocumentOrder
    private var turn: DocumentOrder.Turn?
    /// The block of `turn` by ordinal; `nil` where a number has no document.
    private var loaded: [TokenizedDocument?] = []

    /// The documents in the orders that `seed` names.
    init(_ documents: Documents, seed: Seed) {
        self.documents = documents
        self.seed = seed
        blocks = (0..<documents.blockCount).map { documents.ordinals(inBlock: $0) }
        order = DocumentOrder(blocks: blocks, seed: seed, epoch: 0)
    }

    /// Positions of an epoch.
    var positionCount: Int { order.count }

    /// The document at `position` of epoch `epoch`, if that number has one.
    mutating func document(
        at position: Int, epoch: Int
    ) throws(BatchError) -> TokenizedDocument? {
        if epoch != self.epoch {
            self.epoch = epoch
            order = DocumentOrder(blocks: blocks, seed: seed, epoch: epoch)
            turn = nil
        }
        if let turn, turn.positions.contains(position) {
            return loaded[turn.ordinal(at: position) - blocks[turn.block].lowerBound]
        }
        let turn = order.turn(at: position)
        let numbers = blocks[turn.block]
        let block: [TokenizedDocument]
        do { block = try documents.block(turn.block) } catch { throw .shard(error) }
        loaded = Array(repeating: nil, count: numbers.count)
        for document in block { loaded[document.ordinal - numbers.lowerBound] = document }
        self.turn = turn
        return loaded[turn.ordinal(at: position) - numbers.lowerBound]
    }
}
