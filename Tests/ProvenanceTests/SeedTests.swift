import Provenance
import Testing

@Suite struct SeedTests {
    @Test func thousandSeedsGiveThousandStreams() {
        var first = Set<UInt64>()
        for root in 0..<1000 {
            var stream = Seed(UInt64(root)).generator()
            first.insert(stream.next())
        }
        #expect(first.count == 1000)
    }

    @Test func branchesAreIndependentOfEachOther() {
        let seed = Seed(7)
        #expect(seed["a"] != seed["b"])
        #expect(seed["a"]["b"] != seed["b"]["a"])
        #expect(Set((0..<1000).map { seed[$0].value }).count == 1000)
        #expect(seed["corpus/order"] == Seed(7)["corpus/order"])
    }

    @Test func uniformFillsTheUnitInterval() {
        var stream = Seed(1).generator()
        let draws = (0..<10_000).map { _ in stream.uniform() }
        #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
        let mean = draws.reduce(0, +) / 10_000
        #expect(abs(mean - 0.5) < 0.01)  // five standard errors are 0.0144
    }
}
