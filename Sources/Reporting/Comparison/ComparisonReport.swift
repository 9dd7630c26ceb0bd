internal import Foundation
internal import Language
internal import Provenance

/// A comparison as people read it: Markdown, one offline HTML page, figures and their data.
public struct ComparisonReport: Sendable {
    /// The numbers behind it.
    public let comparison: Comparison
    /// Every figure, in the order of the report.
    public let figures: [Figure]

    /// What came of writing a report.
    public struct Outcome: Hashable, Sendable {
        /// The Markdown file.
        public let markdownPath: String
        /// The HTML page.
        public let htmlPath: String
        /// Why the figures were not drawn; `nil` when they were.
        public let renderingFailure: String?
    }

    /// The report on `comparison`.
    public init(on comparison: Comparison) {
        self.comparison = comparison
        let runs = comparison.input.runs
        var depths: [Int] = []
        for run in runs where !depths.contains(run.settings.depth) {
            depths.append(run.settings.depth)
        }
        var figures = [GapFigure.make(comparison), MatrixFigure.make(comparison)]
        for depth in depths {
            let suffix = depths.count > 1 ? "-d\(depth)" : ""
            let group = runs.filter { $0.settings.depth == depth }
            figures += [
                LearningCurveFigures.training(group, by: .tokens, suffix: suffix),
                LearningCurveFigures.training(group, by: .steps, suffix: suffix),
                LearningCurveFigures.gapOverTraining(group, suffix: suffix),
                LearningCurveFigures.validation(group, suffix: suffix),
                ProfileFigures.byContext(group, suffix: suffix),
                ProfileFigures.gapByContext(
                    comparison.contextGaps.filter { $0.depth == depth }, suffix: suffix),
                ProfileFigures.byPosition(group, suffix: suffix),
                GradientFigure.make(group, suffix: suffix),
            ]
        }
        self.figures = figures.compactMap { $0 }
    }

    /// What was found, in two sentences that claim no more than the data carry.
    public var headline: String { ReportText(comparison).headline }

    /// The Markdown text.
    public var markdown: String { MarkdownWriter().text(of: document) }

    /// The HTML text, before the renderer puts charts and script library in.
    public var html: String { HTMLWriter().text(of: document) }

    /// Writes RESEARCH_REPORT.md, report.html and figures/ into `folder`, then has them drawn.
    ///
    /// Without a renderer, or when it fails, specifications, data and texts are complete all the
    /// same and the outcome says why the drawings are missing.
    public func write(
        to folder: String, renderer: FigureRenderer?
    ) throws(ReportError) -> Outcome {
        let figureFolder = folder + "/figures"
        do {
            try FileManager.default.createDirectory(
                atPath: figureFolder, withIntermediateDirectories: true)
        } catch {
            throw .file(.unwritable(path: figureFolder, reason: FileError.reason(of: error)))
        }
        for figure in figures {
            try Self.write(figure.json, to: "\(figureFolder)/\(figure.name).vl.json")
            try Self.write(figure.table.csv, to: "\(figureFolder)/\(figure.name).csv")
        }
        let outcome = Outcome(
            markdownPath: folder + "/RESEARCH_REPORT.md", htmlPath: folder + "/report.html",
            renderingFailure: nil)
        try Self.write(html, to: outcome.htmlPath)
        guard let failure = draw(folder, with: renderer) else {
            try Self.write(markdown, to: outcome.markdownPath)
            return outcome
        }
        try Self.write(
            MarkdownWriter().text(of: ReportText(comparison).document(figures, drawn: false)),
            to: outcome.markdownPath)
        return Outcome(
            markdownPath: outcome.markdownPath, htmlPath: outcome.htmlPath,
            renderingFailure: failure)
    }

    private var document: Document { ReportText(comparison).document(figures, drawn: true) }

    private func draw(_ folder: String, with renderer: FigureRenderer?) -> String? {
        guard let renderer else {
            return ReportError.renderer(reason: "no renderer was given.").description
        }
        do {
            try renderer.renderReport(in: folder)
            return nil
        } catch {
            return error.description
        }
    }

    private static func write(_ text: String, to path: String) throws(ReportError) {
        do {
            try AtomicFile.write(Data(text.utf8), to: path)
        } catch {
            throw .file(error)
        }
    }
}
