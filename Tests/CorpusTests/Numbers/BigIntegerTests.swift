import Corpus
import Testing

@Suite struct BigIntegerTests {
    static func integer(_ text: String) throws -> BigInteger {
        let digits = try #require(BigInteger(digits: text.drop { $0 == "-" }))
        return text.hasPrefix("-") ? -digits : digits
    }

    /// A number of up to `digitCount` digits, of either sign.
    static func drawn(_ digitCount: Int) throws -> BigInteger {
        let count = Int.random(in: 1...digitCount)
        let digits = String((0..<count).map { _ in Character("\(Int.random(in: 0...9))") })
        return try integer((Bool.random() ? "-" : "") + digits)
    }

    @Test func machineIntegersAgree() {
        let edges = [0, 1, -1, 2, -7, 10, 1 << 31, -(1 << 32), 3_037_000_499, -3_037_000_499]
        for a in edges + (0..<50).map({ _ in Int.random(in: -(1 << 31)...(1 << 31)) }) {
            for b in edges {
                let (x, y) = (BigInteger(a), BigInteger(b))
                #expect((x + y).description == "\(a + b)" && (x - y).description == "\(a - b)")
                #expect((x < y) == (a < b) && (x == y) == (a == b))
                let (product, isOver) = a.multipliedReportingOverflow(by: b)
                if !isOver { #expect((x * y).description == "\(product)") }
                guard b != 0 else { continue }
                let (quotient, remainder) = x.quotientAndRemainder(dividingBy: y)
                #expect(quotient == BigInteger(a / b) && remainder == BigInteger(a % b))
                let floor = (Double(a) / Double(b)).rounded(.down)
                #expect(x.floorQuotient(dividingBy: y) == BigInteger(Int(floor)), "\(a) // \(b)")
            }
        }
        #expect(BigInteger(.min).description == "\(Int.min)")
    }

    /// What division gives puts the dividend together again, and sums and products undo each other.
    @Test func lawsHold() throws {
        for _ in 0..<400 {
            let (a, b, c) = (try Self.drawn(90), try Self.drawn(60), try Self.drawn(40))
            #expect(try Self.integer(a.description) == a, "\(a)")
            let sum = a + b
            #expect(sum - b == a, "\(a) \(b)")
            let (product, parts) = (a * (b + c), a * b + a * c)
            #expect(product == parts, "\(a) \(b) \(c)")
            guard !b.isZero else { continue }
            let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
            #expect(quotient * b + remainder == a, "\(a) / \(b)")
            #expect(remainder.magnitude < b.magnitude, "\(a) / \(b)")
            #expect(remainder.isZero || remainder.isNegative == a.isNegative, "\(a) / \(b)")
        }
    }

    /// CPython 3.11's `/`, its results by bits.
    @Test(
        arguments: [
            ("1", "3", 0x3fd5_5555_5555_5555), ("9007199254740993", "1", 0x4340_0000_0000_0000),
            ("9007199254740995", "1", 0x4340_0000_0000_0002),
            ("9007199254740993", "3", 0x4325_5555_5555_5556),
            ("-18014398509481985", "2", 0xc340_0000_0000_0000),
            ("123456789012345678901234567890", "987654321", 0x441b_1ae4_d2c9_bde2),
            ("0", "-5", 0x8000_0000_0000_0000),
        ] as [(String, String, UInt64)])
    func quotientsAreRoundedOnce(a: String, b: String, bits: UInt64) throws {
        let quotient = try Self.integer(a).roundedQuotient(dividingBy: try Self.integer(b))
        #expect(quotient?.bitPattern == bits, "\(quotient ?? .nan)")
    }

    @Test func quotientsEndWhereDoublesDo() throws {
        let large = try Self.integer("1" + String(repeating: "0", count: 308))
        let ten = BigInteger(10)
        #expect(large.rounded == 1e308)
        #expect((large * ten).rounded == nil)
        #expect((large * ten).roundedQuotient(dividingBy: ten) == 1e308)
        // Down into the subnormal numbers, and below them.
        var divisor = large
        for exponent in 308...330 {
            let value = BigInteger(1).roundedQuotient(dividingBy: divisor)
            #expect(value == Double("1e-\(exponent)"), "1e-\(exponent)")
            divisor = divisor * ten
        }
    }

    @Test(arguments: ["", "-1", "1.0", "٣", "1 ", "0x1"])
    func otherThanDigitsIsNone(text: String) { #expect(BigInteger(digits: text) == nil) }

    @Test func fractionsAreInLowestTerms() throws {
        func fraction(_ a: Int, _ b: Int) -> ExactNumber {
            ExactNumber(BigInteger(a), over: BigInteger(b))
        }
        #expect(fraction(2, -4) == fraction(-1, 2) && fraction(0, 7) == ExactNumber(0))
        for (number, text) in [
            (fraction(1, 2), "0.5"), (fraction(-1, 8), "-0.125"), (fraction(6, 3), "2"),
            (fraction(1, 3), "1/3"), (fraction(-7, 6), "-7/6"), (fraction(12345, 100), "123.45"),
            (fraction(1, 1000), "0.001"),
        ] { #expect(number.description == text) }
        #expect(fraction(1, 2) + fraction(1, 3) == fraction(5, 6))
    }
}
