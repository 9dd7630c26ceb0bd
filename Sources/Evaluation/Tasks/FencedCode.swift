/// Python in what a model wrote: the fenced block that defines a function.
///
/// Fences are CommonMark's: three or more backticks or tildes, indented by at most three spaces, closed by at least
/// as many of the same. Models also leave a fence without its partner, put one at the end of a line, indent
/// one by more, or write one inside a docstring. So each stretch between two fences is a candidate, and the one is
/// taken that defines the function, ends outside strings and brackets, and holds no fence outside a string;
/// of equals the one in a Python block, then the first.
/// - Source: CommonMark 0.31.2, §4.5.
package struct FencedCode {
    private let lines: [Substring]
    private let fences: [Fence]

    /// Fences looked at, at most.
    private static let limit = 40

    /// The code of `text` that defines `name`; all of a text without fences.
    package static func python(in text: String, defining name: String) -> String {
        let code = FencedCode(text)
        guard !code.fences.isEmpty else { return text }
        return code.best(defining: name)
    }

    /// A run of backticks or tildes that may open or close a block.
    private struct Fence {
        var line: Int
        var character: Character
        var length: Int
        /// Spaces before it.
        var indentation: Int
        /// What stands behind it.
        var info: Substring
        /// What stands before it in its line, of a run that does not begin the line.
        var before: Substring?

        /// Whether CommonMark sees a fence here.
        var isProper: Bool { before == nil && indentation < 4 }
        var mayClose: Bool { info.isEmpty }

        /// What is known of the language: 2 of Python, 1 of nothing, 0 of another.
        var pythonLikelihood: Int {
            let word = info.prefix { !$0.isWhitespace && $0 != "," }
                .drop { $0 == "{" || $0 == "." }.prefix { $0 != "}" }.lowercased()
            if word.isEmpty { return 1 }
            return word == "py" || (word.hasPrefix("python") && !word.hasPrefix("python-")) ? 2 : 0
        }

        /// The fence in `line`, if there is one.
        init?(_ line: Substring, number: Int) {
            var indentation = 0
            let rest = line.drop { character in
                switch character {
                case " ": indentation += 1
                case "\t": indentation += 4 - indentation % 4
                default: return false
                }
                return true
            }
            self.line = number
            self.indentation = indentation
            if let first = rest.first, first == "`" || first == "~" {
                let run = rest.prefix { $0 == first }
                let info = rest[run.endIndex...].trimmed
                if run.count >= 3, first == "~" || !info.contains("`") {
                    (character, length, self.info) = (first, run.count, info)
                    return
                }
            }
            // At the end of a line, alone or with the name of a language.
            let word = line.trimmedEnd.reversed().prefix {
                $0.isLetter || $0.isNumber || $0 == "+" || $0 == "-" || $0 == "#"
            }.count
            let head = line.trimmedEnd.dropLast(word)
            let run = head.reversed().prefix { $0 == "`" }.count
            guard run >= 3 else { return nil }
            (character, length) = ("`", run)
            info = line.trimmedEnd.suffix(word)
            before = head.dropLast(run)
        }
    }

    private init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false) {
            $0 == "\n" || $0 == "\r\n" || $0 == "\r"
        }
        fences = Array(
            lines.enumerated().lazy.compactMap { Fence($0.element, number: $0.offset) }
                .prefix(Self.limit))
    }

    // MARK: Candidates

    /// The lines between two fences; nil stands for the beginning and the end of the text.
    private func content(from opening: Fence?, to closing: Fence?) -> [Substring] {
        let first = opening.map { $0.line + 1 } ?? 0
        let last = closing?.line ?? lines.count
        guard first <= last else { return [] }
        // CommonMark: content loses as much indentation as its fence has.
        let indentation = opening.flatMap { $0.before == nil ? $0.indentation : nil } ?? 0
        var content = lines[first..<last].map { line -> Substring in
            var (rest, spare) = (line, indentation)
            while spare > 0, rest.first == " " {
                rest.removeFirst()
                spare -= 1
            }
            return spare > 0 && rest.first == "\t" ? rest.dropFirst() : rest
        }
        if let before = closing?.before { content.append(before) }
        return content
    }

    private func best(defining name: String) -> String {
        var best: (rank: [Int], content: [Substring]) = ([], [])
        for start in -1..<fences.count {
            let opening = start < 0 ? nil : fences[start]
            for end in (start + 1)...fences.count {
                let closing = end < fences.count ? fences[end] : nil
                guard closing?.mayClose ?? true else { continue }
                let content = content(from: opening, to: closing)
                var rank = [0, 0, 0]
                if Self.defines(name, content) {
                    let syntax = PythonOutline(content)
                    let first = opening.map { $0.line + 1 } ?? 0
                    let inner = fences[(start + 1)..<end].count {
                        $0.before == nil && !syntax.isInString[$0.line - first]
                    }
                    rank = [1, syntax.isComplete ? 1 : 0, -inner]
                }
                let closes =
                    closing.map { closing in
                        closing.isProper && closing.character == opening?.character
                            && closing.length >= opening?.length ?? 0 ? 2 : 1
                    } ?? 0
                rank += [
                    opening.map { $0.pythonLikelihood + 1 } ?? 0,
                    opening?.isProper ?? false ? 1 : 0, -start, closes, -end,
                ]
                if best.rank.lexicographicallyPrecedes(rank) { best = (rank, content) }
            }
        }
        return best.content.joined(separator: "\n")
    }

    /// Whether a line without indentation defines `name`.
    private static func defines(_ name: String, _ content: [Substring]) -> Bool {
        content.contains { line in
            for keyword in ["def ", "async def ", "class ", ""] where line.hasPrefix(keyword) {
                let rest = line.dropFirst(keyword.count).drop { $0 == " " }
                guard rest.hasPrefix(name) else { continue }
                let behind = rest.dropFirst(name.count).drop { $0 == " " }
                // A definition, generic or not; a name that is given a value.
                let marks: [Character] = keyword.isEmpty ? ["=", ":"] : ["(", ":", "["]
                if let mark = behind.first, marks.contains(mark), !behind.hasPrefix("==") {
                    return true
                }
            }
            return false
        }
    }
}

/// Where strings and brackets of a Python text begin and end, as far as fences want to know.
private struct PythonOutline {
    /// Of each line, whether it begins inside a string.
    var isInString: [Bool] = []
    /// Whether every string and bracket ends.
    var isComplete = true

    init(_ lines: [Substring]) {
        /// The quotes that the open string ends with.
        var quote: [Character] = []
        var depth = 0
        for line in lines {
            isInString.append(!quote.isEmpty)
            let characters = Array(line)
            var at = 0
            while at < characters.count {
                let character = characters[at]
                if !quote.isEmpty {
                    if character == "\\" {
                        at += 2
                    } else if characters[at...].starts(with: quote) {
                        at += quote.count
                        quote = []
                    } else {
                        at += 1
                    }
                    continue
                }
                switch character {
                case "#": at = characters.count
                case "\"", "'":
                    let triple = [Character](repeating: character, count: 3)
                    quote = characters[at...].starts(with: triple) ? triple : [character]
                    at += quote.count
                    continue
                case "(", "[", "{": depth += 1
                case ")", "]", "}": depth -= 1
                default: break
                }
                if depth < 0 { isComplete = false }
                at += 1
            }
            // A string in single quotes ends with its line, unless a backslash leads on.
            if quote.count == 1, characters.last != "\\" {
                isComplete = false
                quote = []
            }
        }
        if !quote.isEmpty || depth != 0 { isComplete = false }
    }
}

extension Substring {
    /// Without spaces and tabs at its end.
    fileprivate var trimmedEnd: Substring {
        self[..<(lastIndex { $0 != " " && $0 != "\t" }.map(index(after:)) ?? startIndex)]
    }
    /// Without spaces and tabs at either end.
    fileprivate var trimmed: Substring { trimmedEnd.drop { $0 == " " || $0 == "\t" } }
}
