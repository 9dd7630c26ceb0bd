import Foundation
import Testing

/// A model's whole life through the commands, at a size that takes seconds: base, midtraining, fine-tuning,
/// reinforcement, evaluation and chat, for all three directions.
@Suite(.serialized) struct ChainTests {
    private static let common = ["--home", "home", "--threads", "1", "--quiet"]

    private static func conversations(_ range: Range<Int>) -> String {
        range.map {
            #"{"messages": [{"role": "user", "content": "Say \#($0)."}, "#
                + #"{"role": "assistant", "content": "I say \#($0), and \#($0 * 7 % 13) too."}]}"#
        }.joined(separator: "\n")
    }

    private static func questions(_ range: Range<Int>) -> String {
        range.map {
            #"{"id": "q\#($0)", "query": "Question: How many is \#($0 % 5)?\nAnswer:", "#
                + #""choices": ["none", "one", "some", "many"], "gold": \#($0 % 4)}"#
        }.joined(separator: "\n")
    }

    private static let coreList = """
        icl_tasks:
        -
          label: count
          dataset_uri: count.jsonl
          num_fewshot: [2]
          icl_task_type: multiple_choice
        -
          label: say
          dataset_uri: say.jsonl
          num_fewshot: [0]
          icl_task_type: language_modeling
        -
          label: gone
          dataset_uri: gone.jsonl
          num_fewshot: [0]
          icl_task_type: schema
        """
    private static let baselines = """
        Eval Task,Random baseline
        count,25
        say,0
        gone,50
        """

    private static func prepare(_ program: Program) throws {
        try program.succeed(
            "data", "synth", "--kind", "stories", "--count", "300", "--output",
            "stories.jsonl")
        try program.succeed(
            "tokenizer", "train", "--data", "stories.jsonl", "--vocab-size", "400", "--output",
            "home/tokenizer", "--threads", "1", "--quiet")
        let folder = program.folder
        for (path, text) in [
            ("chat.jsonl", conversations(0..<120)),
            ("home/task_data/arc/arc_easy-test.jsonl", questions(0..<20)),
            ("home/task_data/mmlu/mmlu-test.jsonl", questions(0..<20)),
            ("home/task_data/arc/arc_challenge-test.jsonl", questions(0..<8)),
            (
                "home/task_data/gsm8k/test.jsonl",
                (0..<4).map {
                    #"{"question": "How many is \#($0)?", "answer": "It is \#($0).\n#### \#($0)"}"#
                }
                .joined(separator: "\n")
            ),
            (
                "home/task_data/humaneval/HumanEval.jsonl",
                #"{"task_id": "T/0", "prompt": "def f():\n", "entry_point": "f", "canonical_solution": "    return 1\n", "#
                    + #""test": "def check(f):\n    assert f() == 1\n"}"#
            ),
            ("home/eval_bundle/core.yaml", coreList),
            ("home/eval_bundle/eval_meta_data.csv", baselines),
            ("home/eval_bundle/eval_data/count.jsonl", questions(0..<12)),
            (
                "home/eval_bundle/eval_data/say.jsonl",
                (0..<8).map { #"{"context": "Say \#($0):", "continuation": "\#($0)"}"# }
                    .joined(separator: "\n")
            ),
        ] {
            let file = "\(folder)/\(path)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try text.write(toFile: file, atomically: true, encoding: .utf8)
        }
    }

    @Test(arguments: ["forward", "backward", "bidirectional"])
    func aModelsWholeLife(direction: String) throws {
        let program = try Program()
        try Self.prepare(program)
        func run(_ arguments: [String]) throws {
            let outcome = try program.run(arguments + Self.common)
            try #require(
                outcome.status == 0, "\(arguments.joined(separator: " ")): \(outcome.errors)")
        }
        let tag = "tiny_\(direction)"
        try run([
            "base-train", "--data", "stories.jsonl", "--direction", direction, "--depth", "2",
            "--aspect-ratio", "32", "--head-dim", "32", "--max-seq-len", "128",
            "--device-batch-size", "8", "--total-batch-size", "1024", "--num-iterations", "12",
            "--eval-tokens", "500", "--model-tag", tag, "--core-metric-every", "6",
            "--core-metric-max-per-task", "6",
        ])
        try Self.tryBase(program, tag, direction)
        try run([
            "mid-train", "-g", tag, "--data", "chat.jsonl", "--mixture", "simple-spelling@60",
            "spelling-bee@20", "arithmetic@100", "--device-batch-size", "8", "--total-batch-size",
            "1024", "--eval-tokens", "300", "--eval-metrics-every", "0",
            "--eval-metrics-max-problems", "8",
        ])
        try run([
            "chat-sft", "-g", tag, "--data", "chat.jsonl", "--mixture", "arithmetic@300",
            "--init-lr-frac", "0.5", "--num-iterations", "12", "--eval-steps", "2",
            "--eval-metrics-every", "0", "--eval-metrics-max-problems", "8", "--chatcore-every",
            "6",
            "--chatcore-max-sample", "2", "--unsafe-exec",
        ])
        let sft = try String(
            contentsOfFile: "\(program.folder)/home/chatsft_checkpoints/\(tag)/metrics.jsonl",
            encoding: .utf8)
        for name in ["chatcore_metric", "chatcore_cat", "chatcore_gsm8k"] {
            #expect(sft.split(separator: "\n").count { $0.contains("\"\(name)\"") } == 2)
        }
        try run([
            "chat-rl", "-g", tag, "--task", "arithmetic", "--num-iterations", "4",
            "--max-new-tokens", "6", "--examples-per-step", "4", "--eval-examples", "10",
            "--eval-samples", "2", "--rollouts-every", "2",
        ])
        try run([
            "chat-eval", "-i", "rl", "-g", tag, "-x", "12", "-m", "24", "-a", "arc-easy", "mmlu",
            "spelling-bee", "arithmetic",
        ])

        for (stage, log) in [
            ("base", "base_training"), ("mid", "midtraining"), ("chatsft", "sft"), ("chatrl", "rl"),
        ] {
            #expect(program.exists("home/\(stage)_checkpoints/\(tag)/\(log).h5"))
        }
        let rl = "home/chatrl_checkpoints/\(tag)"
        let link = try program.json("\(rl)/parent_link.json")
        #expect(link["inheritance_chain"] as? [String] == [tag, tag, tag])
        #expect(link["parent_phase"] as? String == "sft")
        let state = try program.json("\(rl)/checkpoints/step_000004/state.json")
        #expect(state["direction"] as? String == direction)
        for reading in ["forward", "backward"] {
            for task in ["arc_easy", "mmlu", "spelling_bee", "arithmetic"] {
                let result = try program.json(
                    "\(rl)/evaluations/rl_phase/\(reading)_direction/\(task).json")
                let isNative = direction == reading || direction == "bidirectional"
                #expect(result["native"] as? Bool == isNative)
                #expect((result["examples"] as? [Any])?.count == 12)
                #expect((result["majority"] as? Double ?? 0) > 0)
                let isWritten = task == "spelling_bee" || task == "arithmetic"
                #expect(result["count_unfinished"] as? Bool == (isWritten ? false : nil))
            }
        }
        let summary = try program.json("\(rl)/evaluations/rl_phase/chat_summary.json")
        #expect((summary["directions"] as? [Any])?.count == 4)

        let talk = try program.run(
            ["chat", "-i", "rl", "-g", tag, "--seed", "1", "-m", "8"] + Self.common,
            input: "What is 3 plus 4?\n/save talk.jsonl\n")
        #expect(talk.status == 0 && !talk.output.isEmpty)
        #expect(program.exists("talk.jsonl"))
        let side = direction == "backward" ? "--ending" : "--prompt"
        let text = try program.run(
            ["generate", "-g", tag, side, "the end", "-m", "8", "--seed", "1", "--json"]
                + Self.common)
        #expect(text.status == 0 && text.output.contains("the end"))
    }

    /// CORE while the model trained, and by `base-eval`, which tries nothing twice.
    private static func tryBase(_ program: Program, _ tag: String, _ direction: String) throws {
        let base = "home/base_checkpoints/\(tag)"
        let metrics = try String(
            contentsOfFile: "\(program.folder)/\(base)/metrics.jsonl", encoding: .utf8)
        let name = direction == "backward" ? "core_metric_backward" : "core_metric"
        // After 6 and after 12 steps.
        #expect(metrics.split(separator: "\n").count { $0.contains("\"\(name)\"") } == 2)
        let arguments = ["base-eval", "-g", tag, "--val-data", "stories.jsonl"] + common
        let first = try program.run(
            arguments + ["--eval", "core", "bpb", "sample", "--split-tokens", "300"])
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("not in the bundle, so not in any mean: gone"))
        #expect(first.output.contains("not applicable backward: say."))
        #expect(first.output.contains("bits per byte"))
        let phase = "\(base)/evaluations/base_phase"
        for reading in ["forward", "backward"] {
            let result = try program.json("\(phase)/\(reading)_direction/core_count.json")
            #expect((result["examples"] as? [Any])?.count == 12)
            #expect((result["matrix"] as? [Any])?.count == 12)
            #expect(
                result["native"] as? Bool
                    == (direction == reading || direction == "bidirectional"))
            #expect(program.exists("\(phase)/\(reading)_direction/matched_validation.json"))
        }
        #expect(program.exists("\(phase)/forward_direction/base_model_000012.csv"))
        let say = try program.json("\(phase)/backward_direction/core_say.json")
        #expect(say["accuracy"] == nil && say["not_applicable"] is String)
        let summary = try program.json("\(phase)/core_summary.json")
        #expect(summary["missing"] as? [String] == ["gone"])
        #expect((summary["directions"] as? [Any])?.count == 1)

        let loud = arguments.filter { $0 != "--quiet" }
        let again = try program.run(loud + ["--eval", "core"])
        #expect(again.errors.contains("count forward: kept from before"))
        let anew = try program.run(loud + ["--eval", "core", "--again"])
        #expect(!anew.errors.contains("kept from before"))
        #expect(again.output == anew.output)
    }

    /// Every stage, gone on with from its middle, ends in the same bytes, and so does its record.
    @Test func stagesGoOnBitExactly() throws {
        let program = try Program()
        try Self.prepare(program)
        let tag = ["--model-tag", "r"]
        let stages: [(name: String, log: String, words: [String])] = [
            (
                "base", "base_training",
                [
                    "base-train", "--data", "stories.jsonl", "--direction", "bidirectional",
                    "--depth", "1", "--aspect-ratio", "32", "--head-dim", "32", "--max-seq-len",
                    "64", "--device-batch-size", "4", "--total-batch-size", "512",
                    "--eval-tokens", "100",
                ] + tag
            ),
            (
                "mid", "midtraining",
                [
                    "mid-train", "--data", "chat.jsonl", "--mixture", "arithmetic@50",
                    "--device-batch-size", "4", "--total-batch-size", "512", "--eval-tokens", "50",
                ] + tag
            ),
            (
                "chatsft", "sft",
                [
                    "chat-sft", "--data", "chat.jsonl", "--device-batch-size", "4",
                    "--eval-steps", "2", "--eval-metrics-every=-1",
                ] + tag
            ),
            (
                "chatrl", "rl",
                [
                    "chat-rl", "--task", "arithmetic", "--max-new-tokens", "6",
                    "--device-batch-size", "4", "--examples-per-step", "2", "--num-samples", "4",
                    "--eval-every", "2", "--eval-examples", "4", "--eval-samples", "2",
                ] + tag
            ),
        ]
        let files = FileManager.default
        for stage in stages {
            let words =
                stage.words + ["--num-iterations", "4", "--save-every", "2"] + Self.common
            let run = "\(program.folder)/home/\(stage.name)_checkpoints/r"
            let straight = try program.run(words)
            try #require(straight.status == 0, "\(stage.name): \(straight.errors)")
            func bytes(_ file: String) throws -> Data {
                try Data(contentsOf: URL(fileURLWithPath: "\(run)/checkpoints/step_000004/\(file)"))
            }
            let names = ["model.safetensors", "optimizer.safetensors", "state.json"]
            let whole = try names.map(bytes)
            try files.removeItem(atPath: "\(run)/checkpoints/step_000004")
            let resumed = try program.run(words)
            try #require(resumed.status == 0, "\(stage.name): \(resumed.errors)")
            for (name, before) in zip(names, whole) where name != "state.json" {
                #expect(try bytes(name) == before, "\(name) of \(stage.name)")
            }
            #expect(program.exists("home/\(stage.name)_checkpoints/r/\(stage.log).h5"))
        }
    }

    /// What is missing or impossible is said in a sentence, before anything is scored.
    @Test func badBundlesAreRefused() throws {
        let program = try Program()
        try Self.prepare(program)
        func run(_ arguments: [String]) throws -> Program.Outcome {
            try program.run(arguments + Self.common)
        }
        let base = [
            "base-train", "--data", "stories.jsonl", "--depth", "1", "--aspect-ratio", "32",
            "--head-dim", "32", "--max-seq-len", "64", "--device-batch-size", "4",
            "--total-batch-size", "256", "--num-iterations", "2", "--eval-tokens", "100",
            "--model-tag", "f",
        ]
        let absent = try run(base + ["--bundle", "nowhere"])
        #expect(absent.status != 0 && absent.errors.contains("retro data fetch core"))
        // By default CORE is measured where there is a bundle; here it has too few items for its shots.
        #expect(try run(base + ["--core-metric-max-per-task", "2"]).errors.contains("too few"))
        #expect(try run(base + ["--core-metric-every=-1"]).status == 0)
        for (words, sentence) in [
            (["--bundle", "nowhere"], "retro data fetch core"),
            (["--tasks", "gone"], "has no file of these tasks"),
            (["--tasks", "countt"], "the bundle has no task 'countt'"),
            (["--max-per-task", "2"], "too few"),
            (["--max-seq-len", "100000"], "must be 8 to 640"),
            (["--eval", "bpb"], "bits per byte want text"),
        ] {
            let outcome = try run(["base-eval", "-g", "f"] + words)
            #expect(outcome.status != 0 && outcome.errors.contains(sentence), "\(outcome.errors)")
        }
    }

    /// The direction comes from the checkpoint; another is taken only when it is named, and is recorded.
    @Test func anotherDirectionIsATransferByName() throws {
        let program = try Program()
        try Self.prepare(program)
        func run(_ arguments: [String]) throws -> Program.Outcome {
            try program.run(arguments + Self.common)
        }
        let base = [
            "base-train", "--data", "stories.jsonl", "--direction", "forward", "--depth", "1",
            "--aspect-ratio", "32", "--head-dim", "32", "--max-seq-len", "64",
            "--device-batch-size", "4", "--total-batch-size", "256", "--num-iterations", "2",
            "--eval-tokens", "100", "--model-tag", "f",
        ]
        #expect(try run(base).status == 0)
        let mid = [
            "mid-train", "-g", "f", "--data", "chat.jsonl", "--device-batch-size", "4",
            "--total-batch-size", "256", "--num-iterations", "2", "--eval-tokens", "50",
        ]
        #expect(try run(mid + ["--direction", "backward"]).status == 0)
        let folder = "home/mid_checkpoints/f_to_backward"
        let state = try program.json("\(folder)/checkpoints/step_000002/state.json")
        #expect(state["direction"] as? String == "backward")
        let settings = try program.json("\(folder)/config.json")
        let stage = try #require(settings["stage"] as? [String: Any])
        #expect((stage["parent"] as? [String: Any])?["direction"] as? String == "forward")

        // Another tokenizer, a line that is no conversation, a role nobody has, a file that is not there.
        try program.succeed(
            "tokenizer", "train", "--data", "stories.jsonl", "--vocab-size", "300", "--output",
            "other", "--threads", "1", "--quiet")
        let wrong = try run(mid + ["--tokenizer", "other", "--run-tag", "w"])
        #expect(wrong.status == 1 && wrong.errors.contains("another tokenizer"))
        for (text, sentence) in [
            ("[{\"role\": \"user\"", "line 2"), (#"[{"role": "judge", "content": "x"}]"#, "judge"),
        ] {
            let good = #"[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]"#
            try "\(good)\n\(text)\n".write(
                toFile: program.folder + "/bad.jsonl", atomically: true, encoding: .utf8)
            let outcome = try run([
                "mid-train", "-g", "f", "--data", "bad.jsonl", "--run-tag", "b",
            ])
            #expect(outcome.status == 1 && outcome.errors.contains(sentence), "\(outcome.errors)")
            #expect(outcome.errors.contains("bad.jsonl"))
        }
        let missing = try run(["mid-train", "-g", "f", "--mixture", "gsm8k", "--run-tag", "g"])
        #expect(missing.status == 1 && missing.errors.contains("retro data fetch gsm8k"))
        let unknown = try run(["chat", "-i", "base", "-g", "nobody", "-p", "x"])
        #expect(unknown.status != 0 && unknown.errors.contains("f"))
    }
}
