internal import Foundation
internal import Provenance

/// What an analysis found: a page, its figures and its numbers, to be written as the reader wants them.
public struct Findings: Sendable {
    /// The outcome in a sentence or two that claim no more than the data carry.
    public let headline: String
    /// The page.
    let document: Document
    /// The numbers for machines.
    let numbers: JSONValue
    /// The table that CSV holds.
    let table: DataTable
    /// Whether the headline says what was found, and not only why nothing could be.
    let isConclusive: Bool

    /// An outcome; the page begins with the headline.
    init(
        title: String, headline: String, blocks: [Document.Block], numbers: JSONValue,
        table: DataTable, isConclusive: Bool = true
    ) {
        self.isConclusive = isConclusive
        self.headline = headline
        self.numbers = numbers
        self.table = table
        document = Document(title: title, blocks: [.paragraph(Prose(headline))] + blocks)
    }

    /// The figures of the page, in order.
    public var figures: [Figure] {
        document.blocks.compactMap { block in
            guard case .figure(let figure) = block else { return nil }
            return figure
        }
    }

    /// The numbers as a JSON document.
    public var json: String { numbers.text }

    /// The headline and the tables as lines of a terminal.
    public var terminalText: String {
        var lines: [String] = []
        for block in document.blocks {
            switch block {
            case .heading(_, let prose): lines += ["", prose.plainText]
            case .paragraph(let prose): lines.append(prose.plainText)
            case .note(let prose): lines.append("! " + prose.plainText)
            case .bullets(let points): lines += points.map { "- " + $0.plainText }
            case .table(let table): lines += Self.aligned(table)
            case .verbatim, .figure: continue
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func aligned(_ table: Document.Table) -> [String] {
        let rows = ([table.head] + table.rows).map { $0.map(\.plainText) }
        let widths = table.head.indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, text in
                let pad = String(repeating: " ", count: widths[column] - text.count)
                return table.numeric.contains(column) ? pad + text : text + pad
            }.joined(separator: "  ")
        }
    }
}

/// Writes findings to a path whose ending says how.
public struct FindingsWriter: Sendable {
    /// Draws the figures; without one specifications and data are written all the same.
    private let renderer: FigureRenderer?

    /// Writes with `renderer`.
    public init(renderer: FigureRenderer?) { self.renderer = renderer }

    /// What was written.
    public struct Outcome: Hashable, Sendable {
        /// The files a reader opens, the one that was asked for first.
        public var paths: [String]
        /// Why figures were not drawn; `nil` when they were.
        public var renderingFailure: String?
    }

    /// The endings that are understood.
    public static let endings = ["png", "svg", "pdf", "html", "md", "csv", "json"]

    /// Refuses a path whose ending is not understood, before anything is computed.
    public static func check(_ path: String) throws(ReportError) {
        guard endings.contains((path as NSString).pathExtension.lowercased()) else {
            throw .unknownEnding(path: path)
        }
    }

    /// Writes `findings` to `path`; figures keep their specification and data beside it.
    ///
    /// A picture is the first figure; further ones stand beside it under their own names.
    public func write(_ findings: Findings, to path: String) throws(ReportError) -> Outcome {
        try Self.check(path)
        let stem = (path as NSString).deletingPathExtension
        let ending = (path as NSString).pathExtension.lowercased()
        try Self.makeFolder((path as NSString).deletingLastPathComponent)
        switch ending {
        case "csv":
            try Self.write(findings.table.csv, to: path)
            return Outcome(paths: [path])
        case "json":
            try Self.write(findings.json, to: path)
            return Outcome(paths: [path])
        case "md", "html": return try page(findings, ending, path, stem)
        default: return try pictures(findings, ending, path, stem)
        }
    }

    private func pictures(
        _ findings: Findings, _ ending: String, _ path: String, _ stem: String
    ) throws(ReportError) -> Outcome {
        guard !findings.figures.isEmpty else {
            throw .unfit(
                "there is nothing to draw: \(findings.headline) Write it as .md or .json instead.")
        }
        var outcome = Outcome(paths: [])
        for (index, figure) in findings.figures.enumerated() {
            let own = index == 0 ? stem : "\(stem)-\(figure.name)"
            try Self.write(figure.json, to: "\(own).vl.json")
            try Self.write(figure.table.csv, to: "\(own).csv")
            guard let renderer else {
                outcome.renderingFailure =
                    ReportError.renderer(reason: "no renderer was given.").description
                continue
            }
            do throws(ReportError) {
                try renderer.render("\(own).vl.json", to: "\(own).\(ending)")
                outcome.paths.append("\(own).\(ending)")
            } catch { outcome.renderingFailure = error.description }
        }
        return outcome
    }

    private func page(
        _ findings: Findings, _ ending: String, _ path: String, _ stem: String
    ) throws(ReportError) -> Outcome {
        let figures = stem + "_figures"
        let name = (figures as NSString).lastPathComponent
        if !findings.figures.isEmpty { try Self.keep(findings.figures, in: figures) }
        let text =
            ending == "md"
            ? MarkdownWriter(figureFolder: name).text(of: findings.document)
            : HTMLWriter(figureFolder: name).text(of: findings.document)
        try Self.write(text, to: path)
        return Outcome(
            paths: [path],
            renderingFailure: draw(figures, pages: ending == "html" ? [path] : [], findings))
    }

    /// Writes `RESEARCH_REPORT.md`, `report.html` and `figures/` into `folder`.
    public func writeReport(
        _ findings: Findings, in folder: String
    ) throws(ReportError) -> Outcome {
        try Self.makeFolder(folder)
        let figures = folder + "/figures"
        try Self.keep(findings.figures, in: figures)
        let (markdown, html) = (folder + "/RESEARCH_REPORT.md", folder + "/report.html")
        try Self.write(HTMLWriter().text(of: findings.document), to: html)
        let failure = draw(figures, pages: [html], findings)
        let text = failure == nil ? findings.document : Self.undrawn(findings.document)
        try Self.write(MarkdownWriter().text(of: text), to: markdown)
        return Outcome(paths: [html, markdown], renderingFailure: failure)
    }

    /// `document` with a note that its figures are missing.
    private static func undrawn(_ document: Document) -> Document {
        var copy = document
        copy.blocks.insert(
            .note(
                "The figures have not been drawn. Where vl-convert-python is installed, run "
                    + .code("python3 Tools/figures/render.py")
                    + " on this folder; specifications and data are complete."),
            at: min(1, copy.blocks.count))
        return copy
    }

    private func draw(_ folder: String, pages: [String], _ findings: Findings) -> String? {
        guard !findings.figures.isEmpty else { return nil }
        guard let renderer else {
            return ReportError.renderer(reason: "no renderer was given.").description
        }
        do throws(ReportError) {
            try renderer.renderFigures(in: folder, intoPages: pages)
            return nil
        } catch { return error.description }
    }

    private static func keep(_ figures: [Figure], in folder: String) throws(ReportError) {
        try makeFolder(folder)
        for figure in figures {
            try write(figure.json, to: "\(folder)/\(figure.name).vl.json")
            try write(figure.table.csv, to: "\(folder)/\(figure.name).csv")
        }
    }

    private static func makeFolder(_ folder: String) throws(ReportError) {
        guard !folder.isEmpty else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .file(.unwritable(path: folder, reason: error.localizedDescription))
        }
    }

    private static func write(_ text: String, to path: String) throws(ReportError) {
        do { try AtomicFile.write(Data(text.utf8), to: path) } catch { throw .file(error) }
    }
}
