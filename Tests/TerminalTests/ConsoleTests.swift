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
}
