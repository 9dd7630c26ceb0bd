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
    public var result: Double? { Self.result(in: answer) }

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

    /// The first number behind `####` in a text in natural order; compared as a number, so that "10.0",
    /// "10" and "10." are one answer.
    public static func result(in text: String) -> Double? {
        guard let mark = text.firstRange(of: "####") else { return nil }
        var digits = ""
        for character in text[mark.upperBound...].drop(while: { " \t$".contains($0) }) {
            if character.isASCII && (character.isNumber || character == ".") {
                digits.append(character)
            } else if character == "-" && digits.isEmpty {
                digits.append(character)
            } else if character != "," {
                break
            }
        }
        while digits.hasSuffix(".") { digits.removeLast() }
        return Double(digits)
    }
}
