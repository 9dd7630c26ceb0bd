import Foundation
import Testing

/// What pages say of the tree.
struct PageTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static func pages() throws -> [String] {
        let folder = root + "/Documentation"
        let below = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return [root + "/README.md"]
            + below.filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
    }

    /// Paths in backticks, as in "Where do I change X?"; a bare name stands in the folder of the path before it.
    @Test func everyPathThatAPageNamesExists() throws {
        var count = 0
        for page in try Self.pages() {
            let text = try String(contentsOfFile: page, encoding: .utf8)
            for line in text.split(separator: "\n") {
                var folder = ""
                for match in line.matches(of: /`([A-Za-z0-9_.+\/-]+)`/) {
                    let name = String(match.1)
                    let isPath = ["Sources/", "Tools/", "Tests/", "Studies/"].contains {
                        name.hasPrefix($0)
                    }
                    guard isPath || (!folder.isEmpty && name.hasSuffix(".swift")) else { continue }
                    let path = isPath || name.contains("/") ? name : folder + "/" + name
                    if isPath { folder = (path as NSString).deletingLastPathComponent }
                    count += 1
                    #expect(
                        FileManager.default.fileExists(atPath: "\(Self.root)/\(path)"),
                        "\((page as NSString).lastPathComponent) names \(path)")
                }
            }
        }
        #expect(count > 60)
    }
}
