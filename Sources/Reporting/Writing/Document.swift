/// A report before it is written: blocks that become Markdown and HTML alike.
struct Document: Sendable {
    /// Title of the page.
    var title: String
    /// What follows, in order.
    var blocks: [Block] = []

    /// A heading that readers can go to.
    struct Section: Hashable, Sendable {
        var title: Prose
        /// Its name in links, as GitHub makes it of the title: unlike every other one of the page.
        var anchor: String
    }

    /// Sections below which a page needs no contents.
    static let shortest = 5

    /// The headings of level 2, in order.
    var sections: [Section] {
        var seen: [String: Int] = [:]
        var sections: [Section] = []
        for case .heading(let level, let title) in blocks {
            let plain = title.plainText.lowercased().unicodeScalars.compactMap {
                scalar -> String? in
                if scalar == " " || scalar == "-" { return "-" }
                let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                return isWord || scalar == "_" ? String(scalar) : nil
            }.joined()
            let before = seen[plain, default: 0]
            seen[plain] = before + 1
            guard level == 2 else { continue }
            sections.append(
                Section(title: title, anchor: before == 0 ? plain : "\(plain)-\(before)"))
        }
        return sections
    }

    /// Where the contents stand: before the first section of a page that has several; `nil` of a short page.
    var contentsPlace: Int? {
        guard sections.count >= Self.shortest else { return nil }
        return blocks.firstIndex { block in
            if case .heading(2, _) = block { return true }
            return false
        }
    }

    /// One piece of a report.
    enum Block: Sendable {
        /// A heading of level 2 or 3.
        case heading(Int, Prose)
        /// Running text.
        case paragraph(Prose)
        /// Text that a hurried reader must not miss.
        case note(Prose)
        /// Unordered points.
        case bullets([Prose])
        /// A table with a head.
        case table(Table)
        /// Text kept as it is: commands, generated samples.
        case verbatim(String)
        /// A drawn figure with its caption.
        case figure(Figure)
    }

    /// Rows under a head; the columns named in `numeric` are set flush right.
    struct Table: Sendable {
        var head: [Prose]
        var rows: [[Prose]]
        var numeric: Set<Int> = []
        var caption: Prose?
    }
}

/// Text with emphasis whose interpolated parts can never become markup.
struct Prose: Sendable, Hashable {
    /// A stretch of one kind.
    enum Span: Sendable, Hashable {
        case plain(String)
        case strong(String)
        case code(String)
    }

    var spans: [Span]

    init(_ text: String) { spans = [.plain(text)] }
    private init(spans: [Span]) { self.spans = spans }

    /// Emphasized.
    static func strong(_ text: String) -> Prose { Prose(spans: [.strong(text)]) }
    /// A name from a program: a hash, a path, an option.
    static func code(_ text: String) -> Prose { Prose(spans: [.code(text)]) }
    /// One after the other.
    static func + (first: Prose, second: Prose) -> Prose {
        Prose(spans: first.spans + second.spans)
    }

    /// The words alone.
    var plainText: String {
        spans.map { span in
            switch span {
            case .plain(let text), .strong(let text), .code(let text): text
            }
        }.joined()
    }
}

extension Prose: ExpressibleByStringInterpolation {
    init(stringLiteral value: String) { self.init(value) }
}
