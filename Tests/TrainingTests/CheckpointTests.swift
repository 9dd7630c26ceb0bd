import Corpus
import Foundation
import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing
import Training

@Suite(.countingHandles) struct CheckpointTests {
    static let files = [
        "model.safetensors", "optimizer.safetensors", "state.json", "checksums.json",
    ]

    /// A trainer after two steps, and the state to save with it.
    static func trained() throws -> (Trainer, Checkpoint.State) {
        let experiment = try TinyRun.experiment()
        let trainer = TinyRun.trainer(experiment)
        var stream = try TinyRun.stream(experiment)
        for _ in 0..<2 { _ = try trainer.step([stream.next()]) }
        return (
            trainer,
            Checkpoint.State(
                experiment: experiment, step: trainer.step, cursor: stream.cursor,
                validationBitsPerByte: 1.5,
                randomStreams: ["samples": Seed(3)["samples"].generator()],
                tokensSeen: ["forward": 57], elapsedSeconds: 2.25)
        )
    }

    @Test func everythingComesBack() throws {
        try TinyRun.withFolder { folder in
            let (trainer, state) = try Self.trained()
            let path = try Checkpoint.save(trainer, state: state, in: folder)
            #expect(path == Checkpoint.path(of: 2, in: folder))
            #expect(path.hasSuffix("/step_000002"))
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(names.sorted() == Self.files.sorted())

            let back = try Checkpoint(reading: path)
            #expect(back.state == state)
            #expect(back.model.count == trainer.model.parameters.count)
            for parameter in trainer.model.parameters {
                let found = try #require(back.model[parameter.name])
                #expect(found.floats() == parameter.value.detached().floats())
            }
            for (name, tensor) in trainer.optimizer.state {
                #expect(try #require(back.optimizer[name]).floats() == tensor.floats(), "\(name)")
            }
            #expect(try Checkpoint(reading: path, withOptimizer: false).optimizer.isEmpty)
        }
    }

    @Test func everyTruncationIsDetected() throws {
        try TinyRun.withFolder { folder in
            let (trainer, state) = try Self.trained()
            let path = try Checkpoint.save(trainer, state: state, in: folder)
            for file in Self.files {
                let whole = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)"))
                for length in [0, 1, 7, 8, whole.count / 2, whole.count - 1] {
                    try write(whole.prefix(length), "\(path)/\(file)")
                    expectDamage(path, "\(file) cut to \(length)")
                }
                try FileManager.default.removeItem(atPath: "\(path)/\(file)")
                expectDamage(path, "\(file) absent")
                try write(whole, "\(path)/\(file)")
            }
            _ = try Checkpoint(reading: path)
        }
    }

    @Test func everyBitFlipIsDetected() throws {
        try TinyRun.withFolder { folder in
            let (trainer, state) = try Self.trained()
            let path = try Checkpoint.save(trainer, state: state, in: folder)
            var random = Seed(60)["flips"].generator()
            for flip in 0..<60 {
                let file = "\(path)/\(Self.files[flip % Self.files.count])"
                let whole = try Data(contentsOf: URL(fileURLWithPath: file))
                var damaged = whole
                let byte = Int.random(in: 0..<whole.count, using: &random)
                let bit = Int.random(in: 0..<8, using: &random)
                damaged[byte] ^= 1 << bit
                // A digest's digit in the other case is the same digit.
                if file.hasSuffix("checksums.json"), lowercased(damaged) == lowercased(whole) {
                    continue
                }
                try write(damaged, file)
                expectDamage(path, "flip \(flip): bit \(bit) of byte \(byte) of \(file)")
                try write(whole, file)
            }
            _ = try Checkpoint(reading: path)
        }
    }

    @Test func whatAnInterruptedSaveLeftIsIgnoredAndRemoved() throws {
        try TinyRun.withFolder { folder in
            for name in ["step_000001.part", "step_000002.part"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
                try write(Data("half".utf8), "\(folder)/\(name)/model.safetensors")
            }
            #expect(Checkpoint.steps(in: folder).isEmpty)
            let (trainer, state) = try Self.trained()
            try Checkpoint.save(trainer, state: state, in: folder)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder) == ["step_000002"])
            #expect(Checkpoint.steps(in: folder) == [2])
        }
    }

    @Test func savingAgainReplacesADamagedCheckpoint() throws {
        try TinyRun.withFolder { folder in
            let (trainer, state) = try Self.trained()
            let path = try Checkpoint.save(trainer, state: state, in: folder)
            try write(Data(), "\(path)/state.json")
            expectDamage(path, "an empty state")
            try Checkpoint.save(trainer, state: state, in: folder)
            #expect(try Checkpoint(reading: path).state == state)
        }
    }

    @Test func theNewestAreKept() throws {
        try TinyRun.withFolder { folder in
            let (trainer, saved) = try Self.trained()
            var state = saved
            for step in [9, 10, 1_000_000, 11] {
                state.step = step
                try Checkpoint.save(trainer, state: state, in: folder)
            }
            Checkpoint.prune(folder, keeping: 0)
            #expect(Checkpoint.steps(in: folder) == [9, 10, 11, 1_000_000])
            Checkpoint.prune(folder, keeping: 5)
            #expect(Checkpoint.steps(in: folder) == [9, 10, 11, 1_000_000])
            Checkpoint.prune(folder, keeping: 2)
            #expect(Checkpoint.steps(in: folder) == [11, 1_000_000])
        }
    }

    private func write(_ data: Data, _ path: String) throws {
        try data.write(to: URL(fileURLWithPath: path))
    }

    private func lowercased(_ data: Data) -> String {
        String(decoding: data, as: UTF8.self).lowercased()
    }

    private func expectDamage(_ path: String, _ what: String) {
        let error = #expect(throws: TrainingError.self, "\(what)") {
            try Checkpoint(reading: path)
        }
        #expect(error?.description.contains(path) == true, "\(what)")
    }
}
