/// A fraction of integers in lowest terms: what answers are compared as, so that no two spellings of one number
/// differ and no two numbers are alike.
public struct ExactNumber: Hashable, Sendable, CustomStringConvertible {
    /// Above the line.
    public let numerator: BigInteger
    /// Below the line; above zero.
    public let denominator: BigInteger

    /// `numerator` / `denominator`, which is not zero.
    public init(_ numerator: BigInteger, over denominator: BigInteger = BigInteger(1)) {
        precondition(!denominator.isZero, "a fraction over zero")
        guard denominator != BigInteger(1) else {
            (self.numerator, self.denominator) = (numerator, denominator)
            return
        }
        let divisor = BigInteger.greatestCommonDivisor(numerator, denominator)
        let sign = BigInteger(denominator.isNegative ? -1 : 1)
        self.numerator = (numerator * sign).quotientAndRemainder(dividingBy: divisor).quotient
        self.denominator =
            denominator.magnitude
            .quotientAndRemainder(dividingBy: divisor).quotient
    }

    /// The value of a machine integer.
    public init(_ value: Int) { self.init(BigInteger(value)) }

    /// Whether it is a whole number.
    public var isInteger: Bool { denominator == BigInteger(1) }

    /// Sum.
    public static func + (a: ExactNumber, b: ExactNumber) -> ExactNumber {
        ExactNumber(
            a.numerator * b.denominator + b.numerator * a.denominator,
            over: a.denominator * b.denominator)
    }

    /// Product.
    public static func * (a: ExactNumber, b: ExactNumber) -> ExactNumber {
        ExactNumber(a.numerator * b.numerator, over: a.denominator * b.denominator)
    }

    /// The negative.
    public static prefix func - (a: ExactNumber) -> ExactNumber {
        ExactNumber(-a.numerator, over: a.denominator)
    }

    /// Digits, with a point where that tells all of it, or as a fraction.
    public var description: String {
        guard !isInteger else { return numerator.description }
        // A denominator of twos and fives ends after as many places as it has of the more frequent one.
        var places = 0
        var scaled = ExactNumber(numerator.magnitude, over: denominator)
        while !scaled.isInteger && places < denominator.bitCount {
            scaled = scaled * ExactNumber(10)
            places += 1
        }
        guard scaled.isInteger else { return "\(numerator)/\(denominator)" }
        let digits = scaled.numerator.description
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        return (numerator.isNegative ? "-" : "") + padded.dropLast(places) + "."
            + padded.suffix(places)
    }
}
