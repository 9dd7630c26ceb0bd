// RMS norm, alone and joined with what stands before it.
#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

namespace retrograde {

/// float32's epsilon, in every dtype.
constexpr float normEpsilon = 1.1920929e-07f;

/// x / rms(x) over the last axis, differentiable.
at::Tensor rmsNorm(const at::Tensor &x);

/// (x + delta, norm of that), differentiable; the sum is rounded to storage before it is normed.
std::tuple<at::Tensor, at::Tensor> addNorm(const at::Tensor &x, const at::Tensor &delta);

/// Normed rows of `weight` [V, C] for `ids` (int64, any shape), in `dtype`; differentiable.
at::Tensor embedNorm(const at::Tensor &weight, const at::Tensor &ids, at::ScalarType dtype);

}  // namespace retrograde
