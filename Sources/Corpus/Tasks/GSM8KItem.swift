public import Language

/// A word problem of grade school mathematics with its worked solution.
public struct GSM8KItem: TaskItem, Hashable, Decodable {
    /// The problem.
    public var question: String
    /// The solution, calculator calls written `<<48/2=24>>`, the result behind `####`.
    public var answer: String

    /// A problem and its solution.
    public init(question: String, answer: String) {
        self.question = question
        self.answer = answer
    }

    /// Reads a line with `question` and `answer`.
    public init(json: [UInt8]) throws(TaskItemFault) {
        self = try TaskItemFault.decode(GSM8KItem.self, from: json)
        guard result != nil else {
            throw TaskItemFault("its answer has no number behind '####'")
        }
    }

    /// The problem, answered with calls of the calculator.
    public var conversation: Conversation {
        Conversation(question: question, answer: Self.parts(of: answer))
    }

    /// The number the solution comes to.
    public var result: ExactNumber? { Self.result(in: answer) }

    /// A solution as text, calls and results.
    /// - Source: karpathy/nanochat `tasks/gsm8k.py`: the last `=` of a call parts it from its result.
    public static func parts(of answer: String) -> [Message.Part] {
        var parts: [Message.Part] = []
        var rest = answer[...]
        while let open = rest.firstRange(of: "<<"),
            let close = rest[open.upperBound...].firstRange(of: ">>")
        {
            let call = rest[open.upperBound..<close.lowerBound]
            if open.lowerBound > rest.startIndex {
                parts.append(Message.Part(.text, String(rest[..<open.lowerBound])))
            }
            if let equals = call.lastIndex(of: "=") {
                parts.append(Message.Part(.python, String(call[..<equals])))
                parts.append(
                    Message.Part(.pythonOutput, String(call[call.index(after: equals)...])))
            } else {
                parts.append(Message.Part(.python, String(call)))
            }
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(Message.Part(.text, String(rest))) }
        return parts
    }

    /// The number behind the first `####` of a text in natural order that anything like a number follows; nil where
    /// there is none, or what follows is not one number (see `WrittenNumber`).
    public static func result(in text: String) -> ExactNumber? {
        var rest = text[...]
        while let mark = rest.firstRange(of: "####") {
            rest = rest[mark.upperBound...].drop { $0 == "#" }
            let line = rest.prefix { !$0.isNewline }
            let answer = line.firstRange(of: "####").map { line[..<$0.lowerBound] } ?? line
            if WrittenNumber.begins(answer) { return WrittenNumber.stated(in: answer) }
        }
        return nil
    }
}
