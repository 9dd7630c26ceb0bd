import Runs
import Testing

@Suite struct AccountingTests {
    /// Parameters and FLOPs per token of nanochat's table: V = 65,536, T = 2,048.
    /// - Source: karpathy/nanochat's formulas; the d32 row equals the log quoted in `run1000.sh`.
    static let table: [(depth: Int, parameters: Int, flops: Double)] = [
        (4, 36_700_160, 1.447e8), (6, 60_948_480, 2.713e8), (8, 92_274_688, 4.530e8),
        (10, 133_038_080, 7.039e8), (12, 185_597_952, 1.038e9), (14, 252_313_600, 1.470e9),
        (16, 335_544_320, 2.013e9), (18, 437_649_408, 2.683e9), (20, 560_988_160, 3.492e9),
        (22, 707_919_872, 4.455e9), (24, 880_803_840, 5.587e9), (26, 1_081_999_360, 6.901e9),
        (28, 1_313_865_728, 8.412e9), (30, 1_578_762_240, 1.013e10),
        (32, 1_879_048_192, 1.208e10), (34, 2_217_082_880, 1.427e10),
    ]

    @Test(arguments: table) func equalsTheTable(depth: Int, parameters: Int, flops: Double) throws {
        let shape = try ModelConfiguration(
            depth: depth, vocabularySize: 65_536, contextLength: 2048)
        #expect(shape.parameterCount == parameters)
        #expect(abs(shape.trainingFLOPsPerToken / flops - 1) < 5e-4)  // four digits in the table
    }

    /// Their products and sums do not fit an `Int`; refusing comes before counting.
    @Test(arguments: [
        (Int.max, 64, 128), (4, Int.max, 128), (4, 64, Int.max), (1 << 24, 1, 128),
        (1 << 12, 1 << 12, 128), (0, 64, 128), (4, -1, 128), (4, 64, 0),
    ])
    func refusesSizesThatCannotBeCounted(depth: Int, aspectRatio: Int, headWidth: Int) {
        #expect(throws: SettingsError.self) {
            try ModelConfiguration(
                depth: depth, vocabularySize: 1 << 24, contextLength: 32, aspectRatio: aspectRatio,
                headWidth: headWidth)
        }
    }

    @Test func refusesWidthsThatHeadsDoNotDivide() {
        #expect(throws: SettingsError.self) {
            try ModelConfiguration(depth: 5, vocabularySize: 100, contextLength: 8)
        }
    }
}
