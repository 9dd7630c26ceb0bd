// AdamW and Muon over lists of float32 master weights, each with one pass over memory.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace retrograde {

/// Parallel lists: entry i of each belongs to parameter i. `copies` is empty, or holds for each
/// parameter its bfloat16 copy (or an undefined tensor), which is renewed with the parameter.
struct ParameterList {
  std::vector<at::Tensor> parameters, gradients, copies;
};

struct AdamSettings {
  double rate, beta1, beta2, epsilon, decay;
  int64_t step;          ///< number of this update, from 1
  double gradientScale;  ///< what gradients are multiplied by first: clipping without a pass
};

struct MuonSettings {
  double rate, momentum, gradientScale;
  int64_t iterations;  ///< of Newton–Schulz, five in the recipe
  /// The dtype of the Newton–Schulz iteration: bfloat16, or float32 to be compared with.
  at::ScalarType dtype = at::kBFloat16;
};

/// Σ g² over all gradients, in float64 and in one fixed order.
double sumOfSquares(const std::vector<at::Tensor> &gradients);

/// One AdamW update with decoupled decay; `first` and `second` are the moments.
void adamStep(const ParameterList &list, const std::vector<at::Tensor> &first,
              const std::vector<at::Tensor> &second, const AdamSettings &settings);

/// One Muon update of matrices: Nesterov momentum, Newton–Schulz, then a step of
/// rate·max(1, rows / columns)^½. `moving` are the momenta.
void muonStep(const ParameterList &list, const std::vector<at::Tensor> &moving,
              const MuonSettings &settings);

/// Renews `copy` (bfloat16) from `weight` (float32) without allocating.
void renewCopy(const at::Tensor &weight, const at::Tensor &copy);

}  // namespace retrograde
