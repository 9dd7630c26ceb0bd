import Tensors

/// The PyTorch twin in a process of its own, kept waiting between turns so that both programs can be
/// timed alternately in one run.
final class Twin {
    /// What the twin says of some steps.
    struct Turn: Decodable {
        var tokens_per_second: Double?
        var peak_bytes: Int?
        var baseline_bytes: Int?
        var compile_seconds: Double?
        var torch: String?
        var error: String?
    }

    /// `eager` or `compiled`.
    let mode: String
    private let companion: Companion

    /// Starts the twin and waits until it has compiled and warmed up.
    init(_ mode: String, shape: TrainBenchmark.Shape, in world: World) throws {
        self.mode = mode
        companion = try Companion(
            "twin.py",
            [
                "serve", "--mode", mode, "--depth", String(shape.depth), "--vocab-size",
                String(shape.vocabularySize), "--max-seq-len", String(shape.contextLength),
                "--device-batch-size", String(shape.rowCount), "--dtype", shape.dtype.name,
                "--threads", String(shape.threadCount),
            ], in: world)
        let turn = companion.answer(as: Turn.self)
        guard let turn, turn.error == nil else {
            throw CommandError.missing(
                "the \(mode) twin did not start\(turn?.error.map { " (\($0))" } ?? ""). It needs what Tools/baseline/requirements.txt lists: "
                    + "python3 -m pip install --require-hashes --no-deps --target .deps/bench -r "
                    + "Tools/baseline/requirements.txt"
                    + (mode == "compiled" ? "; and a C++ compiler called g++." : "."))
        }
    }

    /// Lets it take `count` steps.
    func step(_ count: Int) throws -> Turn {
        guard let turn = companion.answer(to: "step \(count)", as: Turn.self), turn.error == nil
        else {
            throw CommandError.missing("the \(mode) twin died while it was timed.")
        }
        return turn
    }
}
