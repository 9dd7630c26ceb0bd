package import Language

/// Watches an answer for calls, written forward.
package struct CallReader {
    private let tokenizer: Tokenizer
    /// Ids of the call that is open.
    private var expression: [Int32]?

    /// At the beginning of an answer.
    package init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

    /// Takes the next id; the ids of the result with their delimiters once a call is complete.
    package mutating func take(_ id: Int32) -> [Int32]? {
        switch tokenizer.special(id) {
        case .pythonStart: expression = []
        case .pythonEnd:
            defer { expression = nil }
            guard let expression,
                let result = Calculator.result(of: tokenizer.decode(expression))
            else { return nil }
            return [tokenizer.id(of: .outputStart)] + tokenizer.encode(result)
                + [tokenizer.id(of: .outputEnd)]
        case nil: expression?.append(id)
        default: expression = nil
        }
        return nil
    }
}
