internal import Foundation
internal import Journal
internal import Models
internal import Tensors

/// Norm, mean, spread, extremes, zeros and a histogram of a layer's gradients or activations.
enum LayerStatistics {
    /// The histogram counts magnitudes by octave: bin b holds 2^(b − 40) ≤ |x| < 2^(b − 39).
    ///
    /// Fixed edges, so that histograms of different steps, layers and runs add up.
    private static let bins = (lower: -40.0, count: 64)

    /// One activation.
    static func activation(_ layer: Int, _ part: String, _ tensor: Tensor) -> LayerRecord {
        record(.activations, layer, part, tensor)
    }

    /// The gradient of every parameter that has one.
    static func gradients(of model: GPT) -> [LayerRecord] {
        model.parameters.compactMap { parameter in
            guard let gradient = parameter.value.gradient else { return nil }
            let (layer, part) = place(parameter.name)
            return record(.gradients, layer, part, gradient)
        }
    }

    /// block.3.attention.query → layer 3, attention.query; −1 for what is outside the blocks.
    private static func place(_ name: String) -> (layer: Int, part: String) {
        let path = name.split(separator: ".")
        guard path.count > 2, let layer = Int(path[1]) else { return (-1, name) }
        return (layer, path[2...].joined(separator: "."))
    }

    /// Copies of the parameters, to see later how far a step moved them.
    static func copies(of model: GPT) -> [Tensor] {
        withoutGradient { model.parameters.map { $0.value.detached().copy() } }
    }

    /// Adds to the records of gradients how far the step moved each parameter since `before`, over its norm.
    static func addUpdateRatios(_ before: [Tensor], of model: GPT, to records: inout [LayerRecord])
    {
        for (parameter, former) in zip(model.parameters, before) {
            let (layer, part) = place(parameter.name)
            guard
                let index = records.firstIndex(where: {
                    $0.kind == .gradients && $0.layer == layer && $0.part == part
                })
            else { continue }
            let ratio = withoutGradient { () -> Double in
                let norm = former.norm().item()
                return (parameter.value.detached() - former).norm().item() / max(norm, 1e-30)
            }
            // A matrix that was born as zeros has no norm yet to be measured by.
            let isMeasured = ratio.isFinite && ratio < 1e6
            records[index].statistics.append(("update_ratio", isMeasured ? Float(ratio) : .nan))
        }
    }

    private static func record(
        _ kind: LayerRecord.Kind, _ layer: Int, _ part: String, _ tensor: Tensor
    ) -> LayerRecord {
        withoutGradient {
            let x = tensor.detached().cast(to: .float32)
            let magnitude = x.magnitude()
            let mean = x.mean().item()
            let deviation = x.standardDeviation().item()
            var statistics: [(name: String, value: Float)] = [
                ("norm", Float(x.norm().item())), ("mean", Float(mean)), ("std", Float(deviation)),
                ("min", Float(x.smallest().item())), ("max", Float(x.largest().item())),
                ("max_abs", Float(magnitude.largest().item())),
                ("sparsity", Float(x.equals(0).cast(to: .float32).mean().item())),
            ]
            if kind == .activations {
                let rms = (mean * mean + deviation * deviation).squareRoot()
                statistics.insert(("rms", Float(rms)), at: 0)
            }
            guard deviation.isFinite else {
                return LayerRecord(kind: kind, layer: layer, part: part, statistics: statistics)
            }
            // Zeros fall below the first bin; the sparsity counts them.
            let octaves = magnitude.clamped(1e-38, .infinity).log() * (1 / M_LN2)
            let counts = octaves.histogram(
                bins: bins.count, from: bins.lower, to: bins.lower + Double(bins.count)
            ).floats()
            return LayerRecord(
                kind: kind, layer: layer, part: part, statistics: statistics,
                histogramRange: (Float(bins.lower), 1), histogram: counts.map { Int32($0) })
        }
    }
}
