public import Corpus
internal import Foundation
internal import Language
internal import Models
internal import Provenance
internal import Runs
internal import Tensors

/// The exact nulls that need a model: what must be equal, bit for bit or nearly, on every machine.
///
/// Each check can be told to break its own mechanism; it must then fail, and a test sees it fail.
/// - Source: `Documentation/Method.md`, "Exact nulls".
public enum TrainingNulls {
    /// Null 1: training backward is training forward on the same windows turned around.
    /// - Parameter broken: leaves the windows as they are.
    public static func backwardIsForwardReversed(
        broken: Bool = false
    ) throws(TrainingError) -> NullResult {
        var run = try TinyRun()
        run.direction = .backward
        var stream = try run.batches()
        let backward = try TinyRun.losses(of: run.trainer(), &stream, steps: TinyRun.stepCount)
        run.direction = .forward
        run.control = broken ? .none : .mirrored
        stream = try run.batches()
        let forward = try TinyRun.losses(of: run.trainer(), &stream, steps: TinyRun.stepCount)
        let largest = zip(backward, forward).map { abs($0 - $1) }.max() ?? .infinity
        return NullResult(
            name: "1 backward = forward on reversed windows", passed: backward == forward,
            detail: "\(TinyRun.stepCount) losses, compared bit for bit",
            measurements: [.init("largest difference, nats", largest)])
    }

    /// Null 2: both readings of the same rows learn from the same ids, equally often.
    /// - Parameter broken: leaves out the first target of backward readings.
    public static func targetsAreEqual(broken: Bool = false) throws(TrainingError) -> NullResult {
        var run = try TinyRun()
        // One row a batch, so that the epoch's last row ends a batch.
        run.rowCount = 1
        run.control = broken ? .missingFirstTargets : .none
        func balance(_ direction: Direction) throws(TrainingError) -> [Int] {
            run.direction = direction
            var stream = try run.batches()
            var counts = [Int](repeating: 0, count: run.tokenizer.vocabularySize)
            while true {
                let batch: Batch
                do { batch = try stream.next() } catch { throw .batches(error) }
                for target in batch.targets where target >= 0 { counts[Int(target)] += 1 }
                if batch.next.document == stream.documentsPerEpoch { break }
            }
            return counts
        }
        let forward = try balance(.forward)
        let backward = try balance(.backward)
        let differing = forward.indices.filter { forward[$0] != backward[$0] }
        return NullResult(
            name: "2 equal targets in both readings", passed: differing.isEmpty,
            detail: "multisets of supervised ids over an epoch, BOS included",
            measurements: [
                .init("targets", Double(forward.reduce(0, +))),
                .init("ids that differ", Double(differing.count)),
            ])
    }

    /// Null 3: no logit sees the token it is to predict, or any after it, in either reading.
    /// - Parameter broken: lets attention see one position ahead.
    public static func nothingLeaks(broken: Bool = false) throws(TrainingError) -> NullResult {
        var run = try TinyRun()
        var model = try run.trainer().model
        stir(model, run.seed)
        if broken { model.flaw = .attendsToNext }
        var leaks = 0
        var checked = 0
        for reading in Direction.bidirectional.readings {
            run.direction = reading == .forward ? .forward : .backward
            let batch: Batch
            do {
                var stream = try run.batches()
                batch = try stream.next()
            } catch let error as TrainingError {
                throw error
            } catch let error as BatchError {
                throw .batches(error)
            } catch {
                preconditionFailure("no other error is thrown here: \(error)")
            }
            let T = batch.columnCount
            let before = logits(of: model, batch.inputs, T)
            for column in stride(from: 1, to: T, by: 5) {
                var inputs = batch.inputs
                for row in 0..<batch.rowCount { inputs[row * T + column] ^= 1 }
                let after = logits(of: model, inputs, T)
                // Input `column` is the target of column − 1: that position and those before it stay.
                let moved = withoutGradient {
                    (before.sliced(1, 0..<column) - after.sliced(1, 0..<column)).magnitude()
                        .largest().item()
                }
                leaks += moved == 0 ? 0 : 1
                checked += 1
            }
        }
        return NullResult(
            name: "3 no leakage from targets", passed: leaks == 0,
            detail: "positions changed one at a time, both readings",
            measurements: [.init("changes", Double(checked)), .init("leaks", Double(leaks))])
    }

    /// Null 9, scoring: one row alone, in a batch, and through the cache score alike.
    /// - Parameter broken: the cache forgets how many positions it holds when it turns new ones.
    public static func scoringIsOne(broken: Bool = false) throws(TrainingError) -> NullResult {
        let run = try TinyRun()
        var model = try run.trainer().model
        stir(model, run.seed)
        if broken { model.flaw = .cacheForgetsPositions }
        var stream = try run.batches()
        let batch: Batch
        do { batch = try stream.next() } catch { throw .batches(error) }
        return NullResult(
            name: "9 alone = batched = cached scoring", distances: distances(of: batch, by: model))
    }

    /// The largest differences of logits: rows alone and rows through the cache, against the batch.
    static func distances(of batch: Batch, by model: GPT) -> (alone: Double, cached: Double) {
        let (B, T) = (batch.rowCount, batch.columnCount)
        let whole = logits(of: model, batch.inputs, T)
        var (alone, cached) = (0.0, 0.0)
        for row in 0..<B {
            let ids = Array(batch.inputs[(row * T)..<((row + 1) * T)])
            let expected = whole.sliced(0, row..<(row + 1))
            alone = max(alone, distance(logits(of: model, ids, T), expected))
            cached = max(cached, distance(cachedLogits(of: model, ids), expected))
        }
        return (alone, cached)
    }

    /// Null 10: stopping, saving and going on changes nothing.
    /// - Parameter folder: an empty place for the checkpoint.
    /// - Parameter broken: goes on from the beginning of the data.
    public static func resumingIsExact(
        in folder: String, broken: Bool = false
    ) throws(TrainingError) -> NullResult {
        var results: [Bool] = []
        for direction in Direction.allCases {
            var run = try TinyRun()
            run.direction = direction
            var stream = try run.batches()
            let straight = try TinyRun.losses(of: run.trainer(), &stream, steps: TinyRun.stepCount)

            let half = TinyRun.stepCount / 2
            let first = try run.trainer()
            stream = try run.batches()
            let begin = try TinyRun.losses(of: first, &stream, steps: half)
            var experiment = Experiment(
                model: try run.configuration(),
                schedule: LearningRateSchedule(stepCount: TinyRun.stepCount),
                deviceBatchSize: run.rowCount,
                totalBatchSize: run.rowCount * TinyRun.columnCount,
                tokenizerHash: run.tokenizer.hash, dataHash: run.tokenizer.hash)
            experiment.direction = direction
            let path = try Checkpoint.save(
                first,
                state: Checkpoint.State(
                    experiment: experiment, step: half, cursor: stream.cursor),
                in: "\(folder)/\(direction.rawValue)")
            let saved = try Checkpoint(reading: path)
            let second = try run.trainer()
            do {
                try second.model.load(saved.model)
                try second.optimizer.restore(saved.optimizer, stepCount: saved.state.step)
            } catch {
                throw .model(error)
            }
            stream = try run.batches(from: broken ? .start : saved.state.cursor)
            let end = try TinyRun.losses(
                of: second, &stream, steps: TinyRun.stepCount - half)
            results.append(straight == begin + end)
        }
        return NullResult(
            name: "10 resuming = never having stopped", passed: results.allSatisfy { $0 },
            detail: "losses of every direction through a checkpoint on disk, bit for bit",
            measurements: [.init("directions", Double(results.count))])
    }

    /// Gives the zero projections values, which would hide every fault behind them.
    static func stir(_ model: GPT, _ seed: Seed) {
        withoutGradient {
            for parameter in model.parameters where parameter.law == .zeros {
                parameter.value.assign(
                    Generator(seed[parameter.name]).normal(
                        parameter.value.shape, deviation: 0.1))
            }
        }
        model.refreshCopies()
    }

    private static func logits(of model: GPT, _ ids: [Int32], _ T: Int) -> Tensor {
        withoutGradient {
            model.logits(
                model.hidden(Tensor(ids, shape: [ids.count / T, T]).cast(to: .int64)))
        }
    }

    private static func cachedLogits(of model: GPT, _ ids: [Int32]) -> Tensor {
        withoutGradient {
            let cache = KeyValueCache(
                model.configuration, rowCount: 1, capacity: ids.count)
            let cut = ids.count / 3
            var pieces: [Tensor] = []
            for piece in [ids[..<cut]] + ids[cut...].map({ [$0][...] }) {
                let input = Tensor(piece, shape: [1, piece.count]).cast(to: .int64)
                pieces.append(model.logits(model.hidden(input, cache: cache)))
            }
            return .concatenating(pieces, axis: 1)
        }
    }

    private static func distance(_ a: Tensor, _ b: Tensor) -> Double {
        withoutGradient { (a - b).magnitude().largest().item() }
    }
}

extension NullResult {
    /// Null 9 from its two distances.
    init(name: String, distances: (alone: Double, cached: Double)) {
        let bound = 1e-5
        self.init(
            name: name, passed: distances.alone < bound && distances.cached < bound,
            detail: "largest difference of float32 logits, bound \(bound)",
            measurements: [
                .init("alone", distances.alone), .init("cached", distances.cached),
            ])
    }
}
