/// The scalar names that more than one part of the program knows; a record may carry others.
public enum Metric {
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
}
