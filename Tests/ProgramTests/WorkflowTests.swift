import Foundation
import Testing

/// The workflow that the design shows, typed into a shell from an empty folder to the page that compares everything.
@Suite struct WorkflowTests {
    /// The design's block; depths 1, 2 and 3 stand for 12, 20 and 26.
    private static let block = """
        for depth in 1 2 3; do for direction in forward backward bidirectional; do
          ./retro run --phase=base --direction=$direction --depth=$depth --experiment-id=base_${direction}_d${depth}
        done; done
        for exp in experiments/base_*; do
          ./retro run --phase=mid --parent-experiment=$(basename $exp) --experiment-id=mid_$(basename $exp)
        done
        ./retro analyze compare-learning --experiments base_*_d2 --output learning_curves_d2.png
        ./retro analyze direction-transfer --experiment base_backward_d2 --output backward_transfer_analysis.md
        ./retro analyze compare-all --base-experiments base_* --output comprehensive_comparison.html

        ./retro run --phase=base,mid --direction=forward --depth=2 --experiment-id=base_forward_d2
        for lr in 0.01 0.02 0.05 0.10; do
          ./retro run --phase=sft --parent-experiment=base_forward_d2 --experiment-id=sft_lr${lr} --init-lr-frac=$lr
        done
        ./retro analyze compare --experiments sft_lr* --metrics mmlu_acc,arc_easy_acc,convergence --output sft_lr_sweep.png
        """

    /// What makes it small: settings of the environment, which every command reads.
    private static let settings = [
        "ASPECT_RATIO": "32", "HEAD_DIM": "32", "MAX_SEQ_LEN": "64", "DEVICE_BATCH_SIZE": "4",
        "TOTAL_BATCH_SIZE": "256", "NUM_ITERATIONS": "4", "EVAL_TOKENS": "200", "THREADS": "1",
        "QUIET": "true", "MAX_PROBLEMS": "4", "MAX_NEW_TOKENS": "4",
        "EVAL_METRICS_MAX_PROBLEMS": "4",
        "TASK_NAME": "mmlu", "TARGET_EXAMPLES_PER_STEP": "4", "EVAL": "sample",
    ]

    private static func prepare(_ program: Program) throws {
        let home = ".cache/retrograde"
        try FileManager.default.createDirectory(
            atPath: "\(program.folder)/\(home)/base_data", withIntermediateDirectories: true)
        try program.succeed(
            "data", "synth", "--kind", "stories", "--count", "300", "--output",
            "\(home)/base_data/stories.jsonl")
        try program.succeed(
            "tokenizer", "train", "--data", "\(home)/base_data", "--vocab-size", "400", "--output",
            "\(home)/tokenizer", "--threads", "1", "--quiet")
        let talk = (0..<80).map {
            #"{"messages": [{"role": "user", "content": "Say \#($0)."}, {"role": "assistant", "content": "It is \#($0 * 7)."}]}"#
        }.joined(separator: "\n")
        let choice = (0..<20).map {
            #"{"id": "q\#($0)", "query": "Question: How many is \#($0 % 5)?\nAnswer:", "#
                + #""choices": ["none", "one", "some", "many"], "gold": \#($0 % 4)}"#
        }.joined(separator: "\n")
        let sums = (0..<20).map {
            #"{"question": "How many is \#($0)?", "answer": "It is \#($0).\n#### \#($0)"}"#
        }.joined(separator: "\n")
        for (name, text) in [
            ("smoltalk/train", talk), ("smoltalk/test", talk), ("gsm8k/train", sums),
            ("gsm8k/test", sums), ("mmlu/mmlu-auxiliary_train", choice), ("mmlu/mmlu-test", choice),
            ("mmlu/mmlu-validation", choice), ("mmlu/mmlu-dev", choice),
            ("arc/arc_easy-train", choice), ("arc/arc_easy-test", choice),
            ("arc/arc_challenge-train", choice), ("arc/arc_challenge-test", choice),
        ] {
            let file = "\(program.folder)/\(home)/task_data/\(name).jsonl"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try text.write(toFile: file, atomically: true, encoding: .utf8)
        }
        let launcher = "\(program.folder)/retro"
        try "#!/bin/sh\nexec '\(program.executable)' \"$@\"\n".write(
            toFile: launcher, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: launcher)
    }

    @Test func fromAnEmptyFolderToThePageThatComparesEverything() throws {
        let program = try Program()
        try Self.prepare(program)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-euo", "pipefail", "-c", Self.block]
        process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
        var environment = ["PATH": "/usr/bin:/bin", "HOME": program.folder]
        for (name, value) in Self.settings { environment["RETRO_\(name)"] = value }
        process.environment = environment
        let log = "\(program.folder)/log.txt"
        try Data().write(to: URL(fileURLWithPath: log))
        let sink = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = sink
        process.standardError = sink
        try process.run()
        process.waitUntilExit()
        let said = try String(contentsOfFile: log, encoding: .utf8)
        try #require(process.terminationStatus == 0, "\(said.suffix(3000))")

        // The design's tree, in every experiment.
        let bases = (1...3).flatMap { depth in
            ["forward", "backward", "bidirectional"].map { "base_\($0)_d\(depth)" }
        }
        let phases =
            bases.map { ($0, "base", "base_training.h5") }
            + bases.map { ("mid_" + $0, "mid", "midtraining.h5") }
            + [("base_forward_d2_mid", "mid", "midtraining.h5")]
            + ["0.01", "0.02", "0.05", "0.10"].map { ("sft_lr\($0)", "sft", "sft.h5") }
        for (id, phase, record) in phases {
            let folder = "experiments/\(id)"
            for file in [
                "config.json", "manifest.json", "parent_link.json", "metrics.jsonl", record,
                "RESEARCH_REPORT.md", "report.html",
            ] { #expect(program.exists("\(folder)/\(file)"), "\(id)/\(file)") }
            let steps = try FileManager.default.contentsOfDirectory(
                atPath: "\(program.folder)/\(folder)/checkpoints")
            let last = try #require(steps.filter { $0.hasPrefix("step_") }.max(), "\(id)")
            for file in ["model.safetensors", "optimizer.safetensors", "state.json"] {
                #expect(program.exists("\(folder)/checkpoints/\(last)/\(file)"), "\(id)/\(file)")
            }
            for reading in ["forward", "backward"] {
                let place = "\(folder)/evaluations/\(phase)_phase/\(reading)_direction"
                #expect(program.exists("\(place)/matched_validation.json"), "\(place)")
                if phase == "sft" {
                    #expect(
                        program.exists("\(place)/arc_easy.json")
                            || program.exists("\(place)/mmlu.json"))
                }
            }
            let figures = try FileManager.default.contentsOfDirectory(
                atPath: "\(program.folder)/\(folder)/figures")
            for ending in [".vl.json", ".csv", ".png", ".svg", ".pdf"] {
                #expect(figures.contains { $0.hasSuffix(ending) }, "\(id) \(ending)")
            }
            let link = try program.json("\(folder)/parent_link.json")
            #expect((link["inheritance_chain"] as? [String])?.isEmpty == (phase == "base"))
        }
        for file in [
            "learning_curves_d2.png", "backward_transfer_analysis.md",
            "comprehensive_comparison.html", "sft_lr_sweep.png",
        ] { #expect(program.exists(file), "\(file)") }
        let page = try String(
            contentsOfFile: "\(program.folder)/comprehensive_comparison.html", encoding: .utf8)
        // Drawn, and whole without a network.
        #expect(page.contains("data:image/svg+xml") && page.contains("vegaEmbed"))
        #expect(!page.contains("https://cdn"))
        for id in bases { #expect(page.contains(id), "\(id)") }
        let sweep = try String(
            contentsOfFile: "\(program.folder)/sft_lr_sweep.csv", encoding: .utf8)
        #expect(sweep.contains("mmlu_acc") && sweep.contains("init-lr-frac"))
    }
}
