// Matrix products by the fastest route the machine offers.
#pragma once

#include <ATen/core/Tensor.h>

namespace retrograde {

/// out = a·b, or out += a·b when `accumulate`. All three are 2-D (or all 3-D) and of one dtype;
/// `a` and `b` may be transposed views, `out` is dense.
void multiply(const at::Tensor &a, const at::Tensor &b, const at::Tensor &out,
              bool accumulate = false);

/// The product in a new tensor.
at::Tensor product(const at::Tensor &a, const at::Tensor &b);

/// The weight gradient gᵀ·x in float32, whatever the dtype of the activations.
at::Tensor weightGradient(const at::Tensor &g, const at::Tensor &x);

}  // namespace retrograde
