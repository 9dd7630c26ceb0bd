// What the fused operations ask of their tensors.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <optional>

#include "KernelSupport.hpp"

namespace retrograde {

/// Whether the fused loops can take this tensor; everything else goes through plain libtorch.
inline bool fusible(const at::Tensor &x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

/// Index into the pairs of `Loops`.
inline int storage(const at::Tensor &x) { return x.scalar_type() == at::kBFloat16 ? 1 : 0; }

/// The address of row `row` of a dense tensor whose rows are `width` elements long.
inline char *rowAddress(const at::Tensor &x, int64_t row, int64_t width) {
  return static_cast<char *>(x.data_ptr()) + row * width * x.element_size();
}

/// The weight that the matrix product uses: its copy in the compute dtype where one is kept.
inline const at::Tensor &computed(const at::Tensor &weight, const at::Tensor &copy) {
  return copy.defined() ? copy : weight;
}

/// An absent copy as the graph wants it: undefined tensors cannot enter a node.
inline std::optional<at::Tensor> optional(const at::Tensor &copy) {
  return copy.defined() ? std::optional(copy) : std::nullopt;
}

inline const at::Tensor &computed(const at::Tensor &weight, const std::optional<at::Tensor> &copy) {
  return copy ? *copy : weight;
}

/// `x` as a matrix of its last axis.
inline at::Tensor flat(const at::Tensor &x) { return x.reshape({-1, x.size(-1)}); }

}  // namespace retrograde
