import Corpus
import Provenance
import Testing

@Suite struct PermutationTests {
    @Test(arguments: Array(0...67) + [1000, 1024, 4097])
    func takesEveryValueOnce(count: Int) {
        for seed in UInt64(0)..<4 {
            let permutation = Permutation(count: count, seed: Seed(seed))
            #expect(
                (0..<count).map { permutation[$0] }.sorted() == Array(0..<count), "seed \(seed)")
        }
    }

    @Test func isPinned() {
        let permutation = Permutation(count: 10, seed: Seed(7))
        #expect((0..<10).map { permutation[$0] } == pinned)
    }

    /// Written by the code at its first version: orders of past runs must not move.
    private let pinned = [8, 6, 3, 1, 2, 5, 4, 0, 7, 9]

    @Test(arguments: [2, 3, 4, 5, 7, 10])
    func isFairInSmallDomains(count: Int) {
        let seedCount = 6000
        var table = [Int](repeating: 0, count: count * count)
        for seed in 0..<seedCount {
            let permutation = Permutation(count: count, seed: Seed(UInt64(seed)))
            for index in 0..<count { table[index * count + permutation[index]] += 1 }
        }
        // Each cell is binomial; 5 standard deviations over 100 cells at most are never seen by chance.
        let p = 1 / Double(count)
        let bound = 5 * (Double(seedCount) * p * (1 - p)).squareRoot()
        for cell in table {
            #expect(abs(Double(cell) - Double(seedCount) * p) < bound, "\(table)")
        }
    }

    @Test func ordersOfFourAreEquallyLikely() {
        var counts: [[Int]: Int] = [:]
        for seed in UInt64(0)..<24_000 {
            let permutation = Permutation(count: 4, seed: Seed(seed))
            counts[(0..<4).map { permutation[$0] }, default: 0] += 1
        }
        #expect(counts.count == 24)
        // Chi-square with 23 degrees of freedom: mean 23, standard deviation 6.8; 57 is five of them off.
        let chiSquare = counts.values.reduce(0.0) {
            $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000
        }
        #expect(chiSquare < 57)
    }
}

@Suite struct DocumentOrderTests {
    private let blocks = [0..<5, 5..<5, 5..<12, 12..<13, 13..<40]

    @Test func takesEveryDocumentOnceAndEveryBlockInOnePiece() {
        for seed in UInt64(0)..<50 {
            let order = DocumentOrder(blocks: blocks, seed: Seed(seed), epoch: 3)
            #expect(order.count == 40)
            let ordinals = (0..<40).map { order.turn(at: $0).ordinal(at: $0) }
            #expect(ordinals.sorted() == Array(0..<40), "seed \(seed)")
            var changes = 0
            for position in 1..<40
            where order.turn(at: position).block != order.turn(at: position - 1).block {
                changes += 1
            }
            #expect(changes == 3, "seed \(seed)")
        }
    }

    @Test func differsFromEpochToEpoch() {
        let epochs = (0..<3).map { epoch in
            let order = DocumentOrder(blocks: blocks, seed: Seed(1), epoch: epoch)
            return (0..<40).map { order.turn(at: $0).ordinal(at: $0) }
        }
        #expect(Set(epochs).count == 3)
    }
}
