import Arguments
import Testing

struct OptionValueTests {
    @Test(arguments: [
        ("12", 12), ("-3", -3), ("1e6", 1_000_000), ("1_000", 1000), ("2.5e9", 2_500_000_000),
        ("1E3", 1000),
    ])
    func wholeNumbers(word: String, number: Int) {
        #expect(Int(words: [word]) == number)
    }

    @Test(arguments: ["", "1.5", "1e-3", "1e30", "x", "0x10", "1 ", "e", "9223372036854775808"])
    func noWholeNumbers(word: String) {
        #expect(Int(words: [word]) == nil)
    }

    @Test func largestSeed() {
        #expect(UInt64(words: ["18446744073709551615"]) == .max)
        #expect(UInt64(words: ["-1"]) == nil)
    }

    @Test(arguments: ["inf", "nan", "", "abc"])
    func noNumbers(word: String) {
        #expect(Double(words: [word]) == nil)
    }

    @Test(arguments: [0.1, 1e-10, 3, 1.7976931348623157e308])
    func spelledNumbersReadBack(number: Double) {
        #expect(Double(words: number.words) == number)
    }

    @Test func anEmptyPathNamesNothing() {
        #expect(Path(words: [""]) == nil)
    }
}
