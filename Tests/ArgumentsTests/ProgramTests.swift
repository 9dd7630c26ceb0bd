import Arguments
import Foundation
import Testing

struct ProgramTests {
    @Test func defaultsHoldWhenNobodySpeaks() throws {
        let options = try Sample.options([])
        #expect(options[Sample.depth] == 20)
        #expect(options[Sample.direction] == .forward)
        #expect(options[Sample.tag] == nil)
        #expect(options[Sample.data] == ["corpus"])
        #expect(options[Sample.untie])
        #expect(options.origin(of: Sample.depth) == .standard)
        #expect(!options.isGiven(Sample.depth))
    }

    @Test(arguments: [
        ["--depth=6"], ["--depth", "6"], ["-d", "6"], ["-d=6"], ["--depth=3", "--depth=6"],
    ])
    func allSpellingsOfAValueMeanTheSame(words: [String]) throws {
        #expect(try Sample.options(words)[Sample.depth] == 6)
    }

    @Test func underscoresAreDashes() throws {
        let options = try Sample.options(["--matrix_lr=0.5", "--direction=both-ways"])
        #expect(options[Sample.rate] == 0.5)
        #expect(options[Sample.direction] == .bothWays)
        #expect(
            try Sample.options(["--depth=1"], command: ["base_train"])[Sample.depth] == 1)
    }

    @Test func valuesKeepEqualsSignsAndMinus() throws {
        #expect(try Sample.options(["--model-tag=a=b"])[Sample.tag] == "a=b")
        #expect(try Sample.options(["--depth", "-1"])[Sample.depth] == -1)
        #expect(try Sample.options(["--model-tag="])[Sample.tag] == "")
    }

    @Test(arguments: [
        (["--json"], true), (["--json=true"], true), (["--json=False"], false),
        (["--no-json"], false), (["--json", "--no_json"], false), (["--json=1"], true),
    ])
    func flags(words: [String], expected: Bool) throws {
        #expect(try Sample.options(words)[Sample.json] == expected)
    }

    @Test func listsTakeWhatFollowsAndWhatIsRepeated() throws {
        let options = try Sample.options(
            ["--data", "a,b.txt", "c", "--metrics=x,y", "--metrics", "z", "--data=d"])
        #expect(options[Sample.data] == ["a,b.txt", "c", "d"])
        #expect(options[Sample.metrics] == ["x", "y", "z"])
    }

    @Test func laterSourcesWinAndAreNamed() throws {
        let file =
            #"{"depth": 4, "matrix_lr": 0.1, "untie": false, "data": ["a", "b"], "model-tag": null}"#
        let options = try Sample.options(
            ["--config=run.json", "--depth=8"],
            environment: ["PROG_DEPTH": "6", "PROG_MATRIX_LR": "0.2", "PROG_JSON": ""], file: file)
        #expect(options[Sample.depth] == 8)
        #expect(options.origin(of: Sample.depth) == .commandLine)
        #expect(options[Sample.rate] == 0.2)
        #expect(options.origin(of: Sample.rate) == .environment("PROG_MATRIX_LR"))
        #expect(options[Sample.untie] == false)
        #expect(options.origin(of: Sample.untie) == .file("run.json"))
        #expect(options[Sample.data] == ["a", "b"])
        #expect(options[Sample.tag] == nil)
        #expect(options.origin(of: Sample.json) == .standard)
        #expect(
            options.settings.first
                == Options.Setting(name: "depth", words: ["8"], origin: .commandLine))
    }

    @Test func theOverridingFileWinsOverTheCommandLine() throws {
        let options = try Sample.options(
            ["--depth=8", "--data", "a", "b"],
            environment: ["PROG_OVERRIDES": "small.json", "PROG_MATRIX_LR": "0.2"],
            file: #"{"depth": 2, "matrix-lr": 0.5, "data": ["c"], "of-another-command": 1}"#)
        #expect(options[Sample.depth] == 2)
        #expect(options.origin(of: Sample.depth) == .override("small.json"))
        #expect(options[Sample.rate] == 0.5)
        #expect(options[Sample.data] == ["c"])
        #expect(Sample.program.unknownVariables(["PROG_OVERRIDES": ""], known: []).isEmpty)
        #expect(throws: UsageError.self) {
            try Sample.options(
                [], environment: ["PROG_OVERRIDES": "small.json"], file: #"{"depth": "deep"}"#)
        }
    }

    @Test func settingsAreSpelledByTheirValues() throws {
        let options = try Sample.options(
            ["--depth=1_0e2", "--metrics=a,b", "--direction=both-ways", "--json=yes"])
        let words = Dictionary(uniqueKeysWithValues: options.settings.map { ($0.name, $0.words) })
        #expect(words["depth"] == ["1000"])
        #expect(words["metrics"] == ["a", "b"])
        #expect(words["direction"] == ["both_ways"])
        #expect(words["json"] == ["true"])
    }

    @Test func theFileMayBeNamedByTheEnvironment() throws {
        let options = try Sample.options(
            [], environment: ["PROG_CONFIG": "run.json"], file: #"{"depth": 4}"#)
        #expect(options[Sample.depth] == 4)
    }

    @Test(arguments: [
        (
            ["base-train", "--dpeth=3"],
            "'prog base-train' has no option --dpeth; did you mean --depth?"
        ),
        (["base-train", "--metrics"], "--metrics needs a value (TEXT…)."),
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
            try Sample.options(["--config=f"], file: file)
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func badVariablesAreRefused() {
        let error = #expect(throws: UsageError.self) {
            try Sample.options([], environment: ["PROG_DEPTH": "x"])
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
        let options = try Sample.options(
            ["a", "--output", "o", "--", "--b"], command: ["data", "copy"])
        #expect(options.positionals == ["a", "--b"])
        #expect(options[Sample.output] == "o")
    }

    @Test func flagsOfEveryVerbMayComeFirst() throws {
        #expect(try Sample.options([], command: ["--json", "base-train"])[Sample.json])
    }

    @Test func aCommandRunsInItsWorld() throws {
        let request = try Sample.program.request(["base-train"], environment: [:]) { _ in Data() }
        guard case .run(let command, let options, let path) = request else {
            Issue.record("no run")
            return
        }
        #expect(path == ["base-train"])
        #expect(try command.run(in: 7, options) == ExitCode(7))
    }
}
