public import Corpus
public import Journal
public import Language
public import Models
public import Tensors

/// Takes optimizer steps. One step is a function from batches to numbers; every activation dies
/// with it.
public final class Trainer {
    /// What a step should measure beside its loss.
    public struct Observation: Hashable, Sendable {
        /// Losses by position and by context length.
        public var positions: Bool
        /// Per-token losses and predictions of the first micro-batch.
        public var tokens: Bool
        /// Gradient and activation statistics by layer.
        public var layers: Bool

        /// Nothing but what is named.
        public init(positions: Bool = false, tokens: Bool = false, layers: Bool = false) {
            self.positions = positions
            self.tokens = tokens
            self.layers = layers
        }
    }

    /// What a step gives.
    public struct Outcome: Sendable {
        /// What was minimised: nats per target over all targets of the step, or with weights Σ weight · nats.
        public var loss: Double
        /// Nats per target over all targets of the step.
        public var natsPerTarget: Double
        /// Nats per target of each reading that occurs, forward first.
        public var lossByReading: [(reading: Reading, loss: Double)]
        /// Global gradient norm before clipping.
        public var gradientNorm: Double
        /// The schedule's factor.
        public var multiplier: Double
        /// Muon's momentum.
        public var momentum: Double
        /// Targets that counted.
        public var targetCount: Int
        /// Positions computed, padding included.
        public var positionCount: Int
        /// By position, if asked.
        public var positions: PositionRecord?
        /// By token, if asked.
        public var tokens: TokenRecord?
        /// By layer, if asked.
        public var layers: [LayerRecord]
    }

    /// The model in training.
    public let model: GPT
    /// Its optimizer.
    public let optimizer: Optimizer
    /// How the rates move.
    public let schedule: LearningRateSchedule
    /// Steps completed.
    public var step: Int { optimizer.stepCount + idleStepCount }
    /// Steps completed beyond the optimizer's: above zero where steps had nothing to learn, below where steps
    /// took several updates.
    public private(set) var idleStepCount: Int
    private let device: Device

    /// A trainer that has taken no step, or whose `optimizer` has been restored.
    public init(
        model: GPT, optimizer: Optimizer, schedule: LearningRateSchedule, device: Device = .cpu,
        idleStepCount: Int = 0
    ) {
        self.model = model
        self.optimizer = optimizer
        self.schedule = schedule
        self.device = device
        self.idleStepCount = idleStepCount
    }

    /// Counts one step that took `updateCount` updates of the optimizer; none where nothing was to be learnt.
    func countStep(ofUpdates updateCount: Int) { idleStepCount += 1 - updateCount }

    /// One optimizer step over micro-batches, each weighted by its targets: the gradient is that of
    /// the mean over all of them, however they are cut.
    ///
    /// On divergence weights and moments are untouched and the gradients are dropped.
    public func step(
        _ batches: [Batch], observing observation: Observation = Observation()
    ) throws(TrainingError) -> Outcome {
        try update(batches, weights: nil, step: step, observing: observation)
    }

    /// One update of the optimizer.
    /// - Parameters:
    ///   - weights: the factor of each target's loss, by micro-batch, `[B, T]` row by row; their sum with the
    ///     losses is minimised. Without them it is the mean over all targets.
    ///   - step: whose learning rate is taken.
    func update(
        _ batches: [Batch], weights: [[Float]]?, step: Int, observing observation: Observation
    ) throws(TrainingError) -> Outcome {
        let targetCount = batches.reduce(0) { $0 + $1.targetCount }
        precondition(targetCount > 0, "a step without a single target")
        // Batches of one step may differ in width, and so may steps; their records do not.
        var tallies = StepTally(
            observation,
            columnCount: batches.reduce(model.configuration.contextLength) {
                max($0, $1.columnCount)
            })
        var layers: [LayerRecord] = []
        var objective = 0.0
        for (index, batch) in batches.enumerated() {
            let watched = observation.layers && index == 0
            let losses = backward(
                batch, weights?[index], scale: weights == nil ? 1 / Double(targetCount) : 1,
                watched ? { layers.append($0) } : nil)
            objective += losses.objective
            tallies.add(losses, of: batch)
        }
        let norm = optimizer.gradientNorm()
        let mean = tallies.total / Double(targetCount)
        let loss = weights == nil ? mean : objective
        guard loss.isFinite, norm.isFinite else {
            optimizer.dropGradients()
            let (name, value) = loss.isFinite ? ("gradient norm", norm) : ("loss", loss)
            // NaN's own description shows its bits.
            let what = "the \(name) is \(value.isNaN ? "not a number" : "\(value)")"
            throw .diverged(step: step, what: what)
        }
        var before: [Tensor] = []
        if observation.layers {
            layers += LayerStatistics.gradients(of: model)
            before = LayerStatistics.copies(of: model)
        }
        let multiplier = schedule.multiplier(at: step)
        let momentum = schedule.muonMomentum(at: step)
        optimizer.step(multiplier: multiplier, momentum: momentum, gradientNorm: norm)
        model.refreshCopies()
        if observation.layers {
            LayerStatistics.addUpdateRatios(before, of: model, to: &layers)
            before = []
        }
        return Outcome(
            loss: loss, natsPerTarget: mean, lossByReading: tallies.lossByReading,
            gradientNorm: norm,
            multiplier: multiplier, momentum: momentum, targetCount: targetCount,
            positionCount: batches.reduce(0) { $0 + $1.rowCount * $1.columnCount },
            positions: tallies.positions, tokens: tallies.tokens, layers: layers)
    }

    /// Adds the gradient of one micro-batch and returns its per-token numbers, on the host.
    private func backward(
        _ batch: Batch, _ weights: [Float]?, scale: Double, _ observer: ((LayerRecord) -> Void)?
    ) -> TokenLosses {
        let shape = [batch.rowCount, batch.columnCount]
        let ids = Tensor(batch.inputs, shape: shape, device: device).cast(to: .int64)
        let targets = Tensor(batch.targets, shape: shape, device: device).cast(to: .int64)
        let watch = observer.map { observer in
            { (layer: Int, part: String, activation: Tensor) in
                observer(LayerStatistics.activation(layer, part, activation))
            }
        }
        let factors = weights.map { Tensor($0, shape: shape, device: device) }
        let result = model.loss(
            model.hidden(ids, observer: watch), targets, weights: factors, scale: scale)
        result.total.backward()
        return TokenLosses(
            objective: weights == nil ? 0 : result.total.item(),
            nats: result.perToken.scalars(Float.self),
            predictions: result.predictions.cast(to: .int32).scalars(Int32.self))
    }
}

/// Per-token numbers of one micro-batch, `[B, T]` row by row.
struct TokenLosses {
    /// Σ weight · nats, where there are weights.
    var objective: Double
    var nats: [Float]
    var predictions: [Int32]
}
