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
            "--eval-tokens", "500", "--model-tag", tag,
        ])
        try run([
            "mid-train", "-g", tag, "--data", "chat.jsonl", "--mixture", "simple-spelling@60",
            "spelling-bee@20", "arithmetic@100", "--device-batch-size", "8", "--total-batch-size",
            "1024", "--eval-tokens", "300", "--eval-metrics-every", "0",
            "--eval-metrics-max-problems", "8",
        ])
        try run([
            "chat-sft", "-g", tag, "--data", "chat.jsonl", "--mixture", "arithmetic@300",
            "--init-lr-frac", "0.5", "--num-iterations", "12", "--eval-steps", "2",
            "--eval-metrics-every", "0", "--eval-metrics-max-problems", "8",
        ])
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
