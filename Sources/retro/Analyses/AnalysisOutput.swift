public import Arguments
import Foundation
import Provenance
public import Reporting
import Terminal

/// The runs that an analysis looks at.
struct StudiedOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("names, quoted patterns or folders of runs", valueName: "NAME"),
        count: 0...512)
    var names: [Name] = []

    @Option(
        help: ArgumentHelp(
            "names, quoted patterns or folders of runs; may also stand alone on the line",
            valueName: "NAME…"))
    var experiments: [Name] = []

    /// Everything named, as it was typed.
    var named: [String] { (names + experiments).map(\.string) }

    /// Everything named; there must be something.
    func patterns() throws -> [String] {
        guard !named.isEmpty else {
            throw CommandError.invalid(
                "name the runs: --experiments NAME… (quoted patterns will do).")
        }
        return named
    }
}

/// What is held equal where runs are compared.
struct BudgetOptions: ParsableArguments {
    @Option(help: "what is held equal, the x axis of curves: steps, tokens, flops or seconds")
    var budget = Abscissa.tokens
}

/// Where an analysis finds experiments, and its random streams.
struct PlaceOptions: ParsableArguments {
    @OptionGroup var experiments: ExperimentsOptions
    @OptionGroup var seed: SeedOptions
}

/// The models that an analysis runs.
struct ModelAnalysisOptions: ParsableArguments {
    @OptionGroup var tokenizer: TokenizerOptions
    @OptionGroup var compute: ComputeOptions
}

/// A command over runs that writes findings.
protocol AnalysisCommand: RetroCommand {
    var studied: StudiedOptions { get }
    var file: FindingsFileOptions { get }
    var place: PlaceOptions { get }

    /// What the runs say.
    func findings(_ runs: StudiedRuns, _ seed: Seed, in world: World) throws -> Findings
}

extension AnalysisCommand {
    func perform(in world: World) throws -> ExitCode {
        try file.check(in: world)
        let findings = try findings(
            StudiedRuns(world, place.experiments),
            Seed(place.seed.seed)["analysis"][Self.configuration.commandName], in: world)
        return try file.deliver(findings, in: world)
    }
}

/// Where findings are written.
struct FindingsFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "where it is written; the ending says how: png, svg, pdf, html, md, csv, json",
            valueName: "FILE"))
    var output: Path?

    /// Refuses an output that cannot be written, before any work.
    func check(in world: World) throws {
        if let path = output { try FindingsWriter.check(world.resolved(path)) }
    }

    /// Writes `findings` where the options say, and tells.
    func deliver(_ findings: Findings, in world: World) throws -> ExitCode {
        var paths: [String] = []
        if let path = output {
            let outcome = try FindingsWriter(renderer: world.renderer).write(
                findings, to: world.resolved(path))
            if let failure = outcome.renderingFailure { world.errors.line(failure) }
            paths = outcome.paths
        }
        if world.wantsJSON {
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

extension World {
    /// The figure renderer of this installation.
    var renderer: FigureRenderer? {
        repository.map {
            FigureRenderer(python: python, script: $0 + "/Tools/figures/render.py", site: wheels)
        }
    }
}
