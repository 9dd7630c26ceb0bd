import Foundation
import Testing

/// Whatever a file or a flag holds, the program ends with one sentence that a person can act on: no trap, no signal,
/// no words of Foundation's or Swift's.
@Suite(.serialized) struct BadInputTests {
    /// What no sentence for a person holds: domains, types, cases and internals of the language.
    private static let internals = [
        "Error Domain", "NSCocoa", "NSPOSIX", "DecodingError", "EncodingError", "codingPath",
        "debugDescription", "CodingKeys", "Optional(", "Fatal error", "could not be completed",
        "couldn’t be", "Swift.", "Foundation.", "Dictionary<", "Array<", "UserInfo", "_Int64",
    ]

    /// Runs a line that must be refused: status 1 or 2, and one line of errors.
    private static func refuse(
        _ words: [String], in program: Program, saying said: String? = nil, files: String = ""
    ) throws {
        let outcome = try program.run(words)
        let line = words.joined(separator: " ").prefix(200) + files.prefix(100)
        let errors = outcome.errors.split(separator: "\n")
        #expect(
            [1, 2].contains(outcome.status), "\(line): status \(outcome.status), \(outcome.errors)")
        #expect(errors.count == 1, "\(line): \(outcome.errors)")
        #expect(errors.last?.hasPrefix("retro: ") == true, "\(line): \(outcome.errors)")
        for word in internals {
            #expect(!outcome.errors.contains(word), "\(line): \(outcome.errors)")
        }
        if let said { #expect(outcome.errors.contains(said), "\(line): \(outcome.errors)") }
    }

    /// Runs a line that may be taken or refused, but not end in any other way.
    private static func endure(_ words: [String], in program: Program, files: String = "") throws {
        let outcome = try program.run(words)
        let line = words.joined(separator: " ").prefix(200) + files.prefix(100)
        #expect(
            (0...2).contains(outcome.status), "\(line): status \(outcome.status), \(outcome.errors)"
        )
        if outcome.status != 0 {
            #expect(outcome.errors.contains("retro: "), "\(line): \(outcome.errors)")
        }
        for word in internals {
            #expect(!outcome.errors.contains(word), "\(line): \(outcome.errors)")
        }
    }

    private static func write(_ name: String, _ bytes: [UInt8], in program: Program) throws {
        let path = "\(program.folder)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private static func write(_ name: String, _ text: String, in program: Program) throws {
        try write(name, Array(text.utf8), in: program)
    }

    // MARK: Words

    @Test func wordsThatMakeNoSense() throws {
        let program = try Program()
        try Self.write("t.txt", "one\n\ntwo", in: program)
        try Self.write("folder/notes.pdf", "", in: program)
        let lines: [([String], String)] = [
            (["fly"], "no command"), (["data"], "needs one of"),
            (["data", "inspect", "--shards"], "no option"),
            (["data", "inspect"], "--data"), (["data", "inspect", "missing.txt"], "missing.txt"),
            (["data", "inspect", "folder"], "no shard found"),
            (["data", "inspect", "folder/notes.pdf"], "no known kind"),
            (["data", "inspect", "t.txt", "--config=missing"], "No such file or directory"),
            (["data", "inspect", "t.txt", "--config=folder"], "directory"),
            (["tokenizer", "encode", "--text", "x"], "there is no tokenizer at"),
            (["tokenizer", "encode", "--text", "x"], "retro tokenizer train"),
            (
                ["tokenizer", "inspect", "--tokenizer", "missing"],
                "there is no tokenizer at 'missing"
            ),
            (["tokenizer", "inspect", "--tokenizer", "folder"], "there is no tokenizer at"),
            (["base-train", "--data", "t.txt"], "there is no tokenizer at"),
            (["generate", "-i", "base", "-g", "x"], ""), (["generate", "--checkpoint", "no"], ""),
            (["base-eval", "--checkpoint", "folder"], ""), (["study", "missing.json"], ""),
            (["experiments", "show", "x"], "no experiment"),
            (["experiments", "list", "--where", "(("], "condition"),
            (["analyze", "report", "x"], "x"), (["analyze", "compare", "a", "b"], "a"),
            (["sweep", "--phase=base", "--list", "missing.json"], "No such file or directory"),
            (["sweep", "--phase=base", "--seeds", "1,1", "--json"], "--seed is given 1 twice"),
            (["sweep", "--phase=base", "--grid", "depth=1,2", "--grid", "depth=2,3"], "twice"),
            (
                ["sweep", "--phase=base", "--grid", "matrix-lr=0.1,1e-1", "--dry-run"],
                "would be the same"
            ),
            (["chat", "--checkpoint", "folder"], ""), (["track", "folder", "--tracker=wandb"], ""),
            (["run", "--phase=sft"], "--parent-experiment"), (["run", "--phase="], "--phase"),
            (["data", "synth", "--kind=stories", "--output=t.txt/x.txt"], "t.txt/x.txt"),
            (["data", "synth", "--kind=stories", "--output=x.pdf"], ".txt or .jsonl"),
        ]
        for (words, said) in lines {
            try Self.refuse(words, in: program, saying: said.isEmpty ? nil : said)
        }
        // A folder that is not there is made.
        try program.succeed(
            "data", "synth", "--kind=stories", "--count=3", "--output=new/dir/x.txt", "--quiet")
        #expect(program.exists("new/dir/x.txt"))
    }

    /// Numbers that are none, too large, or nothing.
    @Test func numbersOutOfRange() throws {
        let program = try Program()
        try Self.write("t.txt", "one\n\ntwo\n\nthree", in: program)
        let numbers = ["0", "-1", "9223372036854775807", "1e300", "nan", ""]
        for value in numbers {
            for flag in ["vocab-size", "max-chars", "doc-cap", "threads"] {
                try Self.endure(
                    [
                        "tokenizer", "train", "--data", "t.txt", "--output", "o",
                        "--\(flag)=\(value)",
                    ],
                    in: program)
            }
            for flag in ["symbols", "length", "bits", "extra-ones", "seed"] {
                try Self.endure(
                    [
                        "data", "synth", "--kind=markov-reversible", "--output=o.txt", "--count=2",
                        "--\(flag)=\(value)",
                    ], in: program)
            }
            for flag in ["limit", "columns"] {
                try Self.endure(["experiments", "list", "--\(flag)=\(value)"], in: program)
            }
        }
    }

    // MARK: Files

    private static let damagedJSON = [
        "", "{", "[]", "{}", "null", "3", "\"text\"", "{\"depth\": 1", "{\"a\":}", "[{]", "\u{0}",
        "{\"depth\": {\"a\": 1}}", String(repeating: "[", count: 50_000),
        "{\"a\": \"\u{1}\"}", "[1, 2", "{\"version\": 99999999999999999999}",
    ]

    @Test func damagedJSONIsNamed() throws {
        let program = try Program()
        try Self.write("t.txt", "one\n\ntwo", in: program)
        for text in Self.damagedJSON {
            for name in ["s.json", "tok/tokenizer.json"] { try Self.write(name, text, in: program) }
            try Self.endure(
                ["data", "inspect", "t.txt", "--config=s.json"], in: program, files: text)
            try Self.refuse(
                ["study", "s.json", "--dry-run"], in: program, saying: "s.json", files: text)
            try Self.refuse(
                ["sweep", "--phase=base", "--list", "s.json", "--dry-run"], in: program,
                files: text)
            try Self.refuse(
                ["tokenizer", "inspect", "--tokenizer", "tok"], in: program,
                saying: "tokenizer.json", files: text)
        }
        for bytes in [[0xff, 0xfe, 0x7b, 0], [0xfe, 0xff, 0, 0x7b], [0x7b, 0xe9]] as [[UInt8]] {
            for name in ["s.json", "tok/tokenizer.json"] {
                try Self.write(name, bytes, in: program)
            }
            for words in [
                ["data", "inspect", "t.txt", "--config=s.json"], ["study", "s.json"],
                ["sweep", "--phase=base", "--list", "s.json"],
                ["tokenizer", "inspect", "--tokenizer", "tok"],
            ] { try Self.refuse(words, in: program) }
        }
        try Self.write("s.json", "\u{FEFF}{\r\n\"text_documents\": \"file\"\r\n}\r\n", in: program)
        #expect(
            try program.succeed("data", "inspect", "t.txt", "--config=s.json", "--json", "--quiet")
                .contains("\"documents\" : 1"))
    }

    @Test func equalRunsOfASweepAreRefused() throws {
        let program = try Program()
        for (list, said) in [
            (#"[{"seed": 1}, {"seed": 2}, {"seed": 1}]"#, "runs 1 and 3"),
            (#"[{"depth": 1, "seed": 2}, {"seed": 2, "depth": 1}]"#, "runs 1 and 2"),
            (#"[{"matrix_lr": 0.1, "matrix-lr": 0.2}]"#, "--matrix-lr twice"),
            (#"[{"model-tag": "a"}, {"model-tag": "a"}]"#, "the same"),
        ] {
            try Self.write("s.json", list, in: program)
            for more in [["--json"], ["--dry-run"], []] {
                try Self.refuse(
                    ["sweep", "--phase=base", "--list", "s.json"] + more, in: program, saying: said)
            }
        }
        // Values that look alike are runs of their own.
        try Self.write(
            "s.json", #"[{"text-column": "a/b"}, {"text-column": "a-b"}, {"text-column": "a b"}]"#,
            in: program)
        let plan = try program.run([
            "sweep", "--phase=base", "--list", "s.json", "--dry-run", "--data", "t.txt",
        ])
        let names = plan.output.split(separator: "\n").compactMap { line in
            line.split(separator: " ").first { $0.hasPrefix("--experiment-id=") }
        }
        #expect(Set(names).count == 3, "\(plan.output) \(plan.errors)")
    }

    @Test func textsThatAreNoTexts() throws {
        let program = try Program()
        for (name, bytes) in [
            ("a.txt", []), ("b.txt", [0xff, 0xfe, 0x61, 0]), ("c.jsonl", Array("{".utf8)),
            ("d.jsonl", Array(#"{"text": 3}"#.utf8)), ("e.jsonl", Array(#"{"a": ""}"#.utf8)),
            ("f.txt.gz", Array("no archive".utf8)), ("g.parquet", Array("no table".utf8)),
            ("h.jsonl.zst", [0x28, 0xb5, 0x2f, 0xfd]), ("i.parquet", Array("PAR1PAR1".utf8)),
            ("j.jsonl", Array(#"[{"role": "user", "content": "x"}]"#.utf8)),
            ("k.txt", [0xef, 0xbb, 0xbf]), ("l.txt", [0xef, 0xbb, 0xbf, 0x0a, 0x0a]),
        ] as [(String, [UInt8])] {
            try Self.write(name, bytes, in: program)
            try Self.refuse(["data", "inspect", name, "--quiet"], in: program)
        }
        let talk = #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#
        try Self.write("m.jsonl", talk, in: program)
        try Self.refuse(
            ["data", "inspect", "m.jsonl", "--quiet"], in: program, saying: "is a conversation")
    }

    /// A row is a line, also one without text.
    @Test func rowsAreEncodedALineEach() throws {
        let program = try Program()
        try Self.write("t.txt", "one two three\n\nfour", in: program)
        try program.succeed(
            "tokenizer", "train", "--data", "t.txt", "--vocab-size", "270", "--output", "tok",
            "--threads", "1", "--quiet")
        try Self.write(
            "r.jsonl",
            "\u{FEFF}\r\n{\"text\":\"a\"}\r\n{\"text\":\"\"}\r\n{\"text\":null}\r\n{\"text\":\"b\"}\r\n",
            in: program)
        let words = ["tokenizer", "encode", "--tokenizer", "tok", "--data", "r.jsonl"]
        let lines = try program.run(words + ["--json"])
        #expect(lines.output == "[97]\n[]\n[]\n[98]\n")
        #expect(lines.errors.contains("1 empty, 1 null"))
        #expect(try program.run(words).output == "97\n\n\n98\n")
    }

    // MARK: Runs

    /// A base run of two steps, made by `run`.
    private static func trained() throws -> Program {
        let program = try Program()
        try program.succeed(
            "data", "synth", "--kind", "stories", "--count", "200", "--output", "s.jsonl", "--quiet"
        )
        try program.succeed(
            "tokenizer", "train", "--data", "s.jsonl", "--vocab-size", "300", "--output",
            "home/tokenizer", "--threads", "1", "--quiet")
        try program.succeed(
            "run", "--phase=base", "--experiment-id=b", "--data", "s.jsonl", "--depth", "1",
            "--aspect-ratio", "32", "--head-dim", "32", "--max-seq-len", "32",
            "--device-batch-size", "2", "--total-batch-size", "64", "--num-iterations", "2",
            "--eval-tokens", "100", "--threads", "1", "--home", "home", "--no-evaluate",
            "--no-report", "--quiet")
        return program
    }

    /// Every JSON file of a run and of its checkpoint, damaged in every way, read by all that reads it.
    @Test func damagedRunsAreNamed() throws {
        let program = try Self.trained()
        let run = "\(program.folder)/experiments/b"
        let checkpoint = "checkpoints/step_000002"
        let readers = [
            ["experiments", "list"], ["experiments", "show", "b"],
            ["analyze", "report", "b", "--output", "o.md"],
            [
                "generate", "--checkpoint", "experiments/b", "--home", "home", "-m", "2",
                "--threads", "1",
            ],
        ]
        let files: [(String, [String])] = [
            ("config.json", ["{", "[]", "{\"phase\": 3}"]),
            ("manifest.json", ["", "null", "{\"phase\": \"base\"}"]),
            ("parent_link.json", ["{", "[]"]), ("results.json", ["{", "[1]"]),
            ("experiment.json", ["{", "{\"id\": 1}"]),
            ("metrics.jsonl", ["{}\n", "\u{0}\n{\n", "[]\n"]),
            ("\(checkpoint)/state.json", ["{", "{}"]),
            ("\(checkpoint)/checksums.json", ["", "[]"]),
            ("base_training.h5", ["", "no log"]),
        ]
        for (name, damaged) in files {
            let path = "\(run)/\(name)"
            let sound = try? Data(contentsOf: URL(fileURLWithPath: path))
            for text in damaged {
                try Self.write("experiments/b/\(name)", text, in: program)
                for words in readers {
                    try Self.endure(words, in: program, files: "\(name) \(text)")
                }
            }
            try FileManager.default.removeItem(atPath: path)
            if let sound { try sound.write(to: URL(fileURLWithPath: path)) }
        }
        // What trains and what decodes says which file it is.
        let path = "\(run)/config.json"
        let sound = try String(contentsOfFile: path, encoding: .utf8)
        for (old, new, said) in [
            ("\"n_head\" : 1", "\"n_head\" : 0", "config.json"),
            ("\"device_batch_size\" : 2", "\"device_batch_size\" : 0", "config.json"),
            ("\"n_layer\" : 1", "\"n_layer\" : \"x\"", "n_layer"),
        ] {
            #expect(sound.contains(old))
            let text = sound.replacingOccurrences(of: old, with: new)
            try Self.write("experiments/b/config.json", text, in: program)
            try Self.refuse(
                ["analyze", "report", "b", "--output", "o.md", "--quiet"], in: program, saying: said
            )
            try Self.write("experiments/b/config.json", sound, in: program)
        }
        try Self.endure(readers[2], in: program)
        // A column named twice is one column.
        let list = try program.run(["experiments", "list", "--columns", "id,id,phase", "--json"])
        #expect(list.status == 0 && list.output.contains("\"id\" : \"b\""), "\(list.errors)")
    }

    /// Runs end with what they found; the last line is where it is.
    @Test func runsEndWithWhatTheyFound() throws {
        let program = try Self.trained()
        let again = try program.run([
            "run", "--phase=eval", "--parent-experiment=b", "--eval=sample", "--home", "home",
            "--threads", "1", "--no-report", "--max-new-tokens", "2", "--quiet",
        ])
        try #require(again.status == 0, "\(again.errors)")
        let lines = again.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("b: base, 2 steps") == true, "\(again.output)")
        #expect(lines.contains { $0.hasPrefix("val_bpb") }, "\(again.output)")
        #expect(lines.last?.hasSuffix("experiments/b") == true, "\(again.output)")
    }

    @Test func severalRunsOfALaterStageAreNoComparisonOfBaseRuns() throws {
        let program = try Self.trained()
        let turns = #"[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]"#
        try Self.write(
            "chat.jsonl", Array(repeating: turns, count: 40).joined(separator: "\r\n"), in: program)
        for seed in ["1", "2"] {
            try program.succeed(
                "run", "--phase=sft", "--parent-experiment=b", "--experiment-id=s\(seed)", "--seed",
                seed, "--data", "chat.jsonl", "--home", "home", "--num-iterations", "1",
                "--threads",
                "1", "--device-batch-size", "2", "--no-evaluate", "--no-report", "--quiet")
        }
        #expect(try program.run(["analyze", "report", "s1", "--output", "o.md"]).status == 0)
        try Self.refuse(
            ["analyze", "report", "s1", "s2", "--quiet"], in: program, saying: "analyze compare")
    }
}
