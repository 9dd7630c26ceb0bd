public import Provenance

/// The order of one epoch: blocks permuted, then the documents within each block.
///
/// A function of (blocks, seed, epoch), so a position in it is one integer and a block is read once.
public struct DocumentOrder: Sendable {
    /// Numbers in the order; some may have no document.
    public let count: Int
    private let blocks: [Range<Int>]
    private let seed: Seed
    /// `blocks` by turn, and the position at which each turn begins.
    private let turns: [Int]
    private let starts: [Int]

    /// The order of epoch `epoch` over blocks that own the numbers `blocks`.
    public init(blocks: [Range<Int>], seed: Seed, epoch: Int) {
        self.blocks = blocks
        self.seed = seed[epoch]
        let permutation = Permutation(count: blocks.count, seed: self.seed["blocks"])
        turns = blocks.indices.map { permutation[$0] }
        var starts: [Int] = []
        var position = 0
        for turn in turns {
            starts.append(position)
            position += blocks[turn].count
        }
        self.starts = starts
        count = position
    }

    /// A block and the part of the order in which its documents stand.
    public struct Turn: Sendable {
        /// Index of the block.
        public let block: Int
        /// Positions of its documents in the epoch's order.
        public let positions: Range<Int>
        private let first: Int
        private let permutation: Permutation

        init(block: Int, positions: Range<Int>, first: Int, seed: Seed) {
            self.block = block
            self.positions = positions
            self.first = first
            permutation = Permutation(count: positions.count, seed: seed)
        }

        /// The number of the document at `position`.
        public func ordinal(at position: Int) -> Int {
            first + permutation[position - positions.lowerBound]
        }
    }

    /// The turn that `position` belongs to.
    public func turn(at position: Int) -> Turn {
        precondition((0..<count).contains(position), "position \(position) of \(count)")
        // The last turn that begins at or before `position`; empty blocks share their start with the
        // next one and are passed over.
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle } else { high = middle }
        }
        let block = turns[low]
        return Turn(
            block: block, positions: starts[low]..<starts[low] + blocks[block].count,
            first: blocks[block].lowerBound, seed: seed["documents"][block])
    }
}
