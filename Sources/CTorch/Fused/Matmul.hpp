// Matrix products by the fastest route the machine offers; every product of the fused kernels goes
// through here.
#pragma once

#include <ATen/core/Tensor.h>

namespace retrograde {

/// out = a·b, or out += a·b when `accumulate`. All three are 2-D (or all 3-D) and of one dtype;
/// `a` and `b` may be transposed views, `out` is dense.
void multiply(const at::Tensor &a, const at::Tensor &b, const at::Tensor &out,
              bool accumulate = false);

/// The product in a new tensor.
at::Tensor product(const at::Tensor &a, const at::Tensor &b);

/// out = beta·base + alpha·a·b of batches [n, …, …] of one dtype.
void multiplyAdd(const at::Tensor &base, const at::Tensor &a, const at::Tensor &b,
                 const at::Tensor &out, double beta, double alpha);

/// The weight gradient gᵀ·x in float32, whatever the dtype of the activations.
at::Tensor weightGradient(const at::Tensor &g, const at::Tensor &x);

}  // namespace retrograde
