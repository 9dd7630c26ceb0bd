internal import Foundation

/// The line a person watches: a step's record in words, after nanochat's.
///
/// `step 00123/01000 (12.3%) | loss 3.1234 | tok/s 12,345 | gemm 41% | eta 1 h 24 min`
public struct ConsoleLine: Sendable {
    /// Steps of the whole run.
    public var stepCount: Int
    /// Whether the line may carry terminal colours; the caller knows the terminal and `NO_COLOR`.
    public var usesColor: Bool
    private let duration: @Sendable (Double) -> String

    /// Lines for a run of `stepCount` steps, in which `duration` spells seconds.
    public init(
        stepCount: Int, usesColor: Bool, duration: @escaping @Sendable (Double) -> String
    ) {
        self.stepCount = stepCount
        self.usesColor = usesColor
        self.duration = duration
    }

    /// The line for `record`, without a newline; what the record does not hold is left out.
    public func text(_ record: StepRecord) -> String {
        let total = String(stepCount)
        let step = String(record.step)
        let width = max(5, total.utf8.count)
        func zeros(_ text: String) -> String {
            String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let share = stepCount > 0 ? 100 * Double(record.step) / Double(stepCount) : 0
        var parts = [
            dim("step \(zeros(step))/\(zeros(total))") + " (\(fixed(share, 1))%)"
        ]
        func add(_ name: String, _ label: String, _ format: (Double) -> String) {
            guard let value = record[name] else { return }
            let text = value.isFinite ? format(value) : alarming("\(value)")
            parts.append("\(label) \(text)")
        }
        add(Metric.loss, "loss") { strong(fixed($0, 4)) }
        add(Metric.forwardLoss, "fwd") { fixed($0, 4) }
        add(Metric.backwardLoss, "bwd") { fixed($0, 4) }
        add(Metric.reward, "reward") { strong(fixed($0, 4)) }
        add(Metric.validationBitsPerByte, "val bpb") { strong(fixed($0, 4)) }
        add(Metric.validationLoss, "val loss") { strong(fixed($0, 4)) }
        add(Metric.gradientNorm, "grad") { fixed($0, 3) }
        add(Metric.learningRateMultiplier, "lrm") { fixed($0, 2) }
        add(Metric.stepSeconds, "dt") {
            $0 < 10 ? fixed($0 * 1000, $0 < 0.1 ? 1 : 0) + "ms" : fixed($0, 1) + "s"
        }
        add(Metric.tokensPerSecond, "tok/s") { grouped($0) }
        add(Metric.gemmFraction, "gemm") { fixed($0 * 100, 0) + "%" }
        add(Metric.mfu, "mfu") { fixed($0 * 100, 1) + "%" }
        add(Metric.remainingSeconds, "eta") { duration(max(0, $0)) }
        return parts.joined(separator: dim(" | "))
    }

    private func strong(_ text: String) -> String { paint(text, "1") }
    private func dim(_ text: String) -> String { paint(text, "2") }
    private func alarming(_ text: String) -> String { paint(text, "1;31") }
    private func paint(_ text: String, _ code: String) -> String {
        usesColor ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }

    private func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }

    private func grouped(_ value: Double) -> String {
        guard let whole = Int(exactly: value.rounded()) else { return "\(value)" }
        var text = ""
        for (index, digit) in String(whole.magnitude).reversed().enumerated() {
            if index > 0 && index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (whole < 0 ? "-" : "") + String(text.reversed())
    }
}
