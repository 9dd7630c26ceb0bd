internal import Journal
internal import Language

/// What a run leaves on disk, by tier.
public struct StorageEstimate: Codable, Hashable, Sendable {
    /// `metrics.jsonl` and the columns of scalars and positions.
    public var scalars: Double
    /// Per-token losses and predictions of training batches.
    public var samples: Double
    /// Gradient and activation statistics.
    public var statistics: Double
    /// Validation tables and attention.
    public var evaluations: Double
    /// Weights and moments.
    public var checkpoints: Double

    /// All tiers.
    public var total: Double { scalars + samples + statistics + evaluations + checkpoints }

    /// The tiers by name, in order.
    public var tiers: [(name: String, bytes: Double)] {
        [
            ("scalars and positions", scalars), ("token samples", samples),
            ("layer statistics", statistics), ("evaluations", evaluations),
            ("checkpoints", checkpoints),
        ]
    }

    /// Bytes of compressed HDF5 for one unit of each kind.
    ///
    /// Assumption: measured on a d4 at T 256 and V 8192; losses hardly compress, ids do by half, structure costs more
    /// than small tables hold.
    private enum Rate {
        static let step = 540.0
        static let position = 13.5
        static let sampledToken = 7.6
        static let statistic = 4400.0
        static let evaluatedToken = 2.9
        static let evaluatedReading = 9.0
        static let attention = 1.1
    }

    /// Bytes on disk, counted.
    public init(
        scalars: Double, samples: Double, statistics: Double, evaluations: Double,
        checkpoints: Double
    ) {
        self.scalars = scalars
        self.samples = samples
        self.statistics = statistics
        self.evaluations = evaluations
        self.checkpoints = checkpoints
    }

    /// What `experiment` will leave.
    public init(of experiment: Experiment) {
        let steps = Double(experiment.schedule.stepCount)
        func times(_ period: Int) -> Double {
            period > 0 ? (steps / Double(period)).rounded(.up) : 0
        }
        let model = experiment.model
        let (L, T) = (Double(model.layerCount), Double(model.contextLength))
        scalars = steps * Rate.step + times(experiment.positionsEvery) * T * Rate.position
        let batch = Double(experiment.deviceBatchSize) * T
        samples =
            times(experiment.logging?.tokensEvery ?? experiment.statisticsEvery) * batch
            * Rate.sampledToken
        // Six matrices and four activations a block; embedding and head outside.
        statistics = times(experiment.statisticsEvery) * (10 * L + 3) * Rate.statistic
        let readings = Double(experiment.direction.readings.count)
        let validations = experiment.phase == .rl ? 0 : times(experiment.evalEvery)
        let tokens = Double(experiment.evalTokens)
        func table(_ readings: Double) -> Double {
            let side = min(96, T)
            let heads = Double(model.headCount)
            let watches = (experiment.logging?.attentionWindows ?? 0) != 0
            let patterns = watches ? 2 * min(3, L) * heads * side * side * Rate.attention : 0
            return tokens * (Rate.evaluatedToken + readings * Rate.evaluatedReading)
                + readings * patterns
        }
        // The last one is in both readings.
        evaluations = experiment.phase == .rl ? 0 : validations * table(readings) + table(2)
        let each = Double(model.parameterCount) * 12
        let saves = times(experiment.saveEvery) + 1
        let kept =
            experiment.keepCheckpoints > 0
            ? min(saves, Double(experiment.keepCheckpoints)) : saves
        checkpoints = each * kept
    }
}
