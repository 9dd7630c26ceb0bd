internal import Tensors

/// Four widths out, squared ReLU, and back.
/// - Source: arXiv:2109.08668 (squared ReLU).
struct FeedForward {
    private let expand, contract: Weight

    init(width: Int, computing dtype: DType, in scope: Scope) {
        expand = Weight(scope.matrix("expand", 4 * width, width), computing: dtype)
        contract = Weight(scope.matrix("contract", width, 4 * width, .zeros), computing: dtype)
    }

    var weights: [Weight] { [expand, contract] }

    func callAsFunction(_ x: Tensor, _ kernels: GPT.Kernels) -> Tensor {
        switch kernels {
        case .fused:
            Fused.squaredReLUNetwork(x, expand: expand.fused, contract: contract.fused)
        case .plain:
            x.linear(expand.plain).relu().squared().linear(contract.plain)
        }
    }

    /// The activation between the two, computed again for whoever wants to look at it.
    func hidden(_ x: Tensor) -> Tensor {
        withoutGradient { x.detached().linear(expand.plain).relu().squared() }
    }
}
