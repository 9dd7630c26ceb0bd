import Foundation
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
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()

    /// Starts the twin and waits until it has compiled and warmed up.
    init(_ mode: String, shape: TrainBenchmark.Shape, in world: World) throws {
        self.mode = mode
        guard let repository = world.repository, let wheels = world.wheels else {
            throw CommandError.missing(
                "the PyTorch twin lies in the repository; run the program from there.")
        }
        process.executableURL = URL(fileURLWithPath: world.python)
        process.arguments = [
            "-B", repository + "/Tools/baseline/twin.py", "serve", "--mode", mode,
            "--depth", String(shape.depth), "--vocab-size", String(shape.vocabularySize),
            "--max-seq-len", String(shape.contextLength), "--device-batch-size",
            String(shape.rowCount), "--dtype", shape.dtype.name, "--threads",
            String(shape.threadCount),
        ]
        var environment = world.environment
        let extra = [wheels, repository + "/.deps/bench", environment["PYTHONPATH"] ?? ""]
        environment["PYTHONPATH"] = extra.filter { !$0.isEmpty }.joined(separator: ":")
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            throw CommandError.missing(
                "cannot start \(world.python): \(error.localizedDescription).")
        }
        guard let turn = answer(), turn.error == nil else {
            throw CommandError.missing(
                "the \(mode) twin did not start. It needs what Tools/baseline/requirements.txt lists: "
                    + "python3 -m pip install --require-hashes --no-deps --target .deps/bench -r "
                    + "Tools/baseline/requirements.txt"
                    + (mode == "compiled" ? "; and a C++ compiler called g++." : "."))
        }
    }

    deinit { process.terminate() }

    /// Lets it take `count` steps.
    func step(_ count: Int) throws -> Turn {
        try? input.fileHandleForWriting.write(contentsOf: Data("step \(count)\n".utf8))
        guard let turn = answer(), turn.error == nil else {
            throw CommandError.missing("the \(mode) twin died while it was timed.")
        }
        return turn
    }

    private func answer() -> Turn? {
        let reading = output.fileHandleForReading
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = unread[unread.startIndex..<end]
                unread = Data(unread[(end + 1)...])
                return try? JSONDecoder().decode(Turn.self, from: Data(line))
            }
            let piece = reading.availableData
            guard !piece.isEmpty else { return nil }
            unread.append(piece)
        }
    }
}
