public import Language

/// A question with answers to choose from: ARC, MMLU and their like.
public struct MultipleChoiceItem: TaskItem, Hashable {
    /// The question.
    public var question: String
    /// The answers to choose from.
    public var choices: [String]
    /// Which choice is right.
    public var answer: Int
    /// What the choices are called: A, B, C and so on.
    public var letters: [String]
    /// The field the question is from, where the file tells.
    public var subject: String?

    /// A question whose choices are called A, B, C and so on.
    public init(question: String, choices: [String], answer: Int, subject: String? = nil) {
        precondition(choices.indices.contains(answer), "answer \(answer) of \(choices.count)")
        precondition(
            choices.count <= 26, "\(choices.count) choices want more letters than there are")
        self.question = question
        self.choices = choices
        self.answer = answer
        self.subject = subject
        letters = choices.indices.map { String(UnicodeScalar(UInt8(65 + $0))) }
    }

    /// What the user asks.
    /// - Source: karpathy/nanochat `tasks/common.py`, `render_mc`: the letter stands behind its choice.
    public var prompt: String {
        let list = zip(choices, letters).map { "- \($0)=\($1)\n" }.joined()
        return "Multiple Choice question: \(question)\n\(list)"
            + "\nRespond only with the letter of the correct answer."
    }

    /// The question, answered with the bare letter.
    public var conversation: Conversation {
        Conversation(question: prompt, answer: [Message.Part(.text, letters[answer])])
    }
}

extension MultipleChoiceItem {
    /// The fields of all formats at once.
    private struct Fields: Decodable {
        /// ARC: a list of texts in some files, texts with labels in others.
        enum Choices: Decodable {
            case texts([String])
            case labelled(text: [String], label: [String])

            private enum CodingKeys: CodingKey { case text, label }

            init(from decoder: any Decoder) throws {
                if let list = try? decoder.singleValueContainer().decode([String].self) {
                    self = .texts(list)
                } else {
                    let fields = try decoder.container(keyedBy: CodingKeys.self)
                    self = .labelled(
                        text: try fields.decode([String].self, forKey: .text),
                        label: try fields.decode([String].self, forKey: .label))
                }
            }

            var texts: [String] {
                switch self {
                case .texts(let texts), .labelled(let texts, _): texts
                }
            }
        }

        /// The right choice by number, letter or label.
        enum Answer: Decodable {
            case number(Int)
            case label(String)

            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                if let number = try? value.decode(Int.self) {
                    self = .number(number)
                } else {
                    self = .label(try value.decode(String.self))
                }
            }
        }

        var question: String?
        var query: String?
        var choices: Choices
        var answer: Answer?
        var gold: Answer?
        var answerKey: Answer?
        var subject: String?
    }

    /// Reads a line of MMLU (`question`, `choices`, `answer`) or ARC (`query`, `choices`, `gold`; or
    /// `question`, `choices` with `text` and `label`, `answerKey`).
    public init(json: [UInt8]) throws(TaskItemFault) {
        let fields = try TaskItemFault.decode(Fields.self, from: json)
        let texts = fields.choices.texts
        guard (2...26).contains(texts.count) else {
            throw TaskItemFault("it has \(texts.count) choices instead of 2 to 26")
        }
        guard let question = fields.question ?? fields.query.map(Self.bare) else {
            throw TaskItemFault("it has neither 'question' nor 'query'")
        }
        guard let given = fields.answer ?? fields.gold ?? fields.answerKey else {
            throw TaskItemFault("it has none of 'answer', 'gold' and 'answerKey'")
        }
        let answer: Int? =
            switch (given, fields.choices) {
            case (.number(let number), _): number
            case (.label(let label), .labelled(_, let labels)): labels.firstIndex(of: label)
            case (.label(let label), .texts):
                label.unicodeScalars.count == 1
                    ? label.unicodeScalars.first.map { Int($0.value) - 65 } : nil
            }
        guard let answer, texts.indices.contains(answer) else {
            throw TaskItemFault("its answer is none of its \(texts.count) choices")
        }
        self.init(question: question, choices: texts, answer: answer, subject: fields.subject)
    }

    /// A CORE-style query without the words around the question.
    private static func bare(_ query: String) -> String {
        var question = query[...]
        if question.hasPrefix("Question: ") { question = question.dropFirst("Question: ".count) }
        if question.hasSuffix("\nAnswer:") { question = question.dropLast("\nAnswer:".count) }
        return String(question)
    }
}
