import Foundation
import Testing

/// Trackers beside a training run: they never change it, and what they missed they are told later.
@Suite(.serialized) struct TrackerTests {
    /// A wandb that dies, hangs or works, as the file `mood` beside it says, and keeps what it was told.
    private static let impostor = """
        import json, os, pathlib, time
        here = pathlib.Path(__file__).parent

        class Settings:
            def __init__(self, **settings): pass

        class Run:
            def define_metric(self, *a, **k): pass
            def log(self, metrics, step):
                mood = (here / "mood").read_text()
                if mood == "dies": os._exit(1)
                if mood == "hangs": time.sleep(3600)
                with open(here / "told.jsonl", "a") as file: file.write(json.dumps([step, metrics]) + "\\n")
            def finish(self): pass

        def init(**arguments):
            (here / "init.json").write_text(json.dumps({k: v for k, v in arguments.items() if k != "settings"}))
            return Run()
        """

    private static let training = [
        "base-train", "--data", "stories.jsonl", "--home", "home", "--depth", "1", "--aspect-ratio",
        "32",
        "--head-dim", "32", "--max-seq-len", "64", "--device-batch-size", "4", "--total-batch-size",
        "256",
        "--num-iterations", "30", "--eval-every", "10", "--eval-tokens", "200", "--threads", "1",
        "--quiet",
        "--log-gradients-every", "10",
    ]

    private static func prepared() throws -> Program {
        let program = try Program()
        try program.succeed(
            "data", "synth", "--kind", "stories", "--count", "300", "--output", "stories.jsonl")
        try program.succeed(
            "tokenizer", "train", "--data", "stories.jsonl", "--vocab-size", "400", "--output",
            "home/tokenizer", "--threads", "1", "--quiet")
        try FileManager.default.createDirectory(
            atPath: program.folder + "/fake", withIntermediateDirectories: true)
        try impostor.write(
            toFile: program.folder + "/fake/wandb.py", atomically: true, encoding: .utf8)
        return program
    }

    private static func losses(_ program: Program, _ run: String) throws -> [Double] {
        let text = try String(
            contentsOfFile: "\(program.folder)/\(run)/metrics.jsonl", encoding: .utf8)
        return try text.split(separator: "\n").compactMap {
            let line = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            return line?["loss"] as? Double
        }
    }

    @Test func aTrackerThatDiesOrHangsChangesNothingAndCatchesUp() throws {
        let program = try Self.prepared()
        let variables = ["PYTHONPATH": program.folder + "/fake"]
        let alone = try program.run(Self.training + ["--run-dir", "alone"])
        try #require(alone.status == 0, "\(alone.errors)")
        let expected = try Self.losses(program, "alone")
        #expect(expected.count == 30)
        for mood in ["dies", "hangs"] {
            try mood.write(
                toFile: program.folder + "/fake/mood", atomically: true, encoding: .utf8)
            let run = try program.run(
                Self.training + ["--run-dir", mood, "--tracker", "wandb"], variables: variables)
            try #require(run.status == 0, "\(run.errors)")
            #expect(try Self.losses(program, mood) == expected, "\(mood)")
            guard mood == "dies" else { continue }
            // Given up, with a word in the log; before that its client may not have looked at its mood.
            var said = ""
            for _ in 0..<1800 where !said.contains("has ended") {
                said = try String(
                    contentsOfFile: program.folder + "/dies/.tracker-wandb.log", encoding: .utf8)
                usleep(100_000)
            }
            #expect(said.contains("has ended"))
        }
        // It works again: everything it missed is told, once.
        try "works".write(
            toFile: program.folder + "/fake/mood", atomically: true, encoding: .utf8)
        var later = try program.run(
            ["track", "dies", "--tracker", "wandb"], variables: variables)
        // The process that gave up may still be on its way out.
        for _ in 0..<600 where later.errors.contains("is being told") {
            usleep(100_000)
            later = try program.run(
                ["track", "dies", "--tracker", "wandb"], variables: variables)
        }
        try #require(later.status == 0, "\(later.errors)")
        let told = try String(
            contentsOfFile: program.folder + "/fake/told.jsonl", encoding: .utf8
        )
        .split(separator: "\n")
        let lines = try told.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [Any])
        }
        #expect(lines.compactMap { $0[0] as? Int } == Array(0...30))
        let first = try #require(lines[0][1] as? [String: Any])
        #expect(first["train/loss"] as? Double == expected[0])
        #expect(first["grad_norm/layer_0"] is Double)
        #expect((lines[30][1] as? [String: Any])?["val/bpb"] is Double)
        let begin = try program.json("fake/init.json")
        #expect(begin["group"] as? String == "dies" && begin["mode"] as? String == "offline")
        #expect((begin["config"] as? [String: Any])?["direction"] as? String == "forward")
        let again = try program.run(
            ["track", "dies", "--tracker", "wandb"], variables: variables)
        #expect(again.status == 0 && again.errors.contains("0 steps told"))
    }

    @Test func aTrackerThatIsNotThereIsSaidBeforeTraining() throws {
        let program = try Self.prepared()
        let run = try program.run(
            Self.training + ["--run-dir", "r", "--tracker", "wandb"],
            variables: ["PYTHONPATH": "", "PYTHONNOUSERSITE": "1"])
        // Where the client is installed for the tests' Python there is nothing to say.
        if run.status != 0 {
            #expect(run.errors.contains("Tools/tracker/requirements.txt"))
            #expect(!program.exists("r/metrics.jsonl"))
        }
        let files = try program.run(
            Self.training + ["--run-dir", "t", "--tracker", "tensorboard"])
        try #require(files.status == 0, "\(files.errors)")
        let told = try program.run(["track", "t", "--tracker", "tensorboard"])
        // The run's own process may still be at it; then this one is refused.
        #expect(told.status == 0 || told.errors.contains("is being told"))
        var found: [String] = []
        for _ in 0..<1800 where found.isEmpty {
            found =
                (try? FileManager.default.contentsOfDirectory(
                    atPath: program.folder + "/t/tensorboard")) ?? []
            usleep(100_000)
        }
        #expect(found.contains { $0.hasPrefix("events.out.tfevents.") })
    }
}
