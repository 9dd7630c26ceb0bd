import Terminal
import Testing

struct ProgressLineTests {
    @Test func sparseLinesWithRateAndTimeLeft() {
        let screen = Screen()
        let progress = ProgressLine(
            "reading", total: 1000, unit: .things("documents"),
            on: screen.console(isTerminal: false), seconds: screen.seconds)
        for amount in 1...30 {
            screen.wait(1)
            progress.advance(to: 10 * amount)
        }
        #expect(
            screen.lines == [
                "reading: 100/1.00k documents (10.0%) | 10/s | eta 1 min 30 s",
                "reading: 200/1.00k documents (20.0%) | 10/s | eta 1 min 20 s",
                "reading: 300/1.00k documents (30.0%) | 10/s | eta 1 min 10 s",
            ])
        progress.finish(at: 300, note: "done")
        #expect(screen.lines.last == "reading: 300 documents in 30.0 s (10/s) | done")
        progress.advance(to: 400)
        progress.finish(at: 400)
        #expect(screen.lines.count == 4)
    }

    @Test func theRateIsThatOfTheLastHalfMinute() {
        let screen = Screen()
        let progress = ProgressLine(
            "x", total: 100_000, unit: .things("y"), on: screen.console(isTerminal: false),
            seconds: screen.seconds)
        var amount = 0
        for second in 1...100 {
            screen.wait(1)
            amount += second <= 50 ? 1 : 100
            progress.advance(to: amount)
        }
        #expect(screen.lines.last?.contains("| 100/s |") == true)
    }

    @Test func aTerminalHasOneLineThatFits() {
        let screen = Screen()
        let progress = ProgressLine(
            "download", unit: .bytes, on: screen.console(isTerminal: true, columnCount: 20),
            seconds: screen.seconds)
        for amount in 1...20 {
            screen.wait(0.0625)
            progress.advance(to: amount << 20, note: "a long note that does not fit")
        }
        #expect(!screen.shown.contains("\n"))
        let frames = screen.shown.split(separator: "\r")
        #expect(frames.count == 10)
        #expect(frames.allSatisfy { $0.count <= 19 + 3 })
        progress.finish(at: 20 << 20)
        #expect(screen.shown.hasSuffix("\r\u{1B}[Kdownload: 20.0 MiB in 1.3 s (16.0 MiB/s)\n"))
    }

    @Test func quietIsQuiet() {
        let screen = Screen()
        let progress = ProgressLine(
            "x", unit: .bytes, on: screen.console(isTerminal: true), manner: .quiet,
            seconds: screen.seconds)
        progress.advance(to: 5)
        progress.finish(at: 5)
        #expect(screen.shown.isEmpty)
    }
}
