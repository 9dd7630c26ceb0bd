import Foundation
import Testing

/// The program held to the instructions of older processors. `Tools/ci/other_processors.sh` emulates such
/// processors as a whole.
@Suite struct ProcessorTests {
    private static let size = [
        "--depth", "1", "--aspect-ratio", "32", "--head-dim", "32", "--max-seq-len", "32",
        "--device-batch-size", "2", "--total-batch-size", "64", "--num-iterations", "3",
        "--eval-tokens", "64", "--threads", "1", "--quiet", "--dtype", "float32",
    ]

    private static func losses(_ program: Program, _ run: String) throws -> [Double] {
        let text = try String(
            contentsOfFile: "\(program.folder)/\(run)/metrics.jsonl", encoding: .utf8)
        return try text.split(separator: "\n").compactMap {
            let line = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            return line?["loss"] as? Double
        }
    }

    @Test func everyLevelTrainsAlikeAndSaysWhichItIs() throws {
        let program = try Program()
        try program.succeed(
            "data", "synth", "--kind", "stories", "--count", "60", "--output", "stories.jsonl")
        try program.succeed(
            "tokenizer", "train", "--data", "stories.jsonl", "--vocab-size", "300", "--output",
            "tokenizer", "--threads", "1", "--quiet")
        // Levels that this machine lacks are refused by name, so the refusal lists those it has.
        let refused = try program.run(["doctor"], variables: ["RETRO_KERNELS": "avx9"])
        #expect(refused.status == 2)
        let list = try #require(refused.errors.components(separatedBy: "this machine has ").last)
        let levels = list.trimmingCharacters(in: .whitespacesAndNewlines).dropLast()
            .components(separatedBy: ", ")
        #expect(levels.first == "baseline")

        var first: [Double] = []
        for level in levels {
            let outcome = try program.run(
                [
                    "base-train", "--data", "stories.jsonl", "--tokenizer", "tokenizer", "--home",
                    ".",
                ]
                    + Self.size + ["--model-tag", level], variables: ["RETRO_KERNELS": level])
            try #require(outcome.status == 0, "\(level): \(outcome.errors)")
            let run = "base_checkpoints/\(level)"
            let manifest = try program.json("\(run)/manifest.json")
            let kernels = (manifest["start"] as? [String: Any])?["kernels"] as? String
            let expected = ["baseline": ["SSE2", "NEON"], "avx2": ["AVX2"]][level] ?? ["AVX-512"]
            #expect(
                expected.contains { kernels?.hasPrefix($0) == true }, "\(level): \(kernels ?? "-")")
            let losses = try Self.losses(program, run)
            #expect(losses.count == 3)
            if first.isEmpty { first = losses }
            for (a, b) in zip(first, losses) {
                #expect(abs(a - b) < 1e-4, "\(level) learns otherwise: \(losses), \(first)")
            }
        }
    }
    @Test func doctorSaysWhichKernelsAndWhy() throws {
        let program = try Program()
        let outcome = try program.run(
            ["doctor", "--json"], variables: ["RETRO_KERNELS": "baseline"])
        let page = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let sections = try #require(page["sections"] as? [[String: Any]])
        let facts = sections.flatMap { $0["facts"] as? [[String: String]] ?? [] }
        func value(_ name: String) -> String? { facts.first { $0["name"] == name }?["value"] }
        #expect(value("kernels")?.contains("products by libtorch; attention by libtorch") == true)
        #expect(value("why these")?.isEmpty == false)
        #expect(
            value("dtypes")?.contains("default float32") == true
                || value("kernels")?.hasPrefix("NEON") == true)
    }
}
