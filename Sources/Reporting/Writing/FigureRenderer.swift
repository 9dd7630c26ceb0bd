internal import Foundation
internal import Provenance

/// Draws written specifications with vl-convert, in one short-lived process.
public struct FigureRenderer: Sendable {
    /// Runs the renderer with arguments; returns what it printed on stderr when it failed.
    private let run: @Sendable (_ arguments: [String]) throws(ReportError) -> Void

    /// A renderer made of any way to run Tools/figures/render.py with arguments.
    public init(
        _ run: @escaping @Sendable (_ arguments: [String]) throws(ReportError) -> Void
    ) {
        self.run = run
    }

    /// The renderer `script` under the interpreter at `python`, with the wheels of `site`.
    public init(python: String, script: String, site: String?) {
        self.init { arguments throws(ReportError) in
            try Self.start(python, [script] + arguments, site: site)
        }
    }

    /// Draws every figure of the report in `folder` and completes its pages.
    public func renderReport(in folder: String) throws(ReportError) { try run([folder]) }

    /// Draws every figure in `folder` and completes `pages`, which show them.
    public func renderFigures(in folder: String, intoPages pages: [String]) throws(ReportError) {
        try run(["--figures", folder] + pages)
    }

    /// Draws the specification at `path` to `output`, whose ending names the format.
    public func render(_ path: String, to output: String) throws(ReportError) {
        try run([path, output])
    }

    private static func start(
        _ python: String, _ arguments: [String], site: String?
    ) throws(ReportError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-B"] + arguments
        if let site { process.environment = ["PYTHONPATH": site, "PYTHONNOUSERSITE": "1"] }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let complaints = Pipe()
        process.standardError = complaints
        do {
            try process.run()
        } catch {
            throw .renderer(reason: "'\(python)' does not start: \(FileError.reason(of: error))")
        }
        // Read to the end before waiting: a full pipe would stop the process.
        let said = try? complaints.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let text = String(decoding: said ?? Data(), as: UTF8.self)
            let last = text.split(separator: "\n").last.map(String.init) ?? "no message"
            throw .renderer(
                reason: "'\(python)' stopped with \(process.terminationStatus): \(last).")
        }
    }
}
