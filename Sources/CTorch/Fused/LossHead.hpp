// The last linear layer, soft cap and cross-entropy in one pass over chunks of rows.
#pragma once

#include <ATen/core/Tensor.h>

namespace retrograde {

/// Everything one pass over the logits gives. N is the number of rows.
struct LossHead {
  at::Tensor loss;       ///< scale · Σ weight · nats, float32 scalar, differentiable
  at::Tensor losses;     ///< [N] float32 nats a row; 0 where the target is ignored
  at::Tensor predicted;  ///< [N] int64, id of the largest logit, the first among equals
  at::Tensor ranks;      ///< [N] int64, number of logits above the target's; −1 where ignored
  at::Tensor entropies;  ///< [N] float32, nats; 0 where ignored; [0] where a gradient was wanted
};

/// Loss of rows x [N, C] (or [B, T, C]) against `targets` (int64, N of them; negative: ignored) under
/// logits cap·tanh(x·Wᵀ / cap), in float32; `weight` and `copy` as in Linear.hpp.
///
/// `weights` (float32, N of them; undefined: all 1) multiply the losses in the sum and in the gradient, and may
/// be negative; `losses` themselves are as they are.
///
/// Where a gradient will be wanted it is made in the same pass, already multiplied by `scale`, so no
/// row of logits lives longer than its chunk; backward is free when the incoming gradient is one.
LossHead lossHead(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &copy,
                  const at::Tensor &targets, const at::Tensor &weights, double scale, double cap);

}  // namespace retrograde
