public import Corpus
public import Language

/// Questions whose answers can be judged: for evaluation, and for rewards.
public protocol GradedTask: Sendable {
    /// What reports call it.
    var name: String { get }
    /// Number of questions.
    var count: Int { get }
    /// Whether what is right is an answer, so that the most frequent one can be given blindly. Programs that have
    /// to pass tests have none.
    var hasMajorityAnswer: Bool { get }
    /// Question number `index`, without its answer.
    func question(at index: Int) throws(SourceError) -> Conversation
    /// Judges an answer, which stands in natural order.
    func grade(_ answer: Message, at index: Int) throws(SourceError) -> Grade
}

extension GradedTask {
    /// As a rule there is one.
    public var hasMajorityAnswer: Bool { true }
}

/// What an answer is worth.
public struct Grade: Codable, Hashable, Sendable {
    /// Whether it is right.
    public var isRight: Bool
    /// What the answer says; nil where it says nothing that could be right.
    public var prediction: String?
    /// What is right.
    public var truth: String

    /// A judgement.
    public init(isRight: Bool, prediction: String?, truth: String) {
        self.isRight = isRight
        self.prediction = prediction
        self.truth = truth
    }

    /// 1 for a right answer, 0 for any other.
    public var reward: Double { isRight ? 1 : 0 }
}

extension Grade {
    /// Judges a number that was found in an answer.
    init(_ found: ExactNumber?, truth: ExactNumber?) {
        self.init(
            isRight: found != nil && found == truth, prediction: found?.description,
            truth: truth?.description ?? "")
    }
}

/// Word problems whose answers end with `#### number`; numbers are compared, not their spellings.
public struct GSM8KTask: GradedTask {
    /// What reports call it.
    public let name = "gsm8k"
    private let items: [GSM8KItem]

    /// The problems of a file.
    public init(_ file: TaskFile<GSM8KItem>) throws(SourceError) { items = try file.items() }

    /// Number of problems.
    public var count: Int { items.count }

    /// Problem number `index`.
    public func question(at index: Int) -> Conversation { items[index].conversation.question }

    /// Right if the number behind `####` is the problem's.
    public func grade(_ answer: Message, at index: Int) -> Grade {
        // Calls and their results belong to the working, not to the answer.
        Grade(GSM8KItem.result(in: answer.text), truth: items[index].result)
    }
}

/// Letters counted in words; answers end with `#### number`.
public struct SpellingBeeTask: GradedTask {
    /// What reports call it.
    public let name = "spelling_bee"
    private let questions: SpellingBee

    /// The questions.
    public init(_ questions: SpellingBee) { self.questions = questions }

    /// Number of questions.
    public var count: Int { questions.count }

    /// Question number `index`.
    public func question(at index: Int) -> Conversation {
        Conversation(question: questions.item(at: index).question)
    }

    /// Right if the number behind `####` is the count.
    public func grade(_ answer: Message, at index: Int) -> Grade {
        Grade(
            GSM8KItem.result(in: answer.text),
            truth: ExactNumber(questions.item(at: index).letterCount))
    }
}

/// Small sums; the answer is the bare number.
public struct ArithmeticTask: GradedTask {
    /// What reports call it.
    public let name = "arithmetic"
    private let questions: Arithmetic

    /// The questions.
    public init(_ questions: Arithmetic) { self.questions = questions }

    /// Number of questions.
    public var count: Int { questions.count }

    /// Question number `index`.
    public func question(at index: Int) -> Conversation {
        Conversation(question: questions.item(at: index).question)
    }

    /// Right if the answer is the number and nothing else.
    public func grade(_ answer: Message, at index: Int) -> Grade {
        Grade(
            Arithmetic.result(in: answer.text), truth: ExactNumber(questions.item(at: index).answer)
        )
    }
}
