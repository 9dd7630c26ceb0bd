// Causal attention over oneDNN's micro-kernels. libtorch's own CPU kernel multiplies its blocks
// through MKL, in bfloat16 by way of float32, at a sixth of what the processor can do.
#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

namespace retrograde {

/// Whether the micro-kernels may be used, and take such queries [B, T, H, D].
bool hasFlash(const at::Tensor &queries);

/// Output [B, T, H, D] and row log-sums [B, H, T] of dense queries, keys, values [B, T, H, D].
std::tuple<at::Tensor, at::Tensor> flashForward(const at::Tensor &queries, const at::Tensor &keys,
                                                const at::Tensor &values);

/// Gradients of queries, keys and values.
std::tuple<at::Tensor, at::Tensor, at::Tensor> flashBackward(
    const at::Tensor &gradient, const at::Tensor &queries, const at::Tensor &keys,
    const at::Tensor &values, const at::Tensor &output, const at::Tensor &logSums);

}  // namespace retrograde
