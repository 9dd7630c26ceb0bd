import Foundation
import Language
import Provenance
import Reporting
import Testing

@Suite struct ReportFilesTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    static let site = root + "/.deps/site"
    static let renderer = FigureRenderer(
        python: python, script: root + "/Tools/figures/render.py", site: site)
    static let hasRenderer =
        FileManager.default.fileExists(atPath: site + "/vl_convert")
        && FileManager.default.isExecutableFile(atPath: python)

    /// The interpreter that the wheels were made for, wherever the machine has it.
    static let python =
        ["/usr/local/bin/python3", "/usr/bin/python3", "/opt/homebrew/bin/python3"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        } ?? "/usr/bin/python3"

    @Test(.enabled(if: hasRenderer, "vl-convert-python is not installed"))
    func figuresAreDrawnAndThePageStandsAlone() throws {
        let folder = NSTemporaryDirectory() + "retrograde-report-drawn"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let comparison = try Comparison(of: SyntheticComparison.input(), seed: Seed(1))
        let report = ComparisonReport(on: comparison)
        let outcome = try report.write(to: folder, renderer: Self.renderer)
        #expect(outcome.renderingFailure == nil)
        for figure in report.figures {
            for kind in ["png", "svg", "pdf", "csv", "vl.json"] {
                let path = "\(folder)/figures/\(figure.name).\(kind)"
                #expect(FileManager.default.fileExists(atPath: path), "\(path)")
            }
        }
        let page = try String(contentsOfFile: outcome.htmlPath, encoding: .utf8)
        #expect(page.contains("data:image/svg+xml;base64,"))
        #expect(!page.contains("has not been drawn"))
        #expect(page.utf8.count > 500_000)  // the script library is inside
        #expect(!page.contains("src=\"http") && !page.contains("<link"))
        for figure in report.figures {
            let svg = try String(
                contentsOfFile: "\(folder)/figures/\(figure.name).svg", encoding: .utf8)
            // Outlines look the same whatever fonts a reader has; the words are kept for screen readers.
            #expect(!svg.contains("<text") && svg.contains("<use "), "\(figure.name)")
            #expect(svg.contains("aria-label=\"\(figure.title.prefix(20))"), "\(figure.name)")
        }
    }

    @Test(.enabled(if: hasRenderer, "vl-convert-python is not installed"))
    func aPictureGrowsUntilEveryLabelIsInside() throws {
        let folder = NSTemporaryDirectory() + "retrograde-outlines-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = "a label that is far wider than its figure, − α and ü 漢"
        for (label, isOutlined) in [(String(text.dropLast()), true), (text, false)] {
            let spec = """
                {"width": 40, "height": 20, "autosize": "none", "data": {"values": [{"t": "\(label)"}]},
                 "mark": {"type": "text", "align": "right", "fontSize": 10},
                 "encoding": {"text": {"field": "t"}}}
                """
            try spec.write(toFile: folder + "/a.vl.json", atomically: true, encoding: .utf8)
            try Self.renderer.render(folder + "/a.vl.json", to: folder + "/a.svg")
            let svg = try String(contentsOfFile: folder + "/a.svg", encoding: .utf8)
            // What has no outline stays text.
            #expect(svg.contains("<text") != isOutlined)
            let box = svg.components(separatedBy: "viewBox=\"")[1].prefix { $0 != "\"" }
                .split(separator: " ").compactMap { Double($0) }
            #expect(box.count == 4)
            if isOutlined { #expect(box[0] < -150 && box[2] > 200, "\(box)") }
        }
    }

    @Test func longPagesBeginWithTheirContents() throws {
        let report = ComparisonReport(
            on: try Comparison(of: SyntheticComparison.input(), seed: Seed(1)))
        let links = report.html.components(separatedBy: "<nav")[1]
            .components(separatedBy: "</nav>")[0].components(separatedBy: "href=\"#").dropFirst()
            .map { $0.prefix { $0 != "\"" } }
        #expect(links.count >= 5 && Set(links).count == links.count)
        for link in links { #expect(report.html.contains("<h2 id=\"\(link)\">"), "\(link)") }
        #expect(links.first == "what-was-found")
        #expect(report.markdown.contains("\n- [What was found](#what-was-found)\n"))
        let short = try LearningComparison(
            of: [try SyntheticRuns().run(.forward)], by: .steps, seed: Seed(1)
        ).findings()
        let path = NSTemporaryDirectory() + "retrograde-short-\(UUID()).html"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try FindingsWriter(renderer: nil).write(short, to: path)
        #expect(!(try String(contentsOfFile: path, encoding: .utf8)).contains("<nav"))
    }

    @Test func withoutRendererEverythingElseIsThere() throws {
        let folder = NSTemporaryDirectory() + "retrograde-report-undrawn"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let comparison = try Comparison(of: SyntheticComparison.input(), seed: Seed(1))
        let report = ComparisonReport(on: comparison)
        let missing = FigureRenderer(python: "/nowhere/python3", script: "x", site: nil)
        for renderer in [nil, missing] {
            let outcome = try report.write(to: folder, renderer: renderer)
            #expect(outcome.renderingFailure != nil)
            let markdown = try String(contentsOfFile: outcome.markdownPath, encoding: .utf8)
            #expect(markdown.contains("Tools/figures/render.py"))
            for figure in report.figures {
                let stem = "\(folder)/figures/\(figure.name)"
                #expect(FileManager.default.fileExists(atPath: stem + ".vl.json"))
                #expect(FileManager.default.fileExists(atPath: stem + ".csv"))
            }
        }
    }
}
