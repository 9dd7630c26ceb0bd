internal import Foundation
public import Language
public import Provenance

/// A distribution over all strings of given lengths, written down string by string.
///
/// Both factorizations, p(first)·p(second|first)… and p(last)·p(last but one|last)…, follow from the one
/// table by summing, so they must price every string alike: the chain rule, with nothing learned.
public struct EnumeratedJoint: SyntheticLanguage {
    /// V: number of symbols.
    public let symbolCount: Int
    /// Lengths that strings may have.
    public let lengths: ClosedRange<Int>
    /// −Σ p ln p over all strings, nats.
    public let natsPerDocument: Double

    /// Strings of length n, as numbers to the base V, begin at `offsets[n]` in the tables.
    private let offsets: [Int]
    /// p(string).
    private let probabilities: [Double]
    /// Mass of the strings that begin with this one.
    private let prefixMass: [Double]
    /// Mass of the strings that end with this one, its digits read from the end.
    private let suffixMass: [Double]
    private let cumulative: [Double]
    private let seed: Seed

    /// A random table: each string has an exponential weight (a flat Dirichlet law), one in eight has none.
    public init(symbolCount: Int, lengths: ClosedRange<Int>, seed: Seed) {
        var random = seed["table"].generator()
        self.init(symbolCount: symbolCount, lengths: lengths, seed: seed) { _ in
            let weight = -log(1 - random.uniform())
            return random.draw(8) == 0 ? -Double.infinity : log(weight)
        }
    }

    /// The joint of a model that gives each string `logWeight` (natural, up to a constant).
    ///
    /// Costs memory and time for V + V² + … strings, so V and lengths are small.
    public init(
        symbolCount: Int, lengths: ClosedRange<Int>, seed: Seed,
        logWeight: (_ string: [Int32]) -> Double
    ) {
        precondition(symbolCount > 0 && lengths.lowerBound > 0, "no strings to put in the table")
        var offsets: [Int] = []
        var size = 0
        var strings = 1
        for _ in 0...lengths.upperBound {
            offsets.append(size)
            size += strings
            strings *= symbolCount
        }
        precondition(size <= 1 << 24, "\(size) strings are too many to enumerate")
        var logWeights = [Double](repeating: -.infinity, count: size)
        for length in lengths {
            let end = length == lengths.upperBound ? size : offsets[length + 1]
            for entry in offsets[length]..<end {
                let digits = Self.digits(entry - offsets[length], length, symbolCount)
                logWeights[entry] = logWeight(digits)
            }
        }
        let peak = logWeights.max() ?? 0
        let weights = logWeights.map { exp($0 - peak) }
        let total = weights.reduce(0, +)
        precondition(total.isFinite && total > 0, "the weights of the table have no finite sum")

        self.symbolCount = symbolCount
        self.lengths = lengths
        self.offsets = offsets
        self.seed = seed
        probabilities = weights.map { $0 / total }
        natsPerDocument = probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
        var prefixMass = probabilities
        var suffixMass = [Double](repeating: 0, count: size)
        for length in lengths {
            let end = length == lengths.upperBound ? size : offsets[length + 1]
            for entry in offsets[length]..<end {
                let digits = Self.digits(entry - offsets[length], length, symbolCount)
                let mirrored = digits.reversed().reduce(0) { $0 * symbolCount + Int($1) }
                suffixMass[offsets[length] + mirrored] = probabilities[entry]
            }
        }
        // A parent's mass is its own and that of its children: sums of positive numbers only.
        for length in stride(from: lengths.upperBound, to: 0, by: -1) {
            let end = length == lengths.upperBound ? size : offsets[length + 1]
            for entry in offsets[length]..<end {
                let parent = offsets[length - 1] + (entry - offsets[length]) / symbolCount
                prefixMass[parent] += prefixMass[entry]
                suffixMass[parent] += suffixMass[entry]
            }
        }
        self.prefixMass = prefixMass
        self.suffixMass = suffixMass
        var sum = 0.0
        cumulative = probabilities.map { probability in
            sum += probability
            return sum
        }
    }

    /// Document `index`, drawn from the table.
    public func symbols(_ index: Int) -> [Int32] {
        var random = seed["documents"][index].generator()
        let target = random.uniform() * (cumulative.last ?? 1)
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > target { high = middle } else { low = middle + 1 }
        }
        let length = (offsets.lastIndex { $0 <= low }) ?? 0
        return Self.digits(low - offsets[length], length, symbolCount)
    }

    /// −ln p(next | read before), by masses of prefixes (forward) or suffixes (backward), with the end.
    public func nats(ofRead ids: [Int32], _ reading: Reading) -> ReadingNats {
        guard lengths.contains(ids.count) else {
            return ReadingNats(symbols: ids.map { _ in .infinity }, stop: .infinity)
        }
        let mass = reading == .forward ? prefixMass : suffixMass
        var code = 0
        var before = mass[0]
        var costs: [Double] = []
        for (position, id) in ids.enumerated() {
            code = code * symbolCount + Int(id)
            let after = mass[offsets[position + 1] + code]
            costs.append(after > 0 ? log(before / after) : .infinity)
            before = after
        }
        let natural = reading.turned(ids).reduce(0) { $0 * symbolCount + Int($1) }
        let own = probabilities[offsets[ids.count] + natural]
        return ReadingNats(symbols: costs, stop: own > 0 ? log(before / own) : .infinity)
    }

    /// −ln p(string) straight from the table, nats.
    public func nats(of string: [Int32]) -> Double {
        let code = string.reduce(0) { $0 * symbolCount + Int($1) }
        return -log(probabilities[offsets[string.count] + code])
    }

    private static func digits(_ code: Int, _ length: Int, _ base: Int) -> [Int32] {
        var digits = [Int32](repeating: 0, count: length)
        var code = code
        for position in stride(from: length - 1, through: 0, by: -1) {
            digits[position] = Int32(code % base)
            code /= base
        }
        return digits
    }
}
