import Foundation
import Journal
import Runs
import Terminal
import Training

extension StorageEstimate {
    /// What the run in `directory` has left so far.
    init(used directory: RunDirectory, phase: Phase) {
        let log = directory.researchLog(phase)
        let parts = String(log.dropLast(3)) + ".parts"
        var scalars = Self.bytes(directory.metrics) + Self.bytes(log)
        var (steps, evaluations, checkpoints) = (0.0, 0.0, 0.0)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parts)) ?? [] {
            let size = Self.bytes("\(parts)/\(name)")
            if name.hasPrefix("step_") {
                steps += size
            } else if name.hasPrefix("eval_") {
                evaluations += size
            } else {
                scalars += size
            }
        }
        let saved = FileManager.default.enumerator(atPath: directory.checkpoints)
        while let name = saved?.nextObject() as? String {
            checkpoints += Self.bytes("\(directory.checkpoints)/\(name)")
        }
        // Samples and statistics share the files of their steps.
        self.init(
            scalars: scalars, samples: 0, statistics: steps, evaluations: evaluations,
            checkpoints: checkpoints)
    }

    private static func bytes(_ path: String) -> Double {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else { return 0 }
        return (attributes?[.size] as? NSNumber)?.doubleValue ?? 0
    }

    /// What was used beside what was expected, in a line.
    func compared(with estimate: StorageEstimate) -> String {
        let pairs: [(String, Double, Double)] = [
            ("scalars and positions", scalars, estimate.scalars),
            (
                "samples and statistics", samples + statistics,
                estimate.samples + estimate.statistics
            ),
            ("evaluations", evaluations, estimate.evaluations),
            ("checkpoints", checkpoints, estimate.checkpoints),
        ]
        return "on disk (estimated): "
            + pairs.map { "\($0.0) \(Quantity.bytes($0.1)) (\(Quantity.bytes($0.2)))" }
            .joined(separator: ", ")
    }
}
