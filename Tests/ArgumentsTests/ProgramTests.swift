import Arguments
import Foundation
import Testing

struct ProgramTests {
    @Test func defaultsHoldWhenNobodySpeaks() throws {
        let options = try Sample.train([])
        #expect(options.model.depth == 20)
        #expect(options.model.direction == .forward)
        #expect(options.model.modelTag == nil)
        #expect(options.data == ["corpus"])
        #expect(options.model.untie)
        #expect(options.model.$depth == .standard)
        // What nobody has parsed holds the defaults too.
        #expect(SampleTrain().model.depth == 20)
    }

    @Test(arguments: [
        ["--depth=6"], ["--depth", "6"], ["-d", "6"], ["-d=6"], ["--depth=3", "--depth=6"],
    ])
    func allSpellingsOfAValueMeanTheSame(words: [String]) throws {
        #expect(try Sample.train(words).model.depth == 6)
    }

    /// A verb with an option of the launcher's name.
    private struct Ask: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ask", abstract: "Asks.")
        @Flag(help: "do not ask") var yes = false
        func run(in context: Int) throws -> ExitCode { ExitCode(yes ? 1 : 0) }
    }

    /// A verb without one; it ends with the number of its words.
    private struct Go: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "go", abstract: "Goes.")
        @Argument(help: ArgumentHelp("words", valueName: "ID"), count: 0...9) var ids: [Name] = []
        func run(in context: Int) throws -> ExitCode { ExitCode(Int32(ids.count)) }
    }

    /// The launcher hands its flags on; a verb that has one of that name gets it.
    @Test func flagsOfTheLauncherArePassedOverWhereAVerbHasNone() throws {
        let program = Program<Int>(
            name: "prog", summary: "", environmentPrefix: "PROG_", launcherFlags: ["--yes"],
            commands: [Command(Ask.self), Command(Go.self)])
        func ended(_ words: String...) throws -> Int32? {
            guard
                case .run(let action, _) = try program.request(
                    words, environment: [:], readFile: { _ in Data() })
            else { return nil }
            return try action(0).rawValue
        }
        #expect(try ended("ask", "--yes") == 1)
        #expect(try ended("ask") == 0)
        #expect(try ended("--yes", "ask") == 0)
        #expect(try ended("go", "a", "--yes", "b") == 2)
        #expect(try ended("go", "--", "--yes") == 1)
        #expect(throws: UsageError.self) { try ended("go", "--no") }
    }

    @Test func underscoresAreDashes() throws {
        let options = try Sample.train(["--matrix_lr=0.5", "--direction=both-ways"])
        #expect(options.model.rate == 0.5)
        #expect(options.model.direction == .bothWays)
    }

    @Test func valuesKeepEqualsSignsAndMinus() throws {
        #expect(try Sample.train(["--model-tag=a=b"]).model.modelTag == "a=b")
        #expect(try Sample.train(["--depth", "-1"]).model.depth == -1)
        #expect(try Sample.train(["--model-tag="]).model.modelTag == "")
    }

    @Test(arguments: [
        (["--json"], true), (["--json=true"], true), (["--json=False"], false),
        (["--no-json"], false), (["--json", "--no_json"], false), (["--json=1"], true),
    ])
    func flags(words: [String], expected: Bool) throws {
        #expect(try Sample.train(words).output.json == expected)
    }

    @Test func listsTakeWhatFollowsAndWhatIsRepeated() throws {
        let options = try Sample.train(
            ["--data", "a,b.txt", "c", "--metrics=x,y", "--metrics", "z", "--data=d"])
        #expect(options.data == ["a,b.txt", "c", "d"])
        #expect(options.metrics == ["x", "y", "z"])
    }

    @Test func freeTextKeepsItsCommas() throws {
        let options = try Sample.train(
            ["--prompt", "Hello, my name", "a,b", "--prompt=,"], file: "{}")
        #expect(options.prompt == ["Hello, my name", "a,b", ","])
        let file = try Sample.train(["--config=f"], file: #"{"prompt": ["Hello, my name"]}"#)
        #expect(file.prompt == ["Hello, my name"])
    }

    @Test func laterSourcesWinAndAreNamed() throws {
        let file =
            #"{"depth": 4, "matrix_lr": 0.1, "untie": false, "data": ["a", "b"], "model-tag": null}"#
        let options = try Sample.train(
            ["--config=run.json", "--depth=8"],
            environment: ["PROG_DEPTH": "6", "PROG_MATRIX_LR": "0.2", "PROG_JSON": ""], file: file)
        #expect(options.model.depth == 8)
        #expect(options.model.$depth == .commandLine)
        #expect(options.model.rate == 0.2)
        #expect(options.model.$rate == .environment("PROG_MATRIX_LR"))
        #expect(options.model.untie == false)
        #expect(options.model.$untie == .file("run.json"))
        #expect(options.data == ["a", "b"])
        #expect(options.model.modelTag == nil)
        #expect(options.output.$json == .standard)
        #expect(
            options.settings.first
                == ResolvedSetting(name: "depth", words: ["8"], origin: .commandLine))
    }

    @Test func theOverridingFileWinsOverTheCommandLine() throws {
        let options = try Sample.train(
            ["--depth=8", "--data", "a", "b"],
            environment: ["PROG_OVERRIDES": "small.json", "PROG_MATRIX_LR": "0.2"],
            file: #"{"depth": 2, "matrix-lr": 0.5, "data": ["c"], "of-another-command": 1}"#)
        #expect(options.model.depth == 2)
        #expect(options.model.$depth == .override("small.json"))
        #expect(options.model.rate == 0.5)
        #expect(options.data == ["c"])
        #expect(Sample.program.unknownVariables(["PROG_OVERRIDES": ""], known: []).isEmpty)
        #expect(throws: UsageError.self) {
            try Sample.train(
                [], environment: ["PROG_OVERRIDES": "small.json"], file: #"{"depth": "deep"}"#)
        }
    }

    @Test func settingsAreSpelledByTheirValues() throws {
        let options = try Sample.train(
            ["--depth=1_0e2", "--metrics=a,b", "--direction=both-ways", "--json=yes"])
        let words = Dictionary(uniqueKeysWithValues: options.settings.map { ($0.name, $0.words) })
        #expect(words["depth"] == ["1000"])
        #expect(words["metrics"] == ["a", "b"])
        #expect(words["direction"] == ["both_ways"])
        #expect(words["json"] == ["true"])
    }

    @Test func theFileMayBeNamedByTheEnvironment() throws {
        let options = try Sample.train(
            [], environment: ["PROG_CONFIG": "run.json"], file: #"{"depth": 4}"#)
        #expect(options.model.depth == 4)
    }

    @Test func aCopyThatIsAssignedIsItsOwn() throws {
        let first = try Sample.train(["--depth=3"])
        var second = first
        second.model.depth = 5
        #expect(first.model.depth == 3)
        #expect(second.model.depth == 5)
    }

    @Test(arguments: [
        (
            ["base-train", "--dpeth=3"],
            "'prog base-train' has no option --dpeth; did you mean --depth?"
        ),
        (["base-train", "--metrics"], "--metrics needs a value (NAME…)."),
        (["base-train", "--depth"], "--depth needs a value (N)."),
        (["base-train", "--depth", "--json"], "--depth needs a value (N)."),
        (["base-train", "--depth=deep"], "--depth takes N, not 'deep'."),
        (["base-train", "--depth=1.5"], "--depth takes N, not '1.5'."),
        (["base-train", "--matrix-lr=nan"], "--matrix-lr takes X, not 'nan'."),
        (
            ["base-train", "--direction=backwards"],
            "--direction takes one of forward, backward, both_ways, not 'backwards'; did you mean"
                + " 'backward'?"
        ),
        (
            ["base-train", "6"],
            "'prog base-train' takes options only, not '6'; options begin with --."
        ),
        (["base-trian"], "no command 'base-trian'; did you mean 'base-train'?"),
        (["data", "cpoy"], "no command 'data cpoy'; did you mean 'copy'?"),
        (["xyzzy"], "no command 'xyzzy'; there are base-train, data, completions."),
        (["data"], "'data' needs one of: copy."),
        (["data", "copy", "a"], "'prog data copy' needs --output; see prog data copy --help."),
        (["data", "copy", "--output=x"], "'prog data copy' takes 1 to 2 ID, and was given 0."),
        (["completions", "csh"], "'prog completions' takes one of bash, zsh, not 'csh'."),
        (["--depth=3", "base-train"], "--depth=3 stands before the command; options follow it."),
        (
            ["base-train", "--no-depth"],
            "'prog base-train' has no option --no-depth; see prog base-train --help."
        ),
    ])
    func nonsenseIsNamedWithWhatIsNear(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) {
            try Sample.program.request(words, environment: [:]) { _ in Data() }
        }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (#"{"dept": 4}"#, "f: no option is called 'dept'; did you mean 'depth'?"),
        (#"{"depth": "x"}"#, "--depth takes N, not 'x' (from f)."),
        (#"{"depth": {"a": 1}}"#, "cannot read settings from f: it must be one JSON object"),
        (#"{"depth": 4"#, "cannot read settings from f: it is not JSON."),
        (
            #"{"matrix-lr": 1, "matrix_lr": 2}"#,
            "cannot read settings from f: 'matrix-lr' and 'matrix_lr' are the same option."
        ),
        (#"{"config": "g"}"#, "f: no option is called 'config'"),
    ])
    func badFilesAreRefused(file: String, message: String) {
        let error = #expect(throws: UsageError.self) {
            try Sample.train(["--config=f"], file: file)
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func badVariablesAreRefused() {
        let error = #expect(throws: UsageError.self) {
            try Sample.train([], environment: ["PROG_DEPTH": "x"])
        }
        #expect(error?.description == "--depth takes N, not 'x' (from PROG_DEPTH).")
    }

    @Test func strangeVariablesAreFound() {
        let strange = Sample.program.unknownVariables(
            ["PROG_DETPH": "3", "PROG_DEPTH": "3", "PROG_MINE": "", "HOME": "/"],
            known: ["PROG_MINE"])
        #expect(strange.map(\.name) == ["PROG_DETPH"])
        #expect(strange.first?.nearest == "PROG_DEPTH")
    }

    @Test func positionalsAndTheDoubleDash() throws {
        let options = try SampleCopy.parse(["a", "--output", "o", "--", "--b"])
        #expect(options.ids == ["a", "--b"])
        #expect(options.output == "o")
    }

    @Test func aGroupInTwoPlacesIsOne() throws {
        let options = try SampleCopy.parse(["a", "--output=o", "--json"])
        #expect(options.first.json && options.second.json)
        let rows = Command(SampleCopy.self).rows.map(\.name)
        #expect(rows == ["output", "json"])
    }

    @Test func flagsOfEveryVerbMayComeFirst() throws {
        let request = try Sample.program.request(["--json", "base_train"], environment: [:]) { _ in
            Data()
        }
        guard case .run(_, let path) = request else {
            Issue.record("no run")
            return
        }
        #expect(path == ["base-train"])
    }

    @Test func aCommandRunsInItsWorld() throws {
        let request = try Sample.program.request(["base-train"], environment: [:]) { _ in Data() }
        guard case .run(let command, let path) = request else {
            Issue.record("no run")
            return
        }
        #expect(path == ["base-train"])
        #expect(try command(7) == ExitCode(7))
    }
}
