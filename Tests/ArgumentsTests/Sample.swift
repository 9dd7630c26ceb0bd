import Arguments
import Foundation

enum Direction: String, CaseIterable, OptionValue { case forward, backward, bothWays = "both_ways" }

enum Sample {
    static let depth = Option("depth", short: "d", default: 20, "layers")
    static let rate = Option("matrix-lr", default: 0.02, "rate of Muon")
    static let direction = Option("direction", default: Direction.forward, "reading order")
    static let tag = Option<String?>("model-tag", default: nil, "name of the checkpoint folder")
    static let data = Option<[Path]>("data", default: ["corpus"], "shards")
    static let metrics = Option<[String]>("metrics", default: [], "columns")
    static let untie = Option("untie", default: true, "separate head")
    static let json = Option("json", default: false, "one JSON object on standard output")
    static let output = Option<Path>(required: "output", "where it goes")

    static let program = Program<Int>(
        name: "prog", summary: "a sample", environmentPrefix: "PROG_",
        commands: [
            Command(
                "base-train", "Trains.", details: "Long.",
                examples: [Example("base-train --depth=6", "six layers")],
                options: [
                    OptionGroup("Model", [depth.row, rate.row, direction.row, tag.row, untie.row]),
                    OptionGroup("Data", [data.row, metrics.row, json.row]),
                ]
            ) { world, _ in ExitCode(Int32(world)) },
            Command(
                "data", "About data.",
                subcommands: [
                    Command(
                        "copy", "Copies.", examples: [],
                        positionals: Positionals("ID", minimum: 1, maximum: 2),
                        options: [OptionGroup("Options", [output.row, json.row])]
                    ) { _, _ in .success }
                ]),
            Command(
                "completions", "Prints.", examples: [],
                positionals: Positionals(
                    "SHELL", minimum: 1, maximum: 1, choices: ["bash", "zsh"]),
                options: []
            ) { _, _ in .success },
        ])

    /// The options that a line of `base-train` gives.
    static func options(
        _ words: [String], environment: [String: String] = [:], file: String = "{}",
        command: [String] = ["base-train"]
    ) throws -> Options {
        let request = try program.request(command + words, environment: environment) { _ in
            Data(file.utf8)
        }
        guard case .run(_, let options, _) = request else { throw NoRun() }
        return options
    }

    struct NoRun: Error {}
}
