public import Corpus
public import Language

/// Python functions to be written; an answer is right if its tests pass in the sandbox.
public struct HumanEvalTask: GradedTask {
    /// What reports call it.
    public let name = "humaneval"
    private let items: [HumanEvalItem]
    private let sandbox: Sandbox

    /// The functions of a file, tried in `sandbox`.
    public init(_ file: TaskFile<HumanEvalItem>, sandbox: Sandbox) throws(SourceError) {
        items = try file.items()
        self.sandbox = sandbox
    }

    /// What is right is that tests pass, not an answer.
    public var hasMajorityAnswer: Bool { false }

    /// Number of functions.
    public var count: Int { items.count }

    /// Function number `index`.
    public func question(at index: Int) -> Conversation { items[index].conversation.question }

    /// Right if the tests pass on the code in the answer.
    public func grade(_ answer: Message, at index: Int) -> Grade {
        let verdict = sandbox.run(Self.program(items[index], answer: answer.text))
        let prediction: String =
            switch verdict {
            case .finished: "passed"
            case .failed(let what): what.split(separator: "\n").last.map(String.init) ?? "failed"
            case .timedOut: "timed out"
            case .outputCapped: "wrote too much"
            }
        return Grade(isRight: verdict == .finished, prediction: prediction, truth: "passed")
    }

    /// The program that tests an answer: the prompt's imports, the code, the tests.
    /// - Source: karpathy/nanochat `tasks/humaneval.py`, which takes the first fenced block whatever it holds.
    static func program(_ item: HumanEvalItem, answer: String) -> String {
        let imports = item.prompt.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { line in
                line.isEmpty || line.hasPrefix("import ") || line.hasPrefix("from ")
            }.joined(separator: "\n")
        let code = FencedCode.python(in: answer, defining: item.entryPoint)
        return [imports, code, item.test, "check(\(item.entryPoint))"]
            .joined(separator: "\n\n")
    }
}
