/// A compiled stretch of a story: what it binds, what it says, what may be asked about it.
struct StoryPassage: Sendable {
    /// What fills a passage's own slots, in the order of their indices.
    enum Binding: Sendable {
        /// Some slots at once, from one of several rows of texts.
        case texts([Int], rows: [[[StoryPiece]]])
        case noun(Int, category: String)
        case person(Int)
        case number(Int, low: Bound, high: Bound)
        case derived(Int, left: Bound, operation: Operation, right: Bound)
    }

    /// An end of a range or an operand: a number, or a slot's number plus something.
    struct Bound: Sendable {
        var slot: Int?
        var offset: Int
    }

    /// How a number follows from two others.
    enum Operation: String, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
    }

    /// One line of the passage.
    enum Step: Sendable {
        case sentence([StoryPiece], optional: Bool)
        case newLine
    }

    var bindings: [Binding] = []
    var steps: [Step] = []
    var questions: [(question: [StoryPiece], answer: [StoryPiece])] = []
    var slotCount = StoryGrammar.commonSlots.count

    init(_ source: String, compiler: StoryCompiler) {
        var compiler = compiler
        var pending: (source: String, optional: Bool)?
        func flush() {
            guard let step = pending else { return }
            steps.append(
                .sentence(compiler.compiled("[" + step.source + "]"), optional: step.optional))
            pending = nil
        }
        for line in Self.joinedLines(source) {
            let rest = line.utf8.count > 2 ? String(line.dropFirst(2)) : ""
            switch line.utf8.first {
            case UInt8(ascii: "|"):
                precondition(pending != nil, "an alternative to nothing: \(line)")
                pending?.source += "|" + rest
            case UInt8(ascii: "-"), UInt8(ascii: "+"):
                flush()
                pending = (rest, line.utf8.first == UInt8(ascii: "+"))
            case UInt8(ascii: "="):
                flush()
                bind(rest, &compiler)
            case UInt8(ascii: "/"):
                flush()
                steps.append(.newLine)
            case UInt8(ascii: "?"):
                flush()
                let parts = rest.components(" => ")
                precondition(parts.count == 2, "a question without answer: \(line)")
                questions.append((compiler.compiled(parts[0]), compiler.compiled(parts[1])))
            default: preconditionFailure("not a line of a passage: \(line)")
            }
        }
        flush()
    }

    private mutating func bind(_ text: String, _ compiler: inout StoryCompiler) {
        func declared(_ name: String) -> Int {
            let slot = slotCount
            compiler.slots[name] = slot
            slotCount += 1
            return slot
        }
        func bound(_ text: String) -> Bound {
            if let number = Int(text) { return Bound(slot: nil, offset: number) }
            guard let slot = compiler.slots[text] else {
                preconditionFailure("no number '\(text)'")
            }
            return Bound(slot: slot, offset: 0)
        }
        let named = text.components(": ")
        if named.count == 2 {
            let rows = named[1].components(" | ").map { row in
                row.components("; ").map { compiler.compiled($0.trimmed) }
            }
            let slots = named[0].components("; ").map(declared)
            precondition(rows.allSatisfy { $0.count == slots.count }, "uneven rows: \(text)")
            bindings.append(.texts(slots, rows: rows))
            return
        }
        let words = text.components(" ")
        switch (words.count, words.dropFirst().first) {
        case (3, "in"):
            let closed = words[2].components("...")
            let open = words[2].components("..<")
            if closed.count == 2 {
                let (low, high) = (bound(closed[0]), bound(closed[1]))
                bindings.append(.number(declared(words[0]), low: low, high: high))
            } else if open.count == 2 {
                let low = bound(open[0])
                var high = bound(open[1])
                high.offset -= 1
                bindings.append(.number(declared(words[0]), low: low, high: high))
            } else if words[2] == "people" {
                bindings.append(.person(declared(words[0])))
            } else {
                bindings.append(.noun(declared(words[0]), category: words[2]))
            }
        case (5, "is"):
            guard let operation = Operation(rawValue: words[3]) else { fallthrough }
            let (left, right) = (bound(words[2]), bound(words[4]))
            bindings.append(
                .derived(declared(words[0]), left: left, operation: operation, right: right))
        default: preconditionFailure("not a binding: \(text)")
        }
    }

    /// The lines of `source` with indented ones joined to the line they continue.
    static func joinedLines(_ source: String) -> [String] {
        var lines: [String] = []
        for line in source.components("\n") where !line.isEmpty {
            if line.utf8.starts(with: "  ".utf8), let last = lines.popLast() {
                lines.append(last + " " + line.trimmed)
            } else {
                lines.append(line)
            }
        }
        return lines
    }
}

extension StoryPen {
    /// Binds the slots of `passage`; people already in the story are not drawn again.
    mutating func bind(_ passage: StoryPassage, grammar: StoryGrammar) {
        values.removeLast(values.count - StoryGrammar.commonSlots.count)
        for binding in passage.bindings {
            switch binding {
            case .texts(_, let rows):
                for field in pick(rows) { values.append(.text(rendered(field))) }
            case .noun(_, let category):
                guard let nouns = grammar.nouns[category] else {
                    preconditionFailure("no nouns called '\(category)'")
                }
                let noun = pick(nouns.filter { !holds($0) })
                values.append(.noun(noun, adjective: pick(noun.adjectives)))
            case .person: values.append(.person(pick(grammar.people.filter { !holds($0) })))
            case .number(_, let low, let high):
                let (low, high) = (number(low), number(high))
                values.append(.number(low + draw(high - low + 1)))
            case .derived(_, let left, let operation, let right):
                let (left, right) = (number(left), number(right))
                switch operation {
                case .plus: values.append(.number(left + right))
                case .minus: values.append(.number(left - right))
                case .times: values.append(.number(left * right))
                }
            }
        }
    }

    /// Tells the steps of `passage`, whose slots are bound.
    mutating func tell(_ passage: StoryPassage) {
        for step in passage.steps {
            switch step {
            case .newLine: breakLine()
            case .sentence(let pieces, let optional):
                if optional && draw(2) == 0 { continue }
                write(sentence: pieces)
            }
        }
    }

    private func number(_ bound: StoryPassage.Bound) -> Int {
        guard let slot = bound.slot else { return bound.offset }
        guard case .number(let number) = values[slot] else {
            preconditionFailure("slot \(slot) holds no number")
        }
        return number + bound.offset
    }

    private func holds(_ noun: StoryNoun) -> Bool {
        values.contains {
            if case .noun(let held, _) = $0 { held.singular == noun.singular } else { false }
        }
    }

    private func holds(_ person: StoryPerson) -> Bool {
        values.contains {
            if case .person(let held) = $0 { held.name == person.name } else { false }
        }
    }
}
