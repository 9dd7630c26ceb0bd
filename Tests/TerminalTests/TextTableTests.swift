import Terminal
import Testing

struct TextTableTests {
    @Test func columnsStandStraight() {
        var table = TextTable([("name", .left), ("count", .right), ("", .left)])
        table.add(["a", "1", "x"])
        table.add(["longer", "1,000", ""])
        #expect(
            table.lines == [
                "name    count", "a           1  x", "longer  1,000",
            ])
    }
}
