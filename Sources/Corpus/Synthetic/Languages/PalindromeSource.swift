internal import Foundation
public import Language

/// Each document a half by a Markov chain followed by its mirror image: the same text from both ends.
///
/// The first half costs what the chain costs, the second nothing, in either reading; a gap here can only be
/// chance or a mistake.
public struct PalindromeSource: SyntheticLanguage {
    /// Where the halves come from.
    public let halves: MarkovSource

    /// Palindromes of twice the length of `halves`' documents.
    public init(halves: MarkovSource) { self.halves = halves }

    /// V: number of symbols.
    public var symbolCount: Int { halves.symbolCount }
    /// Entropy of a half, nats.
    public var natsPerDocument: Double { halves.natsPerDocument }

    /// Document `index`.
    public func symbols(_ index: Int) -> [Int32] {
        let half = halves.symbols(index)
        return half + Reading.backward.turned(half)
    }

    /// The chain's price for the half read first; then 0, or infinity if it is not the mirror image.
    ///
    /// Whichever end the reader begins at, it meets the chain in the chain's own order.
    public func nats(ofRead ids: [Int32], _ reading: Reading) -> ReadingNats {
        let first = Array(ids.prefix(halves.length))
        let second = Array(ids.dropFirst(halves.length))
        guard second == Reading.backward.turned(first) else {
            return ReadingNats(symbols: ids.map { _ in .infinity }, stop: .infinity)
        }
        let costs = halves.nats(ofRead: first, .forward).symbols
        return ReadingNats(symbols: costs + [Double](repeating: 0, count: second.count))
    }
}
