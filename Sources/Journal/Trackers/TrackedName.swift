/// What trackers call a metric: nanochat's names where it has one.
/// - Source: karpathy/nanochat, the names in its wandb logs, late 2025.
public enum TrackedName {
    private static let known: [String: String] = [
        Metric.loss: "train/loss", Metric.forwardLoss: "forward_loss",
        Metric.backwardLoss: "backward_loss", Metric.learningRateMultiplier: "train/lrm",
        Metric.stepSeconds: "train/dt", Metric.tokensPerSecond: "train/tok_per_sec",
        Metric.mfu: "train/mfu", "epoch": "train/epoch",
        Metric.validationBitsPerByte: "val/bpb", Metric.validationLoss: "val_loss",
        "core_metric": "core_metric", "chatcore_metric": "chatcore_metric",
        Metric.reward: "reward", Metric.elapsedSeconds: "total_training_time",
    ]

    /// The tracker's name of the column `name`.
    public static func of(_ name: String) -> String {
        if let known = known[name] { return known }
        if name.hasPrefix("val_") { return "val/" + name.dropFirst(4) }
        return "train/" + name
    }

    /// The name of a block's gradient norm.
    public static func gradientNorm(ofLayer layer: Int) -> String { "grad_norm/layer_\(layer)" }
}
