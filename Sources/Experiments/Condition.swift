/// A condition on experiments: `direction == "backward" && depth >= 12 && val_bpb < 1.1`.
///
/// Names are fields; a name that an experiment does not have makes a comparison false. `~` matches a text with a
/// pattern of `*` and `?`. Operators are those of Swift: `== != < <= > >= ! && ||` and parentheses; `and`, `or`, `not`
/// are the same in words.
public struct Condition: Hashable, Sendable {
    /// Names that it asks for.
    public let names: Set<String>
    private let root: Node

    /// What a condition cannot be read as.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    private indirect enum Node: Hashable, Sendable {
        case any([Node])
        case all([Node])
        case not(Node)
        case compare(Operand, String, Operand)
        case truth(Operand)
    }

    private enum Operand: Hashable, Sendable {
        case name(String)
        case value(FieldValue)
    }

    private enum Token: Hashable {
        case name(String)
        case value(FieldValue)
        case sign(String)
    }

    /// Reads a condition.
    public init(_ text: String) throws(Fault) {
        var reader = try Reader(text)
        root = try reader.disjunction()
        guard reader.rest.isEmpty else {
            throw Fault(
                description: "the condition '\(text)' goes on where it should end, at "
                    + "'\(reader.shown)'.")
        }
        names = reader.names
    }

    /// Whether an experiment with `fields` meets it.
    public func matches(_ fields: [String: FieldValue]) -> Bool { Self.holds(root, fields) }

    private static func holds(_ node: Node, _ fields: [String: FieldValue]) -> Bool {
        func value(_ operand: Operand) -> FieldValue? {
            switch operand {
            case .name(let name): fields[name]
            case .value(let value): value
            }
        }
        switch node {
        case .any(let nodes): return nodes.contains { holds($0, fields) }
        case .all(let nodes): return nodes.allSatisfy { holds($0, fields) }
        case .not(let inner): return !holds(inner, fields)
        case .truth(let operand): return value(operand) == .flag(true)
        case .compare(let left, let sign, let right):
            guard let a = value(left), let b = value(right) else { return false }
            switch (sign, a, b) {
            case ("==", _, _): return a == b
            case ("!=", _, _): return a != b
            case ("~", .text(let text), .text(let pattern)): return Glob.matches(text, pattern)
            case (_, .number(let x), .number(let y)): return ordered(x, sign, y)
            case (_, .text(let x), .text(let y)): return ordered(x, sign, y)
            default: return false
            }
        }
    }

    private static func ordered<Value: Comparable>(_ a: Value, _ sign: String, _ b: Value) -> Bool {
        switch sign {
        case "<": a < b
        case "<=": a <= b
        case ">": a > b
        case ">=": a >= b
        default: false
        }
    }

    /// Recursive descent over the tokens.
    private struct Reader {
        var rest: ArraySlice<Token>
        var names: Set<String> = []
        var depth = 0

        init(_ text: String) throws(Fault) { rest = try Self.tokens(text)[...] }

        var shown: String {
            switch rest.first {
            case .name(let name): name
            case .value(let value): value.shown
            case .sign(let sign): sign
            case nil: "its end"
            }
        }

        private mutating func take(_ signs: String...) -> String? {
            guard case .sign(let sign) = rest.first, signs.contains(sign) else { return nil }
            rest.removeFirst()
            return sign
        }

        mutating func disjunction() throws(Fault) -> Node {
            var nodes = [try conjunction()]
            while take("||") != nil { nodes.append(try conjunction()) }
            return nodes.count == 1 ? nodes[0] : .any(nodes)
        }

        private mutating func conjunction() throws(Fault) -> Node {
            var nodes = [try negation()]
            while take("&&") != nil { nodes.append(try negation()) }
            return nodes.count == 1 ? nodes[0] : .all(nodes)
        }

        private mutating func negation() throws(Fault) -> Node {
            depth += 1
            defer { depth -= 1 }
            guard depth < 100 else {
                throw Fault(description: "the condition is nested too deeply.")
            }
            if take("!") != nil { return .not(try negation()) }
            if take("(") != nil {
                let inner = try disjunction()
                guard take(")") != nil else {
                    throw Fault(description: "the condition lacks a ')' before '\(shown)'.")
                }
                return inner
            }
            let left = try operand()
            guard let sign = take("==", "!=", "<", "<=", ">", ">=", "~") else {
                return .truth(left)
            }
            return .compare(left, sign, try operand())
        }

        private mutating func operand() throws(Fault) -> Operand {
            switch rest.first {
            case .name(let name):
                rest.removeFirst()
                names.insert(name)
                return .name(name)
            case .value(let value):
                rest.removeFirst()
                return .value(value)
            default:
                throw Fault(description: "the condition wants a name or a value at '\(shown)'.")
            }
        }

        private static func tokens(_ text: String) throws(Fault) -> [Token] {
            var tokens: [Token] = []
            var rest = Substring(text)
            while let first = rest.first {
                if first.isWhitespace {
                    rest.removeFirst()
                } else if first == "\"" || first == "'" {
                    rest.removeFirst()
                    guard let end = rest.firstIndex(of: first) else {
                        throw Fault(
                            description: "the condition opens a quote and does not close it.")
                    }
                    tokens.append(.value(.text(String(rest[..<end]))))
                    rest = rest[rest.index(after: end)...]
                } else if first.isNumber || first == "-" || first == "." {
                    let word = rest.prefix { $0.isNumber || "+-.eE_".contains($0) }
                    guard let number = Double(word.filter { $0 != "_" }) else {
                        throw Fault(description: "'\(word)' in the condition is no number.")
                    }
                    tokens.append(.value(.number(number)))
                    rest = rest.dropFirst(word.count)
                } else if first.isLetter || first == "_" {
                    let word = rest.prefix { $0.isLetter || $0.isNumber || "_.-@/".contains($0) }
                    switch word {
                    case "true": tokens.append(.value(.flag(true)))
                    case "false": tokens.append(.value(.flag(false)))
                    case "and": tokens.append(.sign("&&"))
                    case "or": tokens.append(.sign("||"))
                    case "not": tokens.append(.sign("!"))
                    default: tokens.append(.name(String(word)))
                    }
                    rest = rest.dropFirst(word.count)
                } else if let sign = ["==", "!=", "<=", ">=", "&&", "||"].first(where: {
                    rest.hasPrefix($0)
                }) {
                    tokens.append(.sign(sign))
                    rest = rest.dropFirst(2)
                } else if "<>!()~".contains(first) {
                    tokens.append(.sign(String(first)))
                    rest.removeFirst()
                } else if first == "=" {
                    tokens.append(.sign("=="))
                    rest.removeFirst()
                } else {
                    throw Fault(description: "'\(first)' has no meaning in a condition.")
                }
            }
            return tokens
        }
    }
}

/// Patterns of `*` and `?`.
public enum Glob {
    /// Whether a text is a pattern rather than a name.
    public static func isPattern(_ text: String) -> Bool { text.contains { "*?".contains($0) } }

    /// Whether all of `text` fits `pattern`.
    public static func matches(_ text: String, _ pattern: String) -> Bool {
        let (t, p) = (Array(text), Array(pattern))
        var (i, j) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while i < t.count {
            if j < p.count, p[j] == "?" || p[j] == t[i], p[j] != "*" {
                (i, j) = (i + 1, j + 1)
            } else if j < p.count, p[j] == "*" {
                star = (j, i)
                j += 1
            } else if let last = star {
                // The star takes one more.
                (i, j) = (last.text + 1, last.pattern + 1)
                star = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return p[j...].allSatisfy { $0 == "*" }
    }
}
