import Corpus
import Models
import Provenance
import Runs
import Tensors
import TestSupport
import Testing
import Training

@Suite(.countingHandles) struct TrainerTests {
    /// Relative to the largest element; float32 sums in another order.
    static let tolerance = 1e-5

    /// Rows `rows` of `batch` as a batch.
    static func slice(_ batch: Batch, _ rows: Range<Int>) -> Batch {
        let T = batch.columnCount
        let cells = rows.lowerBound * T..<rows.upperBound * T
        var part = batch
        part.rowCount = rows.count
        part.inputs = Array(batch.inputs[cells])
        part.targets = Array(batch.targets[cells])
        part.targetBytes = Array(batch.targetBytes[cells])
        part.placements = batch.placements.filter { rows.contains($0.row) }.map {
            var placement = $0
            placement.row -= rows.lowerBound
            return placement
        }
        part.targetCount = part.targets.count { $0 >= 0 }
        return part
    }

    /// Four rows; of the first only one target counts.
    static func lopsidedBatch(_ experiment: Experiment) throws -> Batch {
        var stream = try TinyRun.stream(experiment, rowCount: 4)
        var batch = try stream.next()
        let first = try #require(batch.targets.firstIndex { $0 >= 0 })
        for cell in 0..<batch.columnCount where cell != first { batch.targets[cell] = -1 }
        batch.targetCount = batch.targets.count { $0 >= 0 }
        return batch
    }

    @Test func unequalMicroBatchesGiveTheGradientOfTheirUnion() throws {
        let experiment = try TinyRun.experiment()
        let batch = try Self.lopsidedBatch(experiment)
        let parts = [Self.slice(batch, 0..<1), Self.slice(batch, 1..<4)]
        #expect(parts[0].targetCount == 1 && parts[1].targetCount > 20)

        let (whole, cut) = (
            TinyRun.trainer(experiment, drawingWeights: true),
            TinyRun.trainer(experiment, drawingWeights: true)
        )
        let (one, two) = (try whole.step([batch]), try cut.step(parts))
        #expect(abs(one.loss - two.loss) < Self.tolerance * one.loss)
        #expect(abs(one.gradientNorm - two.gradientNorm) < Self.tolerance * one.gradientNorm)
        #expect(one.targetCount == two.targetCount)
        // After the first step a first moment is the gradient times a constant.
        var compared = 0
        for (a, b) in zip(whole.optimizer.state, cut.optimizer.state)
        where a.name.hasSuffix(".first") || a.name.hasSuffix(".momentum") {
            let (x, y) = (a.tensor.floats(), b.tensor.floats())
            let largest = x.reduce(0) { max($0, abs($1)) }
            let distance = zip(x, y).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            #expect(largest > 0, "\(a.name) got no gradient")
            #expect(Double(distance) < Self.tolerance * Double(largest), "\(a.name)")
            compared += 1
        }
        #expect(compared == whole.model.parameters.count)
    }

    @Test func lossIsTheMeanOverTargetsInsteadOfBatches() throws {
        let experiment = try TinyRun.experiment()
        let batch = try Self.lopsidedBatch(experiment)
        let parts = [Self.slice(batch, 0..<1), Self.slice(batch, 1..<4)]
        let alone = try parts.map {
            try TinyRun.trainer(experiment, drawingWeights: true).step([$0]).loss
        }
        let counts = parts.map { Double($0.targetCount) }
        let expected = (alone[0] * counts[0] + alone[1] * counts[1]) / (counts[0] + counts[1])
        let found = try TinyRun.trainer(experiment, drawingWeights: true).step(parts).loss
        #expect(abs(found - expected) < Self.tolerance * expected)
        #expect(abs(found - (alone[0] + alone[1]) / 2) > 1e-3)
    }

    @Test func aLossThatIsNoNumberLeavesTheWeightsUntouched() throws {
        let experiment = try TinyRun.experiment()
        let trainer = TinyRun.trainer(experiment, drawingWeights: true)
        var stream = try TinyRun.stream(experiment)
        _ = try trainer.step([stream.next()])
        let head = try #require(trainer.model.parameters.first { $0.role == .unembedding })
        let sound = withoutGradient { head.value.detached().copy() }
        withoutGradient { head.value.assign(.full(head.value.shape, .nan)) }
        trainer.model.refreshCopies()
        try expectDivergence(of: trainer, try stream.next(), saying: "loss")
        // Nothing of the failed step stays behind.
        withoutGradient { head.value.assign(sound) }
        trainer.model.refreshCopies()
        #expect(try trainer.step([stream.next()]).gradientNorm.isFinite)
    }

    @Test func aGradientThatIsNoNumberLeavesTheWeightsUntouched() throws {
        let experiment = try TinyRun.experiment()
        let trainer = TinyRun.trainer(experiment, drawingWeights: true)
        var stream = try TinyRun.stream(experiment)
        _ = try trainer.step([stream.next()])
        let matrix = try #require(trainer.model.parameters.first { $0.role == .matrix })
        matrix.value.setGradient(.full(matrix.value.shape, .infinity))
        try expectDivergence(of: trainer, try stream.next(), saying: "gradient")
        #expect(try trainer.step([stream.next()]).gradientNorm.isFinite)
    }

    private func expectDivergence(
        of trainer: Trainer, _ batch: Batch, saying what: String
    ) throws {
        let weights = TinyRun.bits(trainer.model)
        let moments = trainer.optimizer.state.map { $0.tensor.floats() }
        let step = trainer.step
        let error = #expect(throws: TrainingError.self) { try trainer.step([batch]) }
        #expect(error?.description.contains("diverged at step \(step): the \(what)") == true)
        #expect(trainer.step == step)
        #expect(TinyRun.bits(trainer.model) == weights)
        #expect(trainer.optimizer.state.map { $0.tensor.floats() } == moments)
    }
}
