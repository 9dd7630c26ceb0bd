internal import Foundation
package import Tensors

/// Rotary positions: each pair of a head's coordinates is turned by −(position · frequency).
///
/// Half-split: coordinate i is paired with i + D/2. The sign and the pairing are nanochat's; a
/// Llama-style exporter would be wrong on the sign.
/// - Source: karpathy/nanochat `gpt.py`, `apply_rotary_emb`; arXiv:2104.09864.
struct Rotary {
    /// Cosines and sines, `[T, D/2]`, float32.
    let cosines, sines: Tensor

    init(headWidth: Int, base: Double, positions: Int, device: Device) {
        let half = headWidth / 2
        var cosines = [Float](repeating: 0, count: positions * half)
        var sines = cosines
        for position in 0..<positions {
            for pair in 0..<half {
                // float32 frequencies, as PyTorch computes them
                let exponent = Float(2 * pair) / Float(headWidth)
                let angle = Float(position) * (1 / pow(Float(base), exponent))
                cosines[position * half + pair] = cos(angle)
                sines[position * half + pair] = sin(angle)
            }
        }
        self.cosines = Tensor(cosines, shape: [positions, half], device: device)
        self.sines = Tensor(sines, shape: [positions, half], device: device)
    }

    /// The tables of some positions.
    struct Positions {
        /// `[T, D/2]`, or `[B·T, D/2]` where every cell stands at a position of its own.
        let cosines, sines: Tensor
        /// Whether the tables go with the cells.
        let isPerCell: Bool
    }

    /// `count` positions from `start`, the same in every row.
    func positions(from start: Int, count: Int) -> Positions {
        let range = start..<(start + count)
        return Positions(
            cosines: cosines.sliced(0, range), sines: sines.sliced(0, range), isPerCell: false)
    }

    /// The position of each cell of `[B, T]`, row by row.
    func positions(ofCells places: [Int]) -> Positions {
        let index = Tensor(
            places.map { Int64($0) }, shape: [places.count], device: cosines.device)
        return Positions(
            cosines: cosines.selecting(0, index), sines: sines.selecting(0, index),
            isPerCell: true)
    }
}

extension Tensor {
    /// Heads `[B, T, H, D]` turned by tables `[T, D/2]`: the plain form, kept as the fused one's test.
    package func rotated(cosines: Tensor, sines: Tensor) -> Tensor {
        let half = size(-1) / 2
        let (a, b) = (sliced(3, 0..<half), sliced(3, half..<(2 * half)))
        let cosine = cosines.unsqueezed(1).cast(to: dtype)
        let sine = sines.unsqueezed(1).cast(to: dtype)
        return .concatenating([a * cosine + b * sine, b * cosine - a * sine], axis: 3)
    }
}
