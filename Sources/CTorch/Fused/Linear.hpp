// Linear layers without bias over float32 master weights, computing in the dtype of the input.
//
// Wherever a weight is asked for, its `copy` is the same matrix in the input's dtype, made once an
// optimizer step; an undefined copy means that the weight itself has that dtype. Gradients belong to
// the master weight and are float32.
#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

namespace retrograde {

/// x·Wᵀ; `weight` is [out, in].
at::Tensor linear(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &copy);

/// contract(relu(expand(x))²), keeping one activation of the hidden width instead of three.
at::Tensor squaredReLUNetwork(const at::Tensor &x, const at::Tensor &expand,
                              const at::Tensor &expandCopy, const at::Tensor &contract,
                              const at::Tensor &contractCopy);

}  // namespace retrograde
