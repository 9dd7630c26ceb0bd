public import Arguments
import Foundation
import Provenance
public import Reporting
import Terminal

/// The options that analyses share, and how their outcome reaches the reader.
enum AnalysisOutput {
    static let experiments = Option<[String]>(
        "experiments", default: [], placeholder: "NAME…",
        "names, quoted patterns or folders of runs; may also stand alone on the line")
    static let budget = Option(
        "budget", default: Abscissa.tokens,
        "what is held equal, the x axis of curves: steps, tokens, flops or seconds")
    static let output = Option<Path?>(
        "output", default: nil, placeholder: "FILE",
        "where it is written; the ending says how: png, svg, pdf, html, md, csv, json")

    /// The runs that options and bare words name.
    static func patterns(_ options: Options) throws -> [String] {
        let named = options.positionals + options[experiments]
        guard !named.isEmpty else {
            throw CommandError.invalid(
                "name the runs: --experiments NAME… (quoted patterns will do).")
        }
        return named
    }

    /// The renderer of this installation.
    static func renderer(_ world: World) -> FigureRenderer? {
        world.repository.map {
            FigureRenderer(
                python: world.python, script: $0 + "/Tools/figures/render.py", site: world.wheels)
        }
    }

    /// Refuses an output that cannot be written, before any work.
    static func check(_ world: World, _ options: Options) throws {
        if let path = options[output] { try FindingsWriter.check(world.resolved(path)) }
    }

    /// Writes `findings` where the options say, and tells.
    static func deliver(
        _ findings: Findings, _ world: World, _ options: Options
    ) throws -> ExitCode {
        var paths: [String] = []
        if let path = options[output] {
            let outcome = try FindingsWriter(renderer: renderer(world)).write(
                findings, to: world.resolved(path))
            if let failure = outcome.renderingFailure { world.errors.line(failure) }
            paths = outcome.paths
        }
        if options[Common.json] {
            world.output.write(findings.json)
        } else if paths.isEmpty {
            world.output.line(findings.terminalText)
        } else {
            world.output.line(findings.headline)
            for path in paths { world.output.line(path) }
        }
        return .success
    }
}

extension Abscissa: OptionValue {}
