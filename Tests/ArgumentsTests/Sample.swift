import Arguments
import Foundation

enum Direction: String, CaseIterable, OptionValue { case forward, backward, bothWays = "both_ways" }

/// A command with options of every kind.
struct SampleTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "base-train", abstract: "Trains.", discussion: "Long.",
        examples: [Example("base-train --depth=6", "six layers")])

    struct Model: ParsableArguments {
        @Option(name: .shortAndLong, help: "layers") var depth = 20
        @Option(name: .customLong("matrix-lr"), help: "rate of Muon") var rate = 0.02
        @Option(help: "reading order") var direction = Direction.forward
        @Option(help: "name of the checkpoint folder") var modelTag: String?
        @Flag(help: "separate head") var untie = true
    }

    @OptionGroup(title: "Model") var model: Model
    @Option(help: "shards") var data: [Path] = ["corpus"]
    @Option(help: "columns") var metrics: [Name] = []
    @Option(help: "texts") var prompt: [String] = []
    @OptionGroup(title: "Output") var output: SampleOutput
    @ResolvedSettings var settings

    func run(in context: Int) throws -> ExitCode { ExitCode(Int32(context)) }
}

struct SampleOutput: ParsableArguments {
    @Flag(help: "one JSON object on standard output") var json = false
}

struct SampleCopy: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "copy", abstract: "Copies.")

    @Argument(help: ArgumentHelp("what is copied", valueName: "ID"), count: 1...2)
    var ids: [Name] = []

    @Option(help: "where it goes") var output: Path
    @OptionGroup var first: SampleOutput
    // The same group again: its option is declared once.
    @OptionGroup var second: SampleOutput

    func run(in context: Int) throws -> ExitCode { .success }
}

enum SampleShell: String, CaseIterable, OptionValue { case bash, zsh }

struct SampleCompletions: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "completions", abstract: "Prints.")

    @Argument(help: ArgumentHelp("the shell", valueName: "SHELL")) var shell: SampleShell

    func run(in context: Int) throws -> ExitCode { .success }
}

enum Sample {
    static let program = Program<Int>(
        name: "prog", summary: "a sample", environmentPrefix: "PROG_",
        commands: [
            Command(SampleTrain.self),
            Command("data", "About data.", subcommands: [Command(SampleCopy.self)]),
            Command(SampleCompletions.self),
        ])

    /// The options that a line of `base-train` gives.
    static func train(
        _ words: [String], environment: [String: String] = [:], file: String = "{}"
    ) throws -> SampleTrain {
        try SampleTrain.parse(words, environment: environment, prefix: "PROG_") { _ in
            Data(file.utf8)
        }
    }
}
