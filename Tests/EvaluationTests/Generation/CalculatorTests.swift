import Evaluation
import Foundation
import Runs
import Testing

@Suite struct CalculatorTests {
    struct Golden: Decodable {
        let cases: [[String?]]
    }

    @Test func agreesWithPython() throws {
        let url = try #require(
            Bundle.module.url(forResource: "Golden/calculator", withExtension: "json"))
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
        #expect(golden.cases.count > 500)
        for entry in golden.cases {
            let expression = try #require(entry[0])
            #expect(Calculator.result(of: expression) == entry[1], "\(expression)")
        }
    }

    @Test(arguments: [
        "9**9", "7///2", "7/ /2", "1//0", "1.0//0", "__import__('os')", "'a'.upper()", "1e5",
        "0x10", "1;2", "a", "'a", "()",
        "'\\n'.count('n')", "1+(2", "5 5",
        "1/0", "1/(2-2)",
        String(repeating: "(", count: 100) + "1" + String(repeating: ")", count: 100),
        String(repeating: "1+", count: 101) + "1",
        "'word'.count('w') + 1", "%5", "½", "٣",
    ])
    func whatItDoesNotKnowGivesNothing(expression: String) {
        #expect(Calculator.result(of: expression) == nil)
    }

    @Test func anythingAtAllIsSurvived() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789.+-*/() ,'\"countab")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...24)).map { _ in
                    alphabet.randomElement(using: &random) ?? "0"
                })
            _ = Calculator.result(of: text)
        }
    }
}
