internal import Foundation
public import Language
public import Provenance

/// Documents x y of bits with y = A·x over F₂, A sparse and invertible, x uniform.
///
/// Both readings have the same entropy, ½ ln 2 a bit: half the bits are free, half determined. But y from
/// x takes a few bits of x at a time, while x from y takes A⁻¹, which is dense. So forward is learned sooner,
/// and with the roles swapped (y x) backward is: the positive control of the nulls.
/// - Source: Papadopoulos, Wenger & Hongler, "Arrows of Time for Large Language Models", arXiv:2401.17505
///   (linear languages). Differs: A is the identity plus off-diagonal ones, drawn until invertible, and
///   the floor counts the first bit, which a model sees behind BOS.
public struct SparseLinearMap: SyntheticLanguage {
    /// Which part of a document comes first.
    public enum Order: String, Codable, Hashable, CaseIterable, Sendable {
        /// x, then y: forward computes A, backward A⁻¹.
        case inputFirst
        /// y, then x: the roles swapped.
        case outputFirst
    }

    /// n: bits of x, and of y.
    public let bitCount: Int
    /// Which part comes first.
    public let order: Order
    /// Row i of A as a mask: bit j tells whether y(i) takes x(j).
    public let rows: [UInt64]
    /// Row i of A⁻¹ as a mask: bit j tells whether x(i) takes y(j).
    public let inverseRows: [UInt64]
    private let seed: Seed

    /// A random map of `bitCount` bits (at most 64) with `extraOnes` ones off the diagonal.
    public init(bitCount: Int, extraOnes: Int, order: Order = .inputFirst, seed: Seed) {
        precondition((2...64).contains(bitCount), "a map of 2 to 64 bits")
        precondition(
            (0...(bitCount * (bitCount - 1) / 2)).contains(extraOnes),
            "\(extraOnes) ones are too many for a sparse map of \(bitCount) bits")
        var attempt = 0
        while true {
            var random = seed["map"][attempt].generator()
            var rows = (0..<bitCount).map { UInt64(1) << UInt64($0) }
            var left = extraOnes
            while left > 0 {
                let (i, j) = (random.draw(bitCount), random.draw(bitCount))
                let bit = UInt64(1) << UInt64(j)
                if i == j || rows[i] & bit != 0 { continue }
                rows[i] |= bit
                left -= 1
            }
            if let inverse = Self.inverse(rows) {
                self.rows = rows
                inverseRows = inverse
                break
            }
            attempt += 1
        }
        self.bitCount = bitCount
        self.order = order
        self.seed = seed
    }

    /// Two symbols, 0 and 1.
    public var symbolCount: Int { 2 }
    /// n ln 2, nats, over 2n bits.
    public var natsPerDocument: Double { Double(bitCount) * log(2) }
    /// ½ ln 2 = 0.3466, nats: the floor in either reading.
    public var natsPerBit: Double { natsPerDocument / Double(2 * bitCount) }
    /// Ones in A.
    public var oneCount: Int { rows.reduce(0) { $0 + $1.nonzeroBitCount } }
    /// Ones in A⁻¹: what makes the other reading hard.
    public var inverseOneCount: Int { inverseRows.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// A·x over F₂; bit j of a word is component j.
    public func image(of x: UInt64) -> UInt64 { Self.product(rows, x) }
    /// A⁻¹·y over F₂.
    public func preimage(of y: UInt64) -> UInt64 { Self.product(inverseRows, y) }

    /// Document `index`: the bits of x and of y, or of y and of x, component 0 first.
    public func symbols(_ index: Int) -> [Int32] {
        var random = seed["documents"][index].generator()
        let x = random.next() >> UInt64(64 - bitCount)
        let y = image(of: x)
        return order == .inputFirst ? bits(x) + bits(y) : bits(y) + bits(x)
    }

    /// ln 2 for each bit of the part read first, then 0; infinity for what is not in the language.
    public func nats(ofRead ids: [Int32], _ reading: Reading) -> ReadingNats {
        let natural = reading.turned(ids)
        guard natural.count == 2 * bitCount, natural.allSatisfy({ $0 == 0 || $0 == 1 }) else {
            return ReadingNats(symbols: ids.map { _ in .infinity }, stop: .infinity)
        }
        let first = word(natural.prefix(bitCount))
        let second = word(natural.suffix(bitCount))
        let (x, y) = order == .inputFirst ? (first, second) : (second, first)
        guard image(of: x) == y else {
            return ReadingNats(symbols: ids.map { _ in .infinity }, stop: .infinity)
        }
        // A is invertible, so whichever part is read first is uniform and settles the other.
        let free = [Double](repeating: log(2), count: bitCount)
        return ReadingNats(symbols: free + [Double](repeating: 0, count: bitCount))
    }

    private func bits(_ word: UInt64) -> [Int32] {
        (0..<bitCount).map { Int32((word >> UInt64($0)) & 1) }
    }

    private func word(_ bits: some Sequence<Int32>) -> UInt64 {
        bits.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64($1.offset) }
    }

    private static func product(_ rows: [UInt64], _ x: UInt64) -> UInt64 {
        rows.enumerated().reduce(0) {
            $0 | UInt64(($1.element & x).nonzeroBitCount & 1) << UInt64($1.offset)
        }
    }

    /// Gauss and Jordan over F₂; `nil` if `rows` has no inverse.
    private static func inverse(_ rows: [UInt64]) -> [UInt64]? {
        var left = rows
        var right = rows.indices.map { UInt64(1) << UInt64($0) }
        for column in rows.indices {
            let bit = UInt64(1) << UInt64(column)
            guard let pivot = (column..<rows.count).first(where: { left[$0] & bit != 0 }) else {
                return nil
            }
            left.swapAt(pivot, column)
            right.swapAt(pivot, column)
            for row in rows.indices where row != column && left[row] & bit != 0 {
                left[row] ^= left[column]
                right[row] ^= right[column]
            }
        }
        return right
    }
}
