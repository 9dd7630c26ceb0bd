internal import Foundation

/// Writes a document as one HTML file that needs no network.
///
/// The charts' script library is put in by the renderer (Tools/figures/render.py), which replaces
/// the marked places; until then every chart says how to draw it and shows its rows.
struct HTMLWriter {
    /// Folder of the figures, as seen from the file.
    var figureFolder = "figures"

    /// Where the renderer puts the script library.
    static let bundleMark = "<!--retrograde:vega-bundle-->"

    /// Where the renderer puts the still image of a figure.
    static func imageMark(_ name: String) -> String { "<!--retrograde:figure:\(name)-->" }

    /// The whole file.
    func text(of document: Document) -> String {
        var figures: [Figure] = []
        var body = ""
        let sections = document.sections
        var anchors = sections.map(\.anchor)[...]
        for (place, block) in document.blocks.enumerated() {
            if place == document.contentsPlace { body += contents(sections) + "\n" }
            if case .heading(2, let prose) = block, let anchor = anchors.popFirst() {
                body += "<h2 id=\"\(Self.escaped(anchor))\">\(inline(prose))</h2>\n"
            } else {
                body += text(of: block) + "\n"
            }
            if case .figure(let figure) = block { figures.append(figure) }
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Self.escaped(document.title))</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <main>
            <h1>\(Self.escaped(document.title))</h1>
            \(body)</main>
            \(Self.bundleMark)
            <script>
            const figures = {
            \(figures.map { "\(JSONValue.string($0.name).scriptText): \($0.specification.scriptText)" }
                .joined(separator: ",\n"))
            };
            \(Self.script)
            </script>
            </body>
            </html>

            """
    }

    private func contents(_ sections: [Document.Section]) -> String {
        "<nav aria-label=\"Contents\"><ol>"
            + sections.map {
                "<li><a href=\"#\(Self.escaped($0.anchor))\">\(inline($0.title))</a></li>"
            }.joined() + "</ol></nav>"
    }

    private func text(of block: Document.Block) -> String {
        switch block {
        case .heading(let level, let prose): "<h\(level)>\(inline(prose))</h\(level)>"
        case .paragraph(let prose): "<p>\(inline(prose))</p>"
        case .note(let prose): "<p class=\"note\">\(inline(prose))</p>"
        case .bullets(let points):
            "<ul>" + points.map { "<li>\(inline($0))</li>" }.joined() + "</ul>"
        case .table(let table): text(of: table)
        case .verbatim(let text):
            "<pre>\(Self.escaped(Visible.text(text, keepsLines: true)))</pre>"
        case .figure(let figure): text(of: figure)
        }
    }

    private func text(of table: Document.Table) -> String {
        func row(_ cells: [Prose], _ tag: String) -> String {
            "<tr>"
                + cells.enumerated().map { index, cell in
                    let style = table.numeric.contains(index) ? " class=\"number\"" : ""
                    return "<\(tag)\(style)>\(inline(cell))</\(tag)>"
                }.joined() + "</tr>"
        }
        let caption = table.caption.map { "<p class=\"caption\">\(inline($0))</p>" } ?? ""
        return "<div class=\"scroll\"><table><thead>\(row(table.head, "th"))</thead><tbody>"
            + table.rows.map { row($0, "td") }.joined(separator: "\n")
            + "</tbody></table></div>" + caption
    }

    private func text(of figure: Figure) -> String {
        let name = Self.escaped(figure.name)
        let size = figure.width == .column ? "column" : "page"
        return """
            <figure class="\(size)">
            <div class="chart" data-figure="\(name)">\(Self.imageMark(figure.name))<p class="missing">\
            This chart has not been drawn; run <code>python3 Tools/figures/render.py</code> on the \
            report's folder.</p></div>
            <div class="filter"></div>
            <figcaption>\(Self.escaped(figure.caption)) <a href="\(figureFolder)/\(name).csv">data</a></figcaption>
            <details class="rows"><summary>rows</summary></details>
            </figure>
            """
    }

    private func inline(_ prose: Prose) -> String {
        prose.spans.map { span in
            switch span {
            case .plain(let text): Self.escaped(text)
            case .strong(let text): "<strong>\(Self.escaped(text))</strong>"
            case .code(let text): "<code>\(Self.escaped(text))</code>"
            }
        }.joined()
    }

    /// `text` as character data or as the value of a quoted attribute.
    static func escaped(_ text: String) -> String {
        Visible.text(text, keepsLines: true).replacing("&", with: "&amp;")
            .replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }

    private static let style = """
        :root { color-scheme: light; }
        body { margin: 0; background: #fff; color: #1a1a1a;
          font: 17px/1.55 Charter, "Iowan Old Style", "Source Serif 4", Georgia, serif; }
        main { max-width: 52rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
        h1, h2, h3, table, figcaption, nav, .note, .caption { font-family: system-ui, "Segoe UI", Helvetica,
          Arial, sans-serif; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; }
        h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; padding-top: .8rem; border-top: 1px solid #ddd; }
        h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
        p, ul { margin: .6rem 0; }
        .note { background: #fff7e6; border-left: 4px solid #e69f00; padding: .6rem .9rem; font-size: .95rem; }
        nav { font-size: .84rem; margin: 1.4rem 0; columns: 3 12rem; }
        nav ol { margin: 0; padding-left: 1.4rem; }
        nav a { color: #0b5394; text-decoration: none; }
        nav a:hover { text-decoration: underline; }
        /* A table wider than the text takes the room beside it; one wider than the window is scrolled, and a shadow
           says so. */
        .scroll { overflow-x: auto; margin: .8rem 0 .8rem 50%; transform: translateX(-50%); min-width: 100%;
          width: max-content; max-width: calc(100vw - 2.5rem);
          background: linear-gradient(to right, #fff 2rem, transparent) left / 4rem 100% no-repeat local,
            linear-gradient(to left, #fff 2rem, transparent) right / 4rem 100% no-repeat local,
            linear-gradient(to right, rgb(0 0 0 / .16), transparent) left / .8rem 100% no-repeat scroll,
            linear-gradient(to left, rgb(0 0 0 / .16), transparent) right / .8rem 100% no-repeat scroll; }
        table { border-collapse: collapse; font-size: .82rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .28rem .7rem .28rem 0; vertical-align: top;
          border-bottom: 1px solid #e6e6e6; }
        th { border-bottom: 1.5px solid #333; font-weight: 600; }
        td.number, th.number { text-align: right; }
        td.number { white-space: nowrap; }
        th { max-width: 9rem; vertical-align: bottom; }
        td:first-child { min-width: 8rem; }
        pre { background: #f6f6f4; padding: .8rem 1rem; overflow-x: auto; font-size: .84rem;
          line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; }
        code { font-size: .88em; overflow-wrap: anywhere; }
        figure { margin: 1.4rem 0 1.8rem; }
        figure.column { display: inline-block; vertical-align: top; width: calc(50% - 1rem);
          margin-right: .8rem; }
        @media (max-width: 46rem) { figure.column { width: 100%; } }
        .chart svg, .chart img { width: 100%; height: auto; display: block; }
        .chart .vega-embed, .chart .vega-embed.has-actions { width: 100%; padding: 0; }
        .chart .vega-embed details { opacity: .5; }
        .filter { font: .74rem system-ui, sans-serif; }
        .filter button { font: inherit; margin: 0 .3rem .2rem 0; padding: 0 .45rem; border: 1px solid #ccc;
          border-radius: .7rem; background: #fff; cursor: pointer; }
        .filter button[aria-pressed=false] { opacity: .4; text-decoration: line-through; }
        details.rows { font-size: .8rem; color: #444; }
        details.rows div { max-height: 20rem; overflow: auto; }
        .missing { color: #8a4b00; font-size: .9rem; }
        figcaption, .caption { font-size: .84rem; color: #444; line-height: 1.45; }
        @media print { h2 { break-after: avoid; } figure { break-inside: avoid; }
          .scroll { overflow: visible; margin: .8rem 0; transform: none; width: auto; min-width: 0;
            max-width: none; background: none; }
          table { font-size: .6rem; } td.number { white-space: normal; }
          th, td { padding-right: .4rem; } td:first-child { min-width: 0; } }
        """

    /// Draws each chart with tooltips, lets its series be switched off, and lists its rows.
    private static let script = """
        for (const figure of document.querySelectorAll("figure")) {
          const place = figure.querySelector(".chart");
          const spec = figures[place.dataset.figure];
          const rows = spec.data.values;
          const details = figure.querySelector("details.rows");
          details.querySelector("summary").textContent = rows.length + " rows";
          details.addEventListener("toggle", () => {
            if (details.querySelector("table") || !rows.length) return;
            const table = document.createElement("table");
            const line = (values, tag) => {
              const row = table.insertRow();
              for (const value of values) {
                const cell = document.createElement(tag);
                cell.textContent = typeof value === "number" ? +value.toPrecision(6) : value ?? "";
                row.append(cell);
              }
            };
            line(Object.keys(rows[0]), "th");
            for (const row of rows) line(Object.values(row), "td");
            const box = document.createElement("div");
            box.append(table);
            details.append(box);
          });
          if (typeof vegaEmbed !== "function") continue;
          const hidden = new Set();
          const draw = () => {
            const shown = { ...spec, data: { values: rows.filter(row => !hidden.has(row.series)) } };
            const live = document.createElement("div");
            vegaEmbed(live, shown, { renderer: "svg", actions: { export: true, source: false,
              compiled: false, editor: false }, downloadFileName: place.dataset.figure })
              .then(() => place.replaceChildren(live))
              .catch(error => console.error(place.dataset.figure, error));
          };
          const series = [...new Set(rows.map(row => row.series).filter(name => name != null))];
          if (series.length > 1) {
            for (const name of series) {
              const button = document.createElement("button");
              button.textContent = name;
              button.setAttribute("aria-pressed", "true");
              button.addEventListener("click", () => {
                if (!hidden.delete(name)) hidden.add(name);
                button.setAttribute("aria-pressed", String(!hidden.has(name)));
                draw();
              });
              figure.querySelector(".filter").append(button);
            }
          }
          draw();
        }
        """
}
