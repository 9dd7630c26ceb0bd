public import Language

/// A Python function to be written, with the tests it has to pass.
public struct HumanEvalItem: TaskItem, Hashable, Decodable {
    /// "HumanEval/0" and so on.
    public var taskID: String
    /// Imports, signature and documentation of the function.
    public var prompt: String
    /// The function's name.
    public var entryPoint: String
    /// A body that is right.
    public var canonicalSolution: String
    /// Python that defines `check(candidate)`.
    public var test: String

    private enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case prompt
        case entryPoint = "entry_point"
        case canonicalSolution = "canonical_solution"
        case test
    }

    /// Reads a line of HumanEval.jsonl.
    public init(json: [UInt8]) throws(TaskItemFault) {
        self = try TaskItemFault.decode(HumanEvalItem.self, from: json)
    }

    /// The beginning of the function, answered with the whole of it.
    public var conversation: Conversation {
        Conversation(
            question: prompt, answer: [Message.Part(.text, prompt + "\n" + canonicalSolution)])
    }
}
