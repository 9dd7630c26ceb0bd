import Arguments
import Foundation
import Models
import Tensors
import Terminal
import Training

/// What a run would be, and cost: `--dry-run`.
enum RunPlan {
    /// Prints it: every setting with its origin, and the cost.
    static func show(
        _ experiment: Experiment, _ compute: ComputeSettings, _ settings: [ResolvedSetting],
        _ world: World
    ) throws -> ExitCode {
        let peak = MatmulPeak.measured(compute.dtype, device: compute.device, now: world.seconds)
        // Assumption: half of the measured peak, which is what training reaches at small depths.
        let seconds = experiment.totalFLOPs / (peak / 2)
        let cost = Cost(
            parameters: experiment.model.parameterCount,
            flopsPerToken: experiment.model.trainingFLOPsPerToken,
            steps: experiment.schedule.stepCount,
            tokens: experiment.totalTokens, totalFLOPs: experiment.totalFLOPs,
            // Masters, gradients, and at most two moments of four bytes each.
            stateBytes: experiment.model.parameterCount * 16,
            storage: StorageEstimate(of: experiment),
            estimatedSeconds: seconds)
        if world.wantsJSON {
            try world.write(json: Plan(settings: settings.encodable, cost: cost))
            return .success
        }
        for line in settings.table { world.output.line(line) }
        world.output.line()
        for (name, value) in [
            ("parameters", Quantity.grouped(cost.parameters)),
            ("FLOPs a token", String(format: "%.3g", cost.flopsPerToken)),
            ("steps", Quantity.grouped(cost.steps)), ("tokens", Quantity.grouped(cost.tokens)),
            ("FLOPs", String(format: "%.3g", cost.totalFLOPs)),
            ("weights, gradients, moments", "\(Quantity.bytes(Double(cost.stateBytes)))"),
            ("time at half this machine's peak", "\(Quantity.seconds(cost.estimatedSeconds))"),
        ] {
            world.output.line("\(name): \(value)")
        }
        world.output.line("on disk: \(Quantity.bytes(cost.storage.total))")
        for (name, bytes) in cost.storage.tiers {
            world.output.line("  \(name): \(Quantity.bytes(bytes))")
        }
        return .success
    }

    private struct Plan: Encodable {
        let settings: [String: PrintedSetting]
        let cost: Cost
    }

    private struct Cost: Encodable {
        let parameters: Int
        let flopsPerToken: Double
        let steps: Int
        let tokens: Int
        let totalFLOPs: Double
        let stateBytes: Int
        let storage: StorageEstimate
        let estimatedSeconds: Double
    }
}
