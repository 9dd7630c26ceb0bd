/// A figure before it is drawn: a Vega-Lite v5 specification and the rows it shows.
public struct Figure: Hashable, Sendable {
    /// Stem of its file names.
    public let name: String
    /// What it shows, in one phrase.
    public let title: String
    /// How to read it, a sentence or two: the caption.
    public let caption: String
    /// Printed width.
    public let width: FigureWidth
    /// The rows behind it.
    public let table: DataTable
    /// The specification.
    package let specification: JSONValue

    /// A figure made of `body`, a Vega-Lite view without title, data and config.
    package init(
        name: String, title: String, subtitle: String? = nil, caption: String, width: FigureWidth,
        table: DataTable, body: JSONValue
    ) {
        self.name = name
        self.title = title
        self.caption = caption
        self.width = width
        self.table = table
        specification = FigureStyle.specification(
            title: FigureStyle.lines(title, width),
            subtitle: subtitle.map { FigureStyle.lines($0, width) } ?? [], table: table, body: body)
    }

    /// The specification as JSON text with a stable order of keys.
    public var json: String { specification.text }
}
