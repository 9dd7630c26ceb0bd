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
    /// - Source: karpathy/nanochat `tasks/humaneval.py`.
    static func program(_ item: HumanEvalItem, answer: String) -> String {
        let imports = item.prompt.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { line in
                line.isEmpty || line.hasPrefix("import ") || line.hasPrefix("from ")
            }.joined(separator: "\n")
        return [imports, code(in: answer), item.test, "check(\(item.entryPoint))"]
            .joined(separator: "\n\n")
    }

    /// The first fenced block of a text, or all of it where there is none.
    static func code(in text: String) -> String {
        guard let open = text.firstRange(of: "```") else { return text }
        var rest = text[open.upperBound...]
        // The rest of the fence's line names a language.
        if let end = rest.firstIndex(where: \.isNewline) { rest = rest[rest.index(after: end)...] }
        guard let close = rest.firstRange(of: "```") else { return String(rest) }
        return String(rest[..<close.lowerBound])
    }
}
