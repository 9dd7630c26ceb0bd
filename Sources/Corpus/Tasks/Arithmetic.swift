public import Language
public import Provenance

/// Small sums with a right answer: what a tiny model can be rewarded for.
///
/// Every question is an addition or a subtraction of whole numbers up to a bound. Which side of the split a pair
/// of numbers is on depends on the pair alone, whatever its order, so that no test question's answer is trained.
public struct Arithmetic: ConversationSource {
    /// Which questions.
    public enum Split: String, Codable, Hashable, Sendable {
        /// To train on.
        case train
        /// To be measured on.
        case test
    }

    /// A question.
    public struct Item: Hashable, Sendable {
        /// The words.
        public let question: String
        /// What is right.
        public let answer: Int
    }

    /// What reports call it.
    public let name = "Arithmetic"
    /// Number of questions.
    public let count: Int
    /// The largest number that is added or taken away.
    public let bound: Int
    private let seed: Seed
    private let pairs: [(Int, Int)]
    private let split: Split

    /// One pair of numbers in so many is tested.
    private static let testShare = 5

    /// `count` questions about numbers up to `bound`.
    public init(count: Int, bound: Int = 20, split: Split, seed: Seed) {
        precondition(count >= 0 && (1...1000).contains(bound), "\(count) sums up to \(bound)")
        self.count = count
        self.bound = bound
        self.seed = seed["arithmetic"][split.rawValue]
        self.split = split
        // One side of a fixed split: the run's seed does not move it.
        pairs = (0...bound).flatMap { a in (a...bound).map { (a, $0) } }.filter { a, b in
            let draw = Seed(0)["arithmetic split"][a][b].value % UInt64(Self.testShare)
            return (draw == 0) == (split == .test)
        }
        precondition(!pairs.isEmpty, "no pair of numbers up to \(bound) is on this side")
    }

    /// Names the content.
    public var fingerprint: ContentHash {
        ContentHash(
            of: Array("arithmetic \(count) \(bound) \(split.rawValue) \(seed.value)".utf8))
    }

    /// Question number `index`.
    public func item(at index: Int) -> Item {
        precondition((0..<count).contains(index), "question \(index) of \(count)")
        var random = seed[index].generator()
        let (small, large) = pairs[random.draw(pairs.count)]
        let (a, b) = random.draw(2) == 0 ? (small, large) : (large, small)
        let isSum = random.draw(2) == 0
        let form = random.draw(3)
        let question =
            switch (isSum, form) {
            case (true, 0): "What is \(a) + \(b)?"
            case (true, 1): "What is \(a) plus \(b)?"
            case (true, _): "Add \(a) and \(b)."
            case (false, 0): "What is \(large) - \(small)?"
            case (false, 1): "What is \(large) minus \(small)?"
            case (false, _): "Take \(small) from \(large)."
            }
        return Item(question: question, answer: isSum ? a + b : large - small)
    }

    /// Question number `index` with its answer.
    public func conversation(at index: Int) -> Conversation {
        let item = item(at: index)
        return Conversation(
            question: item.question, answer: [Message.Part(.text, String(item.answer))])
    }

    /// The number that an answer in natural order is; nil where it is anything but a number.
    public static func result(in text: String) -> ExactNumber? { WrittenNumber.alone(in: text) }
}
