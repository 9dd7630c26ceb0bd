import Terminal
import Testing

struct QuantityTests {
    @Test(arguments: [
        (Quantity.count(0), "0"), (.count(999), "999"), (.count(999.9), "1.00k"),
        (.count(12_345), "12.3k"), (.count(4_560_000), "4.56M"), (.count(0.5), "0.50"),
        (.bytes(512), "512 B"), (.bytes(1_610_612_736), "1.50 GiB"), (.bytes(1023.9), "1.00 KiB"),
        (.bytes(99.96 * 1024), "100 KiB"),
        (.seconds(0.25), "250 ms"), (.seconds(12), "12.0 s"), (.seconds(59.99), "1 min"),
        (.seconds(187), "3 min 7 s"), (.seconds(3599.4), "59 min 59 s"), (.seconds(3599.6), "1 h"),
        (.seconds(3723), "1 h 2 min"), (.seconds(86_369), "23 h 59 min"),
        (.seconds(86_371), "1 day"), (.seconds(121_580), "1 day 10 h"),
        (.seconds(172_799), "2 days"), (.seconds(183_840), "2 days 3 h"),
        (.seconds(59.99 * 86_400), "60 days"), (.seconds(400 * 86_400), "400 days"),
        (.seconds(215_014_479), "6.8 years"), (.seconds(1e11), "3,169 years"),
        (.seconds(.infinity), "?"), (.count(.nan), "nan"),
    ])
    func spelling(quantity: Quantity, text: String) {
        #expect(quantity.description == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func grouping(number: Int, text: String) {
        #expect(Quantity.grouped(number) == text)
    }

    @Test(arguments: [
        (1.005, 2, "1.00"), (0.05, 1, "0.1"), (-0.001, 2, "0.00"), (-2.5, 1, "-2.5"),
        (3.07, 2, "3.07"), (12, 0, "12"), (.nan, 2, "nan"), (1e300, 2, "1e+300"),
    ])
    func fixedDigits(number: Double, digits: Int, text: String) {
        #expect(Quantity.fixed(number, digits) == text)
    }
}
