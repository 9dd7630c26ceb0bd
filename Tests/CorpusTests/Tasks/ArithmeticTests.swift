import Corpus
import Language
import Provenance
import Testing

@Suite struct ArithmeticTests {
    /// The two numbers of a question, and whether they are added.
    static func sum(_ question: String) -> (Set<Int>, Bool)? {
        let numbers = question.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count == 2 else { return nil }
        let isSum = question.contains("+") || question.contains("plus") || question.hasPrefix("Add")
        return (Set(numbers), isSum)
    }

    @Test func answersAreRight() throws {
        let questions = Arithmetic(count: 2000, split: .train, seed: Seed(1))
        for index in 0..<questions.count {
            let item = questions.item(at: index)
            let (numbers, isSum) = try #require(Self.sum(item.question))
            let (low, high) = try (#require(numbers.min()), #require(numbers.max()))
            #expect(item.answer == (isSum ? low + high : high - low), "\(item.question)")
            #expect((0...20).contains(low) && high <= 20)
        }
    }

    /// No pair of numbers is on both sides, whatever its order, form and seed.
    @Test func sidesShareNoPair() throws {
        func pairs(_ split: Arithmetic.Split, _ seed: UInt64) throws -> Set<Set<Int>> {
            let questions = Arithmetic(count: 4000, split: split, seed: Seed(seed))
            return Set(
                try (0..<questions.count).map {
                    try #require(Self.sum(questions.item(at: $0).question)).0
                })
        }
        let (training, test) = (try pairs(.train, 1), try pairs(.test, 2))
        #expect(training.isDisjoint(with: test))
        // 231 pairs of 0…20, a fifth of them tested: 46 expected, deviation 6.
        #expect(training.count + test.count == 231 && (20...75).contains(test.count))
    }

    @Test(arguments: [
        ("12", 12), (" 12.", 12), ("-3", -3), ("12.0", 12), ("12 apples", nil), ("", nil),
        ("1 2", nil), ("twelve", nil),
    ])
    func answersAreReadAsNumbers(text: String, value: Int?) {
        #expect(Arithmetic.result(in: text) == value.map { ExactNumber($0) })
    }
}
