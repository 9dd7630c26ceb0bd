import Foundation
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
        let comparison = try Comparison(of: SyntheticComparison.input())
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
    }

    @Test func withoutRendererEverythingElseIsThere() throws {
        let folder = NSTemporaryDirectory() + "retrograde-report-undrawn"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let comparison = try Comparison(of: SyntheticComparison.input())
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
