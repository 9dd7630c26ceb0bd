import Journal
import Testing

@Suite struct ConsoleLineTests {
    private let record = StepRecord(
        step: 123,
        scalars: [
            ("tokens_per_second", 12345.4), ("loss", 3.12341), ("gemm_fraction", 0.412),
            ("remaining_seconds", 5025), ("unknown", 1),
        ])

    @Test func saysWhatTheRecordHoldsInItsOwnOrder() {
        #expect(
            ConsoleLine(stepCount: 1000, usesColor: false, duration: { "\($0) s" }).text(record)
                == "step 00123/01000 (12.3%) | loss 3.1234 | tok/s 12,345 | gemm 41% | eta 5025.0 s"
        )
    }

    @Test func coloursOnlyWhenAsked() {
        #expect(
            ConsoleLine(stepCount: 1000, usesColor: true, duration: { "\($0) s" }).text(record)
                .contains("\u{1b}[1m3.1234"))
    }

    @Test func brokenNumbersStandOut() {
        let broken = StepRecord(
            step: 0, scalars: [("loss", .nan), ("remaining_seconds", .infinity)])
        #expect(
            ConsoleLine(stepCount: 0, usesColor: false, duration: { "\($0) s" }).text(broken)
                == "step 00000/00000 (0.0%) | loss nan | eta inf")
    }
}
