import Corpus
import Foundation
import Language
import Provenance
import Testing

@Suite struct SparseLinearMapTests {
    @Test(arguments: [(2, 0), (8, 12), (24, 40), (64, 200)])
    func theInverseUndoesTheMap(bitCount: Int, extraOnes: Int) {
        let map = SparseLinearMap(bitCount: bitCount, extraOnes: extraOnes, seed: Seed(7))
        #expect(map.oneCount == bitCount + extraOnes)
        var random = Seed(8).generator()
        for _ in 0..<200 {
            let x = random.next() >> UInt64(64 - bitCount)
            #expect(map.preimage(of: map.image(of: x)) == x)
            let y = random.next() >> UInt64(64 - bitCount)
            #expect(map.image(of: x ^ y) == map.image(of: x) ^ map.image(of: y))
        }
    }

    @Test func sparseOneWayMeansDenseTheOther() {
        for root in 0..<10 {
            let map = SparseLinearMap(bitCount: 24, extraOnes: 40, seed: Seed(UInt64(root)))
            #expect(2 * map.inverseOneCount > 3 * map.oneCount, "seed \(root)")
        }
    }

    @Test func documentsAreInputAndImageInTheOrderAskedFor() {
        let seed = Seed(4)
        let map = SparseLinearMap(bitCount: 12, extraOnes: 9, seed: seed)
        let swapped = SparseLinearMap(bitCount: 12, extraOnes: 9, order: .outputFirst, seed: seed)
        #expect(map.rows == swapped.rows)
        for index in 0..<100 {
            let (x, y) = (Array(map.symbols(index)[..<12]), Array(map.symbols(index)[12...]))
            #expect(swapped.symbols(index) == y + x)
            for (row, bit) in zip(map.rows, y) {
                let sum = x.indices.reduce(0) { $0 + Int(x[$1]) * Int((row >> UInt64($1)) & 1) }
                #expect(sum % 2 == Int(bit))
            }
        }
    }

    @Test(arguments: SparseLinearMap.Order.allCases, Reading.allCases)
    func theFloorIsHalfABitInNats(order: SparseLinearMap.Order, reading: Reading) {
        let map = SparseLinearMap(bitCount: 16, extraOnes: 20, order: order, seed: Seed(1))
        #expect(abs(map.natsPerBit - 0.346573590279973) < 1e-15)
        for index in 0..<50 {
            let read = reading.turned(map.symbols(index))
            #expect(abs(map.nats(ofRead: read, reading).total - map.natsPerDocument) < 1e-12)
            var wrong = read
            wrong[3] = 1 - wrong[3]
            #expect(map.nats(ofRead: wrong, reading).total == .infinity)
        }
    }
}
