import Foundation
import Tensors
import TestSupport
import Testing

/// Values and gradients of every operation against PyTorch's, written by `Tools/golden/ops.py`.
@Suite(.countingHandles) struct OperationTests {
    /// The same kernels through another door: equal but for the order of a few sums.
    static let tolerance: Float = 1e-6

    /// Every operation as Swift spells it, applied to the case's inputs.
    nonisolated(unsafe) static let table: [(name: String, apply: ([Tensor]) -> Tensor)] = [
        ("neg", { -$0[0] }), ("exp", { $0[0].exp() }), ("log", { $0[0].log() }),
        ("sqrt", { $0[0].squareRoot() }), ("rsqrt", { $0[0].reciprocalSquareRoot() }),
        ("tanh", { $0[0].tanh() }), ("sigmoid", { $0[0].sigmoid() }), ("relu", { $0[0].relu() }),
        ("abs", { $0[0].magnitude() }), ("square", { $0[0].squared() }), ("sin", { $0[0].sin() }),
        ("cos", { $0[0].cos() }), ("reciprocal", { $0[0].reciprocal() }),
        ("isfinite", { $0[0].isFinite() }), ("logical_not", { $0[0].not() }),
        ("add", { $0[0] + $0[1] }), ("sub", { $0[0] - $0[1] }), ("mul", { $0[0] * $0[1] }),
        ("div", { $0[0] / $0[1] }), ("maximum", { $0[0].maximum($0[1]) }),
        ("minimum", { $0[0].minimum($0[1]) }), ("eq", { $0[0].equals($0[1]) }),
        ("ne", { $0[0].differs(from: $0[1]) }), ("lt", { $0[0].isLess(than: $0[1]) }),
        ("le", { $0[0].isAtMost($0[1]) }), ("gt", { $0[0].isGreater(than: $0[1]) }),
        ("ge", { $0[0].isAtLeast($0[1]) }), ("logical_and", { $0[0].and($0[1]) }),
        ("logical_or", { $0[0].or($0[1]) }), ("add_scalar", { $0[0] + 1.5 }),
        ("sub_scalar", { $0[0] - 1.5 }), ("mul_scalar", { 1.5 * $0[0] }),
        ("div_scalar", { $0[0] / 1.5 }), ("pow_scalar", { $0[0].raised(to: 2.5) }),
        ("eq_scalar", { $0[0].equals(1) }), ("ne_scalar", { $0[0].differs(from: 1) }),
        ("lt_scalar", { $0[0].isLess(than: 1) }), ("le_scalar", { $0[0].isAtMost(1) }),
        ("gt_scalar", { $0[0].isGreater(than: 1) }), ("ge_scalar", { $0[0].isAtLeast(1) }),
        ("clamp", { $0[0].clamped(-0.5, 0.75) }),
        ("where", { $0[0].selecting($0[1], else: $0[2]) }),
        ("reshape", { $0[0].reshaped(4, 6) }), ("expand", { $0[0].expanded(5, 3, 4) }),
        ("permute", { $0[0].permuted(2, 0, 1) }), ("transpose", { $0[0].transposed(0, 2) }),
        ("narrow", { $0[0].sliced(1, 1..<3) }), ("select", { $0[0].selected(2, 3) }),
        ("squeeze", { $0[0].squeezed(1) }), ("unsqueeze", { $0[0].unsqueezed(1) }),
        ("flip", { $0[0].flipped(1) }), ("concatenate", { .concatenating($0, axis: 1) }),
        ("stack", { .stacking($0, axis: 1) }), ("clone", { $0[0].copy() }),
        ("contiguous", { $0[0].transposed(0, 1).contiguous() }), ("detach", { $0[0].detached() }),
        ("to", { $0[0].cast(to: .bfloat16).cast(to: .float32) }),
        ("sum", { $0[0].sum(0, 2) }), ("sum_kept", { $0[0].sum(1, keepingAxes: true) }),
        ("sum_all", { $0[0].sum() }), ("mean", { $0[0].mean(0, 2) }),
        ("mean_kept", { $0[0].mean(1, keepingAxes: true) }), ("mean_all", { $0[0].mean() }),
        ("amax", { $0[0].largest(0, 2) }), ("amax_kept", { $0[0].largest(1, keepingAxes: true) }),
        ("amax_all", { $0[0].largest() }), ("amin", { $0[0].smallest(0, 2) }),
        ("amin_kept", { $0[0].smallest(1, keepingAxes: true) }),
        ("amin_all", { $0[0].smallest() }), ("norm", { $0[0].norm() }),
        ("std", { $0[0].standardDeviation() }), ("logsumexp", { $0[0].logSumExp(1) }),
        ("argmax", { $0[0].argmax(1) }), ("cumsum", { $0[0].cumulativeSum(1) }),
        ("all", { $0[0].all() }), ("any", { $0[0].any() }),
        ("histogram", { $0[0].histogram(bins: 8, from: -2, to: 2) }),
        ("matmul", { $0[0].multiplied(by: $0[1]) }), ("linear", { $0[0].linear($0[1]) }),
        ("addmm", { $0[0].addingProduct(of: $0[1], $0[2], beta: 0.5, alpha: 2) }),
        ("gather", { $0[0].gathered(1, $0[1]) }), ("index_select", { $0[0].selecting(1, $0[1]) }),
        ("index_add", { $0[0].adding($0[2], at: $0[1], axis: 1) }),
        ("masked_fill", { $0[0].filled(where: $0[1], with: 7) }),
        ("tril", { $0[0].lowerTriangle(diagonal: 1) }), ("topk", { $0[0].topK(2).values }),
        ("topk_indices", { $0[0].topK(2).indices }),
        ("sort", { $0[0].sorted(descending: true).values }),
        ("sort_indices", { $0[0].sorted(descending: true).indices }),
        ("softmax", { $0[0].softmax(1) }), ("log_softmax", { $0[0].logSoftmax(1) }),
        ("embedding", { $0[0].embedding($0[1]) }), ("rms_norm", { $0[0].rmsNormalized() }),
        ("attention", { $0[0].attention(keys: $0[1], values: $0[2], causal: true) }),
        ("attention_masked", { $0[0].attention(keys: $0[1], values: $0[2], mask: $0[3]) }),
        ("cross_entropy", { $0[0].crossEntropy($0[1]) }),
        ("copy_", { x in changed(x[0]) { $0.assign(x[1]) } }),
        ("fill_", { x in changed(x[0]) { $0.fill(2) } }),
        ("mul_scalar_", { x in changed(x[0]) { $0.scale(by: 1.5) } }),
        ("add_scaled_", { x in changed(x[0]) { $0.add(x[1], times: 0.5) } }),
        (
            "index_copy_",
            { x in changed(x[0]) { $0.assign(x[2], at: x[1], axis: 0) } }
        ),
        ("lerp_", { x in changed(x[0]) { $0.interpolate(to: x[1], weight: 0.25) } }),
        ("addcmul_", { x in changed(x[0]) { $0.addProduct(of: x[1], x[2], times: 0.5) } }),
        ("addcdiv_", { x in changed(x[0]) { $0.addQuotient(of: x[1], by: x[2], times: 0.5) } }),
    ]

    /// A copy of `x` after a change in place.
    static func changed(_ x: Tensor, _ change: (Tensor) -> Void) -> Tensor {
        withoutGradient {
            let copy = x.detached().copy()
            change(copy)
            return copy
        }
    }

    static var root: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    static func expectEqual(_ ours: Tensor, _ golden: Tensor, _ label: String) {
        #expect(ours.shape == golden.shape, "\(label)")
        #expect(ours.dtype == golden.dtype, "\(label)")
        for (a, b) in zip(ours.floats(), golden.floats()) {
            // Written so that NaN fails.
            #expect(abs(a - b) <= tolerance * max(1, abs(b)), "\(label): \(a), expected \(b)")
        }
    }

    @Test(arguments: table.map(\.name)) func equalsPyTorch(name: String) throws {
        let apply = try #require(Self.table.first { $0.name == name }).apply
        let file = try Safetensors.read(Self.root + "/Tests/Golden/tensors/ops.safetensors").tensors
        var inputs: [Tensor] = []
        while let input = file["\(name).in\(inputs.count)"] { inputs.append(input) }
        let weight = file["\(name).weight"]
        if weight != nil {
            for input in inputs where input.dtype == .float32 { input.requiringGradient() }
        }
        let result = apply(inputs)
        Self.expectEqual(result.detached(), try #require(file["\(name).out"]), name)
        guard let weight else { return }
        (result * weight).sum().backward()
        for (index, input) in inputs.enumerated() {
            guard let golden = file["\(name).grad\(index)"] else { continue }
            Self.expectEqual(try #require(input.gradient), golden, "\(name), gradient \(index)")
        }
    }

    /// A function of the seam without a golden case is a mistake, unless it is no arithmetic.
    @Test func everyFunctionOfTheSeamHasACase() throws {
        let header = try String(
            contentsOfFile: Self.root + "/Sources/CTorch/include/ctorch.h", encoding: .utf8)
        var names: [String] = []
        for match in header.matches(of: /CTTensorRef _Nullable ct_([a-z_]+)\(/) {
            names.append(String(match.1))
        }
        for match in header.matches(of: /CT_(UNARY|BINARY|SCALAR)\(([a-z_]+)\)/) {
            names.append(String(match.2) + (match.1 == "SCALAR" ? "_scalar" : ""))
        }
        for match in header.matches(of: /void ct_([a-z_]+)\(/) { names.append(String(match.1)) }
        // Creation, randomness, autograd, devices and kernel levels have tests of their own.
        let elsewhere: Set = [
            "empty", "full", "arange", "from_bytes", "copy_to_host", "generator_state",
            "generator_restore", "generator_release", "normal", "uniform", "integers",
            "multinomial", "gradient", "set_gradient", "set_requires_gradient", "backward",
            "set_gradient_enabled", "error_clear", "release", "synchronize", "reset_peak_memory",
            "set_thread_count", "set_deterministic", "limit_kernels",
        ]
        let covered = Set(Self.table.map(\.name))
        let missing = Set(names).subtracting(elsewhere).subtracting(covered).filter {
            !$0.hasPrefix("fused_") && !$0.hasPrefix("name")
        }
        #expect(names.count > 80)
        #expect(missing.isEmpty, "\(missing.sorted())")
    }
}
