import Journal
import Testing

@Suite struct UsableCoresTests {
    /// Eight logical processors, two of each core, as Linux numbers them.
    private static func core(_ processor: Int) -> String? {
        "\(processor % 4),\(processor % 4 + 4)"
    }

    @Test func twinsCountOnce() {
        #expect(Machine.usableCoreCount(allowed: [Int](0..<8), core: Self.core, quota: nil) == 4)
        // Both twins of core 1, and one of core 2.
        #expect(Machine.usableCoreCount(allowed: [1, 5, 2], core: Self.core, quota: nil) == 2)
        #expect(Machine.usableCoreCount(allowed: [0, 1, 2], core: { _ in nil }, quota: nil) == 3)
    }

    @Test func aQuotaBounds() {
        let allowed = [Int](0..<8)
        func count(_ quota: Double) -> Int {
            Machine.usableCoreCount(allowed: allowed, core: Self.core, quota: quota)
        }
        #expect(count(2) == 2)
        #expect(count(1.5) == 2)
        #expect(count(0.1) == 1)
        #expect(count(64) == 4)
        #expect(count(.infinity) == 4)
    }

    @Test func linesOfTheSystemAreRead() {
        #expect(Machine.processors(in: "\t0-2,5") == [0, 1, 2, 5])
        #expect(Machine.processors(in: "7") == [7])
        #expect(Machine.processors(in: "") == [])
        for strange in ["a", "1-", "3-1", "1-2-3", "-1", "0-99999999"] {
            #expect(Machine.processors(in: strange) == nil, "\(strange)")
        }
        #expect(Machine.limit("200000 100000") == 2)
        #expect(Machine.limit("max 100000") == nil)
        #expect(Machine.limit("-1 100000") == nil)
        #expect(Machine.limit("") == nil)
    }

    @Test func thisMachineHasOne() { #expect(Machine.usableCoreCount() >= 1) }
}
