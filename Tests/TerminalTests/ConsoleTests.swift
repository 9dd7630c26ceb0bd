import Synchronization
import Terminal
import Testing

struct ConsoleTests {
    @Test(arguments: [
        ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false),
        (["NO_COLOR": ""], true, true), (["FORCE_COLOR": "1"], false, true),
        (["NO_COLOR": "1", "FORCE_COLOR": "1"], true, false), (["TERM": "dumb"], true, false),
        (["CLICOLOR": "0"], true, false), (["FORCE_COLOR": "0"], false, false),
    ])
    func colour(environment: [String: String], isTerminal: Bool, expected: Bool) {
        #expect(
            Console.mayUseColor(isTerminal: isTerminal, environment: environment) == expected)
    }

    @Test func stylesOnlyWhereTheyMayBe() {
        #expect(Screen().console(isTerminal: true).styled("a", .bold) == "a")
        let coloured = Console(isTerminal: true, usesColor: true) { _ in }
        #expect(coloured.styled("a", .bold) == "\u{1B}[1ma\u{1B}[0m")
    }

    @Test func aMessageTakesThePlaceOfTheLiveLine() {
        let screen = Screen()
        let console = screen.console(isTerminal: true)
        console.line("before")
        console.redraw("step 1")
        console.line("saved")
        console.line("after")
        #expect(screen.shown == "before\n\r\u{1B}[Kstep 1\r\u{1B}[Ksaved\nafter\n")
    }

    @Test func aLiveLineIsCutToTheWindowOfTheMoment() {
        let screen = Screen()
        let width = Mutex(6)
        let console = Console(
            isTerminal: true, usesColor: true, columnCount: width.withLock { $0 }
        ) { text in screen.text.withLock { $0 += text } }
        console.redraw("\u{1B}[1mabc\u{1B}[0mdefgh")
        width.withLock { $0 = 4 }
        console.redraw("\u{1B}[1mabcd\u{1B}[0m")
        #expect(
            screen.shown == "\r\u{1B}[K\u{1B}[1mabc\u{1B}[0mde\u{1B}[0m"
                + "\r\u{1B}[K\u{1B}[1mabc\u{1B}[0m")
    }
}
