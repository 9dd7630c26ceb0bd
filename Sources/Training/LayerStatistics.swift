internal import Journal
internal import Models
internal import Tensors

/// Norm, mean, spread, extremes and a histogram of a layer's gradients or activations.
enum LayerStatistics {
    /// Bins of a histogram; it spans four standard deviations each way.
    private static let binCount = 64

    /// One activation.
    static func activation(_ layer: Int, _ part: String, _ tensor: Tensor) -> LayerRecord {
        record(.activations, layer, part, tensor)
    }

    /// The gradient of every parameter that has one.
    static func gradients(of model: GPT) -> [LayerRecord] {
        model.parameters.compactMap { parameter in
            guard let gradient = parameter.value.gradient else { return nil }
            let path = parameter.name.split(separator: ".")
            // block.3.attention.query → layer 3, attention.query
            guard path.count > 2, let layer = Int(path[1]) else {
                return record(.gradients, -1, parameter.name, gradient)
            }
            return record(.gradients, layer, path[2...].joined(separator: "."), gradient)
        }
    }

    private static func record(
        _ kind: LayerRecord.Kind, _ layer: Int, _ part: String, _ tensor: Tensor
    ) -> LayerRecord {
        withoutGradient {
            let x = tensor.detached().cast(to: .float32)
            let mean = x.mean().item()
            let deviation = x.standardDeviation().item()
            let largest = x.magnitude().largest().item()
            var statistics: [(name: String, value: Float)] = [
                ("mean", Float(mean)), ("std", Float(deviation)), ("max", Float(largest)),
            ]
            switch kind {
            case .gradients:
                statistics.insert(("norm", Float(x.norm().item())), at: 0)
            case .activations:
                let rms = (mean * mean + deviation * deviation).squareRoot()
                statistics.insert(("rms", Float(rms)), at: 0)
                let zeros = x.equals(0).cast(to: .float32).mean().item()
                statistics.append(("sparsity", Float(zeros)))
            }
            guard deviation > 0, deviation.isFinite else {
                return LayerRecord(kind: kind, layer: layer, part: part, statistics: statistics)
            }
            let lower = mean - 4 * deviation
            let upper = mean + 4 * deviation
            let counts = x.histogram(bins: binCount, from: lower, to: upper).floats()
            return LayerRecord(
                kind: kind, layer: layer, part: part, statistics: statistics,
                histogramRange: (Float(lower), Float(8 * deviation) / Float(binCount)),
                histogram: counts.map { Int32($0) })
        }
    }
}
