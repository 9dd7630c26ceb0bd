import Corpus
import Testing

/// The grammar of numbers, case by case: what stands behind `####`, and what an answer that is a number may be.
@Suite struct WrittenNumberTests {
    /// Text, the number it states, and whether it is nothing but that number.
    static let numbers: [(text: String, value: String, isAlone: Bool)] = [
        ("5", "5", true), ("007", "7", true), ("72.", "72", true), ("72...", "72", true),
        ("10.0", "10", true), ("1.50", "1.5", true), (".5", "0.5", true),
        ("9007199254740993", "9007199254740993", true),
        // Signs, before and behind the currency, in every spelling.
        ("-5", "-5", true), ("- 5", "-5", true), ("\u{2212}5", "-5", true),
        ("\u{2013}5", "-5", true), ("\u{FF0D}5", "-5", true), ("+5", "5", true),
        ("-.5", "-0.5", true), ("$5", "5", true), ("-$5", "-5", true), ("$-5", "-5", true),
        ("\u{2212} € 5", "-5", true), ("\\$5", "5", true),
        // Thousands.
        ("1,234", "1234", true), ("$1,234,567.50", "1234567.5", true),
        ("12\u{202F}345", "12345", true), ("1\u{A0}000\u{A0}000", "1000000", true),
        // Exponents and fractions.
        ("2e3", "2000", true), ("2E-2", "0.02", true), ("1.5e+2", "150", true),
        ("1e\u{2212}1", "0.1", true), ("1/2", "0.5", true), ("-2/4", "-0.5", true),
        ("1 / 3", "1/3", true), ("1\u{2044}2", "0.5", true), ("5 1/2", "5.5", true),
        ("-5 1/2", "-5.5", true), ("½", "0.5", true), ("5½", "5.5", true), ("2 ¾", "2.75", true),
        // Marks of Markdown.
        ("**5**", "5", true), ("`5`.", "5", true),
        // Units, symbols, and the end of a sentence.
        ("50%", "50", false), ("50 %", "50", false), ("5 €", "5", false), ("5$", "5", false),
        ("18 dollars", "18", false), ("18.0 dollars.", "18", false), ("5km/h", "5", false),
        ("5/hour", "5", false), ("5-year", "5", false), ("5 m²", "5", false), ("5 m2", "5", false),
        ("5euros", "5", false), ("5!", "5", false), ("5, and so on", "5", false),
        ("5 - because", "5", false), ("5: yes", "5", false),
    ]

    @Test(arguments: numbers)
    func isRead(text: String, value: String, isAlone: Bool) {
        #expect(GSM8KItem.result(in: "so\n####\(text)\nx")?.description == value)
        #expect(GSM8KItem.result(in: "#### \(text)")?.description == value)
        #expect(Arithmetic.result(in: " \(text)\n")?.description == (isAlone ? value : nil))
    }

    @Test(arguments: [
        "", "-", "$", ".", "e5", "five", "nan", "inf", "--5", "-$-5", "$$5", "(5)", "~5", "٣",
        // Several numbers, and parts of something else.
        "12:30", "3-4", "3\u{2013}4", "3 - 4", "5+3", "5 + 3", "5=5", "5 = 5", "10^3", "10³",
        "5 or 6",
        "5 6", "1 000", "10, 20", "5;6", "3 hours 20 minutes", "5'6\"", "12/25/2020", "1/2/3",
        "1/2.5",
        "1/0", "5 6/3", "2×10^3", "2x10^3", "2 x10", "0x10", "1_000", "5\u{4E07}", "1e5.5",
        // What can be read in several ways, or not to the end.
        "1,5", "12,34", "1,234,56", "1,2345", "0,123", "1.2.3", "1.234,56", "5 million", "2 dozen",
        "3 and a half", "$5k", "2e999", "1e99999999999999999999", "5+",
    ])
    func isNone(text: String) {
        #expect(GSM8KItem.result(in: "#### \(text)") == nil)
        #expect(Arithmetic.result(in: text) == nil)
    }

    /// Beyond a hundred digits nothing is read, and nothing takes long.
    @Test func endlessNumbersAreNone() {
        for text in [
            String(repeating: "9", count: 100_000), "0." + String(repeating: "3", count: 100_000),
            String(repeating: "1,", count: 50_000), "1/" + String(repeating: "9", count: 100_000),
            String(repeating: "-", count: 100_000), String(repeating: "#", count: 100_000),
        ] {
            #expect(GSM8KItem.result(in: "#### \(text)") == nil)
            #expect(Arithmetic.result(in: text) == nil)
        }
    }

    /// The first mark that something like a number follows decides.
    @Test(arguments: [
        ("#### -3\n#### 4", "-3"), ("#### Step 1\n#### 5", "5"), ("#### 12:30\n#### 5", nil),
        ("5", nil), ("####", nil), ("####\n5", nil), ("##### 5", "5"), ("#### 5 #### 6", "5"),
        ("a #### 5\r\nb", "5"),
    ])
    func marksAreFound(text: String, value: String?) {
        #expect(GSM8KItem.result(in: text)?.description == value)
    }
}
