import Corpus
import Foundation
import Language
import Provenance
import Testing

@Suite struct EnumeratedJointTests {
    private let joint = EnumeratedJoint(symbolCount: 3, lengths: 1...4, seed: Seed(3))

    private func strings(upTo length: Int) -> [[Int32]] {
        var all: [[Int32]] = [[]]
        var last: [[Int32]] = [[]]
        for _ in 0..<length {
            last = last.flatMap { string in (0..<3).map { string + [Int32($0)] } }
            all += last
        }
        return all
    }

    @Test(arguments: Reading.allCases)
    func theStringsOfOneReadingSumToOne(reading: Reading) {
        let all = strings(upTo: 4).filter { !$0.isEmpty }
        let mass = all.reduce(0) { $0 + exp(-joint.nats(ofRead: $1, reading).total) }
        #expect(abs(mass - 1) < 1e-12)
        let entropy = all.reduce(0) { sum, string in
            let nats = joint.nats(ofRead: reading.turned(string), reading).total
            return nats.isFinite ? sum + exp(-nats) * nats : sum
        }
        #expect(abs(entropy - joint.natsPerDocument) < 1e-12)
    }

    /// Each conditional on its own, not just their product: next symbols and the end share one unit.
    @Test(arguments: Reading.allCases)
    func everyConditionalIsADistribution(reading: Reading) {
        for context in strings(upTo: 3) {
            var mass = 0.0
            var known = true
            for next in 0..<3 {
                let cost = joint.nats(ofRead: context + [Int32(next)], reading).symbols
                known = known && cost.dropLast().allSatisfy(\.isFinite)
                mass += exp(-(cost.last ?? .nan))
            }
            if !context.isEmpty { mass += exp(-joint.nats(ofRead: context, reading).stop) }
            if known { #expect(abs(mass - 1) < 1e-12, "\(context)") }
        }
    }

    @Test func documentsFollowTheTable() {
        var counts: [[Int32]: Int] = [:]
        let documents = 20_000
        for index in 0..<documents { counts[joint.symbols(index), default: 0] += 1 }
        for string in strings(upTo: 4).dropFirst() {
            let expected = exp(-joint.nats(of: string)) * Double(documents)
            let seen = Double(counts[string, default: 0])
            if expected == 0 { #expect(seen == 0) }
            // Six standard deviations of a count, over 120 strings.
            #expect(abs(seen - expected) <= 6 * (expected + 1).squareRoot())
        }
        #expect(
            joint.symbols(5)
                == EnumeratedJoint(symbolCount: 3, lengths: 1...4, seed: Seed(3)).symbols(5))
    }

    @Test func aModelsOwnWeightsBecomeItsJoint() {
        let biased = EnumeratedJoint(symbolCount: 2, lengths: 3...3, seed: Seed(1)) { string in
            string.reduce(0) { $0 + ($1 == 1 ? log(0.9) : log(0.1)) }
        }
        let nats = biased.nats(ofRead: [1, 0, 1], .backward)
        #expect(abs(nats.total + log(0.9 * 0.1 * 0.9)) < 1e-12)
        #expect(nats.stop == 0)
        #expect(abs(nats.symbols[1] + log(0.1)) < 1e-12)
    }

    @Test func stringsOutsideTheTableAreImpossible() {
        #expect(joint.nats(ofRead: [0, 0, 0, 0, 0], .forward).total == .infinity)
        #expect(joint.nats(ofRead: [], .forward).total == .infinity)
    }
}
