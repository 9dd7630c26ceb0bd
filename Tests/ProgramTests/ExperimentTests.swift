import Foundation
import Testing

/// `run`, `sweep` and `experiments` as a person uses them, at a size that takes seconds.
@Suite(.serialized) struct ExperimentTests {
    private static let small = [
        "--home", "home", "--aspect-ratio", "32", "--head-dim", "32", "--max-seq-len", "64",
        "--device-batch-size", "4", "--total-batch-size", "256", "--num-iterations", "3",
        "--eval-tokens", "100", "--threads", "1", "--max-problems", "2", "--max-new-tokens", "4",
        "--quiet",
    ]

    private static func prepared() throws -> Program {
        let program = try Program()
        try program.succeed(
            "data", "synth", "--kind", "stories", "--count", "300", "--output", "stories.jsonl")
        try program.succeed(
            "tokenizer", "train", "--data", "stories.jsonl", "--vocab-size", "400", "--output",
            "home/tokenizer", "--threads", "1", "--quiet")
        let turns = (0..<80).map {
            #"[{"role": "user", "content": "Say \#($0)."}, {"role": "assistant", "content": "It is \#($0 * 7)."}]"#
        }
        try turns.joined(separator: "\n").write(
            toFile: program.folder + "/chat.jsonl", atomically: true, encoding: .utf8)
        return program
    }

    private static let chain = [
        "run", "--phase=base,mid", "--direction=backward", "--depth=1", "--experiment-id=b1",
        "--base.data", "stories.jsonl", "--mid.data", "chat.jsonl",
    ]

    @Test func aChainIsRunOnceAndFoundByItsHead() throws {
        let program = try Self.prepared()
        let first = try program.run(Self.chain + Self.small)
        try #require(first.status == 0, "\(first.errors)")
        for (id, log) in [("b1", "base_training.h5"), ("b1_mid", "midtraining.h5")] {
            for file in [
                "config.json", "manifest.json", "parent_link.json", "metrics.jsonl", log,
                "RESEARCH_REPORT.md", "report.html", "experiment.json", "results.json",
            ] { #expect(program.exists("experiments/\(id)/\(file)"), "\(id)/\(file)") }
        }
        let link = try program.json("experiments/b1_mid/parent_link.json")
        #expect(link["inheritance_chain"] as? [String] == ["b1"])
        // A sample's prompt is shown once; a question stands before its answer in either reading.
        for (id, phase) in [("b1", "base"), ("b1_mid", "mid")] {
            let file = try program.json(
                "experiments/\(id)/evaluations/\(phase)_phase/backward_direction/samples.json")
            let sample = try #require((file["samples"] as? [[String: Any]])?.first)
            let prompt = try #require(sample["prompt"] as? String)
            let own = try #require(sample["own"] as? String)
            let isAnswer = try #require(file["areAnswers"] as? Bool)
            #expect(isAnswer == (phase == "mid"))
            #expect(sample["text"] as? String == (isAnswer ? own : own + prompt))
            let report = try String(
                contentsOfFile: "\(program.folder)/experiments/\(id)/RESEARCH_REPORT.md",
                encoding: .utf8)
            #expect(report.contains(isAnswer ? "\(prompt)\n⟦" : "⟧\(prompt)"))
            #expect(!report.contains("\(prompt)⟧"))
        }
        // Nothing is done twice.
        let before = try Data(
            contentsOf: URL(fileURLWithPath: program.folder + "/experiments/b1/manifest.json"))
        let again = try program.run(Self.chain + Self.small.filter { $0 != "--quiet" })
        #expect(again.status == 0 && again.errors.contains("b1_mid is finished"))
        #expect(
            try Data(
                contentsOf: URL(fileURLWithPath: program.folder + "/experiments/b1/manifest.json"))
                == before)
        // Other flags are another experiment.
        let other = try program.run(Self.chain + Self.small + ["--seed", "7"])
        #expect(other.status == 2 && other.errors.contains("--seed was 42 and is now 7"))
        #expect(program.exists("experiments/b1/tokenizer/tokenizer.json"))
        // A run that ended before its first step gives way to the corrected flags.
        for part in ["checkpoints", "metrics.jsonl"] {
            try FileManager.default.removeItem(
                atPath: "\(program.folder)/experiments/b1_mid/\(part)")
        }
        let corrected = Self.chain + Self.small + ["--mid.init-lr-frac", "0.5"]
        let second = try program.run(corrected)
        try #require(second.status == 0, "\(second.errors)")
        let config = try program.json("experiments/b1_mid/experiment.json")
        #expect((config["command"] as? [String])?.contains("--init-lr-frac=0.5") == true)
        // The head of the chain stands for its last phase, a step for exactly that.
        let sft = [
            "run", "--phase=sft", "--data", "chat.jsonl", "--home", "home", "--num-iterations", "2",
            "--threads", "1", "--no-evaluate", "--quiet",
        ]
        for (parent, id, ancestors) in [
            ("b1", "s", ["b1", "b1_mid"]), ("b1@3", "s3", ["b1"]),
            ("experiments/b1_mid", "sp", ["b1", "b1_mid"]),
        ] {
            let run = try program.run(
                sft + ["--parent-experiment=\(parent)", "--experiment-id=\(id)"])
            try #require(run.status == 0, "\(run.errors)")
            let link = try program.json("experiments/\(id)/parent_link.json")
            #expect(link["inheritance_chain"] as? [String] == ancestors)
        }
        for (words, sentence) in [
            (["--phase=sft", "--data", "chat.jsonl"], "these would do: b1, b1_mid"),
            (["--phase=sft", "--parent-experiment=b9"], "there is no experiment 'b9'"),
            (["--phase=mid", "--parent-experiment=s"], "wants an earlier one"),
            (
                ["--phase=base", "--init-lr-frac", "0.1"],
                "none of the phases base has --init-lr-frac"
            ),
            (["--phase=base", "--depht", "1"], "did you mean --depth?"),
            (["--phase=mid,base"], "in the order of a model's life"),
            (["--phase=base", "--parent-experiment=b1"], "begins from nothing"),
            (["--phase=sft", "--parent-experiment=b1@17"], "has no checkpoint after 17 steps"),
        ] {
            let outcome = try program.run(["run", "--home", "home"] + words)
            #expect(outcome.status != 0 && outcome.errors.contains(sentence), "\(outcome.errors)")
        }
        // Moved aside, never overwritten.
        let forced = try program.run(Self.chain + Self.small + ["--seed", "7", "--force"])
        #expect(forced.status == 0, "\(forced.errors)")
        let aside = try FileManager.default.contentsOfDirectory(
            atPath: program.folder + "/experiments/.aside")
        #expect(aside.count == 2)
    }

    @Test func aRunTakesMoreStepsAndWhatChangesNoResult() throws {
        let program = try Self.prepared()
        let line =
            [
                "base-train", "--data", "stories.jsonl", "--depth=1", "--model-tag=b",
                "--eval-every=-1",
            ] + Self.small.dropLast(5) + ["--quiet"]
        let begun = try program.run(line)
        try #require(begun.status == 0, "\(begun.errors)")
        let run = "home/base_checkpoints/b"
        // The tokenizer is the run's own: it is found though the one of HOME is gone.
        try FileManager.default.removeItem(atPath: program.folder + "/home/tokenizer")
        let generated = try program.run(
            "generate", "-g", "b", "--home", "home", "-m", "2", "--seed", "1", "-q")
        #expect(generated.status == 0, "\(generated.errors)")
        let tokenizer = ["--tokenizer", run + "/tokenizer"]
        let longer = try program.run(
            line + tokenizer + ["--num-iterations", "5", "--save-every", "4"])
        #expect(longer.status == 0, "\(longer.errors)")
        #expect(program.exists(run + "/checkpoints/step_000005"))
        let manifest = try program.json(run + "/manifest.json")
        let starts = try #require(manifest["resumptions"] as? [[String: Any]])
        let changes = try #require(starts.last?["changes"] as? [[String: String]])
        #expect(
            changes.contains { $0 == ["name": "schedule.stepCount", "was": "3", "now": "5"] })
        let refused = try program.run(
            line + tokenizer + ["--num-iterations", "5", "--matrix-lr", "0.5"])
        #expect(refused.status == 2)
        #expect(refused.errors.contains("--matrix-lr was 0.02 and is now 0.5"), "\(refused.errors)")
        // Fewer steps than were taken are another run.
        let fewer = try program.run(line + tokenizer + ["--num-iterations", "4"])
        #expect(fewer.status == 2 && fewer.errors.contains("--num-iterations was 5 and is now 4"))
    }

    @Test func whatARunWasToldIsSearchable() throws {
        let program = try Self.prepared()
        let base = try program.run(
            [
                "run", "--phase=base", "--experiment-id=b", "--depth", "1", "--data",
                "stories.jsonl", "--no-report", "--no-evaluate",
            ] + Self.small)
        try #require(base.status == 0, "\(base.errors)")
        let found = try program.run(
            "experiments", "list", "--where", "matrix_lr == 0.02 && data ~ '*stories.jsonl'",
            "--columns", "id,matrix_lr,data", "--json")
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.output.contains(program.folder + "/stories.jsonl"), "\(found.output)")
    }

    @Test func aListOfASweepIsUnderstoodWholeOrRefused() throws {
        let program = try Self.prepared()
        for (list, sentence) in [
            (#"[{"matrix-lr": {"a": 1}}]"#, "'matrix-lr' of object 1"),
            (#"[{"depth": 1}, {"depth": null}]"#, "'depth' of object 2"),
            (#"[{"data": ["a", "b"]}]"#, "'data' of object 1"),
        ] {
            try list.write(
                toFile: program.folder + "/list.json", atomically: true, encoding: .utf8)
            let outcome = try program.run(
                "sweep", "--phase=base", "--list", "list.json", "--data", "stories.jsonl",
                "--dry-run")
            #expect(outcome.status == 2 && outcome.errors.contains(sentence), "\(outcome.errors)")
        }
    }

    @Test func sweepsGoOnPastAFailureAndAreFound() throws {
        let program = try Self.prepared()
        let base = try program.run(
            [
                "run", "--phase=base", "--experiment-id=b", "--depth", "1", "--data",
                "stories.jsonl", "--no-report",
            ] + Self.small)
        try #require(base.status == 0, "\(base.errors)")
        let sweep = [
            "sweep", "--phase=sft", "--parent-experiment=b", "--grid", "device-batch-size=4,0",
            "--seeds", "1,2", "--data", "chat.jsonl", "--home", "home", "--num-iterations", "2",
            "--threads", "1", "--no-evaluate", "--jobs", "2",
        ]
        let plan = try program.run(sweep + ["--dry-run"])
        #expect(plan.output.contains("4 runs"))
        #expect(!program.exists("experiments/sft_b_device-batch-size4_seed1"))
        let first = try program.run(sweep)
        #expect(first.status == 1)
        for (id, word) in [
            ("sft_b_device-batch-size4_seed1", "finished"),
            ("sft_b_device-batch-size0_seed2", "failed with status 2"),
        ] {
            #expect(
                first.output.split(separator: "\n").contains {
                    $0.hasPrefix(id) && $0.hasSuffix(word)
                }, "\(first.output)")
        }
        let found = try program.run([
            "experiments", "list", "--where", "phase == 'sft' && seed == 2", "--columns", "id",
            "--format", "csv",
        ])
        #expect(found.output == "id\nsft_b_device-batch-size4_seed2\n")
        let tree = try program.run(["experiments", "lineage"])
        #expect(tree.output.contains("└─ sft_b_device-batch-size4_seed2 (sft)"))
        let lines = try program.run([
            "experiments", "reproduce", "sft_b_device-batch-size4_seed1",
        ])
        #expect(lines.output.split(separator: "\n").count == 2)
        // A parent's checkpoint is never removed; the others only with a yes.
        let kept = "experiments/b/checkpoints/step_000003"
        let asked = try program.run(["experiments", "prune", "*", "--keep", "0"])
        #expect(asked.status == 2)
        #expect(
            program.exists("experiments/sft_b_device-batch-size4_seed1/checkpoints/step_000002"))
        let pruned = try program.run(["experiments", "prune", "*", "--keep", "0", "--yes"])
        #expect(pruned.status == 0 && program.exists(kept))
        #expect(
            !program.exists("experiments/sft_b_device-batch-size4_seed1/checkpoints/step_000002"))
        let wrong = try program.run(["experiments", "list", "--where", "sede == 2"])
        #expect(wrong.status == 2 && wrong.errors.contains("did you mean seed?"))
    }

    @Test func aStudyRunsFromItsDataToItsList() throws {
        let program = try Self.prepared()
        let flags = Self.small.filter { $0 != "--quiet" }.map { "\"\($0)\"" }.joined(
            separator: ", ")
        try """
        {"question": "Does it run?",
         "prepare": [
           {"makes": "s.jsonl", "command": ["data", "synth", "--kind", "stories", "--count", "300", "--output", "s.jsonl"]},
           {"makes": "home/tokenizer/tokenizer.json", "command": ["tokenizer", "train", "--data", "s.jsonl",
             "--vocab-size", "400", "--output", "home/tokenizer"]}],
         "axes": {"direction": ["forward", "backward"]}, "id": "x_{direction}",
         "run": ["--phase=base", "--data", "s.jsonl", "--depth", "1", "--no-evaluate", "--no-report",
           \(flags)],
         "finish": [["experiments", "list", "--columns", "id", "status", "--format", "csv"]]}
        """.write(toFile: program.folder + "/own.json", atomically: true, encoding: .utf8)
        for _ in 0..<2 {
            let outcome = try program.run(["study", "own.json", "--quiet"])
            try #require(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("x_backward,finished\nx_forward,finished\n"))
        }
        #expect(program.exists("studies/own/experiments/x_forward/config.json"))
        let wrong = try program.run(["study", "nothing-like-it"])
        #expect(wrong.status == 1 && wrong.errors.contains("there is no study"))
    }
}
