internal import Foundation

/// Writes a document as GitHub-flavoured Markdown, with figures as image links.
struct MarkdownWriter {
    /// Folder of the figures, as seen from the file.
    var figureFolder = "figures"

    /// The whole file.
    func text(of document: Document) -> String {
        var output = "# \(Self.escaped(document.title))\n"
        for (place, block) in document.blocks.enumerated() {
            if place == document.contentsPlace {
                output += "\n" + contents(document.sections) + "\n"
            }
            output += "\n" + text(of: block) + "\n"
        }
        return output
    }

    /// Links to the sections by the names that GitHub gives them.
    private func contents(_ sections: [Document.Section]) -> String {
        sections.map { section in
            let allowed = CharacterSet.alphanumerics.union(.init(charactersIn: "-_"))
            let anchor = section.anchor.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
            return "- [\(Self.linkText(section.title))](#\(anchor))"
        }.joined(separator: "\n")
    }

    /// The words of a title where brackets would end a link.
    private static func linkText(_ prose: Prose) -> String {
        escaped(prose.plainText).replacing("]", with: "\\]")
    }

    private func text(of block: Document.Block) -> String {
        switch block {
        case .heading(let level, let prose):
            String(repeating: "#", count: level) + " " + inline(prose)
        case .paragraph(let prose): Self.guarded(inline(prose))
        case .note(let prose): "> " + Self.guarded(inline(prose))
        case .bullets(let points):
            points.map { "- " + Self.guarded(inline($0)) }.joined(separator: "\n")
        case .table(let table): text(of: table)
        case .verbatim(let text): Self.fenced(text)
        case .figure(let figure):
            "![\(Self.escaped(figure.title))](\(figureFolder)/\(figure.name).png)\n\n"
                + "*\(Self.escaped(figure.caption))* "
                + "[SVG](\(figureFolder)/\(figure.name).svg) · "
                + "[PDF](\(figureFolder)/\(figure.name).pdf) · "
                + "[data](\(figureFolder)/\(figure.name).csv) · "
                + "[Vega-Lite](\(figureFolder)/\(figure.name).vl.json)"
        }
    }

    private func text(of table: Document.Table) -> String {
        func row(_ cells: [Prose]) -> String {
            "| " + cells.map { inline($0, inTable: true) }.joined(separator: " | ") + " |"
        }
        let rule = table.head.indices.map { table.numeric.contains($0) ? "---:" : "---" }
        var lines = [row(table.head), "| " + rule.joined(separator: " | ") + " |"]
        lines += table.rows.map(row)
        if let caption = table.caption { lines += ["", Self.guarded(inline(caption))] }
        return lines.joined(separator: "\n")
    }

    private func inline(_ prose: Prose, inTable: Bool = false) -> String {
        prose.spans.map { span in
            switch span {
            case .plain(let text): return Self.escaped(text)
            case .strong(let text): return "**\(Self.escaped(text))**"
            case .code(let text):
                let code = Self.codeSpan(text)
                // GitHub splits cells before it reads code spans.
                return inTable ? code.replacing("|", with: "\\|") : code
            }
        }.joined()
    }

    /// `text` on one line, with every character escaped that Markdown could read as markup inside
    /// it.
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in Visible.text(text, keepsLines: false).unicodeScalars {
            if "\\`*_[<|~&$".unicodeScalars.contains(scalar) { output += "\\" }
            output.unicodeScalars.append(scalar)
        }
        return output
    }

    /// `line` such that its beginning starts no heading, quotation, list or rule.
    private static func guarded(_ line: String) -> String {
        guard let first = line.first else { return line }
        if "#>+-=".contains(first) { return "\\" + line }
        guard let end = line.firstIndex(where: { !("0"..."9").contains($0) }),
            end != line.startIndex,
            line[end] == "." || line[end] == ")"
        else { return line }
        return line[..<end] + "\\" + line[end...]
    }

    /// A code span whose delimiter is longer than any run of backticks inside.
    static func codeSpan(_ text: String) -> String {
        let content = Visible.text(text, keepsLines: false)
        let ticks = String(repeating: "`", count: longestRun(of: "`", in: content) + 1)
        let pad = content.hasPrefix("`") || content.hasSuffix("`") || content.isEmpty ? " " : ""
        return ticks + pad + content + pad + ticks
    }

    /// A fenced block that `text` cannot close.
    static func fenced(_ text: String) -> String {
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
        return fence + "text\n" + Visible.text(text, keepsLines: true) + "\n" + fence
    }

    private static func longestRun(of character: Character, in text: String) -> Int {
        var longest = 0
        var current = 0
        for next in text {
            current = next == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}

/// Text whose invisible characters are spelled out.
enum Visible {
    /// Control characters and direction overrides become `\u{…}`; line ends stay or become spaces.
    static func text(_ text: String, keepsLines: Bool) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a where keepsLines: output += "\n"
            case 0x09, 0x0a, 0x0d: output += " "
            case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0x200e, 0x200f, 0x202a...0x202e,
                0x2066...0x2069, 0xfeff:
                output += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
