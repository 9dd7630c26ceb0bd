/// One line of CORE's evaluation bundle.
public enum CoreItem: TaskLine, Hashable {
    /// A question and answers to choose from.
    case multipleChoice(query: String, choices: [String], gold: Int)
    /// Beginnings to choose from, and how they all go on.
    case schema(contexts: [String], continuation: String, gold: Int)
    /// A beginning and the one way to go on.
    case language(context: String, continuation: String)

    /// How items are judged.
    public enum Kind: String, Codable, Hashable, Sendable {
        case multipleChoice = "multiple_choice"
        case schema
        case language = "language_modeling"
    }

    private struct Fields: Decodable {
        var query: String?
        var choices: [String]?
        var context_options: [String]?
        var context: String?
        var continuation: String?
        var gold: Int?
    }

    /// Reads a JSON line; its fields tell its kind.
    public init(json: [UInt8]) throws(TaskItemFault) {
        let fields = try TaskItemFault.decode(Fields.self, from: json)
        func gold(_ options: [String]) throws(TaskItemFault) -> Int {
            guard let gold = fields.gold else { throw TaskItemFault("it has no 'gold'") }
            guard options.count > 1 else {
                throw TaskItemFault("it has nothing to choose from")
            }
            guard options.indices.contains(gold) else {
                throw TaskItemFault("'gold' is \(gold), of \(options.count) options")
            }
            return gold
        }
        if let query = fields.query, let choices = fields.choices {
            self = .multipleChoice(query: query, choices: choices, gold: try gold(choices))
        } else if let contexts = fields.context_options, let continuation = fields.continuation {
            self = .schema(
                contexts: contexts, continuation: continuation, gold: try gold(contexts))
        } else if let context = fields.context, let continuation = fields.continuation {
            guard !continuation.isEmpty else { throw TaskItemFault("its 'continuation' is empty") }
            self = .language(context: context, continuation: continuation)
        } else {
            throw TaskItemFault(
                "it has neither 'query' and 'choices' nor 'context_options' and 'continuation' "
                    + "nor 'context' and 'continuation'")
        }
    }

    /// How it is judged.
    public var kind: Kind {
        switch self {
        case .multipleChoice: .multipleChoice
        case .schema: .schema
        case .language: .language
        }
    }
}
