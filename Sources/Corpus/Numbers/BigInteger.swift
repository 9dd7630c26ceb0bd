/// An integer of any size, as Python's: sign and magnitude, schoolbook arithmetic.
public struct BigInteger: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Whether it is below zero.
    public let isNegative: Bool
    /// Digits to the base 2³², the least significant first, without zeros at the end.
    private let limbs: [UInt32]

    private init(_ limbs: [UInt32], isNegative: Bool = false) {
        let count = limbs.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        self.limbs = count == limbs.count ? limbs : Array(limbs[..<count])
        self.isNegative = isNegative && count > 0
    }

    /// The value of a machine integer.
    public init(_ value: Int) {
        let magnitude = value.magnitude
        self.init(
            [UInt32(truncatingIfNeeded: magnitude), UInt32(truncatingIfNeeded: magnitude >> 32)],
            isNegative: value < 0)
    }

    /// What decimal `digits` say; nil of anything but 0 to 9, or of nothing.
    public init?(digits: some StringProtocol) {
        var limbs: [UInt32] = []
        guard !digits.isEmpty else { return nil }
        for digit in digits.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            var carry = UInt64(digit - UInt8(ascii: "0"))
            for index in limbs.indices {
                carry += UInt64(limbs[index]) * 10
                limbs[index] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            if carry > 0 { limbs.append(UInt32(carry)) }
        }
        self.init(limbs)
    }

    /// 10 to the power of `exponent`, which is not below 0.
    static func powerOfTen(_ exponent: Int) -> BigInteger {
        (0..<exponent).reduce(BigInteger(1)) { power, _ in power * BigInteger(10) }
    }

    /// Whether it is zero.
    public var isZero: Bool { limbs.isEmpty }
    /// Without its sign.
    public var magnitude: BigInteger { BigInteger(limbs) }
    /// Bits of the magnitude; 0 of zero.
    public var bitCount: Int {
        limbs.last.map { limbs.count * 32 - $0.leadingZeroBitCount } ?? 0
    }

    /// Decimal digits, a minus before those of negative numbers.
    public var description: String {
        var rest = limbs
        var groups: [String] = []
        while !rest.isEmpty {
            // Nine digits at a time.
            let group = String(Self.divide(&rest, by: 1_000_000_000))
            let zeros = rest.isEmpty ? 0 : 9 - group.utf8.count
            groups.append(String(repeating: "0", count: zeros) + group)
        }
        return groups.isEmpty ? "0" : (isNegative ? "-" : "") + groups.reversed().joined()
    }

    /// Divides in place and returns the remainder.
    private static func divide(_ limbs: inout [UInt32], by divisor: UInt32) -> UInt32 {
        var remainder: UInt64 = 0
        for index in limbs.indices.reversed() {
            remainder = remainder << 32 | UInt64(limbs[index])
            limbs[index] = UInt32(remainder / UInt64(divisor))
            remainder %= UInt64(divisor)
        }
        while limbs.last == 0 { limbs.removeLast() }
        return UInt32(remainder)
    }

    // MARK: Order, sums and products

    private static func compare(_ a: [UInt32], _ b: [UInt32]) -> Int {
        guard a.count == b.count else { return a.count < b.count ? -1 : 1 }
        for index in a.indices.reversed() where a[index] != b[index] {
            return a[index] < b[index] ? -1 : 1
        }
        return 0
    }

    /// Whether a is the smaller one.
    public static func < (a: BigInteger, b: BigInteger) -> Bool {
        guard a.isNegative == b.isNegative else { return a.isNegative }
        let order = compare(a.limbs, b.limbs)
        return a.isNegative ? order > 0 : order < 0
    }

    private static func sum(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var carry: UInt64 = 0
        var limbs: [UInt32] = []
        for index in 0..<max(a.count, b.count) {
            carry += UInt64(index < a.count ? a[index] : 0)
            carry += UInt64(index < b.count ? b[index] : 0)
            limbs.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        return limbs + (carry > 0 ? [UInt32(carry)] : [])
    }

    /// a − b, where a is not the smaller one.
    private static func difference(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var borrow: Int64 = 0
        return a.indices.map { index in
            let value = Int64(a[index]) - Int64(index < b.count ? b[index] : 0) - borrow
            borrow = value < 0 ? 1 : 0
            return UInt32(truncatingIfNeeded: value)
        }
    }

    /// Sum.
    public static func + (a: BigInteger, b: BigInteger) -> BigInteger {
        if a.isNegative == b.isNegative {
            return BigInteger(sum(a.limbs, b.limbs), isNegative: a.isNegative)
        }
        return compare(a.limbs, b.limbs) < 0
            ? BigInteger(difference(b.limbs, a.limbs), isNegative: b.isNegative)
            : BigInteger(difference(a.limbs, b.limbs), isNegative: a.isNegative)
    }

    /// The negative.
    public static prefix func - (a: BigInteger) -> BigInteger {
        BigInteger(a.limbs, isNegative: !a.isNegative)
    }

    /// Difference.
    public static func - (a: BigInteger, b: BigInteger) -> BigInteger { a + -b }

    /// Product.
    public static func * (a: BigInteger, b: BigInteger) -> BigInteger {
        var limbs = [UInt32](repeating: 0, count: a.limbs.count + b.limbs.count)
        for (place, digit) in a.limbs.enumerated() {
            var carry: UInt64 = 0
            for (index, other) in b.limbs.enumerated() {
                carry += UInt64(digit) * UInt64(other) + UInt64(limbs[place + index])
                limbs[place + index] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            limbs[place + b.limbs.count] = UInt32(carry)
        }
        return BigInteger(limbs, isNegative: a.isNegative != b.isNegative)
    }

    /// The magnitude times 2 to the power of `count`, with the sign.
    func shiftedLeft(by count: Int) -> BigInteger {
        let (whole, part) = (count / 32, UInt64(count % 32))
        var carry: UInt64 = 0
        var shifted = [UInt32](repeating: 0, count: whole)
        for limb in limbs {
            carry |= UInt64(limb) << part
            shifted.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        return BigInteger(shifted + [UInt32(carry)], isNegative: isNegative)
    }

    // MARK: Division

    /// Quotient towards zero, and what remains, which has the sign of the dividend.
    /// - Parameter divisor: not zero.
    public func quotientAndRemainder(
        dividingBy divisor: BigInteger
    ) -> (quotient: BigInteger, remainder: BigInteger) {
        precondition(!divisor.isZero, "division by zero")
        // Bit by bit: the numbers of answers have few.
        var remainder: [UInt32] = []
        var quotient = [UInt32](repeating: 0, count: limbs.count)
        for bit in stride(from: bitCount - 1, through: 0, by: -1) {
            let next = limbs[bit / 32] >> UInt32(bit % 32) & 1
            var carry = next
            for index in remainder.indices {
                let high = remainder[index] >> 31
                remainder[index] = remainder[index] << 1 | carry
                carry = high
            }
            if carry > 0 { remainder.append(carry) }
            if Self.compare(remainder, divisor.limbs) >= 0 {
                remainder = BigInteger(Self.difference(remainder, divisor.limbs)).limbs
                quotient[bit / 32] |= 1 << UInt32(bit % 32)
            }
        }
        return (
            BigInteger(quotient, isNegative: isNegative != divisor.isNegative),
            BigInteger(remainder, isNegative: isNegative)
        )
    }

    /// The largest integer that is not above the quotient: Python's `//`.
    /// - Parameter divisor: not zero.
    public func floorQuotient(dividingBy divisor: BigInteger) -> BigInteger {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder.isZero || isNegative == divisor.isNegative
            ? quotient : quotient - BigInteger(1)
    }

    /// The greatest integer that divides both; not negative.
    static func greatestCommonDivisor(_ a: BigInteger, _ b: BigInteger) -> BigInteger {
        var (a, b) = (a.magnitude, b.magnitude)
        while !b.isZero { (a, b) = (b, a.quotientAndRemainder(dividingBy: b).remainder) }
        return a
    }

    /// The double next to the quotient, of two equally near ones the even one: Python's `/`. Nil where it is too
    /// large for a double.
    /// - Parameter divisor: not zero.
    public func roundedQuotient(dividingBy divisor: BigInteger) -> Double? {
        guard !isZero else { return divisor.isNegative ? -0.0 : 0 }
        // A quotient of 55 or 56 bits, its last one set where something remains: enough to round once.
        let shift = 55 - (bitCount - divisor.bitCount)
        let (quotient, remainder) = magnitude.shiftedLeft(by: max(0, shift))
            .quotientAndRemainder(
                dividingBy: divisor.magnitude.shiftedLeft(by: max(0, -shift)))
        var bits = quotient.limbs.reversed().reduce(UInt64(0)) { $0 << 32 | UInt64($1) }
        if !remainder.isZero { bits |= 1 }
        let width = 64 - bits.leadingZeroBitCount
        let exponent = width - 1 - shift
        // Below the smallest normal number there are fewer than 53 bits.
        let kept = Swift.min(53, 53 + exponent - Double.leastNormalMagnitude.exponent)
        guard kept >= 0 else { return isNegative != divisor.isNegative ? -0.0 : 0 }
        let dropped = UInt64(width - kept)
        var rounded = bits >> dropped
        let (rest, half) = (bits - rounded << dropped, UInt64(1) << (dropped - 1))
        if rest > half || (rest == half && rounded & 1 == 1) { rounded += 1 }
        let value = Double(
            sign: isNegative != divisor.isNegative ? .minus : .plus,
            exponent: Int(dropped) - shift, significand: Double(rounded))
        return value.isFinite ? value : nil
    }

    /// The nearest double; nil where it is too large for one.
    public var rounded: Double? { roundedQuotient(dividingBy: BigInteger(1)) }
}
