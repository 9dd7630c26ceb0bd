import Corpus
import Foundation
import Language
import Models
import Provenance
import Runs
import Tensors
import Training

/// Our training step on one fixed batch of random ids, timed turn by turn.
struct TrainBenchmark {
    /// What is trained.
    struct Shape {
        var depth: Int
        var vocabularySize: Int
        var contextLength: Int
        var rowCount: Int
        var dtype: DType
        var threadCount: Int
    }

    let shape: Shape
    let model: ModelConfiguration
    private let trainer: Trainer
    private let batch: Batch

    /// A trainer that has taken the steps which choose and compile kernels.
    init(_ shape: Shape, seed: Seed) throws {
        self.shape = shape
        model = try ModelConfiguration(
            depth: shape.depth, vocabularySize: shape.vocabularySize,
            contextLength: shape.contextLength)
        let model = GPT(model, seed: seed["model/init"], computeDType: shape.dtype)
        trainer = Trainer(
            model: model, optimizer: Optimizer(model, OptimizerSettings()),
            // A horizon that keeps the rates of a benchmark constant.
            schedule: LearningRateSchedule(stepCount: 1_000_000_000))
        var stream = seed["batch"].generator()
        let (B, T, V) = (shape.rowCount, shape.contextLength, UInt64(shape.vocabularySize))
        var batch = Batch(rowCount: B, columnCount: T)
        for cell in 0..<(B * T) {
            batch.inputs[cell] = Int32(stream.next() % V)
            batch.targets[cell] = Int32(stream.next() % V)
        }
        batch.targetCount = B * T
        self.batch = batch
        _ = try step(2, now: { 0 })
        Memory.forgetPeak()
    }

    /// Seconds of one step that takes `observation`, and of what `record` does with it.
    func seconds(
        _ observation: Trainer.Observation, now: () -> Double,
        record: (Trainer.Outcome) throws -> Void = { _ in }
    ) throws -> Double {
        let begin = now()
        try record(try trainer.step([batch], observing: observation))
        return now() - begin
    }

    /// Tokens per second of the fastest of `count` steps.
    func step(_ count: Int, now: () -> Double) throws -> Double {
        var best = Double.infinity
        for _ in 0..<count {
            let begin = now()
            _ = try trainer.step([batch])
            best = min(best, now() - begin)
        }
        return Double(shape.rowCount * shape.contextLength) / best
    }
}

/// The process's resident memory, from the kernel.
enum Memory {
    /// Bytes at most since the last `forgetPeak`; `nil` where the kernel does not say.
    static var peak: Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        else { return nil }
        for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            let digits = line.filter(\.isNumber)
            return Int(digits).map { $0 * 1024 }
        }
        return nil
    }

    /// Starts the peak anew; not permitted in some containers, where it then includes the warm-up.
    static func forgetPeak() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        try? file.write(contentsOf: Data("5".utf8))
        try? file.close()
    }
}
