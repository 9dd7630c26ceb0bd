internal import Tensors

/// A float32 master weight and its copy in the compute dtype, made once an optimizer step.
final class Weight {
    let master: Tensor
    private let dtype: DType
    private var copy: Tensor?

    init(_ master: Tensor, computing dtype: DType) {
        self.master = master
        self.dtype = dtype
        refresh()
    }

    /// Makes the copy anew after the master has changed.
    func refresh() {
        guard dtype != .float32 else { return }
        withoutGradient { copy = master.detached().cast(to: dtype) }
    }

    var fused: Fused.Weight { (master, copy) }

    /// The weight in the compute dtype, recorded so that gradients reach the master.
    var plain: Tensor { dtype == .float32 ? master : master.cast(to: dtype) }
}
