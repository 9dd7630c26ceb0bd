/// A number that runs record or evaluations find, with everything that a reader of it has to know.
///
/// What is not in the table has no unit, no bounds, and no direction: nothing is read out of a name.
public struct Metric: Hashable, Sendable {
    /// Which way a metric is better.
    public enum Better: String, Hashable, Sendable, CaseIterable {
        case lower
        case higher
        /// More of it is neither good nor bad.
        case neither
    }

    /// What files call it.
    public let name: String
    /// What axes and tables call it, without the unit.
    public let title: String
    /// Its unit, in words; empty for counts and for what has none.
    public let unit: String
    /// Which way it is better.
    public let better: Better
    /// The least and the most it can be.
    public let bounds: ClosedRange<Double>

    /// A metric called `name`.
    public init(
        _ name: String, _ title: String, unit: String = "", better: Better,
        bounds: ClosedRange<Double> = -Double.infinity...Double.infinity
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.better = better
        self.bounds = bounds
    }

    /// The title with the unit in brackets, as axes show it.
    public var axisTitle: String { unit.isEmpty ? title : "\(title) (\(unit))" }
}

// MARK: Names

/// The names that more than one part of the program knows; a record may carry others.
extension Metric {
    /// Mean loss of the step, nats per target.
    public static let loss = "loss"
    /// Mean loss of the rows read forward, nats per target.
    public static let forwardLoss = "forward_loss"
    /// Mean loss of the rows read backward, nats per target.
    public static let backwardLoss = "backward_loss"
    /// The schedule's factor on every learning rate.
    public static let learningRateMultiplier = "lrm"
    /// Learning rate of the matrix parameters.
    public static let learningRate = "lr"
    /// Global gradient norm before clipping.
    public static let gradientNorm = "grad_norm"
    /// Wall time of the step.
    public static let stepSeconds = "step_seconds"
    /// Wall time since the run began, pauses between resumptions left out.
    public static let elapsedSeconds = "elapsed_seconds"
    /// Input tokens per second of the step.
    public static let tokensPerSecond = "tokens_per_second"
    /// Tokens seen since the run began, this step included.
    public static let tokens = "tokens"
    /// Share of the machine's measured matrix-multiplication peak, 0…1.
    public static let gemmFraction = "gemm_fraction"
    /// Model FLOP utilization against the device's published peak, 0…1.
    public static let mfu = "mfu"
    /// Estimated time to the end of the run.
    public static let remainingSeconds = "remaining_seconds"
    /// Validation bits per byte in the native reading.
    public static let validationBitsPerByte = "val_bpb"
    /// Validation bits per byte reading forward.
    public static let forwardValidationBitsPerByte = "val_bpb_forward"
    /// Validation bits per byte reading backward.
    public static let backwardValidationBitsPerByte = "val_bpb_backward"
    /// Validation loss of a chat stage in its own readings, nats per target, special tokens included.
    public static let validationLoss = "val_loss"
    /// Mean reward of the step's samples.
    public static let reward = "reward"
    /// Share of held-out questions of `task` that at least one of `k` samples answers.
    public static func pass(_ task: String, at k: Int) -> String { "\(task)_pass@\(k)" }
    /// Lower end of the interval of the metric called `name`.
    public static func lowerEnd(of name: String) -> String { "\(name)_lower" }
    /// Upper end of the interval of the metric called `name`.
    public static func upperEnd(of name: String) -> String { "\(name)_upper" }
    /// Recorded, as 1, at the step whose loss or gradient was not finite; the run ends there.
    public static let diverged = "diverged"
    /// CORE: the mean centered accuracy of all its tasks, read forward.
    public static let core = "core_metric"
    /// CORE in the results of an experiment.
    public static let coreForward = "core_forward"
    /// When a loss that all compared runs reach is first reached.
    public static let convergence = "convergence"
    /// Mean accuracy over the tasks tried.
    public static let accuracy = "accuracy"

    /// Accuracy of `task`, in one reading or in the model's own ones.
    public static func accuracy(of task: String, reading: String? = nil) -> Metric {
        Metric(
            suffixed("\(task)_acc", reading), "\(task) accuracy\(words(reading))", better: .higher,
            bounds: 0...1)
    }

    /// Mean centered accuracy of tasks that are not all of CORE's, or are read backward.
    public static func partialCore(reading: String) -> String { "centered_mean_\(reading)" }

    private static func suffixed(_ name: String, _ reading: String?) -> String {
        reading.map { "\(name)_\($0)" } ?? name
    }

    private static func words(_ reading: String?) -> String {
        reading.map { " read \($0)" } ?? ""
    }
}

// MARK: The table

extension Metric {
    /// Every metric that the program writes, apart from those of tasks.
    public static let table: [Metric] = {
        let anything = -Double.infinity...Double.infinity
        let amount = 0...Double.infinity
        let share = 0.0...1
        let centered = -Double.infinity...1
        func many(_ name: String, _ make: (String, String) -> Metric) -> [Metric] {
            ["", "forward", "backward"].map { reading in
                reading.isEmpty
                    ? make(name, "") : make(suffixed(name, reading), words(reading))
            }
        }
        var all = [
            Metric(loss, "training loss", unit: "nats per target", better: .lower),
            Metric(
                forwardLoss, "training loss read forward", unit: "nats per target", better: .lower),
            Metric(
                backwardLoss, "training loss read backward", unit: "nats per target",
                better: .lower),
            Metric(learningRateMultiplier, "learning-rate multiplier", better: .neither),
            Metric(learningRate, "learning rate", better: .neither, bounds: amount),
            Metric("momentum", "momentum", better: .neither, bounds: share),
            Metric(gradientNorm, "gradient norm", better: .neither, bounds: amount),
            Metric("targets", "targets of the step", better: .neither, bounds: amount),
            Metric("epoch", "epoch", better: .neither, bounds: amount),
            Metric(tokens, "training tokens", better: .neither, bounds: amount),
            Metric("step", "optimizer steps", better: .neither, bounds: amount),
            Metric(stepSeconds, "time of a step", unit: "s", better: .lower, bounds: amount),
            Metric(elapsedSeconds, "wall time", unit: "s", better: .lower, bounds: amount),
            Metric(remainingSeconds, "remaining time", unit: "s", better: .lower, bounds: amount),
            Metric(
                "data_wait_seconds", "waiting for data", unit: "s", better: .lower, bounds: amount),
            Metric(
                tokensPerSecond, "throughput", unit: "tokens/s", better: .higher, bounds: amount),
            Metric(
                gemmFraction, "share of the GEMM peak", better: .higher, bounds: amount),
            Metric(mfu, "model FLOP utilization", better: .higher, bounds: amount),
            Metric(diverged, "diverged", better: .lower, bounds: share),
            Metric("pass_rate", "questions passed", better: .higher, bounds: share),
            Metric(
                "groups_skipped", "groups of equal rewards", better: .neither, bounds: amount),
            Metric(
                "sequence_length", "length of an answer", unit: "tokens", better: .neither,
                bounds: amount),
            Metric("unfinished", "unfinished answers", better: .lower, bounds: share),
            Metric("tool_agreement", "calls that agree", better: .higher, bounds: share),
            Metric("sampled_nats", "loss of samples", unit: "nats per target", better: .neither),
            Metric("kl", "divergence from the parent", unit: "nats", better: .neither),
            Metric("clip_fraction", "clipped ratios", better: .neither, bounds: share),
            Metric(core, "CORE", better: .higher, bounds: centered),
            Metric(coreForward, "CORE", better: .higher, bounds: centered),
            Metric("chatcore_metric", "ChatCORE", better: .higher, bounds: centered),
            Metric(
                "chatcore_cat", "ChatCORE of multiple choice", better: .higher, bounds: centered),
            Metric(accuracy, "accuracy over tasks", better: .higher, bounds: share),
            Metric(convergence, "convergence", better: .lower, bounds: amount),
        ]
        all += many(validationBitsPerByte) {
            Metric($0, "validation\($1)", unit: "bits per byte", better: .lower, bounds: amount)
        }
        all += many(validationLoss) {
            Metric(
                $0, "validation loss\($1)", unit: "nats per target", better: .lower, bounds: amount)
        }
        all += [
            Metric(reward, "reward", better: .higher, bounds: anything),
            Metric("forward_reward", "reward read forward", better: .higher, bounds: anything),
            Metric("backward_reward", "reward read backward", better: .higher, bounds: anything),
        ]
        for reading in ["forward", "backward"] {
            all.append(
                Metric(
                    partialCore(reading: reading),
                    "mean centered accuracy of some tasks\(words(reading))", better: .higher,
                    bounds: centered))
            all.append(
                Metric(
                    "chatcore_\(reading)", "ChatCORE\(words(reading))", better: .higher,
                    bounds: centered))
        }
        return all
    }()

    /// The metrics of `task`: its accuracy, and its centered accuracy as a part of ChatCORE.
    public static func metrics(of task: String) -> [Metric] {
        [nil, "forward", "backward"].map { accuracy(of: task, reading: $0) } + [
            Metric(
                "chatcore_\(task)", "\(task), centered accuracy", better: .higher,
                bounds: -Double.infinity...1)
        ]
            // More samples of a question than anybody draws.
            + (1...256).flatMap { k -> [Metric] in
                let name = pass(task, at: k)
                return [name, lowerEnd(of: name), upperEnd(of: name)].map {
                    Metric($0, "\(task) pass@\(k)", better: .higher, bounds: 0...1)
                }
            }
    }

    /// The metric called `name`, hyphens or capitals notwithstanding; one without direction or unit where the table
    /// has none.
    /// - Parameter tasks: names of the tasks whose metrics are known as well.
    public static func named(_ name: String, tasks: [String] = []) -> Metric {
        let wanted = plain(name)
        let known =
            table.first { plain($0.name) == wanted }
            ?? tasks.lazy.flatMap(metrics).first { plain($0.name) == wanted }
        return known ?? Metric(name, name, better: .neither)
    }

    /// A name as people may type it: small letters, underscores.
    public static func plain(_ name: String) -> String {
        name.lowercased().replacing("-", with: "_")
    }
}
