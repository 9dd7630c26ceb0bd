import Arguments
import Foundation
import Provenance
import Reporting
import Terminal

/// `retro analyze`: what runs have to say beside each other.
enum AnalyzeCommands {
    static let all = Command<World>(
        "analyze", "Turn finished runs into figures, tables and a report.", subcommands: [report])

    private static let output = Option<Path>(
        "output", default: "comparison", placeholder: "DIR", "folder of the report and its figures")
    private static let title = Option(
        "title", default: "Forward, backward and bidirectional models compared",
        "heading of the report")
    private static let corpusName = Option(
        "corpus-name", default: "held-out documents of the training corpus",
        "where the validation text comes from, in words")

    private static let report = Command<World>(
        "report", "Compare base runs on the windows that all of them were validated on.",
        details: "The runs are folders with a finished base training.",
        examples: [
            Example(
                "analyze report ~/.cache/retrograde/base_checkpoints/d4_* --output d4",
                "the report of three directions")
        ],
        positionals: Positionals("RUN", minimum: 1, maximum: 64),
        options: [
            OptionGroup("Report", [output.row, title.row, corpusName.row, Common.seed.row]),
            Common.writing,
        ]
    ) { world, options in
        let runs = options.positionals.map { world.resolved(Path($0)) }
        let comparison = RunComparison(
            world: world, runs: runs, title: options[title], corpusName: options[corpusName],
            commands: [(["./retro"] + world.arguments).joined(separator: " ")])
        let outcome = try comparison.write(
            to: world.resolved(options[output]), seed: Seed(options[Common.seed])["report"])
        if let failure = outcome.files.renderingFailure { world.say(failure, options) }
        if options[Common.json] {
            try world.write(
                json: [
                    "headline": outcome.headline, "markdown": outcome.files.markdownPath,
                    "html": outcome.files.htmlPath,
                ])
        } else {
            world.output.line(outcome.headline)
            world.output.line(outcome.files.htmlPath)
        }
        return .success
    }
}
