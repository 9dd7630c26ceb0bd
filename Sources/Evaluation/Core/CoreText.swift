package import Corpus
internal import Language

/// An item of CORE with one of its options, as text in natural order.
///
/// Solved examples stand where the model reads them before the item: in front of it in a forward reading, behind
/// it, last shot next to the item, in a backward one.
struct CoreText {
    /// Shots and item in natural order.
    let text: [UInt8]
    /// Bytes of the item among them.
    let item: Range<Int>

    /// `item` among `shots`, which are given in reading order.
    init(item: String, shots: [String], reading: Reading) {
        let own = Array(item.utf8)
        let gap = "\n\n"
        switch reading {
        case .forward:
            let before = Array(shots.map { $0 + gap }.joined().utf8)
            text = before + own
            self.item = before.count..<text.count
        case .backward:
            text = own + Array(shots.reversed().map { gap + $0 }.joined().utf8)
            self.item = 0..<own.count
        }
    }
}

extension CoreItem {
    /// The solved item.
    package func solved(_ delimiter: String) -> String {
        switch self {
        case .multipleChoice(let query, let choices, let gold): query + delimiter + choices[gold]
        case .schema(let contexts, let continuation, let gold):
            contexts[gold] + delimiter + continuation
        case .language(let context, let continuation):
            context.trimmed + delimiter + continuation
        }
    }

    /// The item with each of its options; of one without options, with its continuation.
    package func options(_ delimiter: String) -> [String] {
        switch self {
        case .multipleChoice(let query, let choices, _): choices.map { query + delimiter + $0 }
        case .schema(let contexts, let continuation, _):
            contexts.map { $0 + delimiter + continuation }
        case .language: [solved(delimiter)]
        }
    }

    /// The item as it is put to a model that is to go on with it.
    func question(_ delimiter: String) -> String? {
        guard case .language(let context, _) = self else { return nil }
        return context.trimmed + delimiter
    }

    /// Which option is right.
    var gold: Int {
        switch self {
        case .multipleChoice(_, _, let gold), .schema(_, _, let gold): gold
        case .language: 0
        }
    }

    /// What is right, as reports show it.
    var truth: String {
        switch self {
        case .multipleChoice(_, let choices, let gold): choices[gold]
        case .schema(let contexts, _, let gold): contexts[gold]
        case .language(_, let continuation): continuation
        }
    }

    /// What an option is called in reports.
    func name(of option: Int) -> String {
        switch self {
        case .multipleChoice(_, let choices, _): choices[option]
        case .schema(let contexts, _, _): contexts[option]
        case .language(_, let continuation): continuation
        }
    }
}

extension String {
    /// Without white space at either end, as Python's `strip` and Jinja's `trim` have it.
    var trimmed: String {
        let isSpace = { (c: Unicode.Scalar) in
            c.properties.isWhitespace || (0x1c...0x1f).contains(c.value)
        }
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }
}
